//! The debouncer of a button.

use cogen::Coroutine;

/// How many ticks in a row the contact is closed when the button is pressed.
const STABLE: u8 = 3;

/// Tells a press from the bouncing of the contact. It is sent the contact at every tick, and yields
/// `true` once a press: when the contact has been closed for three ticks in a row.
#[cogen::coroutine(struct = Button, send)]
pub fn button() -> impl Coroutine<bool, Yield = bool> {
    let mut is_closed = yield_!(false);
    loop {
        let mut ticks = 0u8;
        while is_closed {
            ticks = ticks.saturating_add(1);
            is_closed = yield_!(ticks == STABLE);
        }
        is_closed = yield_!(false);
    }
}

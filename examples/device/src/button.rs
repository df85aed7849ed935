//! The debouncer of a button.

use cogen::Coroutine;

/// The number of ticks in a row with a closed contact that count as a press.
const STABLE: u8 = 3;

/// Distinguishes a press from the bouncing of the contact. It is sent the state of the contact at
/// every tick. It yields `true` once a press: when the contact has been closed for three ticks in a
/// row.
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

//! A blinking lamp.

use cogen::Coroutine;

/// Blinks: on for `period` ticks, then off for `period` ticks. A new period may be sent at a tick,
/// and is used from the next change on. Yields whether the lamp is on.
#[cogen::coroutine(struct = Lamp, send)]
pub fn lamp(mut period: u8) -> impl Coroutine<Option<u8>, Yield = bool> {
    let mut on = true;
    loop {
        let ticks = period;
        for _ in 0..ticks {
            if let Some(changed) = yield_!(on) {
                period = changed.max(1);
            }
        }
        on = !on;
    }
}

//! A motor, into which an error is thrown when it is stuck.

use cogen::Coroutine;

/// The number of ticks that the motor rests after it was stuck.
const REST: u8 = 3;

/// The error for a stuck motor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jammed;

/// Accelerates a motor. It is sent the target speed at every tick, and yields the power. It catches
/// an error that is thrown in: the motor rests for three ticks, then accelerates again.
#[cogen::coroutine(struct = Motor, send)]
pub fn motor() -> impl Coroutine<Result<u8, Jammed>, Yield = u8> {
    let mut power = 0u8;
    loop {
        match yield_!(power) {
            Ok(speed) => power = speed.min(power.saturating_add(1)),
            Err(Jammed) => {
                power = 0;
                let mut rest = REST;
                while rest > 0 {
                    rest = match yield_!(0) {
                        Ok(_) => rest - 1,
                        Err(Jammed) => REST,
                    };
                }
            }
        }
    }
}

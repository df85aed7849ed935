//! A program that uses another coroutine by hand, without a delegation.

use std::pin::Pin;

use cogen::{Coroutine, CoroutineExt, CoroutineState, Status};

use crate::{Family, Returned, Thrown, World};

/// Starts the coroutine, sends to it or throws `Handled`, depending on its status, and logs the
/// outcome.
pub fn advance<R: Family, C: Coroutine<R, Yield = i64, Return = Returned>>(
    world: &World,
    coroutine: &mut Pin<Box<C>>,
    value: i64,
    throws: bool,
) {
    let state = match coroutine.status() {
        Status::Created => coroutine.start(),
        Status::Closed => return world.log("kept closed"),
        _ if throws => match R::throw(coroutine, Thrown::Handled(value)) {
            Ok(state) => state,
            Err(_) => return world.log("kept refused"),
        },
        _ => coroutine.send(R::argument(value)),
    };
    world.log(match state {
        CoroutineState::Yielded(value) => format!("kept yielded {value}"),
        CoroutineState::Complete(Ok(value)) => format!("kept returned {value}"),
        CoroutineState::Complete(Err(error)) => format!("kept let out {error}"),
    });
}

//! A program that uses itself while it runs.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cogen::{SendError, Status, WeakShared};

use crate::{Family, Returned, Thrown, World, drive};

/// The handle that a program has of itself.
pub type Me<'a, R> = WeakShared<'a, R, i64, Returned>;

/// An operation of a program on itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Reads its own status.
    Status,
    /// Sends a value to itself.
    Send,
    /// Throws an error into itself.
    Throw,
    /// Starts itself.
    Start,
    /// Closes itself.
    Close,
}

impl fmt::Display for Touch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Status => "status",
            Self::Send => "send",
            Self::Throw => "throw",
            Self::Start => "start",
            Self::Close => "close",
        })
    }
}

/// Tries the operation, and logs the outcome.
///
/// While an error is being thrown in from outside, it throws no other error. CPython up to 3.11
/// would lose the generator that is delegated to, or crash.
pub fn touch<R: Family>(world: &World, me: &Me<'_, R>, touch: Touch) {
    let touch = if touch == Touch::Throw && world.throwing.get() { Touch::Status } else { touch };
    let Some(me) = me.upgrade() else {
        return world.log(format!("touch-{touch} gone"));
    };
    let refusal = |running: bool| if running { "refused running" } else { "accepted" };
    let outcome = match touch {
        Touch::Status if me.status() == Status::Running => "running".to_owned(),
        Touch::Status => format!("{:?}", me.status()),
        Touch::Send => {
            refusal(matches!(me.try_send(R::argument(7)), Err(SendError::Running(_)))).to_owned()
        }
        Touch::Throw => refusal(
            R::throw_shared(&me, Thrown::Handled(7)) == Err(SendError::Running(Thrown::Handled(7))),
        )
        .to_owned(),
        Touch::Start => panicked(|| _ = me.start()),
        Touch::Close => panicked(|| me.close()),
    };
    world.log(format!("touch-{touch} {outcome}"));
}

fn panicked(f: impl FnOnce()) -> String {
    catch_unwind(AssertUnwindSafe(f))
        .map_or_else(|payload| drive::panic_name(&*payload), |()| "accepted".to_owned())
}

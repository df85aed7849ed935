//! What misuse of a coroutine panics with.
//!
//! The messages are short, since a device whose panic handler prints them has them in its flash.
//! For the same reason they are panicked with in one place, [`refuse`]. Where the panic handler
//! ignores the message, the optimiser leaves a call of that only.

use super::state::Status;

const STARTED: &str = "coroutine started twice: call `send`";
const NOT_STARTED: &str = "coroutine not started: call `start`";
const CLOSED: &str = "closed coroutine resumed: use `try_send`";
const DELEGATED: &str = "`yield_from!` got a started coroutine that isn't primed";
const AWAITED: &str = "a coroutine that isn't async waited: `.await` inside a macro?";
#[cfg(feature = "alloc")]
const EXECUTING: &str = "coroutine already executing: use `try_send`";
const FOREIGN: &str = "a future in the body has replaced the `Context`";
const INTERRUPTED: &str = "a resume was dropped in the middle: call `proceed`";
const READY: &str = "a resume was polled after it was ready";

/// Panics with `message`, which is the payload, too, if there is one.
#[cold]
#[inline(never)]
fn refuse(message: &'static str) -> ! {
    #[cfg(feature = "std")]
    std::panic::panic_any(message);
    // Without `std` there is no payload. The panic of `expect` is in most programs already.
    #[cfg(not(feature = "std"))]
    match None::<core::convert::Infallible>.expect(message) {}
}

#[inline(always)]
pub(crate) fn not_created(status: Status) -> ! {
    refuse(if status == Status::Suspended { STARTED } else { CLOSED })
}

#[inline(always)]
pub(crate) fn not_suspended(status: Status) -> ! {
    refuse(if status == Status::Created { NOT_STARTED } else { CLOSED })
}

/// Also for an error that was thrown.
#[inline(always)]
pub(crate) fn sent_before_start() -> ! {
    refuse(NOT_STARTED)
}

#[inline(always)]
pub(crate) fn resumed_when_closed() -> ! {
    refuse(CLOSED)
}

#[inline(always)]
pub(crate) fn delegated_to_when_started() -> ! {
    refuse(DELEGATED)
}

#[inline(always)]
pub(crate) fn awaited() -> ! {
    refuse(AWAITED)
}

#[cfg(feature = "alloc")]
#[inline(always)]
pub(crate) fn already_executing() -> ! {
    refuse(EXECUTING)
}

#[inline(always)]
pub(crate) fn foreign_context() -> ! {
    refuse(FOREIGN)
}

#[inline(always)]
pub(crate) fn sent_in_the_middle() -> ! {
    refuse(INTERRUPTED)
}

#[inline(always)]
pub(crate) fn polled_after_ready() -> ! {
    refuse(READY)
}

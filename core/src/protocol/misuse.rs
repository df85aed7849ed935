//! The panics for misuse of a coroutine.
//!
//! The messages are short, because a device whose panic handler prints them stores them in its
//! flash. For the same reason only one function panics, [`refuse`]. If the panic handler ignores
//! the message, the optimiser leaves a call of the handler only.

use super::state::Status;

// These three have the same length, which saves an instruction or two when the status chooses one.
const STARTED: &str = "coroutine has started: `send` to it";
const NOT_STARTED: &str = "coroutine not started: call `start`";
const CLOSED: &str = "coroutine is closed: check `status`";
const DELEGATED: &str = "coroutine has started: `yield_from!(coroutine, value)`";
const AWAITED: &str = "coroutine isn't async: `.await` in a macro";
#[cfg(feature = "alloc")]
const EXECUTING: &str = "coroutine already executing: check `status`";
const FOREIGN: &str = "a future in the body has replaced the `Context`";
const INTERRUPTED: &str = "a resume was dropped in the middle: call `proceed`";
const READY: &str = "a resume was polled after it was ready";
const LONGER: &str = "an iterator has more items than `WithLen::new` was told";
const SHORTER: &str = "an iterator has fewer items than `WithLen::new` was told";

/// Panics with `message`. With `std` the message is also the payload.
///
/// Without `std` the panic doesn't name the caller's line, because each line would be stored in the
/// device's flash.
#[cold]
#[inline(never)]
#[cfg_attr(feature = "std", track_caller)]
fn refuse(message: &'static str) -> ! {
    #[cfg(feature = "std")]
    std::panic::panic_any(message);
    #[cfg(not(feature = "std"))]
    panic!("{message}");
}

/// Panics because a coroutine with this status can't be started, or can't be sent a value.
///
/// It takes a reference and is not inlined, so that the caller compares the status in its place
/// and loads it into no register. Without `std`, less code is more important.
#[cold]
#[cfg_attr(feature = "std", inline(never), track_caller)]
#[cfg_attr(not(feature = "std"), inline(always))]
pub(crate) fn wrong_status(status: &Status) -> ! {
    refuse(match status {
        Status::Created => NOT_STARTED,
        Status::Suspended | Status::Running => STARTED,
        Status::Closed => CLOSED,
    })
}

/// Panics because a value was sent, or an error thrown, before the start.
#[inline(always)]
#[track_caller]
pub(crate) fn sent_before_start() -> ! {
    refuse(NOT_STARTED)
}

#[inline(always)]
#[track_caller]
pub(crate) fn resumed_when_closed() -> ! {
    refuse(CLOSED)
}

#[inline(always)]
#[track_caller]
pub(crate) fn delegated_to_when_started() -> ! {
    refuse(DELEGATED)
}

#[inline(always)]
#[track_caller]
pub(crate) fn awaited() -> ! {
    refuse(AWAITED)
}

#[cfg(feature = "alloc")]
#[inline(always)]
#[track_caller]
pub(crate) fn already_executing() -> ! {
    refuse(EXECUTING)
}

#[inline(always)]
#[track_caller]
pub(crate) fn foreign_context() -> ! {
    refuse(FOREIGN)
}

#[inline(always)]
#[track_caller]
pub(crate) fn sent_in_the_middle() -> ! {
    refuse(INTERRUPTED)
}

#[inline(always)]
#[track_caller]
pub(crate) fn polled_after_ready() -> ! {
    refuse(READY)
}

#[inline(always)]
#[track_caller]
pub(crate) fn longer() -> ! {
    refuse(LONGER)
}

#[inline(always)]
#[track_caller]
pub(crate) fn shorter() -> ! {
    refuse(SHORTER)
}

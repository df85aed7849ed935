//! What misuse of a coroutine panics with.

use super::state::Status;

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn not_created(status: Status) -> ! {
    if status == Status::Suspended {
        panic!("a coroutine that has started was started again: call `send` to go on with it");
    }
    resumed_when_closed();
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn not_suspended(status: Status) -> ! {
    if status == Status::Created {
        sent_before_start();
    }
    resumed_when_closed();
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn sent_before_start() -> ! {
    panic!(
        "a value was sent to a coroutine that has not started, where no yield waits for it: call \
         `start` first, or use `try_send`, which hands the value back"
    )
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn resumed_when_closed() -> ! {
    panic!(
        "a closed coroutine was resumed: it has returned, was closed, or panicked; call the \
         function again for a new one, or use `try_send`, which hands the value back"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn delegated_to_when_started() -> ! {
    panic!(
        "a coroutine was delegated to that had started already, and there is no argument for it to \
         go on with: write `yield_from!(coroutine, value)`, or delegate to one that has not \
         started, or that is primed"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn awaited() -> ! {
    panic!(
        "a coroutine waited for a future that was not ready, which closes it: only yields can \
         suspend a coroutine that is not async, so look for an `.await` inside a macro"
    )
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn thrown_before_start() -> ! {
    panic!(
        "an error was thrown into a coroutine that has not started, which closes it: call `start` \
         first, or use `try_throw`, which hands the error back"
    )
}

#[cfg(feature = "alloc")]
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn already_executing() -> ! {
    panic!(
        "the coroutine is already executing: it was used from inside its own body; ask for its \
         `status` first, or use `try_send`, which hands the value back"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn foreign_context() -> ! {
    panic!(
        "a yield can't find its coroutine: a future in the body has replaced the `Context` that it \
         was polled with"
    )
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn sent_in_the_middle() -> ! {
    panic!(
        "an async coroutine was resumed that is in the middle of a resume, whose future was \
         dropped: call `proceed` to go on with that first, or use `try_send`, which hands the \
         value back"
    )
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn polled_after_ready() -> ! {
    panic!(
        "the future of a resume was polled after it was ready: call `send` again for the next \
         resume"
    )
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn longer() -> ! {
    panic!("an iterator has more items than the length that `WithLen::new` was called with")
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn shorter(left: usize) -> ! {
    panic!("an iterator ended {left} items before the length that `WithLen::new` was called with")
}

//! The pinned struct that `#[cogen::coroutine]` and `co!` make: a body and where it stands.

use core::fmt;
use core::future::Future;
use core::mem::{self, ManuallyDrop};
use core::pin::Pin;
use core::task::Poll;

use pin_project::{pin_project, pinned_drop};

use crate::slot::{BodyCell, Channel, Handle, Slot};
use crate::{Coroutine, CoroutineState, Status, argument};

/// A coroutine whose body is the `async` block `F`, which yields through the handle `H`: a
/// [`Handle`], or an [`AsyncHandle`](crate::async_slot::AsyncHandle) if it may also wait for
/// futures.
///
/// The body may hold references into itself, so the machine stays where it is once it has started.
///
/// # Invariant
///
/// The body is there unless the status is `Closed`.
#[pin_project(PinnedDrop, !Unpin)]
pub struct Machine<H, F> {
    /// One byte, written where it changes. A resume has the machine to itself, so a body that runs
    /// just now counts as suspended; one that waits for a future is `Running`.
    status: Status,
    #[pin]
    body: ManuallyDrop<BodyCell<H, F>>,
}

impl<H, F> Machine<H, F> {
    /// A coroutine that runs `future`, whose yields go through `handle`.
    #[inline(always)]
    pub(crate) fn new(handle: H, future: F) -> Self {
        Self { status: Status::Created, body: ManuallyDrop::new(BodyCell::new(handle, future)) }
    }

    #[inline(always)]
    pub(crate) fn current(&self) -> Status {
        self.status
    }
}

impl<R, Y, F: Future> Machine<Handle<R, Y>, F> {
    #[inline(always)]
    pub(crate) fn start(self: Pin<&mut Self>) {
        *self.project().status = Status::Suspended;
    }

    /// Says where the machine stands.
    #[cfg(feature = "alloc")]
    pub(crate) fn set_status(self: Pin<&mut Self>, status: Status) {
        *self.project().status = status;
    }

    /// Runs it as one that is delegated to, with the frame of the [root](crate::recursion).
    #[cfg(feature = "alloc")]
    pub(crate) fn poll_active(
        self: Pin<&mut Self>,
        cx: &mut core::task::Context<'_>,
    ) -> Poll<F::Output> {
        let handle = self.body.handle();
        // SAFETY: the root passes the call of the delegation on.
        unsafe { self.__delegate(&mut Channel::new(handle, cx)) }
    }

    /// Runs the started body to its next yield or to its end.
    #[inline]
    fn run(self: Pin<&mut Self>, argument: Option<R>) -> CoroutineState<Y, F::Output> {
        let mut running = CloseUnlessPaused::new(self);
        let state = running.body().resume(argument);
        match state {
            Some(CoroutineState::Yielded(_)) => mem::forget(running),
            _ => drop(running),
        }
        state.unwrap_or_else(|| awaited())
    }
}

/// A machine whose body runs. Unless it is forgotten, since the body has paused, it closes the
/// machine: at the end and on a panic.
pub(crate) struct CloseUnlessPaused<'a, H, F>(Pin<&'a mut Machine<H, F>>);

impl<'a, H, F> CloseUnlessPaused<'a, H, F> {
    /// Guards `machine`, which is not closed, while its body runs.
    #[inline(always)]
    pub(crate) fn new(machine: Pin<&'a mut Machine<H, F>>) -> Self {
        Self(machine)
    }

    /// The body has paused: it is still there, and the machine has this status from now on.
    #[inline(always)]
    pub(crate) fn pause(mut self, status: Status) {
        *self.0.as_mut().project().status = status;
        mem::forget(self);
    }

    /// Says where the machine stands.
    #[cfg(feature = "alloc")]
    pub(crate) fn set_status(&mut self, status: Status) {
        *self.0.as_mut().project().status = status;
    }

    #[inline(always)]
    pub(crate) fn body(&mut self) -> Pin<&mut BodyCell<H, F>> {
        // SAFETY: the body is pinned with the machine: it is never moved out, and is dropped in
        // place (`close`).
        unsafe { self.0.as_mut().project().body.map_unchecked_mut(|body| &mut **body) }
    }
}

impl<H, F> Drop for CloseUnlessPaused<'_, H, F> {
    #[inline(always)]
    fn drop(&mut self) {
        close(self.0.as_mut());
    }
}

/// Drops the body, if it is still there.
#[inline(always)]
pub(crate) fn close<H, F>(machine: Pin<&mut Machine<H, F>>) {
    let machine = machine.project();
    if mem::replace(machine.status, Status::Closed) != Status::Closed {
        // SAFETY: the body was there (the invariant) and nobody will find it again, even if a
        // destructor panics, since the status says `Closed` from now on. It is not moved,
        // but dropped in place.
        unsafe { ManuallyDrop::drop(machine.body.get_unchecked_mut()) };
    }
}

#[pinned_drop]
impl<H, F> PinnedDrop for Machine<H, F> {
    #[inline(always)]
    fn drop(self: Pin<&mut Self>) {
        close(self);
    }
}

impl<R, Y, F: Future> Coroutine<R> for Machine<Handle<R, Y>, F> {
    type Yield = Y;
    type Return = F::Output;

    #[inline]
    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<Y, F::Output> {
        if let Some(argument) = argument::unit() {
            return self.resume(argument);
        }
        if self.status != Status::Created {
            not_created(self.status);
        }
        self.as_mut().start();
        self.run(None)
    }

    #[inline]
    fn resume(mut self: Pin<&mut Self>, argument: R) -> CoroutineState<Y, F::Output> {
        if argument::is_unit::<R>() && self.status != Status::Closed {
            // The argument that a first yield doesn't wait for is lost, and that is no loss.
            self.as_mut().start();
        } else if self.status != Status::Suspended {
            not_suspended(self.status);
        }
        self.run(Some(argument))
    }

    #[inline]
    fn terminate(self: Pin<&mut Self>) {
        close(self);
    }

    #[inline]
    fn status(&self) -> Status {
        self.current()
    }

    #[inline(always)]
    unsafe fn __delegate(
        mut self: Pin<&mut Self>,
        channel: &mut Channel<'_, '_, R, Y>,
    ) -> Poll<F::Output> {
        match self.status {
            Status::Suspended | Status::Running => {
                if matches!(channel.slot(), Slot::ChildReturned) {
                    // It goes on with what that was, wherever it delegates to it.
                } else if let Some(argument) = argument::unit() {
                    channel.slot().send(argument); // it goes on without one, if it takes none
                } else if !channel.slot().has_argument() {
                    delegated_to_when_started();
                }
            }
            Status::Created => self.as_mut().start(),
            Status::Closed => resumed_when_closed(),
        }
        let mut running = CloseUnlessPaused::new(self);
        let poll = running.body().delegate(channel);
        match poll {
            Some(Poll::Pending) => mem::forget(running),
            _ => drop(running),
        }
        poll.unwrap_or_else(|| awaited())
    }
}

impl<R, Y, F: Future> fmt::Debug for Machine<Handle<R, Y>, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}

#[cold]
#[inline(never)]
pub(crate) fn not_created(status: Status) -> ! {
    if status == Status::Suspended {
        panic!("a coroutine that has started was started again: call `send` to go on with it");
    }
    resumed_when_closed();
}

#[cold]
#[inline(never)]
pub(crate) fn not_suspended(status: Status) -> ! {
    if status == Status::Created {
        sent_before_start();
    }
    resumed_when_closed();
}

#[cold]
#[inline(never)]
pub(crate) fn sent_before_start() -> ! {
    panic!(
        "a value was sent to a coroutine that has not started, where no yield waits for it: call `start` first, or use `try_send`, which \
         hands the value back"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn resumed_when_closed() -> ! {
    panic!(
        "a closed coroutine was resumed: it has returned, was closed, or panicked; call the function again for a new one, or use \
         `try_send`, which hands the value back"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn delegated_to_when_started() -> ! {
    panic!(
        "a coroutine was delegated to that had started already, and there is no argument for it to go on with: delegate to one that has not \
         started, or that is primed"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn awaited() -> ! {
    panic!(
        "a coroutine waited for a future that was not ready, which closes it: only yields can suspend a coroutine that is not async, so look for \
         an `.await` inside a macro"
    )
}

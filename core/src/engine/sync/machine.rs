//! How a machine with a sync body runs.

use core::fmt;
use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::Poll;

use super::channel::Channel;
use super::frame::PollFrame;
use super::handle::Handle;
use crate::engine::machine::{CloseUnlessPaused, Machine, close};
use crate::engine::slot::Slot;
use crate::engine::unit;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};

impl<R, Y, F: Future> Machine<Handle<R, Y>, F> {
    #[inline(always)]
    pub(crate) fn start(self: Pin<&mut Self>) {
        *self.parts().0 = Status::Suspended;
    }

    /// Sets the status.
    #[cfg(feature = "alloc")]
    pub(crate) fn set_status(self: Pin<&mut Self>, status: Status) {
        *self.parts().0 = status;
    }

    /// Runs the started body to its next yield or to its end.
    #[inline]
    fn run(self: Pin<&mut Self>, slot: Slot<R, Y>) -> CoroutineState<Y, F::Output> {
        let mut frame = PollFrame::new(slot);
        let mut running = CloseUnlessPaused::new(self);
        let poll = frame.poll(|cx| running.body().future().poll(cx));
        match (poll, frame.slot) {
            (Poll::Pending, Slot::Value(value)) => {
                mem::forget(running);
                CoroutineState::Yielded(value)
            }
            (Poll::Pending, _) => misuse::awaited(),
            (Poll::Ready(returned), slot) => {
                running.complete();
                match slot {
                    // The last item of an iterator.
                    Slot::Value(value) => CoroutineState::Yielded(value),
                    _ => CoroutineState::Complete(returned),
                }
            }
        }
    }
}

#[cfg(feature = "alloc")]
impl<Y, F: Future> Machine<Handle<(), Y>, F> {
    /// Runs the started body to its next item or to its end, and then sets `has_ended`. At the end
    /// there is a last item if it comes from a `?`.
    ///
    /// The code is that of [`run`](Self::run), because a call of `run` would hide whether the body
    /// has ended. A function that both call would not be inlined. An enum with both results would
    /// not be returned in registers.
    #[inline]
    pub(crate) fn advance(self: Pin<&mut Self>, has_ended: &mut bool) -> Option<Y> {
        let mut frame = PollFrame::new(Slot::Argument(()));
        let mut running = CloseUnlessPaused::new(self);
        let poll = frame.poll(|cx| running.body().future().poll(cx));
        match (poll, frame.slot) {
            (Poll::Pending, Slot::Value(item)) => {
                mem::forget(running);
                Some(item)
            }
            (Poll::Pending, _) => misuse::awaited(),
            (Poll::Ready(_), slot) => {
                running.complete();
                *has_ended = true;
                match slot {
                    Slot::Value(last_item) => Some(last_item),
                    _ => None,
                }
            }
        }
    }
}

impl<R, Y, F: Future> Coroutine<R> for Machine<Handle<R, Y>, F> {
    type Yield = Y;
    type Return = F::Output;

    #[inline]
    #[track_caller]
    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<Y, F::Output> {
        if let Some(argument) = unit::unit() {
            return self.resume(argument);
        }
        if self.status != Status::Created {
            misuse::wrong_status(&self.status);
        }
        self.as_mut().start();
        self.run(Slot::Empty)
    }

    #[inline]
    #[track_caller]
    fn resume(mut self: Pin<&mut Self>, argument: R) -> CoroutineState<Y, F::Output> {
        if unit::is_unit::<R>() && self.status != Status::Closed {
            // If no yield waits for the argument, it is lost. As it is `()`, nothing is lost.
            self.as_mut().start();
        } else if self.status != Status::Suspended {
            misuse::wrong_status(&self.status);
        }
        self.run(Slot::Argument(argument))
    }

    #[inline]
    fn terminate(self: Pin<&mut Self>) {
        close(self);
    }

    #[inline]
    fn status(&self) -> Status {
        self.current()
    }

    // Inlined, because a delegate has usually just been created, which the optimiser can see.
    #[inline(always)]
    #[track_caller]
    unsafe fn __enter(self: Pin<&mut Self>, sends: bool) {
        match self.status {
            Status::Suspended if sends || unit::is_unit::<R>() => {}
            Status::Suspended => misuse::delegated_to_when_started(),
            Status::Created => self.start(),
            // Only the machine in a `BoxedMachine` is `Running`, and that one is never entered.
            Status::Running | Status::Closed => misuse::resumed_when_closed(),
        }
    }

    // No check of the status is needed: the caller has entered the machine, which has been
    // suspended since then.
    #[inline]
    unsafe fn __delegate(self: Pin<&mut Self>, mut channel: Channel<'_, R, Y>) -> Poll<F::Output> {
        let mut running = CloseUnlessPaused::new(self);
        let poll = channel.poll(|cx| running.body().future().poll(cx));
        match &poll {
            Poll::Pending => mem::forget(running),
            Poll::Ready(_) => running.complete(),
        }
        poll
    }
}

impl<R, Y, F: Future> fmt::Debug for Machine<Handle<R, Y>, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}

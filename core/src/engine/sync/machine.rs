//! How a machine with a sync body runs.

use core::fmt;
use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::Poll;

use super::channel::Channel;
use super::frame::PollFrame;
use super::handle::Handle;
use crate::engine::body::BodyCell;
use crate::engine::machine::{CloseUnlessPaused, Machine, close};
use crate::engine::slot::Slot;
use crate::engine::unit;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};

impl<R, Y, F: Future> BodyCell<Handle<R, Y>, F> {
    /// Runs the body with the slot of the coroutine that delegates to it. `None` if it waits for
    /// something else than its caller: it must not run again then, as it may hold the way to a slot
    /// that is gone.
    #[inline(always)]
    pub(crate) fn delegate(
        self: Pin<&mut Self>,
        mut channel: Channel<'_, R, Y>,
    ) -> Option<Poll<F::Output>> {
        let poll = channel.poll(|cx| self.future().poll(cx));
        if poll.is_pending() && !channel.slot().is_paused() {
            return None;
        }
        Some(poll)
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

    /// Runs the started body to its next yield or to its end.
    #[inline]
    pub(crate) fn run(self: Pin<&mut Self>, slot: Slot<R, Y>) -> Run<Y, F::Output> {
        let mut frame = PollFrame::new(slot);
        let mut running = CloseUnlessPaused::new(self);
        let poll = frame.poll(|cx| running.body().future().poll(cx));
        if let (Poll::Pending, Slot::Value(_)) = (&poll, &frame.slot) {
            mem::forget(running);
        } else {
            drop(running);
        }
        match (poll, frame.slot) {
            (Poll::Pending, Slot::Value(value)) => Run::Yielded(value),
            (Poll::Ready(_), Slot::Value(value)) => Run::Last(value),
            (Poll::Ready(value), _) => Run::Complete(value),
            (Poll::Pending, _) => misuse::awaited(),
        }
    }
}

/// How far a run came.
pub(crate) enum Run<Y, T> {
    /// To a yield.
    Yielded(Y),
    /// To its end, with a last item.
    Last(Y),
    /// To its end.
    Complete(T),
}

impl<Y, T> From<Run<Y, T>> for CoroutineState<Y, T> {
    #[inline(always)]
    fn from(run: Run<Y, T>) -> Self {
        match run {
            Run::Yielded(value) | Run::Last(value) => Self::Yielded(value),
            Run::Complete(value) => Self::Complete(value),
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
            misuse::wrong_status(self.status);
        }
        self.as_mut().start();
        self.run(Slot::Empty).into()
    }

    #[inline]
    #[track_caller]
    fn resume(mut self: Pin<&mut Self>, argument: R) -> CoroutineState<Y, F::Output> {
        if unit::is_unit::<R>() && self.status != Status::Closed {
            // The argument that a first yield doesn't wait for is lost, and that is no loss.
            self.as_mut().start();
        } else if self.status != Status::Suspended {
            misuse::wrong_status(self.status);
        }
        self.run(Slot::Argument(argument)).into()
    }

    #[inline]
    fn terminate(self: Pin<&mut Self>) {
        close(self);
    }

    #[inline]
    fn status(&self) -> Status {
        self.current()
    }

    #[inline]
    unsafe fn __delegate(
        mut self: Pin<&mut Self>,
        mut channel: Channel<'_, R, Y>,
    ) -> Poll<F::Output> {
        match self.status {
            // There is an argument, or a coroutine below has returned. If there is neither, it goes
            // on only if it takes no argument.
            Status::Suspended => {
                if !unit::is_unit::<R>() && matches!(channel.slot(), Slot::Empty) {
                    misuse::delegated_to_when_started();
                }
            }
            Status::Created => self.as_mut().start(),
            // A machine that is `Running` has a box, which comes before it.
            Status::Running | Status::Closed => misuse::resumed_when_closed(),
        }
        let mut running = CloseUnlessPaused::new(self);
        let poll = running.body().delegate(channel);
        match poll {
            Some(Poll::Pending) => {
                mem::forget(running);
                Poll::Pending
            }
            ended => {
                drop(running);
                ended.unwrap_or_else(|| misuse::awaited())
            }
        }
    }
}

impl<R, Y, F: Future> fmt::Debug for Machine<Handle<R, Y>, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}

//! How a machine with an async body runs.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::handle::AsyncHandle;
use super::relay::Relay;
use crate::engine::machine::{CloseUnlessPaused, Machine, close};
use crate::engine::slot::Slot;
use crate::engine::unit;
use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};

impl<R, Y, F: Future> AsyncCoroutine<R> for Machine<AsyncHandle<R, Y>, F> {
    type Yield = Y;
    type Return = F::Output;

    #[inline]
    #[track_caller]
    fn poll_resume(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        argument: &mut Option<R>,
    ) -> Poll<CoroutineState<Y, F::Output>> {
        let status = self.current();
        let argument = match status {
            Status::Closed => misuse::resumed_when_closed(),
            _ if unit::is_unit::<R>() => {
                // If no yield waits for the argument, it is lost. As it is `()`, nothing is lost.
                *argument = None;
                unit::unit()
            }
            Status::Suspended if argument.is_none() => misuse::wrong_status(&status),
            Status::Suspended => argument.take(),
            Status::Created if argument.is_some() => misuse::sent_before_start(),
            Status::Created | Status::Running => None,
        };
        let mut running = CloseUnlessPaused::new(self);
        let mut relay = Relay::new(cx, argument);
        let poll = relay.poll(|cx| running.body().future().poll(cx));
        match (poll, relay.slot) {
            (Poll::Pending, Slot::Value(value)) => {
                running.pause(Status::Suspended);
                Poll::Ready(CoroutineState::Yielded(value))
            }
            // The body waits for a future, which wakes the task of `cx`.
            (Poll::Pending, _) => {
                running.pause(Status::Running);
                Poll::Pending
            }
            (Poll::Ready(returned), slot) => {
                running.complete();
                Poll::Ready(match slot {
                    // The last item of a stream.
                    Slot::Value(value) => CoroutineState::Yielded(value),
                    _ => CoroutineState::Complete(returned),
                })
            }
        }
    }

    #[inline]
    fn terminate(self: Pin<&mut Self>) {
        close(self);
    }

    #[inline]
    fn status(&self) -> Status {
        self.current()
    }
}

impl<R, Y, F: Future> fmt::Debug for Machine<AsyncHandle<R, Y>, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncCoroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}

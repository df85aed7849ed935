//! How a machine with an async body runs.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::async_slot::AsyncHandle;
use crate::machine::{
    CloseUnlessPaused, Machine, close, not_created, resumed_when_closed, sent_before_start,
};
use crate::{AsyncCoroutine, CoroutineState, Status, argument};

impl<R, Y, F: Future> AsyncCoroutine<R> for Machine<AsyncHandle<R, Y>, F> {
    type Yield = Y;
    type Return = F::Output;

    #[inline]
    fn poll_resume(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        argument: &mut Option<R>,
    ) -> Poll<CoroutineState<Y, F::Output>> {
        let status = self.current();
        let argument = match status {
            Status::Closed => resumed_when_closed(),
            _ if argument::is_unit::<R>() => {
                // Where nobody waits for it, it is lost, and that is no loss.
                *argument = None;
                argument::unit()
            }
            Status::Suspended => Some(argument.take().unwrap_or_else(|| not_created(status))),
            Status::Created if argument.is_some() => sent_before_start(),
            Status::Created | Status::Running => None,
        };
        let mut running = CloseUnlessPaused::new(self);
        let poll = running.body().poll(cx, argument);
        match poll {
            Poll::Pending => running.pause(Status::Running),
            Poll::Ready(CoroutineState::Yielded(_)) => running.pause(Status::Suspended),
            Poll::Ready(CoroutineState::Complete(_)) => drop(running),
        }
        poll
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

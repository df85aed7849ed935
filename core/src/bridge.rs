//! The bridge to futures: a coroutine as an async one, and an async one as a future.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project::pin_project;

use crate::{AsyncCoroutine, Coroutine, CoroutineState, Status, argument};

/// A coroutine that waits for nothing, as an [`AsyncCoroutine`]: what [`CoroutineExt::into_async`](crate::CoroutineExt::into_async) makes.
///
/// # Examples
///
/// See [`CoroutineExt::into_async`](crate::CoroutineExt::into_async).
#[pin_project]
#[derive(Clone, Debug)]
#[must_use = "coroutines do nothing until started"]
pub struct IntoAsync<C>(#[pin] C);

impl<C> IntoAsync<C> {
    #[inline(always)]
    pub(crate) fn new(coroutine: C) -> Self {
        Self(coroutine)
    }
}

impl<R, C: Coroutine<R>> AsyncCoroutine<R> for IntoAsync<C> {
    type Yield = C::Yield;
    type Return = C::Return;

    #[inline(always)]
    fn poll_resume(self: Pin<&mut Self>, _: &mut Context<'_>, argument: &mut Option<R>) -> Poll<CoroutineState<C::Yield, C::Return>> {
        let coroutine = self.project().0;
        Poll::Ready(match argument.take().or_else(argument::unit) {
            Some(argument) => coroutine.resume(argument),
            None => coroutine.begin(),
        })
    }

    #[inline(always)]
    fn terminate(self: Pin<&mut Self>) {
        self.project().0.terminate();
    }

    #[inline(always)]
    fn status(&self) -> Status {
        self.0.status()
    }
}

/// The future that [`CoroutineExt::into_future`](crate::CoroutineExt::into_future) and
/// [`AsyncCoroutineExt::into_future`](crate::AsyncCoroutineExt::into_future) make.
///
/// # Panics
///
/// If it is polled after it was ready, or if the coroutine is closed.
///
/// # Examples
///
/// See [`CoroutineExt::into_future`](crate::CoroutineExt::into_future).
#[pin_project]
#[derive(Clone, Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct CoroutineFuture<C>(#[pin] C);

impl<C> CoroutineFuture<C> {
    #[inline(always)]
    pub(crate) fn new(coroutine: C) -> Self {
        Self(coroutine)
    }
}

impl<C: AsyncCoroutine> Future for CoroutineFuture<C> {
    type Output = C::Return;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Return> {
        match ready!(self.project().0.poll_resume(cx, &mut Some(()))) {
            CoroutineState::Yielded(_) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            CoroutineState::Complete(value) => Poll::Ready(value),
        }
    }
}

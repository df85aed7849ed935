//! The bridge to futures: a coroutine as an async one, and an async one as a future.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project::pin_project;

use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::state::CoroutineState;

/// The future that [`CoroutineExt::into_future`](crate::CoroutineExt::into_future) and
/// [`AsyncCoroutineExt::into_future`](crate::AsyncCoroutineExt::into_future) make: it runs a
/// coroutine to its end, and gives its return value.
///
/// Python: the generator-based coroutines of `types.coroutine`, which could be awaited (PEP 492).
///
/// # Panics
///
/// If it is polled after it was ready, if the coroutine is closed, and if its body panics.
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, CoroutineExt};
/// use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
///
/// #[cogen::coroutine]
/// fn work() -> impl Coroutine<(), Return = u32> {
///     yield_!();
///     42
/// }
///
/// let mut future = pin!(work().into_future());
/// let cx = &mut Context::from_waker(Waker::noop());
/// assert_eq!(future.as_mut().poll(cx), Poll::Pending); // at the yield, where others may run
/// assert_eq!(future.as_mut().poll(cx), Poll::Ready(42));
/// ```
#[doc(alias = "__await__")]
#[doc(alias = "types.coroutine")]
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
    #[track_caller]
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

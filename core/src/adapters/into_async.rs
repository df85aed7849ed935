//! The bridge from coroutines to async coroutines.

use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::engine::unit;
use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::{CoroutineState, Status};

pin_project! {
    /// A [`Coroutine`] as an [`AsyncCoroutine`] that never waits.
    ///
    /// [`CoroutineExt::into_async`](crate::CoroutineExt::into_async) creates it.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt, CoroutineState::*};
    ///
    /// /// Takes an async coroutine, or a coroutine with `into_async`.
    /// async fn first<C: AsyncCoroutine>(coroutine: C) -> Option<C::Yield> {
    ///     match std::pin::pin!(coroutine).start().await {
    ///         Yielded(value) => Some(value),
    ///         Complete(_) => None,
    ///     }
    /// }
    ///
    /// # #[cogen::coroutine]
    /// # fn numbers() -> impl Coroutine<(), Yield = i32> { yield_!(1); yield_!(2); }
    /// # futures::executor::block_on(async {
    /// assert_eq!(first(numbers().into_async()).await, Some(1));
    /// # });
    /// ```
    #[derive(Clone, Debug)]
    #[must_use = "coroutines do nothing until started"]
    pub struct IntoAsync<C> {
        #[pin]
        coroutine: C,
    }
}

impl<C> IntoAsync<C> {
    #[inline(always)]
    pub(crate) fn new(coroutine: C) -> Self {
        Self { coroutine }
    }
}

impl<R, C: Coroutine<R>> AsyncCoroutine<R> for IntoAsync<C> {
    type Yield = C::Yield;
    type Return = C::Return;

    #[inline(always)]
    #[track_caller]
    fn poll_resume(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        argument: &mut Option<R>,
    ) -> Poll<CoroutineState<C::Yield, C::Return>> {
        let coroutine = self.project().coroutine;
        Poll::Ready(match argument.take().or_else(unit::unit) {
            Some(argument) => coroutine.resume(argument),
            None => coroutine.begin(),
        })
    }

    #[inline(always)]
    fn terminate(self: Pin<&mut Self>) {
        self.project().coroutine.terminate();
    }

    #[inline(always)]
    fn status(&self) -> Status {
        self.coroutine.status()
    }
}

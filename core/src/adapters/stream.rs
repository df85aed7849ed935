//! The stream over the values of an async coroutine, which a function under `#[cogen::coroutine]`
//! returns as `impl Stream`.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::stream::{FusedStream, Stream};
use pin_project_lite::pin_project;

use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::state::{CoroutineState, Status};

pin_project! {
    /// A stream over the values that an async coroutine yields. It keeps the return value.
    ///
    /// [`AsyncCoroutineExt::into_stream`](crate::AsyncCoroutineExt::into_stream) creates it. It is
    /// fused: after the end, and after a panic of the coroutine, it returns `None` for ever.
    /// Python: the asynchronous iterator of an `async for` (PEP 492 and 525).
    ///
    /// # Panics
    ///
    /// Polling it panics if the body does.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineStream};
    /// use futures::stream::{FusedStream, StreamExt};
    ///
    /// # #[cogen::coroutine]
    /// # fn letters() -> impl AsyncCoroutine<(), Yield = char, Return = usize> {
    /// #     yield_!('a');
    /// #     yield_!('b');
    /// #     2
    /// # }
    /// # futures::executor::block_on(async {
    /// // In a box, it can be moved.
    /// let mut letters: CoroutineStream<_> = Box::pin(letters()).into_stream();
    /// assert_eq!(letters.next().await, Some('a'));
    /// assert_eq!(letters.next().await, Some('b'));
    /// assert_eq!(letters.next().await, None);
    /// assert!(letters.is_terminated());
    /// assert_eq!(letters.returned(), Some(&2));
    /// # });
    /// ```
    #[must_use = "streams do nothing unless polled"]
    pub struct CoroutineStream<C: AsyncCoroutine> {
        #[pin]
        coroutine: C,
        returned: Option<C::Return>,
    }
}

impl<C: AsyncCoroutine> CoroutineStream<C> {
    /// Creates a stream over the values that `coroutine` yields.
    ///
    /// [`AsyncCoroutineExt::into_stream`](crate::AsyncCoroutineExt::into_stream) is the same as a
    /// method.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, CoroutineStream};
    /// use futures::stream::StreamExt;
    ///
    /// # #[cogen::coroutine]
    /// # fn letters() -> impl AsyncCoroutine<(), Yield = char> { yield_!('a'); yield_!('b'); }
    /// # futures::executor::block_on(async {
    /// assert_eq!(CoroutineStream::new(letters()).collect::<String>().await, "ab");
    /// # });
    /// ```
    #[inline]
    pub fn new(coroutine: C) -> Self {
        Self { coroutine, returned: None }
    }

    /// Returns the return value of the coroutine, if this stream has run it to its end.
    ///
    /// It is `None` before the end, after a panic, and after [`take_return`](Self::take_return).
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn returned(&self) -> Option<&C::Return> {
        self.returned.as_ref()
    }

    /// Takes the return value of the coroutine, if this stream has run it to its end.
    ///
    /// The method takes a pinned reference, because a stream that has run is pinned.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt};
    /// use futures::stream::StreamExt;
    ///
    /// # #[cogen::coroutine]
    /// # fn letters() -> impl AsyncCoroutine<(), Yield = char, Return = usize> {
    /// #     yield_!('a');
    /// #     yield_!('b');
    /// #     2
    /// # }
    /// # futures::executor::block_on(async {
    /// let mut letters = std::pin::pin!(letters().into_stream());
    /// assert_eq!(letters.by_ref().count().await, 2);
    /// assert_eq!(letters.as_mut().take_return(), Some(2));
    /// assert_eq!(letters.as_mut().take_return(), None);
    /// # });
    /// ```
    pub fn take_return(self: Pin<&mut Self>) -> Option<C::Return> {
        self.project().returned.take()
    }
}

impl<C: AsyncCoroutine> Stream for CoroutineStream<C> {
    type Item = C::Yield;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<C::Yield>> {
        let this = self.project();
        if this.coroutine.status() == Status::Closed {
            return Poll::Ready(None); // also after a panic
        }
        match this.coroutine.poll_resume(cx, &mut Some(())) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(CoroutineState::Yielded(value)) => Poll::Ready(Some(value)),
            Poll::Ready(CoroutineState::Complete(value)) => {
                *this.returned = Some(value);
                Poll::Ready(None)
            }
        }
    }
}

impl<C: AsyncCoroutine> FusedStream for CoroutineStream<C> {
    fn is_terminated(&self) -> bool {
        self.coroutine.status() == Status::Closed
    }
}

impl<C: AsyncCoroutine> fmt::Debug for CoroutineStream<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("status", &self.coroutine.status()).finish_non_exhaustive()
    }
}

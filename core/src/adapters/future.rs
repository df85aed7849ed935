//! The bridge to futures: a coroutine as a future.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::adapters::into_async::IntoAsync;
use crate::engine::asynchronous::handle::AsyncHandle;
use crate::engine::machine::Machine;
use crate::engine::sync::handle::Handle;
use crate::protocol::async_coroutine::AsyncCoroutine;
#[cfg(feature = "alloc")]
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::CoroutineState;

pin_project! {
    /// A future that runs a coroutine to its end and outputs its return value.
    ///
    /// [`CoroutineExt::into_future`](crate::CoroutineExt::into_future) and
    /// [`AsyncCoroutineExt::into_future`](crate::AsyncCoroutineExt::into_future) create it. The
    /// yielded values are dropped, and each yield lets other tasks run.
    ///
    /// If nothing is sent to them, these coroutines can be awaited without the method:
    ///
    /// - a [`co!`](crate::co) block,
    /// - a named struct,
    /// - a `BoxCoroutine`, and the other three boxes of coroutines,
    /// - the result of a function whose return type is `impl Coroutine<…> + IntoFuture<Output = T>`
    ///   or `impl AsyncCoroutine<…> + IntoFuture<Output = T>`. Write `.await` there, and not
    ///   `.into_future()`: two traits have a method of that name.
    ///
    /// Python: the generator-based coroutines of `types.coroutine` (PEP 492).
    ///
    /// # Panics
    ///
    /// Polling the future panics if it was ready already, if the coroutine is closed, and if its
    /// body panics.
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
    /// assert_eq!(future.as_mut().poll(cx), Poll::Pending); // other tasks may run now
    /// assert_eq!(future.as_mut().poll(cx), Poll::Ready(42));
    /// ```
    ///
    /// Without the method:
    ///
    /// ```
    /// use cogen::{Coroutine, co};
    ///
    /// #[cogen::coroutine]
    /// fn work() -> impl Coroutine<(), Return = u32> + IntoFuture<Output = u32> {
    ///     yield_!();
    ///     42
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// assert_eq!(work().await, 42);
    /// assert_eq!(co! { yield!(1); 2 }.await, 2);
    /// # });
    /// ```
    #[derive(Clone, Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct CoroutineFuture<C> {
        #[pin]
        coroutine: C,
    }
}

impl<C> CoroutineFuture<C> {
    #[inline(always)]
    pub(crate) fn new(coroutine: C) -> Self {
        Self { coroutine }
    }
}

impl<C: AsyncCoroutine> Future for CoroutineFuture<C> {
    type Output = C::Return;

    #[inline]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Return> {
        match ready!(self.project().coroutine.poll_resume(cx, &mut Some(()))) {
            CoroutineState::Yielded(_) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            CoroutineState::Complete(value) => Poll::Ready(value),
        }
    }
}

// The methods of a type take precedence over those of traits. Without these, the compiler couldn't
// decide between the `into_future` of `IntoFuture` and that of `CoroutineExt` or
// `AsyncCoroutineExt`.

impl<Y, F: Future> Machine<Handle<(), Y>, F> {
    /// [`CoroutineExt::into_future`](crate::CoroutineExt::into_future).
    #[inline(always)]
    pub fn into_future(self) -> CoroutineFuture<IntoAsync<Self>> {
        CoroutineFuture::new(IntoAsync::new(self))
    }
}

impl<Y, F: Future> Machine<AsyncHandle<(), Y>, F> {
    /// [`AsyncCoroutineExt::into_future`](crate::AsyncCoroutineExt::into_future).
    #[inline(always)]
    pub fn into_future(self) -> CoroutineFuture<Self> {
        CoroutineFuture::new(self)
    }
}

impl<Y, F: Future> IntoFuture for Machine<Handle<(), Y>, F> {
    type Output = F::Output;
    type IntoFuture = CoroutineFuture<IntoAsync<Self>>;

    #[inline(always)]
    fn into_future(self) -> Self::IntoFuture {
        self.into_future()
    }
}

impl<Y, F: Future> IntoFuture for Machine<AsyncHandle<(), Y>, F> {
    type Output = F::Output;
    type IntoFuture = CoroutineFuture<Self>;

    #[inline(always)]
    fn into_future(self) -> Self::IntoFuture {
        self.into_future()
    }
}

/// Implements `IntoFuture` for boxed coroutines.
#[cfg(feature = "alloc")]
macro_rules! await_boxes {
    ($($trait:ident [$($send:tt)*] |$this:ident| $async:expr => $future:ty;)*) => {$(
        impl<'a, Y, T> dyn $trait<(), Yield = Y, Return = T> $($send)* + 'a {
            #[doc(hidden)]
            #[inline]
            pub fn into_future(self: Pin<Box<Self>>) -> CoroutineFuture<$future> {
                let $this = self;
                CoroutineFuture::new($async)
            }
        }

        impl<'a, Y, T> IntoFuture
            for Pin<Box<dyn $trait<(), Yield = Y, Return = T> $($send)* + 'a>>
        {
            type Output = T;
            type IntoFuture = CoroutineFuture<$future>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                let $this = self;
                CoroutineFuture::new($async)
            }
        }
    )*};
}

#[cfg(feature = "alloc")]
await_boxes! {
    Coroutine [] |this| IntoAsync::new(this)
        => IntoAsync<Pin<Box<dyn Coroutine<(), Yield = Y, Return = T> + 'a>>>;
    Coroutine [+ Send] |this| IntoAsync::new(this)
        => IntoAsync<Pin<Box<dyn Coroutine<(), Yield = Y, Return = T> + Send + 'a>>>;
    AsyncCoroutine [] |this| this
        => Pin<Box<dyn AsyncCoroutine<(), Yield = Y, Return = T> + 'a>>;
    AsyncCoroutine [+ Send] |this| this
        => Pin<Box<dyn AsyncCoroutine<(), Yield = Y, Return = T> + Send + 'a>>;
}

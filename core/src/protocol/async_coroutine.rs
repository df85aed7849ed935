//! The pinned level of the coroutines that may wait for futures: the trait that each of them
//! implements.

use core::ops::DerefMut;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::protocol::pinned::AsyncPinned;
use crate::protocol::state::{CoroutineState, Status};

/// A [`Coroutine`](crate::Coroutine) that may also wait for futures, as an `async fn` does: a
/// resume of it is a future.
///
/// This is the pinned level, for generic code and for implementations by hand;
/// [`AsyncCoroutineExt`](crate::AsyncCoroutineExt) has the methods for everyday use.
/// `#[cogen::coroutine]` writes the implementation, and in its body both `yield_!` and `.await`
/// suspend:
///
/// ```
/// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState::*};
/// # async fn look_up(word: &str) -> usize { word.len() }
///
/// #[cogen::coroutine]
/// fn lengths() -> impl AsyncCoroutine<String, Yield = usize> {
///     let mut word = yield_!(0);
///     loop {
///         let length = look_up(&word).await;
///         word = yield_!(length);
///     }
/// }
///
/// # futures::executor::block_on(async {
/// let mut lengths = std::pin::pin!(lengths());
/// lengths.start().await;
/// assert_eq!(lengths.send("hello".to_owned()).await, Yielded(5));
/// # });
/// ```
///
/// `R` is what is sent in; it is `()` for a coroutine that only gives values out. It is polled with
/// the context of whoever awaits it, so it runs on any executor. Mirrors the asynchronous
/// generators of PEP 525, with a return value besides.
///
/// # Implementing it by hand
///
/// Keep the contract that each method states.
///
/// ```
/// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState, Status};
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
///
/// /// Counts up, and lets other tasks run before each number.
/// struct Count { number: u32, status: Status }
///
/// impl AsyncCoroutine for Count {
///     type Yield = u32;
///     type Return = ();
///
///     fn poll_resume(
///         mut self: Pin<&mut Self>,
///         cx: &mut Context<'_>,
///         _: &mut Option<()>,
///     ) -> Poll<CoroutineState<u32, ()>> {
///         assert_ne!(self.status, Status::Closed, "`Count` is closed");
///         if self.status != Status::Running {
///             self.status = Status::Running;
///             cx.waker().wake_by_ref();
///             return Poll::Pending;
///         }
///         self.status = Status::Suspended;
///         self.number += 1;
///         Poll::Ready(CoroutineState::Yielded(self.number))
///     }
///
///     fn terminate(mut self: Pin<&mut Self>) {
///         self.status = Status::Closed;
///     }
///
///     fn status(&self) -> Status {
///         self.status
///     }
/// }
///
/// # futures::executor::block_on(async {
/// let mut count = Count { number: 0, status: Status::Created };
/// count.start().await;
/// assert_eq!(count.start().await, CoroutineState::Yielded(2));
/// # });
/// ```
#[must_use = "coroutines do nothing until started"]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async coroutine that takes `{R}`",
    label = "not an `AsyncCoroutine<{R}>`",
    note = "a function under `#[cogen::coroutine]` that is written to return \
            `impl AsyncCoroutine<…>` returns one: put the attribute on the function that yields, \
            call it, and pin what it returns with `pin!`"
)]
pub trait AsyncCoroutine<R = ()> {
    /// What each yield gives out.
    type Yield;
    /// What the coroutine gives back at its end.
    type Return;

    /// Runs the coroutine to its next yield or to its end, as far as that is possible without
    /// waiting.
    ///
    /// What happens depends on where it stands, which [`status`](Self::status) tells:
    ///
    /// - [`Created`](Status::Created): it begins. `argument` must be `None`, as no yield waits for
    ///   it, unless `R` is `()`.
    /// - [`Suspended`](Status::Suspended): it takes the argument out of the option and goes on from
    ///   the yield, whose value that is.
    /// - [`Running`](Status::Running): a resume was begun and waits for a future. It goes on with
    ///   that, and leaves `argument` where it is.
    ///
    /// It is `Pending` while it waits for a future: the task of `cx` is woken when it is worth
    /// polling again. [`AsyncCoroutineExt::send`](crate::AsyncCoroutineExt::send) is the
    /// everyday form.
    ///
    /// # Panics
    ///
    /// If the coroutine is closed; where `R` is not `()`, if it has not begun and there is an
    /// argument, having run nothing, and if it is suspended and there is none; and if its body
    /// panics, which closes it.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, CoroutineState::*};
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    ///
    /// #[cogen::coroutine]
    /// fn double() -> impl AsyncCoroutine<i32, Yield = i32> {
    ///     let mut number = yield_!(0);
    ///     loop {
    ///         number = yield_!(2 * number);
    ///     }
    /// }
    ///
    /// let cx = &mut Context::from_waker(Waker::noop());
    /// let mut double = pin!(double());
    /// assert_eq!(double.as_mut().poll_resume(cx, &mut None), Poll::Ready(Yielded(0)));
    /// assert_eq!(double.as_mut().poll_resume(cx, &mut Some(21)), Poll::Ready(Yielded(42)));
    /// ```
    fn poll_resume(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        argument: &mut Option<R>,
    ) -> Poll<CoroutineState<Self::Yield, Self::Return>>;

    /// Ends the coroutine where it stands, at a yield or in the middle of a resume: what its body
    /// holds is dropped, innermost first. Does nothing to a closed one.
    ///
    /// [`AsyncCoroutineExt::close`](crate::AsyncCoroutineExt::close) is the everyday form. Nothing
    /// is awaited: what has to be finished asynchronously belongs before the end of the body.
    ///
    /// # Panics
    ///
    /// If what the body holds panics when it is dropped; the coroutine is closed all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, Status};
    /// use std::pin::pin;
    ///
    /// # #[cogen::coroutine]
    /// # fn pause() -> impl AsyncCoroutine { yield_!(); }
    /// let mut pause = pin!(pause());
    /// pause.as_mut().terminate(); // its body never begins
    /// assert_eq!(pause.status(), Status::Closed);
    /// ```
    fn terminate(self: Pin<&mut Self>);

    /// Where the coroutine stands. [`Running`](Status::Running) means that a resume has begun and
    /// waits for a future.
    ///
    /// Python: `inspect.getasyncgenstate`, of 3.12.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, Status};
    /// use std::pin::pin;
    ///
    /// #[cogen::coroutine]
    /// fn once() -> impl AsyncCoroutine {
    ///     yield_!();
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let mut once = pin!(once());
    /// assert_eq!(once.status(), Status::Created);
    /// once.start().await;
    /// assert_eq!(once.status(), Status::Suspended);
    /// once.start().await;
    /// assert_eq!(once.status(), Status::Closed); // it has ended
    /// # });
    /// ```
    ///
    /// See [`AsyncCoroutineExt::proceed`](crate::AsyncCoroutineExt::proceed) for one that is
    /// `Running`.
    #[doc(alias = "ag_running")]
    #[doc(alias = "getasyncgenstate")]
    fn status(&self) -> Status;
}

impl<R, P> AsyncCoroutine<R> for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncCoroutine<R>,
{
    type Yield = <P::Target as AsyncCoroutine<R>>::Yield;
    type Return = <P::Target as AsyncCoroutine<R>>::Return;

    #[inline(always)]
    #[track_caller]
    fn poll_resume(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        argument: &mut Option<R>,
    ) -> Poll<CoroutineState<Self::Yield, Self::Return>> {
        self.as_deref_mut().poll_resume(cx, argument)
    }

    #[inline(always)]
    fn terminate(self: Pin<&mut Self>) {
        self.as_deref_mut().terminate();
    }

    #[inline(always)]
    fn status(&self) -> Status {
        (**self).status()
    }
}

/// An unpinned coroutine behind a pointer is one too.
macro_rules! forward_to_unpin {
    ($($(#[$attribute:meta])* $pointer:ty),*) => {$(
        $(#[$attribute])*
        impl<R, C> AsyncCoroutine<R> for $pointer
        where
            C: AsyncPinned<R> + ?Sized,
        {
            type Yield = C::Yield;
            type Return = C::Return;

            #[inline(always)]
            #[track_caller]
            fn poll_resume(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                argument: &mut Option<R>,
            ) -> Poll<CoroutineState<C::Yield, C::Return>> {
                Pin::new(&mut **self).poll_resume(cx, argument)
            }

            #[inline(always)]
            fn terminate(mut self: Pin<&mut Self>) {
                Pin::new(&mut **self).terminate();
            }

            #[inline(always)]
            fn status(&self) -> Status {
                (**self).status()
            }
        }
    )*};
}

forward_to_unpin! {
    &mut C,
    #[cfg(feature = "alloc")]
    alloc::boxed::Box<C>
}

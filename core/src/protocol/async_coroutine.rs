//! The pinned level of async coroutines: the trait that each of them implements.

use core::ops::DerefMut;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::protocol::pinned::AsyncPinned;
use crate::protocol::state::{CoroutineState, Status};

/// A coroutine that may also `.await`: each resume is a future.
///
/// Use this trait as a bound in generic code, and implement it for async coroutines that you write
/// by hand. The methods for everyday use are in [`AsyncCoroutineExt`](crate::AsyncCoroutineExt).
/// [`#[cogen::coroutine]`](macro@crate::coroutine) implements the trait. The body may yield and
/// `.await`:
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
/// `R` is the type of the values that are sent. It is `()` for a coroutine that only yields. The
/// coroutine is polled with the context of the task that awaits it, so it runs on any executor. The
/// trait is modelled on Python's asynchronous generators (PEP 525) and adds a return value.
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
    /// The type of the values that the coroutine yields.
    type Yield;
    /// The type of the value that the coroutine returns.
    type Return;

    /// Polls the coroutine, which runs to its next yield, to its end, or until a future is pending.
    ///
    /// The effect depends on the [`status`](Self::status):
    ///
    /// - [`Created`](Status::Created): the coroutine is started. `argument` must be `None` unless
    ///   `R` is `()`, because no yield waits for a value yet.
    /// - [`Suspended`](Status::Suspended): the coroutine takes the argument out of the option and
    ///   is resumed with it.
    /// - [`Running`](Status::Running): the coroutine is in the middle of a resume, at a future that
    ///   was pending. It continues this resume, and doesn't take the argument unless `R` is `()`.
    ///
    /// The result is `Pending` while the body waits for a future. The task of `cx` is woken when
    /// the coroutine should be polled again.
    /// [`AsyncCoroutineExt::send`](crate::AsyncCoroutineExt::send) is the everyday form.
    ///
    /// # Panics
    ///
    /// If the coroutine is closed, and if its body panics, which closes it. If `R` is not `()`, it
    /// also panics if a coroutine that has not started gets an argument, and if a suspended one
    /// gets none. In these two cases the body has not run.
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

    /// Closes the coroutine, at a yield or in the middle of a resume, and drops all that its body
    /// holds. Does nothing if the coroutine is closed.
    ///
    /// `terminate` awaits nothing. Put a clean-up that has to await something into the body.
    /// [`AsyncCoroutineExt::close`](crate::AsyncCoroutineExt::close) is the everyday form.
    ///
    /// # Panics
    ///
    /// If a destructor in the body panics. The coroutine is closed nevertheless.
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
    /// pause.as_mut().terminate(); // its body never runs
    /// assert_eq!(pause.status(), Status::Closed);
    /// ```
    fn terminate(self: Pin<&mut Self>);

    /// Returns the status. [`Running`](Status::Running) means that a resume has begun and waits for
    /// a future.
    ///
    /// Python: `inspect.getasyncgenstate`, since 3.12.
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
    /// assert_eq!(once.status(), Status::Closed); // it has completed
    /// # });
    /// ```
    ///
    /// [`AsyncCoroutineExt::proceed`](crate::AsyncCoroutineExt::proceed) has an example with
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

/// A pointer to an `Unpin` coroutine is a coroutine, too.
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

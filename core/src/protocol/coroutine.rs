//! The pinned level: the trait that every coroutine implements, as `core::ops::Coroutine` has it.

use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::Poll;

use crate::engine::sync::channel::Channel;
use crate::engine::unit;
use crate::protocol::pinned::Pinned;
use crate::protocol::state::{CoroutineState, Status};

/// A function that can pause in the middle, give a value out, and take one in when it goes on.
///
/// This is the pinned level, for generic code and for implementations by hand;
/// [`CoroutineExt`](crate::CoroutineExt) has the methods for everyday use. `#[cogen::coroutine]`
/// writes the implementation:
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
///
/// #[cogen::coroutine]
/// fn echo() -> impl Coroutine<String, Yield = String> {
///     let mut heard = String::new();
///     loop {
///         heard = yield_!(heard);
///     }
/// }
///
/// let mut echo = std::pin::pin!(echo());
/// echo.start();
/// assert_eq!(echo.send("hello".to_owned()), Yielded("hello".to_owned()));
/// ```
///
/// `R` is what is sent in; it is `()` for a coroutine that only gives values out. Mirrors
/// [`core::ops::Coroutine`], which is unstable, and PEP 342's generators, whose four states
/// [`status`](Self::status) tells.
///
/// # Implementing it by hand
///
/// Keep the contract that each method states. A coroutine of one's own can be delegated to with
/// `yield_from!`, boxed, shared and driven by `CoroutineExt` like any other:
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState, Status};
/// use std::pin::Pin;
///
/// /// Gives back the sum of all that was sent.
/// struct Sum(i32, Status);
///
/// impl Coroutine<i32> for Sum {
///     type Yield = i32;
///     type Return = ();
///
///     fn begin(mut self: Pin<&mut Self>) -> CoroutineState<i32, ()> {
///         assert_eq!(self.1, Status::Created, "`Sum` begins once");
///         self.1 = Status::Suspended;
///         CoroutineState::Yielded(self.0)
///     }
///
///     fn resume(mut self: Pin<&mut Self>, number: i32) -> CoroutineState<i32, ()> {
///         assert_eq!(
///             self.1,
///             Status::Suspended,
///             "`Sum` takes numbers between its beginning and its end"
///         );
///         self.0 += number;
///         CoroutineState::Yielded(self.0)
///     }
///
///     fn terminate(mut self: Pin<&mut Self>) {
///         self.1 = Status::Closed;
///     }
///
///     fn status(&self) -> Status {
///         self.1
///     }
/// }
///
/// let mut sum = Sum(0, Status::Created);
/// sum.start();
/// sum.send(1);
/// assert_eq!(sum.send(2), CoroutineState::Yielded(3));
/// ```
#[must_use = "coroutines do nothing until started"]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a coroutine that takes `{R}`",
    label = "not a `Coroutine<{R}>`",
    note = "a function under `#[cogen::coroutine]` returns one: put the attribute on the function \
            that yields, call it, and pin what it returns with `pin!`"
)]
#[doc(alias = "generator")]
pub trait Coroutine<R = ()> {
    /// What each yield gives out.
    type Yield;
    /// What the coroutine gives back at its end.
    type Return;

    /// Runs the coroutine from its beginning to its first yield, or to its end.
    ///
    /// Beginning is an operation of its own, because a first argument would have nowhere to go: no
    /// yield waits for it. Where `R` is `()`, a coroutine that has begun goes on.
    /// [`CoroutineExt::start`](crate::CoroutineExt::start) is the everyday form.
    ///
    /// # Panics
    ///
    /// If the coroutine has begun and `R` is not `()`, if it is closed, and if its body panics,
    /// which closes it.
    ///
    /// # Examples
    ///
    /// See [`resume`](Self::resume).
    fn begin(self: Pin<&mut Self>) -> CoroutineState<Self::Yield, Self::Return>;

    /// Runs the coroutine from the yield that it is paused at, whose value is `argument`, to the
    /// next yield, or to its end.
    ///
    /// Where `R` is `()`, a coroutine that has not begun begins.
    /// [`CoroutineExt::send`](crate::CoroutineExt::send) is the everyday form.
    ///
    /// # Panics
    ///
    /// If the coroutine has not begun and `R` is not `()`, having run nothing; if it is closed; and
    /// if its body panics, which closes it.
    /// [`CoroutineExt::try_send`](crate::CoroutineExt::try_send) gives an error instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineState::*};
    ///
    /// #[cogen::coroutine]
    /// fn double() -> impl Coroutine<i32, Yield = i32> {
    ///     let mut number = yield_!(0);
    ///     loop {
    ///         number = yield_!(2 * number);
    ///     }
    /// }
    ///
    /// let mut double = std::pin::pin!(double());
    /// assert_eq!(double.as_mut().begin(), Yielded(0));
    /// assert_eq!(double.as_mut().resume(21), Yielded(42));
    /// ```
    fn resume(self: Pin<&mut Self>, argument: R) -> CoroutineState<Self::Yield, Self::Return>;

    /// Ends the coroutine where it stands: what its body holds is dropped, innermost first. Does
    /// nothing to a closed one.
    ///
    /// [`CoroutineExt::close`](crate::CoroutineExt::close) is the everyday form. In Python, `close`
    /// raises `GeneratorExit` at the yield, and a body can refuse to end; here it can't.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, Status};
    ///
    /// # #[cogen::coroutine]
    /// # fn pause() -> impl Coroutine { yield_!(); }
    /// let mut pause = std::pin::pin!(pause());
    /// pause.as_mut().terminate();
    /// assert_eq!(pause.status(), Status::Closed);
    /// ```
    fn terminate(self: Pin<&mut Self>);

    /// Where the coroutine stands.
    ///
    /// # Examples
    ///
    /// See [`Status`].
    fn status(&self) -> Status;

    /// Checks that the coroutine can run in the place of one that delegates to it, and marks it as
    /// started. `sends` says whether an argument is waiting for it.
    ///
    /// Not part of the public interface. The default does nothing, as [`resume`](Self::resume) and
    /// [`begin`](Self::begin) check the same.
    ///
    /// # Panics
    ///
    /// If the coroutine is closed, and if it has started and would get no argument.
    ///
    /// # Safety
    ///
    /// As for [`__delegate`](Self::__delegate), which has to follow.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    unsafe fn __enter(self: Pin<&mut Self>, sends: bool) {
        let _ = sends;
    }

    /// Runs the coroutine to its next yield in the place of one that delegates to it: `Pending` at
    /// a yield. It is also `Pending` where its body waits for anything but its caller: then the
    /// channel's slot is not paused, and the coroutine must not run again.
    ///
    /// Not part of the public interface. The default goes through [`resume`](Self::resume); our own
    /// coroutines are polled with the same slot instead, so that a chain of any length costs
    /// what its innermost member costs.
    ///
    /// # Safety
    ///
    /// Only a delegation may call this, which owns the coroutine, and what stands between the two
    /// owns it likewise and only passes the call on: until the coroutine has ended, it is neither
    /// moved nor dropped nor used in another way while the one that delegates to it is there, and
    /// it goes where that goes. The delegation calls [`__enter`](Self::__enter) before the first
    /// call, and makes no further call after one that was ready, that panicked, or that left the
    /// slot as it was. What doesn't own the coroutine goes through [`lend`] instead.
    #[doc(hidden)]
    unsafe fn __delegate(
        self: Pin<&mut Self>,
        mut channel: Channel<'_, R, Self::Yield>,
    ) -> Poll<Self::Return> {
        let state = match channel.slot().take_argument().or_else(unit::unit) {
            Some(argument) => self.resume(argument),
            None => self.begin(),
        };
        match state {
            CoroutineState::Yielded(value) => {
                channel.slot().put(value);
                Poll::Pending
            }
            CoroutineState::Complete(value) => Poll::Ready(value),
        }
    }
}

impl<R, P> Coroutine<R> for Pin<P>
where
    P: DerefMut,
    P::Target: Coroutine<R>,
{
    type Yield = <P::Target as Coroutine<R>>::Yield;
    type Return = <P::Target as Coroutine<R>>::Return;

    #[inline(always)]
    #[track_caller]
    fn begin(self: Pin<&mut Self>) -> CoroutineState<Self::Yield, Self::Return> {
        self.as_deref_mut().begin()
    }

    #[inline(always)]
    #[track_caller]
    fn resume(self: Pin<&mut Self>, argument: R) -> CoroutineState<Self::Yield, Self::Return> {
        self.as_deref_mut().resume(argument)
    }

    #[inline(always)]
    fn terminate(self: Pin<&mut Self>) {
        self.as_deref_mut().terminate();
    }

    #[inline(always)]
    fn status(&self) -> Status {
        (**self).status()
    }

    #[inline(always)]
    #[track_caller]
    unsafe fn __enter(self: Pin<&mut Self>, sends: bool) {
        if is_box::<P>() {
            // SAFETY: as below.
            unsafe { self.as_deref_mut().__enter(sends) };
        }
    }

    #[inline(always)]
    unsafe fn __delegate(
        self: Pin<&mut Self>,
        channel: Channel<'_, R, Self::Yield>,
    ) -> Poll<Self::Return> {
        if is_box::<P>() {
            // SAFETY: this only passes it on, and a box owns what it leads to.
            return unsafe { self.as_deref_mut().__delegate(channel) };
        }
        lend(self.as_deref_mut(), channel)
    }
}

/// Whether `Pin<P>` owns the coroutine that it leads to. Any other pointer may lead to another one
/// each time.
#[cfg_attr(not(feature = "alloc"), allow(clippy::extra_unused_type_parameters))]
#[inline(always)]
fn is_box<P: Deref>() -> bool {
    #[cfg(feature = "alloc")]
    return unit::is_same::<P, alloc::boxed::Box<P::Target>>();
    #[cfg(not(feature = "alloc"))]
    return false;
}

/// Runs a coroutine that whoever delegates to it has only borrowed. It is checked each time; it
/// gets no [active stack](crate::engine::recursion); and it is closed if it must not run again.
#[inline(always)]
fn lend<R, C: Coroutine<R> + ?Sized>(
    mut coroutine: Pin<&mut C>,
    mut channel: Channel<'_, R, C::Yield>,
) -> Poll<C::Return> {
    let sends = channel.slot().has_argument();
    // SAFETY: without the active stack, this call is all that has to do with the coroutine. It
    // enters the coroutine each time, and closes one that has left the slot as it was.
    let poll = unsafe {
        coroutine.as_mut().__enter(sends);
        channel.without_active_stack(|channel| coroutine.as_mut().__delegate(channel))
    };
    if poll.is_pending() && !channel.slot().is_paused() {
        coroutine.terminate();
    }
    poll
}

/// An unpinned coroutine behind a pointer is one too.
macro_rules! forward_to_unpin {
    ($($(#[$attribute:meta])* $pointer:ty, owned: $owned:literal;)*) => {$(
        $(#[$attribute])*
        impl<R, C> Coroutine<R> for $pointer
        where
            C: Pinned<R> + ?Sized,
        {
            type Yield = C::Yield;
            type Return = C::Return;

            #[inline(always)]
            #[track_caller]
            fn begin(mut self: Pin<&mut Self>) -> CoroutineState<C::Yield, C::Return> {
                Pin::new(&mut **self).begin()
            }

            #[inline(always)]
            #[track_caller]
            fn resume(
                mut self: Pin<&mut Self>,
                argument: R,
            ) -> CoroutineState<C::Yield, C::Return> {
                Pin::new(&mut **self).resume(argument)
            }

            #[inline(always)]
            fn terminate(mut self: Pin<&mut Self>) {
                Pin::new(&mut **self).terminate();
            }

            #[inline(always)]
            fn status(&self) -> Status {
                (**self).status()
            }

            #[inline(always)]
            #[track_caller]
            unsafe fn __enter(mut self: Pin<&mut Self>, sends: bool) {
                if $owned {
                    // SAFETY: as below.
                    unsafe { Pin::new(&mut **self).__enter(sends) };
                }
            }

            #[inline(always)]
            unsafe fn __delegate(
                mut self: Pin<&mut Self>,
                channel: Channel<'_, R, C::Yield>,
            ) -> Poll<C::Return> {
                let coroutine = Pin::new(&mut **self);
                if $owned {
                    // SAFETY: this only passes it on, and a box owns what it leads to.
                    return unsafe { coroutine.__delegate(channel) };
                }
                lend(coroutine, channel)
            }
        }
    )*};
}

forward_to_unpin! {
    &mut C, owned: false;
    #[cfg(feature = "alloc")]
    alloc::boxed::Box<C>, owned: true;
}

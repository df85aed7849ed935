//! The pinned level: the trait that every coroutine implements, modelled on `core::ops::Coroutine`.

use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::Poll;

use crate::engine::slot::Slot;
use crate::engine::sync::channel::Channel;
use crate::engine::unit;
use crate::protocol::pinned::Pinned;
use crate::protocol::state::{CoroutineState, Status};

/// A computation that yields a value whenever it is suspended, and is sent a value whenever it is
/// resumed.
///
/// To run a coroutine, use the methods of [`CoroutineExt`](crate::CoroutineExt). Use this trait in
/// return types and as a bound in generic code. You rarely implement it yourself, because
/// [`#[cogen::coroutine]`](macro@crate::coroutine) does:
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
/// `R` is the type of the values that are sent. It is `()` for a coroutine that only yields. The
/// trait is modelled on [`core::ops::Coroutine`], which is unstable, and on Python's generators
/// (PEP 342).
///
/// In the return type of a function under the attribute, and in
/// [`BoxCoroutine`](crate::BoxCoroutine), a missing `Return` is `()`. In a bound, a missing
/// `Return` may be any type. In a `dyn` type it has to be written, as in
/// `dyn Coroutine<(), Yield = u32, Return = ()>`.
///
/// # Panics
///
/// With the feature `std`, the panics of misuse name the line of the caller. Behind `dyn`, as in a
/// [`BoxCoroutine`](crate::BoxCoroutine), they name a line of cogen, and the backtrace has the
/// caller's line.
///
/// # Implementing it by hand
///
/// Each required method must do what its documentation says. The coroutine then works like any
/// other with `yield_from!`, `BoxCoroutine`, `Shared` and `CoroutineExt`:
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState, Status};
/// use std::pin::Pin;
///
/// /// Yields the sum of all numbers that it was sent.
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
pub trait Coroutine<R = ()> {
    /// The type of the values that the coroutine yields.
    type Yield;
    /// The type of the value that the coroutine returns.
    type Return;

    /// Starts the coroutine and runs it to its first yield, or to its end.
    ///
    /// Starting is a separate operation, because before the start no yield waits for an argument.
    /// If `R` is `()`, `begin` also resumes a coroutine that has started.
    /// [`CoroutineExt::start`](crate::CoroutineExt::start) is the everyday form.
    ///
    /// # Panics
    ///
    /// If the coroutine has started and `R` is not `()`, if it is closed, and if its body panics. A
    /// panic in the body closes the coroutine.
    ///
    /// # Examples
    ///
    /// See [`resume`](Self::resume).
    fn begin(self: Pin<&mut Self>) -> CoroutineState<Self::Yield, Self::Return>;

    /// Resumes the coroutine with `argument` and runs it to its next yield, or to its end.
    ///
    /// The yield at which the coroutine is suspended evaluates to `argument`. If `R` is `()`,
    /// `resume` also starts a coroutine that has not started.
    /// [`CoroutineExt::send`](crate::CoroutineExt::send) is the everyday form.
    ///
    /// # Panics
    ///
    /// If the coroutine has not started and `R` is not `()`, if it is closed, and if its body
    /// panics. A panic in the body closes the coroutine. Instead of the first two panics,
    /// [`CoroutineExt::try_send`](crate::CoroutineExt::try_send) returns an error.
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

    /// Closes the coroutine and drops all that its body holds. Does nothing if the coroutine is
    /// closed already.
    ///
    /// [`CoroutineExt::close`](crate::CoroutineExt::close) is the everyday form. In Python, `close`
    /// raises `GeneratorExit` at the yield, and the generator may catch it and yield again. Here a
    /// body can't do that.
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

    /// Returns the status: created, running, suspended or closed.
    ///
    /// # Examples
    ///
    /// See [`Status`].
    fn status(&self) -> Status;

    /// Checks that the coroutine can be delegated to, and marks it as started. `sends` says whether
    /// an argument is in the slot.
    ///
    /// Not part of the public interface. The default does nothing, because
    /// [`resume`](Self::resume) and [`begin`](Self::begin) check the same. An implementation that
    /// has its own [`__delegate`](Self::__delegate), and doesn't check the status in each call of
    /// it, has to check it here.
    ///
    /// # Panics
    ///
    /// If the coroutine is closed, and if it has started and there is no argument for it.
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

    /// Runs the coroutine to its next yield on behalf of a coroutine that delegates to it. Returns
    /// `Pending` at a yield. Also returns `Pending` if the body is pending on anything but its
    /// caller. In that case the channel's slot is not paused, and the coroutine must not run again.
    ///
    /// Not part of the public interface. The default calls [`resume`](Self::resume). The coroutines
    /// of this crate are polled with the same slot instead, so that the cost of a chain is the cost
    /// of its innermost member.
    ///
    /// # Safety
    ///
    /// The caller is a delegation that owns the coroutine, or a wrapper that owns it and only
    /// passes on the call of such a delegation. Until the coroutine has completed, and as long as
    /// the delegating coroutine exists, the coroutine is not moved, not dropped, and not used in
    /// any other way; it is moved only together with the delegating coroutine. The delegation calls
    /// [`__enter`](Self::__enter) before the first call. It makes no further call after a call that
    /// was ready, that panicked, or that left the slot as it was. A caller that doesn't own the
    /// coroutine uses [`lend`] instead.
    ///
    /// With a [probe](crate::engine::probe) in the slot, all that is required is that the coroutine
    /// is suspended.
    #[doc(hidden)]
    unsafe fn __delegate(
        self: Pin<&mut Self>,
        mut channel: Channel<'_, R, Self::Yield>,
    ) -> Poll<Self::Return> {
        relay(self, channel.slot())
    }
}

/// Resumes the coroutine with the argument in the slot, and puts the yielded value there. Doesn't
/// answer a probe.
pub(crate) fn relay<R, C: Coroutine<R> + ?Sized>(
    coroutine: Pin<&mut C>,
    slot: &mut Slot<R, C::Yield>,
) -> Poll<C::Return> {
    if slot.is_probe() {
        return Poll::Pending;
    }
    let state = match slot.take_argument().or_else(unit::unit) {
        Some(argument) => coroutine.resume(argument),
        None => coroutine.begin(),
    };
    match state {
        CoroutineState::Yielded(value) => {
            slot.put(value);
            Poll::Pending
        }
        CoroutineState::Complete(value) => Poll::Ready(value),
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
        mut channel: Channel<'_, R, Self::Yield>,
    ) -> Poll<Self::Return> {
        if is_box::<P>() {
            // SAFETY: this only passes it on, and a box owns what it leads to.
            return unsafe { self.as_deref_mut().__delegate(channel) };
        }
        if channel.slot().is_probe() {
            return Poll::Pending; // not through the user's pointer
        }
        lend(self.as_deref_mut(), channel)
    }
}

/// Whether `Pin<P>` owns the coroutine that it points to. Any other pointer type may point to
/// another coroutine at each use.
#[cfg_attr(not(feature = "alloc"), allow(clippy::extra_unused_type_parameters))]
#[inline(always)]
fn is_box<P: Deref>() -> bool {
    #[cfg(feature = "alloc")]
    return unit::is_same::<P, alloc::boxed::Box<P::Target>>();
    #[cfg(not(feature = "alloc"))]
    return false;
}

/// Runs a coroutine that the delegating coroutine has only borrowed. The coroutine is checked each
/// time, it gets no [active stack](crate::engine::recursion), and it is closed if it must not run
/// again.
#[inline(always)]
fn lend<R, C: Coroutine<R> + ?Sized>(
    mut coroutine: Pin<&mut C>,
    mut channel: Channel<'_, R, C::Yield>,
) -> Poll<C::Return> {
    let sends = channel.slot().has_argument();
    if channel.slot().is_probe() {
        return Poll::Pending;
    }
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

/// A pointer to an `Unpin` coroutine is a coroutine, too.
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

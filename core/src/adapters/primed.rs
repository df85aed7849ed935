//! Priming: a coroutine that has run to its first yield already.

use core::fmt;
use core::pin::Pin;

use crate::engine::unit;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::pinned::Pinned;
use crate::protocol::state::{CoroutineState, Status};
#[cfg(feature = "alloc")]
use {
    crate::engine::{probe, sync::channel::Channel},
    crate::protocol::coroutine::relay,
    core::task::Poll,
};

/// A coroutine that has been started, together with the first value that it yielded.
///
/// [`CoroutineExt::primed`](crate::CoroutineExt::primed) and the option `priming` of
/// [`#[cogen::coroutine]`](macro@crate::coroutine) create it. It is ready for `send`.
///
/// - [`first`](Self::first) returns a reference to the first value. A function with the option
///   returns an `impl Coroutine`, which doesn't have this method.
/// - [`start`](crate::CoroutineExt::start) returns the first value, and so does `send(())` if `R`
///   is `()`. So loops, `yield_from!` and generic code lose nothing.
/// - The first `send` of any other type drops the first value, as a priming decorator in Python
///   does.
/// - If the body returned without yielding, the first resume returns the return value.
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
///
/// #[cogen::coroutine(priming)]
/// fn double() -> impl Coroutine<i32, Yield = i32> {
///     let mut number = yield_!(0);
///     loop {
///         number = yield_!(2 * number);
///     }
/// }
///
/// let mut double = double();
/// assert_eq!(double.send(21), Yielded(42));
/// ```
#[must_use = "a primed coroutine waits for its first value"]
pub struct Primed<C: Coroutine<R>, R = ()> {
    coroutine: C,
    /// The result of the start, until it is returned or dropped by a `send`.
    kept: Option<CoroutineState<C::Yield, C::Return>>,
}

// Only the coroutine is ever pinned, and it is `Unpin`.
impl<R, C: Coroutine<R> + Unpin> Unpin for Primed<C, R> {}

impl<R, C: Pinned<R>> Primed<C, R> {
    /// Starts `coroutine`.
    ///
    /// # Panics
    ///
    /// In the same cases as [`CoroutineExt::start`](crate::CoroutineExt::start).
    ///
    /// # Examples
    ///
    /// See [`CoroutineExt::primed`](crate::CoroutineExt::primed), which is the same.
    #[track_caller]
    pub fn new(mut coroutine: C) -> Self {
        let kept = Some(Pin::new(&mut coroutine).begin());
        Self { coroutine, kept }
    }

    /// Returns the first value that the coroutine yielded, until `start` returns it or `send` drops
    /// it.
    ///
    /// # Examples
    ///
    /// See [`CoroutineExt::primed`](crate::CoroutineExt::primed).
    pub fn first(&self) -> Option<&C::Yield> {
        match &self.kept {
            Some(CoroutineState::Yielded(value)) => Some(value),
            _ => None,
        }
    }
}

impl<R, C: Pinned<R>> Coroutine<R> for Primed<C, R> {
    type Yield = C::Yield;
    type Return = C::Return;

    #[track_caller]
    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<C::Yield, C::Return> {
        match self.kept.take() {
            Some(kept) => kept,
            None => Pin::new(&mut self.coroutine).begin(),
        }
    }

    #[track_caller]
    fn resume(mut self: Pin<&mut Self>, argument: R) -> CoroutineState<C::Yield, C::Return> {
        match self.kept.take() {
            Some(kept) if unit::is_unit::<R>() || kept.is_complete() => kept,
            _ => Pin::new(&mut self.coroutine).resume(argument),
        }
    }

    fn terminate(mut self: Pin<&mut Self>) {
        self.kept = None;
        Pin::new(&mut self.coroutine).terminate();
    }

    /// Returns the status, which is [`Suspended`](Status::Suspended) as long as the result of the
    /// start is kept, even if the body has returned.
    fn status(&self) -> Status {
        match self.kept {
            Some(_) => Status::Suspended,
            None => self.coroutine.status(),
        }
    }

    #[cfg(feature = "alloc")]
    unsafe fn __delegate(
        mut self: Pin<&mut Self>,
        mut channel: Channel<'_, R, C::Yield>,
    ) -> Poll<C::Return> {
        if channel.slot().is_probe() {
            return probe::pass_on(Pin::new(&mut self.coroutine), channel);
        }
        relay(self, channel.slot())
    }
}

impl<R, C: Coroutine<R> + Unpin + fmt::Debug> fmt::Debug for Primed<C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Primed").field("status", &self.status()).finish_non_exhaustive()
    }
}

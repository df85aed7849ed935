//! Priming: a coroutine that has already run to its first yield.

use core::fmt;
use core::pin::Pin;

use crate::engine::unit;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::pinned::Pinned;
use crate::protocol::state::{CoroutineState, Status};

/// A started coroutine with its first value in hand: what
/// [`CoroutineExt::primed`](crate::CoroutineExt::primed) and `#[cogen::coroutine(priming)]` make.
///
/// The first value is there to look at with [`first`](Self::first), and
/// [`start`](crate::CoroutineExt::start) hands it out, so that generic code, loops and
/// `yield_from!` lose nothing. The first `send` of something drops it, as Python's priming
/// decorators do; where `R` is `()`, the first `send(())` hands it out.
/// If the body has returned before its first yield, whoever resumes it first gets the return value.
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
    /// What the first run gave out, until somebody takes it or resumes over it.
    kept: Option<CoroutineState<C::Yield, C::Return>>,
}

// Nothing of it is ever pinned but the coroutine, which doesn't mind.
impl<R, C: Coroutine<R> + Unpin> Unpin for Primed<C, R> {}

impl<R, C: Pinned<R>> Primed<C, R> {
    /// Starts `coroutine`.
    ///
    /// # Panics
    ///
    /// As [`CoroutineExt::start`](crate::CoroutineExt::start) does, which it calls.
    ///
    /// # Examples
    ///
    /// See [`CoroutineExt::primed`](crate::CoroutineExt::primed), which is the same.
    #[track_caller]
    pub fn new(mut coroutine: C) -> Self {
        let kept = Some(Pin::new(&mut coroutine).begin());
        Self { coroutine, kept }
    }

    /// The first value that the coroutine yielded, unless it was taken by `start` or passed over by
    /// `send`.
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

    /// [`Suspended`](Status::Suspended) as long as the return value of a body that never yielded
    /// waits to be taken.
    fn status(&self) -> Status {
        match self.kept {
            Some(_) => Status::Suspended,
            None => self.coroutine.status(),
        }
    }
}

impl<R, C: Coroutine<R> + Unpin + fmt::Debug> fmt::Debug for Primed<C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Primed").field("status", &self.status()).finish_non_exhaustive()
    }
}

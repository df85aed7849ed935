//! What the type of the argument decides: where it is `()` there is nothing to lose, where it is a
//! `Result` errors can be thrown.

use core::ops::ControlFlow;

/// An argument that can carry an error in: `Result<V, E>`.
///
/// [`CoroutineExt::throw`](crate::CoroutineExt::throw) needs it: `yield_!(x)` is a `Result` then,
/// `?` lets the error out and `match` catches it.
///
/// # Examples
///
/// ```
/// use cogen::Throwable;
///
/// assert_eq!(Result::<i32, &str>::thrown("stop"), Err("stop"));
/// assert_eq!(Result::<i32, &str>::Err("stop").into_error(), Some("stop"));
/// ```
#[diagnostic::on_unimplemented(
    message = "no error can be thrown into a coroutine that takes `{Self}`: let it take a `Result`",
    label = "this coroutine takes `{Self}`",
    note = "write `impl Coroutine<Result<{Self}, YourError>, …>`; in the body `yield_!(x)?` lets a \
            thrown error out and `match yield_!(x)` catches it"
)]
pub trait Throwable {
    /// What is thrown.
    type Error;

    /// The argument that carries `error` in.
    fn thrown(error: Self::Error) -> Self;

    /// The error that this argument carries, if it carries one.
    fn into_error(self) -> Option<Self::Error>;
}

impl<V, E> Throwable for Result<V, E> {
    type Error = E;

    #[inline(always)]
    fn thrown(error: E) -> Self {
        Err(error)
    }

    #[inline(always)]
    fn into_error(self) -> Option<E> {
        self.err()
    }
}

/// An argument that a plain iterator or stream can be resumed with, because nothing is lost when it
/// doesn't look at it: `()`, or `Result<(), E>`, whose error ends the delegation.
#[diagnostic::on_unimplemented(
    message = "a plain iterator or stream can't take the `{Self}` that is sent to this coroutine: \
               loop over it and `yield_!` each item, or delegate to a coroutine that takes \
               `{Self}`",
    label = "an iterator or stream would lose every `{Self}` that is sent in"
)]
pub trait IteratorArgument: Sized {
    /// The value of the delegation.
    type Return;

    /// The value of a delegation whose iterator has come to its end.
    fn exhausted() -> Self::Return;

    /// Whether the delegation goes on after this argument.
    fn received(self) -> ControlFlow<Self::Return>;
}

impl IteratorArgument for () {
    type Return = ();

    #[inline(always)]
    fn exhausted() {}

    #[inline(always)]
    fn received(self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl<E> IteratorArgument for Result<(), E> {
    type Return = Self;

    #[inline(always)]
    fn exhausted() -> Self {
        Ok(())
    }

    #[inline(always)]
    fn received(self) -> ControlFlow<Self> {
        match self {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    }
}

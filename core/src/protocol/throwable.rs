//! The traits of the argument: errors can be thrown if it is a `Result`, and iterators can be
//! delegated to if it is `()` or `Result<(), E>`.

use core::ops::ControlFlow;

/// An argument that can contain an error: `Result<V, E>`.
///
/// [`CoroutineExt::throw`](crate::CoroutineExt::throw) needs such an argument. In the body
/// `yield_!(x)` is a `Result`: `?` returns the error, and `match` handles it.
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
    /// The type of the errors that can be thrown.
    type Error;

    /// Returns an argument that contains `error`.
    fn thrown(error: Self::Error) -> Self;

    /// Returns the error that this argument contains, if there is one.
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

/// An argument that an iterator or a stream can ignore when a coroutine delegates to it, because
/// nothing is lost: `()`, or `Result<(), E>`, whose error ends the delegation.
#[diagnostic::on_unimplemented(
    message = "a plain iterator or stream can't take the `{Self}` that is sent to this coroutine: \
               loop over it and `yield_!` each item, or delegate to a coroutine that takes \
               `{Self}`",
    label = "an iterator or stream would lose every `{Self}` that is sent in"
)]
pub trait IteratorArgument: Sized {
    /// The type that the delegation evaluates to.
    type Return;

    /// Returns the value of a delegation whose iterator has ended.
    fn exhausted() -> Self::Return;

    /// Returns whether the delegation continues after this argument.
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

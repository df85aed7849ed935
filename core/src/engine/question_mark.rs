//! `?` in the body of an iterator or a stream: it ends the body with the error as the last item.
//!
//! The traits replace `core::ops::Try` and `FromResidual`, which are unstable. They have the same
//! form, so the compiler infers the same types.

use core::ops::ControlFlow;
use core::task::Poll;

/// The operand of a `?`.
#[diagnostic::on_unimplemented(
    message = "`?` takes a `Result` or an `Option`, and `{Self}` is neither",
    label = "`{Self}` is neither a `Result` nor an `Option`"
)]
pub trait Branch {
    /// The value of the `?`.
    type Output;

    /// The value that ends the body.
    type Residual;

    /// Returns the output or the residual.
    fn branch(self) -> ControlFlow<Self::Residual, Self::Output>;
}

/// The error of a `Result`.
#[derive(Debug)]
pub struct Failed<E>(E);

/// The `None` of an `Option`.
#[derive(Debug)]
pub struct Absent;

#[diagnostic::do_not_recommend]
impl<T, E> Branch for Result<T, E> {
    type Output = T;
    type Residual = Failed<E>;

    #[inline(always)]
    fn branch(self) -> ControlFlow<Failed<E>, T> {
        match self {
            Ok(value) => ControlFlow::Continue(value),
            Err(error) => ControlFlow::Break(Failed(error)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T> Branch for Option<T> {
    type Output = T;
    type Residual = Absent;

    #[inline(always)]
    fn branch(self) -> ControlFlow<Absent, T> {
        self.map_or(ControlFlow::Break(Absent), ControlFlow::Continue)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E> Branch for Poll<Result<T, E>> {
    type Output = Poll<T>;
    type Residual = Failed<E>;

    #[inline(always)]
    fn branch(self) -> ControlFlow<Failed<E>, Poll<T>> {
        match self {
            Poll::Ready(Ok(value)) => ControlFlow::Continue(Poll::Ready(value)),
            Poll::Ready(Err(error)) => ControlFlow::Break(Failed(error)),
            Poll::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T, E> Branch for Poll<Option<Result<T, E>>> {
    type Output = Poll<Option<T>>;
    type Residual = Failed<E>;

    #[inline(always)]
    fn branch(self) -> ControlFlow<Failed<E>, Poll<Option<T>>> {
        match self {
            Poll::Ready(Some(Ok(value))) => ControlFlow::Continue(Poll::Ready(Some(value))),
            Poll::Ready(Some(Err(error))) => ControlFlow::Break(Failed(error)),
            Poll::Ready(None) => ControlFlow::Continue(Poll::Ready(None)),
            Poll::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}

/// Converts the error of a `?`. It is `From`, with the message that the compiler has for a `?`.
#[diagnostic::on_unimplemented(
    message = "`?` couldn't convert the error to `{Self}`",
    label = "the trait `From<{E}>` is not implemented for `{Self}`"
)]
pub trait ConvertedFrom<E> {
    /// Converts the error.
    fn converted_from(error: E) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E, F: From<E>> ConvertedFrom<E> for F {
    #[inline(always)]
    fn converted_from(error: E) -> Self {
        F::from(error)
    }
}

/// An item that a residual can be converted into.
#[diagnostic::on_unimplemented(
    message = "`?` yields the error as the last item, but the items are `{Self}`: make them \
               `Result`s, or `Option`s for the `?` of an `Option`",
    label = "can't be an item `{Self}`"
)]
pub trait LastItem<Residual> {
    /// Converts the residual into the last item.
    fn last_item(residual: Residual) -> Self;
}

impl<T, E, F: ConvertedFrom<E>> LastItem<Failed<E>> for Result<T, F> {
    #[inline(always)]
    fn last_item(Failed(error): Failed<E>) -> Self {
        Err(F::converted_from(error))
    }
}

#[diagnostic::do_not_recommend]
impl<T> LastItem<Absent> for Option<T> {
    #[inline(always)]
    fn last_item(Absent: Absent) -> Self {
        None
    }
}

/// Never implemented: the message for the `?` of an `Option` where the items are `Result`s.
#[diagnostic::on_unimplemented(
    message = "the items are `{Item}`, and the `None` of this `?` has no error for them: write \
               `.ok_or(…)?`",
    label = "a `None` can't be an item `{Item}`"
)]
pub trait IntoFailed<Item> {
    /// Converts the residual into the last item.
    fn into_failed(self) -> Item;
}

impl<T, F> LastItem<Absent> for Result<T, F>
where
    Absent: IntoFailed<Self>,
{
    fn last_item(absent: Absent) -> Self {
        absent.into_failed()
    }
}

/// Never implemented: the message for the `?` of a `Result` where the items are `Option`s.
#[diagnostic::on_unimplemented(
    message = "the items are `{Item}`, which can't hold the error of this `?`: write `.ok()?`",
    label = "an error can't be an item `{Item}`"
)]
pub trait IntoAbsent<Item> {
    /// Converts the residual into the last item.
    fn into_absent(self) -> Item;
}

impl<T, E> LastItem<Failed<E>> for Option<T>
where
    Failed<E>: IntoAbsent<Self>,
{
    fn last_item(failed: Failed<E>) -> Self {
        failed.into_absent()
    }
}

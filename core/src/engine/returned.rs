//! The compiler's messages for a body that returns or yields a value, where the return type says
//! that it returns or yields `()`.

/// What the body of an iterator or a stream returns: `()`.
#[diagnostic::on_unimplemented(
    message = "the body of an iterator or a stream returns nothing: write `yield_!(…)` for one \
               more item, `Err(…)?` for an error as the last item, and `return;` to end it",
    label = "`{Self}` is returned here, and goes nowhere"
)]
pub trait ReturnedByItems {}

#[diagnostic::do_not_recommend]
impl ReturnedByItems for () {}

/// What the body of a coroutine returns whose return type says nothing else: `()`.
#[diagnostic::on_unimplemented(
    message = "the body of a coroutine returns `()` unless its type says otherwise: write \
               `Return = {Self}` in the return type, or `;` after a value that isn't used",
    label = "`{Self}` is returned here",
    note = "in the return type `BoxCoroutine<'_, R, Y, T>` it is the `T`"
)]
pub trait ReturnedByDefault {}

#[diagnostic::do_not_recommend]
impl ReturnedByDefault for () {}

/// What a coroutine yields whose return type says nothing else: `()`.
#[diagnostic::on_unimplemented(
    message = "a coroutine yields `()` unless its type says otherwise: write `Yield = {Self}` in \
               the return type",
    label = "`{Self}` is yielded here",
    note = "in the return type `BoxCoroutine<'_, R, Y, T>` it is the `Y`"
)]
pub trait YieldedByDefault {}

#[diagnostic::do_not_recommend]
impl YieldedByDefault for () {}

/// What the body of an iterator or a stream returns that yields nothing: `()`, or nothing at all.
#[diagnostic::on_unimplemented(
    message = "the body of an iterator or a stream yields its items: write `yield_from!(…)` around \
               this, or remove the attribute",
    label = "`{Self}` is returned here, and goes nowhere"
)]
pub trait ReturnedForItems {}

#[diagnostic::do_not_recommend]
impl ReturnedForItems for () {}

#[diagnostic::do_not_recommend]
impl ReturnedForItems for <fn() -> ! as Returns>::Type {}

/// The way to the type `!`, which can't be written.
pub trait Returns {
    /// What the function returns.
    type Type;
}

impl<T> Returns for fn() -> T {
    type Type = T;
}

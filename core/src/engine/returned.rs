//! The compiler's messages for a body that returns or yields a value, where the return type says
//! that it returns or yields `()`.
//!
//! The value goes into a struct whose bound has the message. For the argument of a function, the
//! message would also mention the call.

use core::marker::PhantomData;

/// The type that the body of an iterator or a stream returns: `()`.
#[diagnostic::on_unimplemented(
    message = "the body of an iterator or a stream returns nothing: write `yield_!(…)` for one \
               more item, `Err(…)?` for an error as the last item, and `return;` to end it",
    label = "`{Self}` is returned here, and goes nowhere"
)]
pub trait ReturnedByItems {}

/// The value that the body of an iterator or a stream returns.
#[derive(Debug)]
pub struct ItemsReturn<T: ReturnedByItems> {
    /// The value.
    pub value: T,
}

#[diagnostic::do_not_recommend]
impl ReturnedByItems for () {}

/// The type that the body of a coroutine returns by default: `()`.
#[diagnostic::on_unimplemented(
    message = "the body of a coroutine returns `()` unless its type says otherwise: write \
               `Return = {Self}` in the return type, or `;` after a value that isn't used",
    label = "`{Self}` is returned here",
    note = "in the return type `BoxCoroutine<'_, R, Y, T>` it is the `T`"
)]
pub trait ReturnedByDefault {}

/// The value that the body of a coroutine returns, if it is `()` by default.
#[derive(Debug)]
pub struct DefaultReturn<T: ReturnedByDefault> {
    /// The value.
    pub value: T,
}

#[diagnostic::do_not_recommend]
impl ReturnedByDefault for () {}

/// The type that a coroutine yields by default: `()`.
#[diagnostic::on_unimplemented(
    message = "a coroutine yields `()` unless its type says otherwise: write `Yield = {Self}` in \
               the return type",
    label = "`{Self}` is yielded here",
    note = "in the return type `BoxCoroutine<'_, R, Y, T>` it is the `Y`"
)]
pub trait YieldedByDefault {}

/// The value that a coroutine yields, if it is `()` by default.
#[derive(Debug)]
pub struct DefaultYield<T: YieldedByDefault> {
    /// The value.
    pub value: T,
}

#[diagnostic::do_not_recommend]
impl YieldedByDefault for () {}

/// A type that the body of an iterator or a stream returns if it yields nothing: `()` or `!`.
#[diagnostic::on_unimplemented(
    message = "the body of an iterator or a stream yields its items: write `yield_from!(…)` around \
               this, or remove the attribute",
    label = "`{Self}` is returned here, and goes nowhere"
)]
pub trait ReturnedForItems {}

/// The value that the body of an iterator or a stream returns if it yields nothing.
#[derive(Debug)]
pub struct NoItemsReturn<T: ReturnedForItems> {
    /// The value.
    pub value: T,
}

#[diagnostic::do_not_recommend]
impl ReturnedForItems for () {}

#[diagnostic::do_not_recommend]
impl ReturnedForItems for <fn() -> ! as Returns>::Type {}

/// Names the return type of a function, and so the type `!`, which can't be written.
pub trait Returns {
    /// The return type of the function.
    type Type;
}

impl<T> Returns for fn() -> T {
    type Type = T;
}

/// A value that a body yields whose type is inferred from other yields.
#[derive(Debug)]
pub struct Yielded<Y> {
    /// The type that the body yields.
    pub of: PhantomData<fn(Y) -> Y>,
    /// The value.
    pub value: Y,
}

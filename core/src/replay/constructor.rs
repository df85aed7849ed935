//! Functions that make coroutines.

use crate::protocol::coroutine::Coroutine;

/// A function that makes a coroutine of the arguments `A`, which are a tuple: `()`, `(cart,)`,
/// `(cart, customer)`, up to twelve.
///
/// Functions and closures are that by themselves. A replay calls it again, so it should only make
/// the coroutine.
///
/// # Examples
///
/// See [`Recorded`](crate::replay::Recorded).
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't make a coroutine of the arguments `{A}`",
    label = "not a function that takes `{A}` and returns a coroutine",
    note = "the arguments stand in a tuple, also where there is one: `(cart,)`",
    note = "an `AsyncCoroutine` can't be recorded, as the results of its `.await`s would not be in \
            the record: let a `Coroutine` yield what it waits for, and `drive_saved` it"
)]
pub trait Constructor<A, R> {
    /// What it makes.
    type Coroutine: Coroutine<R>;

    /// Makes a coroutine.
    fn construct(&self, arguments: A) -> Self::Coroutine;
}

macro_rules! functions {
    ($(($($argument:ident)*))*) => {$(
        // The compiler shall say that the function is no constructor, and what could be wrong.
        #[diagnostic::do_not_recommend]
        impl<R, F, C, $($argument),*> Constructor<($($argument,)*), R> for F
        where
            F: Fn($($argument),*) -> C,
            C: Coroutine<R>,
        {
            type Coroutine = C;

            #[allow(non_snake_case)]
            fn construct(&self, ($($argument,)*): ($($argument,)*)) -> C {
                self($($argument),*)
            }
        }
    )*};
}

functions! {
    () (A1) (A1 A2) (A1 A2 A3) (A1 A2 A3 A4) (A1 A2 A3 A4 A5) (A1 A2 A3 A4 A5 A6)
    (A1 A2 A3 A4 A5 A6 A7) (A1 A2 A3 A4 A5 A6 A7 A8) (A1 A2 A3 A4 A5 A6 A7 A8 A9)
    (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10) (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11)
    (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12)
}

/// What is sent to a recorded coroutine: everything that is `Clone`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Clone`, and each replay sends a clone of what was recorded: derive \
               `Clone` for it, or send it in an `Rc`",
    label = "this coroutine can't be recorded"
)]
pub trait Sent: Clone {}

#[diagnostic::do_not_recommend]
impl<R: Clone> Sent for R {}

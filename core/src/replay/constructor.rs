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
    note = "the arguments stand in a tuple, also where there is one: `(cart,)`"
)]
pub trait Constructor<A, R> {
    /// What it makes.
    type Coroutine: Coroutine<R>;

    /// Makes a coroutine.
    fn construct(&self, arguments: A) -> Self::Coroutine;
}

macro_rules! functions {
    ($(($($argument:ident)*))*) => {$(
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

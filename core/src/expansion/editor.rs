//! What rust-analyzer takes the expansion for, in the place of what the compiler gets.
//!
//! It is a coroutine of the language, unstable as they are, whose yields are the documented macros:
//! so an editor shows nothing but what the user wrote. Nothing here is ever compiled. The condition
//! is set by rust-analyzer, and `.ci/editor` asks it about the result.

use core::future::IntoFuture;
use core::ops::Coroutine as Native;

use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::coroutine::Coroutine;

pub fn coroutine<R, Y, T>(
    _: impl Native<R, Yield = Y, Return = T>,
) -> impl Coroutine<R, Yield = Y, Return = T> + IntoFuture<Output = T> {
    loop {}
}

pub fn async_coroutine<R, Y, T>(
    _: impl Native<R, Yield = Y, Return = T>,
) -> impl AsyncCoroutine<R, Yield = Y, Return = T> + IntoFuture<Output = T> {
    loop {}
}

/// What the value of a `yield_from!` is.
pub fn delegated<R, C: Coroutine<R>>(_: C) -> C::Return {
    loop {}
}

pub enum BoxedMachine {}

impl BoxedMachine {
    pub fn new<C>(coroutine: C) -> C {
        coroutine
    }
}

/// The expression of a machine.
#[doc(hidden)]
#[macro_export]
macro_rules! __machine {
    (
        $async:tt; sync $origin:tt $returns:tt
        [$sent:ty] [$yielded:ty] [$returned:ty] [$($unused:tt)*] [$($first:tt)*] $body:tt
    ) => {{
        use $crate::{yield_, yield_from};
        $crate::__private::editor::coroutine::<$sent, $yielded, $returned>(
            move |_: $sent| -> $returned $body
        )
    }};
    (
        $async:tt; async $origin:tt $returns:tt
        [$sent:ty] [$yielded:ty] [$returned:ty] [$($unused:tt)*] [$($first:tt)*] $body:tt
    ) => {{
        use $crate::{yield_, yield_from};
        $crate::__private::editor::async_coroutine::<$sent, $yielded, $returned>(
            async move |_: $sent| -> $returned $body
        )
    }};
}

/// The expression of any yield.
#[doc(hidden)]
#[macro_export]
macro_rules! __outside {
    (yield_ $($value:tt)*) => { yield ($($value)*) };
    (yield_from $delegate:expr, $($argument:tt)+) => {{
        let _ = ($($argument)+);
        $crate::__private::editor::delegated($delegate)
    }};
    (yield_from $($delegate:tt)*) => { $crate::__private::editor::delegated(($($delegate)*)) };
}

/// A function as an editor gets it.
#[doc(hidden)]
#[macro_export]
macro_rules! __by_edition {
    ($edition:tt; $older:tt $newer:tt { $($shown:tt)* }) => { $($shown)* };
}

/// The functions as an editor gets them.
#[doc(hidden)]
#[macro_export]
macro_rules! __functions {
    ({ $($compiled:tt)* } { $($shown:tt)* }) => { $($shown)* };
}

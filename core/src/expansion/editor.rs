//! The expansion for rust-analyzer, in place of the compiler's.
//!
//! It is a native coroutine, an unstable feature of the language, and its yields are the documented
//! macros. So an editor shows only the code that the user wrote. This module is never compiled.
//! rust-analyzer sets the condition, and `.ci/editor` checks the result.

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

/// Returns the value of a `yield_from!`.
pub fn delegated<R, C: Coroutine<R>>(_: C) -> C::Return {
    loop {}
}

pub enum BoxedMachine {}

impl BoxedMachine {
    pub fn new<C>(coroutine: C) -> C {
        coroutine
    }
}

/// Expands to a machine.
#[doc(hidden)]
#[macro_export]
macro_rules! __machine_value {
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

#[doc(hidden)]
#[macro_export]
macro_rules! __machine {
    (return; $($machine:tt)*) => { return $crate::__machine_value!($($machine)*); };
}

/// Expands to a yield of any kind.
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

/// Selects the form of a function that an editor sees.
#[doc(hidden)]
#[macro_export]
macro_rules! __by_edition {
    ($edition:tt; $older:tt $newer:tt { $($shown:tt)* }) => { $($shown)* };
}

/// Selects the form of the functions that an editor sees.
#[doc(hidden)]
#[macro_export]
macro_rules! __functions {
    ({ $($compiled:tt)* } { $($shown:tt)* }) => { $($shown)* };
}

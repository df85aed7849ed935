//! Chains of different functions that delegate to each other. With the default recursion limit, the
//! compiler can prove 31 levels `Send`, in every shape: 4 of its 128 steps a level.

// rustc 1.85 computes the size of the outermost named struct first, which takes 10 steps a level.
#![cfg_attr(oldest_rustc, recursion_limit = "512")]

use std::panic::UnwindSafe;
use std::pin::pin;

use cogen::{AsyncCoroutineExt, CoroutineExt};
use futures::executor::block_on_stream;

fn has_auto_traits<T: Send + Sync + UnwindSafe>(chain: T) -> T {
    chain
}

/// A module for each level of a chain, with a function that delegates to the level below. The
/// levels have the listed shapes in turn. The options of the attribute precede each shape.
macro_rules! levels {
    ($below:ident; $($shapes:tt)*) => {};
    ($below:ident $level:ident $($above:ident)*; [($($option:tt)*) $shape:ty] $($shapes:tt)*) => {
        pub(super) mod $level {
            #[allow(unused_imports)]
            use super::super::prelude::*;

            #[cogen::coroutine($($option)*)]
            pub(crate) fn level() -> $shape {
                yield_from!(super::$below::level());
            }
        }

        levels! { $level $($above)*; $($shapes)* [($($option)*) $shape] }
    };
}

/// A chain of 31 levels: the innermost one, 15 of the first shapes, and 15 of the second ones if
/// there are any.
macro_rules! chain {
    (@innermost [($($option:tt)*) $shape:ty] $($shapes:tt)*) => {
        mod l1 {
            #[allow(unused_imports)]
            use super::super::prelude::*;

            #[cogen::coroutine($($option)*)]
            pub(crate) fn level() -> $shape {
                for number in 1..4 {
                    yield_!(number);
                }
            }
        }
    };
    ($chain:ident: $([$($lower:tt)*])* => $([$($upper:tt)*])*) => {
        mod $chain {
            chain! { @innermost $([$($lower)*])* }
            levels! { l1 l2 l3 l4 l5 l6 l7 l8 l9 l10 l11 l12 l13 l14 l15 l16; $([$($lower)*])* }
            levels! {
                l16 l17 l18 l19 l20 l21 l22 l23 l24 l25 l26 l27 l28 l29 l30 l31;
                $([$($upper)*])*
            }
            pub(super) use l31::level as outermost;
        }
    };
    ($chain:ident: $([$($shape:tt)*])*) => {
        chain! { $chain: $([$($shape)*])* => $([$($shape)*])* }
    };
}

mod prelude {
    pub(super) use cogen::{AsyncCoroutine, Coroutine, SendBoxCoroutine};
    pub(super) use futures::Stream;
}

chain! { coroutines: [() impl Coroutine<(), Yield = i32>] }

#[test]
fn coroutines() {
    assert!(pin!(has_auto_traits(coroutines::outermost())).iterate().eq(1..4));
}

chain! { iterators: [() impl Iterator<Item = i32>] }

#[test]
fn iterators() {
    assert!(has_auto_traits(iterators::outermost()).eq(1..4));
}

chain! { primed: [(priming) impl Coroutine<(), Yield = i32>] }

#[test]
fn primed() {
    assert!(pin!(has_auto_traits(primed::outermost())).iterate().eq(1..4));
}

chain! { async_coroutines: [() impl AsyncCoroutine<(), Yield = i32>] }

#[test]
fn async_coroutines() {
    let stream = has_auto_traits(async_coroutines::outermost()).into_stream();
    assert!(block_on_stream(pin!(stream)).eq(1..4));
}

chain! { streams: [() impl Stream<Item = i32>] }

#[test]
fn streams() {
    assert!(block_on_stream(pin!(has_auto_traits(streams::outermost()))).eq(1..4));
}

chain! {
    all_shapes:
        [() impl Iterator<Item = i32>]
        [() impl Coroutine<(), Yield = i32>]
        [(priming) impl Coroutine<(), Yield = i32>]
        => [() impl Stream<Item = i32>] [() impl AsyncCoroutine<(), Yield = i32>]
}

#[test]
fn a_mixture_of_all_shapes_without_a_box_or_a_name() {
    assert!(block_on_stream(pin!(has_auto_traits(all_shapes::outermost()))).eq(1..4));
}

chain! { boxed: [() SendBoxCoroutine<'static, (), i32, ()>] }

chain! {
    boxed_and_named:
        [() SendBoxCoroutine<'static, (), i32, ()>]
        [(struct = Named, send) impl Coroutine<(), Yield = i32>]
        [() impl Coroutine<(), Yield = i32>]
        => [(struct = NamedStream, send) impl Stream<Item = i32>] [() impl Stream<Item = i32>]
}

chain! { named: [(struct = Named, send, sync) impl Coroutine<(), Yield = i32>] }

#[test]
fn boxed_and_named_ones() {
    fn is_send<T: Send>(chain: T) -> T {
        chain
    }
    assert!(is_send(boxed::outermost()).iterate().eq(1..4));
    assert!(pin!(is_send(named::outermost())).iterate().eq(1..4));
    assert!(block_on_stream(pin!(is_send(boxed_and_named::outermost()))).eq(1..4));
}

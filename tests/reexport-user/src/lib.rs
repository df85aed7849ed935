//! Uses cogen without a dependency on it, through a re-export, in a crate with strict lints.

#![forbid(unsafe_code, unused)]
#![deny(warnings, future_incompatible, let_underscore, nonstandard_style, rust_2018_idioms, unused)]
#![deny(
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_qualifications,
    variant_size_differences
)]
#![deny(
    explicit_outlives_requirements,
    meta_variable_misuse,
    unused_lifetimes,
    unused_macro_rules,
    unreachable_code
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::blanket_clippy_restriction_lints,
    clippy::implicit_return,
    clippy::min_ident_chars,
    clippy::missing_docs_in_private_items,
    clippy::separated_literal_suffix,
    clippy::single_call_fn,
    reason = "what this crate does itself for the sake of the test"
)]

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use cogen_tests_reexporter::dependencies::coroutines::CoroutineState::{Complete, Yielded};
    use cogen_tests_reexporter::dependencies::coroutines::{
        BoxCoroutine, Coroutine, CoroutineExt as _, co,
    };
    use cogen_tests_reexporter::{countdown, dependencies::coroutines as renamed, emit};

    countdown!(down);

    #[renamed::coroutine(crate = renamed, fingerprint = ADDER)]
    fn adder(
        mut total: i32,
        _unused: String,
        (step, _): (i32, i32),
        _after_a_pattern: u8,
    ) -> impl Coroutine<i32, Yield = i32, Return = String> {
        while total < 10_i32 {
            let sent = yield_!(total);
            total += sent + step;
        }
        emit!(yield_!(total) + total);
        yield_from!(vec_of(total));
        return format!("{} {}", yield_!(total), total);
    }

    #[renamed::coroutine(crate = renamed)]
    fn vec_of(total: i32) -> BoxCoroutine<'static, i32, i32> {
        drop(vec![yield_!(total), yield_!(total)]);
    }

    #[renamed::coroutine(crate = renamed, priming)]
    fn primed() -> impl Coroutine<i32, Yield = i32> {
        let mut number = 0_i32;
        loop {
            number = yield_!(number);
        }
    }

    #[test]
    fn the_path_option_leads_to_the_re_export() {
        assert!(down(3).eq([3, 2, 1]), "an iterator from inside of a macro");
        assert_ne!(ADDER, renamed::Fingerprint::NONE, "a constant beside the function");
        let mut total = pin!(adder(1_i32, String::new(), (1_i32, 2_i32), 3_u8));
        assert_eq!(total.start(), Yielded(1_i32), "the first value");
        assert_eq!(total.send(8_i32), Yielded(10_i32), "the sum");
        assert_eq!(total.send(5_i32), Yielded(15_i32), "a yield in a yield in a macro");
        for _ in 0_i32..3_i32 {
            assert!(total.send(0_i32).is_yielded(), "the delegation and after it");
        }
        assert_eq!(total.send(7_i32), Complete("7 10".to_owned()), "the end");
        assert_eq!(primed().send(4_i32), Yielded(4_i32), "a primed one");
    }

    #[test]
    fn the_block_form_finds_its_crate() {
        let mut block = pin!(co! {
            let () = yield!(1_i32);
            yield!(2_i32);
        });
        assert!(block.as_mut().iterate().eq([1_i32, 2_i32]), "both values");
        block.close();
    }
}

/// Bodies that would be reported if clippy took the expansion for the user's code.
#[cfg(test)]
mod bodies {
    use core::cell::RefCell;
    use core::future::{Ready, ready};
    use core::mem::drop;
    use std::pin::pin;
    use std::sync::Mutex;

    use cogen_tests_reexporter::dependencies::coroutines::CoroutineState::{Complete, Yielded};
    use cogen_tests_reexporter::dependencies::coroutines::{self as renamed, Coroutine, co};
    use renamed::{AsyncCoroutine, CoroutineExt as _};

    /// Holds guards across its yields.
    #[renamed::coroutine(crate = renamed)]
    fn guarding(mutex: Mutex<i32>, cell: RefCell<i32>) -> impl Coroutine<(), Yield = i32> {
        let Ok(locked) = mutex.lock() else {
            return;
        };
        yield_!(*locked);
        drop(locked);
        let borrowed = cell.borrow_mut();
        yield_!(*borrowed);
        drop(borrowed);
    }

    /// Has several yields in one expression.
    #[renamed::coroutine(crate = renamed)]
    fn pairs() -> impl Coroutine<i32, Yield = i32, Return = i32> {
        let pair = (yield_!(1_i32), yield_!(2_i32));
        drop(vec![yield_!(pair.0), yield_from!(numbers())]);
        yield_!(3_i32) + yield_!(yield_!(pair.1))
    }

    #[renamed::coroutine(crate = renamed)]
    fn numbers() -> impl Coroutine<i32, Yield = i32, Return = i32> {
        yield_!(4_i32)
    }

    /// Returns a future.
    #[renamed::coroutine(crate = renamed)]
    fn futures() -> impl Coroutine<(), Yield = i32, Return = Ready<i32>> {
        yield_!(1_i32);
        ready(2_i32)
    }

    /// Returns a future, and awaits one.
    #[renamed::coroutine(crate = renamed)]
    fn async_futures() -> impl AsyncCoroutine<(), Yield = i32, Return = Ready<i32>> {
        yield_!(ready(1_i32).await);
        ready(2_i32)
    }

    /// Ends with a loop that has no value.
    #[renamed::coroutine(crate = renamed)]
    fn up_to(last: i32) -> impl Iterator<Item = i32> {
        for number in 0_i32..=last {
            yield_!(number);
        }
    }

    #[test]
    fn they_are_silent() {
        let mut guarding = pin!(guarding(Mutex::new(1_i32), RefCell::new(2_i32)));
        assert_eq!(guarding.start(), Yielded(1_i32), "the first guard");
        assert_eq!(guarding.send(()), Yielded(2_i32), "the second one");
        assert_eq!(guarding.send(()), Complete(()), "the end");
        let mut pairs = pin!(pairs());
        assert_eq!(pairs.start(), Yielded(1_i32), "the first one of the pair");
        for yielded in [2_i32, 7_i32, 4_i32, 3_i32, 7_i32, 7_i32] {
            assert_eq!(pairs.send(7_i32), Yielded(yielded), "one by one");
        }
        assert_eq!(pairs.send(7_i32), Complete(14_i32), "the sum");
        let mut futures = pin!(futures());
        assert!(futures.start().is_yielded(), "before the future");
        assert!(futures.send(()).is_complete(), "the future");
        drop(async_futures());
        assert!(up_to(2_i32).eq([0_i32, 1_i32, 2_i32]), "the loop");
        let mut endless = pin!(co! {
            let mut number = 0_i32;
            loop {
                number = yield!(number);
            }
        });
        assert_eq!(endless.start(), Yielded(0_i32), "a block that doesn't end");
    }
}

#[cfg(test)]
mod named {
    use std::pin::pin;

    use cogen_tests_reexporter::dependencies::coroutines::{self as renamed, Coroutine};
    use renamed::CoroutineExt as _;

    #[deprecated = "it is old"]
    struct Old;

    #[renamed::coroutine(crate = renamed, struct = Words<'text>)]
    fn words<'text>(text: &'text str) -> impl Coroutine<(), Yield = &'text str> {
        for word in text.split(' ') {
            yield_!(word);
        }
    }

    #[test]
    fn a_named_struct_is_silent() {
        let two: Words<'_> = words("a b");
        assert!(pin!(two).iterate().eq(["a", "b"]), "both words");
    }

    #[expect(deprecated, reason = "the type appears in the struct, too")]
    #[renamed::coroutine(crate = renamed, struct = Once)]
    fn once(old: Old) -> impl Coroutine<(), Yield = Old> {
        yield_!(old);
    }

    #[test]
    #[expect(deprecated, reason = "as above")]
    fn what_the_function_allows_is_allowed_in_the_struct() {
        assert_eq!(pin!(once(Old)).iterate().count(), 1, "one item");
    }
}

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

#[cfg(test)]
mod named {
    #![allow(single_use_lifetimes, reason = "a named struct needs a name for each lifetime")]

    use std::pin::pin;

    use cogen_tests_reexporter::dependencies::coroutines::{self as renamed, Coroutine};
    use renamed::CoroutineExt as _;

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
}

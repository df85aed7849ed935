// An attribute macro below ours would receive the handle and the `unsafe` block that makes it, and
// could carry both elsewhere, as the tokens of another macro.
#![forbid(unsafe_code)]

use cogen::{AsyncCoroutine, Coroutine};

macro_rules! take_the_handle {
    (
        $(#[$meta:meta])*
        fn $name:ident() -> $ret:ty { { let $handle:ident : $ty:ty = $make:expr; $($rest:tt)* } }
    ) => {
        fn stolen() -> $ty {
            $make
        }
    };
}

#[cogen::coroutine]
#[macro_rules_attribute::apply(take_the_handle!)]
fn behind() -> impl Coroutine<(), Yield = Box<u64>> {
    yield_!(Box::new(1));
}

#[cogen::coroutine]
#[cfg_attr(all(), inline, macro_rules_attribute::apply(take_the_handle!))]
fn behind_a_condition() -> impl AsyncCoroutine<(), Yield = u64> {
    yield_!(1);
}

#[cogen::coroutine]
#[tokio::main]
fn another_executor() -> impl AsyncCoroutine<(), Yield = u64> {
    yield_!(1);
}

#[cogen::coroutine(struct = Named)]
#[macro_rules_attribute::apply(take_the_handle!)]
fn with_a_struct() -> impl Coroutine<(), Yield = u64> {
    yield_!(1);
}

struct Owner;

#[cogen::coroutine]
#[macro_rules_attribute::apply(take_the_handle!)]
impl Owner {
    #[cogen::coroutine(struct = OfOwner)]
    #[macro_rules_attribute::apply(take_the_handle!)]
    fn method() -> impl Coroutine<(), Yield = u64> {
        yield_!(1);
    }
}

/// `cogen` needn't be this crate.
mod cogen_of_somebody_else {
    use ::cogen as real;

    mod cogen {
        pub use ::cogen::coroutine;
    }

    struct Other;

    #[real::coroutine]
    #[cogen::coroutine(take_the_handle!)]
    impl Other {
        #[real::coroutine(struct = OfOther)]
        fn method() -> impl real::Coroutine<(), Yield = u64> {
            yield_!(1);
        }
    }
}

#[cogen::coroutine]
#[unsafe(macro_rules_attribute::apply(take_the_handle!))]
fn unsafe_one() -> impl Coroutine<(), Yield = u64> {
    yield_!(1);
}

#[cogen::coroutine]
fn in_the_body() -> impl Coroutine<(), Yield = u64> {
    #[macro_rules_attribute::apply(take_the_handle!)]
    yield_!(1);
    #[macro_rules_attribute::apply(take_the_handle!)]
    let _ = yield_!(2);
    #[rustfmt::skip]
    yield_!(3);
}

// That of a tool is left out, as a module can have the tool's name.
mod clippy {
    pub use cogen::coroutine as false_tool;
}

#[cogen::coroutine]
#[clippy::false_tool]
#[rustfmt::skip]
#[cfg_attr(all(), inline, must_use)]
fn fine() -> impl Coroutine<(), Yield = u64> {
    yield_!(1);
}

fn main() {
    let _ = (behind(), behind_a_condition(), another_executor(), fine());
}

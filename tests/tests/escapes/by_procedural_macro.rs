//! A procedural macro makes the hidden names of a body from the tokens that it receives.

use cogen::{AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt};
use cogen_tests_thief::{println, steal};
use futures::executor::block_on;

// What the hidden names are where they do not name the hidden variables.
fn the_caller() {}
fn __slot() {}

fn is_decoy(_: fn()) {}

#[cogen::coroutine]
fn with_a_question_mark(value: Option<u8>) -> impl Iterator<Item = Option<u8>> {
    println!(value?);
    println!((value?, [value?; 1]), { value? });
    yield_!(value);
}

#[cogen::coroutine]
fn with_an_await() -> impl AsyncCoroutine<(), Yield = u8> {
    println!(std::future::ready(1).await);
    println!(yield_!(1), std::future::ready(yield_!(2)).await);
    yield_!(3);
}

#[cogen::coroutine]
fn with_items() -> impl Coroutine<(), Yield = u8> {
    #[steal]
    #[allow(dead_code)]
    const IN_A_CLOSURE: () = {
        let _f = || {
            #[rustfmt::skip]
            let _a = 1;
        };
    };
    #[steal]
    #[allow(dead_code)]
    const REFUSED: () = {
        #[cfg(any())]
        yield_!(1);
    };
    #[steal]
    #[rustfmt::skip]
    #[allow(unused_braces)]
    const WITHOUT_A_SEMICOLON: u8 = { #[cfg(any())] yield_!{1} 5 };
    #[steal]
    #[rustfmt::skip]
    #[allow(dead_code, clippy::needless_lifetimes)]
    fn parameters_in_disorder<T, 'a>(_: &'a T) {}
    #[steal]
    #[rustfmt::skip]
    #[allow(dead_code)]
    struct Tuple(u8 , [u8; {
        #[cfg(any())]
        yield_from!(1);
        1
    }]);
    #[steal]
    #[allow(dead_code)]
    impl Tuple {
        fn all(&self) -> impl Iterator<Item = u8> + use<> {
            let value = self.1.first().copied();
            std::iter::from_fn(move || Some(value? + WITHOUT_A_SEMICOLON))
        }
    }
    yield_!(1);
}

#[test]
fn no_token_has_the_hygiene_of_the_hidden_names() {
    assert_eq!(with_a_question_mark(Some(1)).collect::<Vec<_>>(), [Some(1)]);
    assert_eq!(with_a_question_mark(None).collect::<Vec<_>>(), [None]);
    assert!(Box::pin(with_items()).start().is_yielded());
    block_on(async {
        assert!(Box::pin(with_an_await()).start().await.is_yielded());
    });
}

/// By hand, the hidden macro also gets what rustc refuses under the attribute: the keyword.
fn with_a_keyword() -> impl Coroutine<(), Yield = u8, Return = ()> {
    cogen::__coroutine! {
        coroutine async; sync function () [()] [u8] [()] [] [] {
            #[steal]
            #[allow(dead_code)]
            const REFUSED: () = {
                #[cfg(any())]
                yield 1;
            };
            #[steal]
            #[allow(dead_code)]
            const POSTFIX: () = {
                #[cfg(any())]
                1.yield;
            };
            yield_!(1);
        }
    }
}

#[test]
fn a_refused_keyword_gives_it_nothing() {
    assert!(std::pin::pin!(with_a_keyword()).iterate().eq([1]));
}

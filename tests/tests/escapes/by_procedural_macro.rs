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

/// A bound that changes: the items of a named struct don't apply to one of its types. So tokens of
/// its function can implement `Coroutine` for that type, with a body of their own at each call.
#[allow(unreachable_pub)]
mod changing_bounds {
    use std::pin::Pin;

    use cogen::CoroutineState::Complete;
    use cogen::{Coroutine, CoroutineExt, CoroutineState, Status};

    pub struct First;
    pub struct Other;
    pub trait Bound<X> {}
    impl<T: Bound<Other>> Bound<First> for T {}
    pub struct Local;
    impl Bound<First> for Local {}

    #[cogen::coroutine(struct = pub Inner)]
    fn inner(text: String) -> impl Coroutine<(), Yield = usize> {
        yield_!(text.len());
        yield_!(text.as_bytes()[0].into());
    }

    pub struct Body(Vec<Pin<Box<Inner>>>);

    impl Coroutine<()> for Body {
        type Yield = usize;
        type Return = ();

        fn begin(self: Pin<&mut Self>) -> CoroutineState<usize, ()> {
            Complete(())
        }

        fn resume(self: Pin<&mut Self>, (): ()) -> CoroutineState<usize, ()> {
            Complete(())
        }

        fn terminate(self: Pin<&mut Self>) {}

        fn status(&self) -> Status {
            Status::Suspended
        }
    }

    cogen::__named_struct! {
        [Name [] [[T]] [] [T: Bound<cogen_tests_thief::changes!()>]] [Body]
        [coroutine "Name" [()] [usize] [()] []]
        ["" "" pub struct] [] [] [false false false] [false 256, 8]
        [
            fn real(this: Pin<&mut Name<Local>>) -> Pin<&mut Body> {
                __cogen_body(this)
            }
            {
                type Alias = Name<Local>;
                fn __cogen_body(this: Pin<&mut Alias>) -> Pin<&mut Inner> {
                    let inner = &mut real(this).get_mut().0;
                    inner.rotate_left(1);
                    inner[0].as_mut()
                }
                cogen::__named_items! { coroutine "Name" [Alias [] [] [] []] [()] [usize] [()] [] }
            }
            fn make() -> Body {
                let mut closed = Box::pin(inner("b".repeat(40)));
                closed.start();
                closed.close();
                Body(vec![closed, Box::pin(inner("a".repeat(30)))])
            }
            make
        ]
    }

    #[cogen::coroutine]
    fn outer(name: Name<Local>) -> impl Coroutine<(), Yield = usize> {
        yield_from!(name);
    }

    #[test]
    fn a_delegation_reaches_the_body_of_the_struct_only() {
        use cogen::__private::FromArguments;

        let name = Name::<Local>::from_arguments(());
        assert_eq!(Box::pin(outer(name)).start(), Complete(()));
    }
}

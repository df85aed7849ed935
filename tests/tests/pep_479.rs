//! PEP 479, *Change `StopIteration` handling inside generators*, rule by rule. Each test cites the section that it is about.
//!
//! The PEP mends that an end which nobody has handled, of something *inside* of a generator, looked like the end of the generator itself. Here an end is a value,
//! `None` or `Complete`, which the compiler doesn't let one pass by; so what remains to be shown is that no end of an inner thing ends the outer one.
//!
//! What has no meaning here:
//!
//! - "Proposal", "Specification", the `RuntimeError` and its cause: nothing is raised that would have to be turned into something else.
//! - "Consequences for existing code", "Transition plan", the `__future__` import and the warnings: there is no code that relied on the old behaviour.
//! - "Interpreter": the C interface.

use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{Coroutine, CoroutineExt, Status};
use futures::StreamExt;
use futures::executor::block_on;
use futures::stream::{self, Stream};

/// "Abstract": the end of an iterator inside is seen where it is asked, and not by who walks the outer one.
#[test]
fn an_exhausted_iterator_inside_does_not_end_the_body() {
    #[cogen::coroutine]
    fn pairs(numbers: Vec<u8>) -> impl Iterator<Item = (u8, Option<u8>)> {
        let mut numbers = numbers.into_iter();
        while let Some(first) = numbers.next() {
            yield_!((first, numbers.next()));
        }
        yield_!((0, None));
    }

    assert!(pairs(vec![1, 2, 3]).eq([(1, Some(2)), (3, None), (0, None)]));
}

/// "Rationale": with `?` the end inside is let out as a value, and whoever runs the body sees which of the two it was.
#[test]
fn an_end_that_is_let_out_is_a_value_of_the_end() {
    #[cogen::coroutine]
    fn first_two(numbers: Vec<u8>) -> impl Coroutine<(), Yield = u8, Return = Option<&'static str>> {
        let mut numbers = numbers.into_iter();
        yield_!(numbers.next()?);
        yield_!(numbers.next()?);
        Some("both")
    }

    let mut short = pin!(first_two(vec![1]));
    assert_eq!(short.start(), Yielded(1));
    assert_eq!(short.start(), Complete(None));
    let mut long = Box::pin(first_two(vec![1, 2])).iterate();
    assert_eq!(long.by_ref().count(), 2);
    assert_eq!(long.into_return(), Some(Some("both")));
}

/// "Background information", "Generators": the end of a coroutine that is resumed inside is its return value.
#[test]
fn an_inner_coroutine_that_has_ended_does_not_end_the_outer_one() {
    #[cogen::coroutine]
    fn inner() -> impl Coroutine<(), Yield = u8, Return = &'static str> {
        yield_!(1);
        "ended"
    }

    #[cogen::coroutine]
    fn outer() -> impl Coroutine<(), Yield = u8, Return = &'static str> {
        let mut inner = pin!(inner());
        let end = loop {
            match inner.start() {
                Yielded(number) => yield_!(number),
                Complete(end) => break end,
            };
        };
        yield_!(2);
        end
    }

    let mut outer = Box::pin(outer()).iterate();
    assert!(outer.by_ref().eq([1, 2]));
    assert_eq!(outer.into_return(), Some("ended"));
}

/// "Specification": `return` and the end of the body are what ends a coroutine, once and for all.
#[test]
fn a_return_ends_it_for_good() {
    #[cogen::coroutine]
    fn until_zero(numbers: &[u8]) -> impl Iterator<Item = u8> {
        for number in numbers {
            if *number == 0 {
                return;
            }
            yield_!(*number);
        }
    }

    let mut numbers = until_zero(&[1, 0, 2]);
    assert_eq!([numbers.next(), numbers.next(), numbers.next()], [Some(1), None, None]);
}

/// "Specification": of something that is delegated to, the end is the value of the delegation.
#[test]
fn the_end_of_a_delegation_does_not_end_the_body() {
    #[cogen::coroutine]
    fn chained() -> impl Iterator<Item = u8> {
        yield_from!([]);
        yield_from!([1, 2]);
        yield_from!(std::iter::empty());
        yield_!(3);
    }

    assert!(chained().eq([1, 2, 3]));
}

/// "Examples of breakage": an error that stands for an end is an error as any other when it is thrown in.
#[test]
fn what_is_thrown_in_does_not_pass_for_an_end() {
    #[derive(Debug, PartialEq)]
    struct Stop;

    #[cogen::coroutine]
    fn waits() -> impl Coroutine<Result<(), Stop>, Return = Result<&'static str, Stop>> {
        yield_!()?;
        Ok("the end")
    }

    let mut thrown = pin!(waits());
    thrown.start();
    assert_eq!(thrown.throw(Stop), Complete(Err(Stop)));
    let mut sent = pin!(waits());
    sent.start();
    assert_eq!(sent.send(Ok(())), Complete(Ok("the end")));
    assert_eq!(sent.status(), Status::Closed);
}

/// "Explanation of generators, iterators, and StopIteration": one that is written by hand says its end as it always did.
#[test]
fn an_iterator_by_hand_ends_a_delegation_with_none() {
    struct Down(u8);

    impl Iterator for Down {
        type Item = u8;

        fn next(&mut self) -> Option<u8> {
            self.0 = self.0.checked_sub(1)?;
            Some(self.0)
        }
    }

    #[cogen::coroutine]
    fn around() -> impl Iterator<Item = u8> {
        yield_from!(Down(2));
        yield_!(9);
    }

    assert!(around().eq([1, 0, 9]));
}

/// "Rationale", of generator expressions: what the expression form has inside can't end it either.
#[test]
fn an_end_inside_of_the_expression_form_stays_inside() {
    let mut rest = [2].into_iter();
    let mut sums = Box::pin(cogen::co! {
        for first in [1, 2] {
            let () = yield!(rest.next().map(|second| first + second));
        }
    })
    .iterate();
    assert_eq!([sums.next(), sums.next(), sums.next()], [Some(Some(3)), Some(None), None]);
}

/// The same for streams, where PEP 525 has `StopAsyncIteration`.
#[test]
fn an_exhausted_stream_inside_does_not_end_the_stream() {
    #[cogen::coroutine]
    fn around() -> impl Stream<Item = u8> {
        let mut inner = stream::iter([1]);
        while let Some(number) = inner.next().await {
            yield_!(number);
        }
        assert_eq!(inner.next().await, None);
        yield_!(2);
    }

    assert_eq!(block_on(around().collect::<Vec<_>>()), [1, 2]);
}

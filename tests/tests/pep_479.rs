//! The rules of PEP 479, "Change StopIteration handling inside generators". Each section has a
//! module, and each rule has a test.
//!
//! In Rust an end is a value, `None` or `Complete`, not an exception. So no end can propagate
//! through a body by accident. Two rules of the PEP remain: a body must handle the end of an inner
//! iterator itself, and if a body wrongly excludes this end, this is a panic, which can't be
//! mistaken for the end of the body.
//!
//! Sentences without a meaning in Rust:
//!
//! - "Proposal", the class `RuntimeError`, its cause and its context: it is a panic with one
//!   message.
//! - "Proposal", catching an end around a `next` inside the body is still possible: values need no
//!   rule for this. It is tested.
//! - "Writing backwards and forwards compatible code": there was only one behaviour.
//! - "Explanation of generators, iterators, and StopIteration", the exception of a `return` and its
//!   value: it is `Complete(value)`.
//! - "Transition plan", the future import, the versions and the warnings: there was no other
//!   behaviour before.
//! - "Alternate proposals", each: they were rejected.
//! - "Criticism" and "Why not fix all `__next__()` methods?": an iterator that is not a coroutine
//!   may pass an end on with `?`, which is tested.

use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{Coroutine, CoroutineExt, SendError, Status, co};
use cogen_tests::observe::{Log, panic_message};

/// Asserts that `step` panics with `message`, and doesn't end the body.
fn assert_it_is_not_the_end<T>(step: impl FnOnce() -> T, message: &str) {
    let found = panic_message(step);
    assert!(found.contains(message), "{found}");
}

mod rationale {
    use super::*;

    type Signal = Result<(), &'static str>;

    #[cogen::coroutine]
    fn setup_and_end(log: &Log) -> impl Coroutine<Signal, Return = Signal> {
        log.add("set up");
        yield_!()?;
        log.add("ended well");
        Ok(())
    }

    #[cogen::coroutine]
    fn transaction(log: &Log) -> impl Coroutine<Signal, Return = Signal> {
        let result = yield_from!(setup_and_end(log));
        log.add(if result.is_ok() { "commit" } else { "rollback" });
        result
    }

    /// PEP 479, "Rationale".
    #[test]
    fn an_end_from_outside_does_not_skip_what_was_factored_out() {
        let log = Log::default();
        let mut good = pin!(transaction(&log));
        good.start();
        assert_eq!(good.send(Ok(())), Complete(Ok(())));
        assert_eq!(log.take(), ["set up", "ended well", "commit"]);
        let mut bad = pin!(transaction(&log));
        bad.start();
        assert_eq!(
            bad.throw("the end of something else"),
            Complete(Err("the end of something else"))
        );
        assert_eq!(log.take(), ["set up", "rollback"]);
    }

    /// PEP 479, "Rationale".
    #[test]
    fn a_block_and_a_list_come_to_the_same_if_they_come_to_anything() {
        let first = |list: &[u32]| *list.iter().next().expect("an empty list");
        let listed = |lists: &[&[u32]]| lists.iter().map(|list| first(list)).collect::<Vec<_>>();
        let yielded = |lists: &[&[u32]]| {
            let block = co! {
                for list in lists {
                    yield!(first(list));
                }
            };
            Box::pin(block).iterate().collect::<Vec<_>>()
        };
        assert_eq!(listed(&[&[1], &[2]]), yielded(&[&[1], &[2]]));
        assert_it_is_not_the_end(|| listed(&[&[1], &[]]), "an empty list");
        assert_it_is_not_the_end(|| yielded(&[&[1], &[]]), "an empty list");
    }
}

mod background_information {
    use super::*;

    /// PEP 479, "Background information".
    #[test]
    fn a_step_comes_to_a_yield_or_to_the_end_or_to_an_exception() {
        let log = &Log::default();
        let make = || {
            let mut coroutine = Box::pin(co! {
                let _finally = log.finally("the frame is gone");
                let number: u32 = yield!("started");
                assert_ne!(number, 0, "raised");
                if number > 1 {
                    let _: u32 = yield!("yielded");
                }
                "returned"
            });
            coroutine.start();
            coroutine
        };
        let (mut yields, mut returns, mut raises) = (make(), make(), make());
        assert_eq!(yields.send(2), Yielded("yielded"));
        assert!(log.take().is_empty());
        assert_eq!(returns.send(1), Complete("returned"));
        assert_eq!(log.take(), ["the frame is gone"]);
        assert_it_is_not_the_end(|| raises.send(0), "raised");
        assert_eq!(log.take(), ["the frame is gone"]);
    }
}

mod proposal {
    use super::*;

    #[cogen::coroutine]
    fn first_of_each(lists: &[Vec<u32>]) -> impl Iterator<Item = u32> {
        for list in lists {
            yield_!(*list.iter().next().expect("an empty list"));
        }
    }

    /// PEP 479, "Proposal".
    #[test]
    fn an_end_that_nobody_expected_comes_out_as_an_error() {
        let lists = [vec![1], vec![], vec![3]];
        let mut firsts = first_of_each(&lists);
        assert_eq!(firsts.next(), Some(1));
        assert_it_is_not_the_end(|| firsts.next(), "an empty list");
    }

    /// PEP 479, "Proposal".
    #[test]
    fn a_loop_over_the_outer_one_does_not_end_silently() {
        assert_it_is_not_the_end(
            || first_of_each(&[vec![], vec![2]]).collect::<Vec<_>>(),
            "an empty list",
        );
    }

    /// PEP 479, "Proposal".
    #[test]
    fn after_such_an_error_the_outer_one_is_at_its_end() {
        let lists = [vec![], vec![2]];
        let mut firsts = first_of_each(&lists);
        assert_it_is_not_the_end(|| firsts.next(), "an empty list");
        assert_eq!((firsts.next(), firsts.next()), (None, None));
    }

    /// PEP 479, "Proposal".
    #[test]
    fn resuming_an_inner_one_that_has_ended_is_an_error_of_the_outer_one() {
        let log = &Log::default();
        let mut outer = Box::pin(co! {
            let _finally = log.finally("finally");
            let mut inner = pin!(co! { yield!(1) });
            while let Yielded(value) = inner.send(()) {
                let () = yield!(value);
            }
            inner.send(());
            log.add("not reached");
        });
        assert_eq!(outer.start(), Yielded(1));
        assert_it_is_not_the_end(|| outer.send(()), "coroutine is closed");
        assert_eq!(outer.status(), Status::Closed);
        assert_eq!(log.take(), ["finally"]);
    }

    /// PEP 479, "Proposal".
    #[test]
    fn the_error_passes_through_every_level_like_any_other() {
        #[cogen::coroutine]
        fn nested(lists: &[Vec<u32>]) -> impl Coroutine<(), Yield = u32> {
            for first in first_of_each(lists) {
                yield_!(first);
            }
        }
        let lists = [vec![1], vec![]];
        let mut outer = Box::pin(co! { yield_from!(nested(&lists)) });
        assert_eq!(outer.start(), Yielded(1));
        assert_it_is_not_the_end(|| outer.send(()), "an empty list");
    }

    /// PEP 479, "Proposal".
    #[test]
    fn an_end_is_dealt_with_inside() {
        let outer = Box::pin(co! {
            let mut numbers = [1, 2].into_iter();
            for _ in 0..3 {
                match numbers.next() {
                    Some(number) => yield!(number),
                    None => yield!(100),
                }
            }
            yield!(200);
        });
        assert!(outer.iterate().eq([1, 2, 100, 200]));
    }

    /// PEP 479, "Proposal".
    #[test]
    fn the_end_of_an_inner_coroutine_is_dealt_with_inside() {
        let outer = Box::pin(co! {
            let mut inner = pin!(co! { yield!(1); "inner" });
            assert_eq!(inner.send(()), Yielded(1));
            assert_eq!(inner.send(()), Complete("inner"));
            assert_eq!(inner.try_send(()), Err(SendError::Closed(())));
            let () = yield!(2);
            "outer"
        });
        let mut values = outer.iterate();
        assert!(values.by_ref().eq([2]));
        assert_eq!(values.into_return(), Some("outer"));
    }

    /// An end that can be thrown.
    #[derive(Debug, PartialEq)]
    struct End;

    /// PEP 479, "Proposal".
    #[test]
    fn an_end_that_is_thrown_in_is_an_error_like_any_other() {
        let mut coroutine = pin!(co! {
            loop {
                let number: u32 = yield!("more")?;
                if number == 0 {
                    return Ok("the end");
                }
            }
        });
        coroutine.start();
        assert_eq!(coroutine.send(Ok(1)), Yielded("more"));
        assert_eq!(coroutine.throw(End), Complete(Err(End)));
    }

    /// PEP 479, "Proposal".
    #[test]
    fn what_a_block_calls_can_not_end_it() {
        fn stop() -> u32 {
            [].into_iter().next().expect("the end of something else")
        }
        let mut block = Box::pin(co! {
            for number in [1, 0, 3] {
                yield!(if number > 0 { number } else { stop() });
            }
        })
        .iterate();
        assert_eq!(block.next(), Some(1));
        assert_it_is_not_the_end(|| block.next(), "the end of something else");
    }

    /// PEP 479, "Proposal".
    #[test]
    fn what_can_wait_is_like_what_can_not() {
        #[cogen::coroutine]
        fn pairs(numbers: Vec<u32>) -> impl futures::stream::Stream<Item = (u32, u32)> {
            use futures::StreamExt;
            let mut numbers = pin!(futures::stream::iter(numbers));
            while let Some(one) = numbers.next().await {
                yield_!((one, numbers.next().await.unwrap_or(100)));
            }
            let after_the_end = numbers.next().await.expect("nothing is left");
            yield_!((after_the_end, 0));
        }
        let mut pairs = futures::executor::block_on_stream(Box::pin(pairs(vec![1, 2, 3])));
        assert_eq!((pairs.next(), pairs.next()), (Some((1, 2)), Some((3, 100))));
        assert_it_is_not_the_end(|| pairs.next(), "nothing is left");
        assert_eq!(pairs.next(), None);
    }
}

mod consequences_for_existing_code {
    use super::*;

    /// PEP 479, "Consequences for existing code".
    #[test]
    fn a_return_ends_the_body_early() {
        #[cogen::coroutine]
        fn up_to(limit: u32) -> impl Iterator<Item = u32> {
            for number in 0.. {
                if number == limit {
                    return;
                }
                yield_!(number);
            }
        }
        assert!(up_to(3).eq([0, 1, 2]));
    }

    /// PEP 479, "Consequences for existing code".
    #[test]
    fn a_return_in_something_inside_ends_only_that() {
        let outer = Box::pin(co! {
            let double = |number: Option<u32>| {
                let Some(number) = number else {
                    return 0;
                };
                2 * number
            };
            yield!(double(None));
            yield_from!(co! {
                yield!(1);
                return;
            });
            yield!(double(Some(1)));
        });
        assert!(outer.iterate().eq([0, 1, 2]));
    }

    /// PEP 479, "Consequences for existing code".
    #[test]
    fn a_next_whose_end_is_the_bodys_own_says_so() {
        #[cogen::coroutine]
        fn zipped(one: Vec<u32>, other: Vec<char>) -> impl Iterator<Item = (u32, char)> {
            let (mut one, mut other) = (one.into_iter(), other.into_iter());
            loop {
                let (Some(number), Some(letter)) = (one.next(), other.next()) else {
                    return;
                };
                yield_!((number, letter));
            }
        }
        assert!(zipped(vec![1, 2, 3], vec!['a', 'b']).eq([(1, 'a'), (2, 'b')]));
    }

    /// PEP 479, "Consequences for existing code".
    #[test]
    fn a_question_mark_ends_the_body_with_a_value_that_tells() {
        #[cogen::coroutine]
        fn sums(
            numbers: Vec<u32>,
        ) -> impl Coroutine<(), Yield = u32, Return = Option<&'static str>> {
            let mut numbers = numbers.into_iter();
            for _ in 0..2 {
                yield_!(numbers.next()? + numbers.next()?);
            }
            Some("all pairs")
        }
        let run = |numbers| {
            let mut sums = Box::pin(sums(numbers)).iterate();
            (sums.by_ref().collect::<Vec<_>>(), sums.into_return())
        };
        assert_eq!(run(vec![1, 2, 3, 4]), (vec![3, 7], Some(Some("all pairs"))));
        assert_eq!(run(vec![1, 2, 3]), (vec![3], Some(None)));
    }

    /// PEP 479, "Consequences for existing code".
    #[test]
    fn the_end_of_what_is_delegated_to_is_the_value_of_the_delegation() {
        let mut outer = pin!(co! {
            let value: &str = yield_from!(co! { yield!(1); "inner" });
            let () = yield!(2);
            value
        });
        assert_eq!(outer.start(), Yielded(1));
        assert_eq!(outer.send(()), Yielded(2));
        assert_eq!(outer.send(()), Complete("inner"));
    }
}

mod examples_of_breakage {
    use super::*;

    /// PEP 479, "Examples of breakage".
    #[test]
    fn a_block_is_cut_short_by_a_return_of_its_own() {
        let block = Box::pin(co! {
            for number in 0..10 {
                if number >= 5 {
                    return;
                }
                yield!(number);
            }
        });
        assert!(block.iterate().eq(0..5));
    }

    /// PEP 479, "Examples of breakage".
    #[test]
    fn a_loop_of_nexts_that_only_passes_on_is_a_delegation() {
        #[cogen::coroutine]
        fn lines(context: bool, pairs: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
            if !context {
                yield_from!(pairs);
                return;
            }
            yield_!(100);
        }
        assert!(lines(false, 1..4).eq(1..4));
        assert!(lines(true, 1..4).eq([100]));
    }

    #[cogen::coroutine]
    fn blocks(lines: &'static str) -> impl Iterator<Item = String> {
        let mut lines = lines.lines();
        while let Some(first) = lines.next() {
            let mut block = first.to_owned();
            loop {
                match lines.next().expect("the end of a block is missing") {
                    "- end -" => break,
                    line => block += line,
                }
            }
            yield_!(block);
        }
    }

    /// PEP 479, "Examples of breakage".
    #[test]
    fn a_parser_tells_the_end_in_its_place_from_the_end_in_a_wrong_one() {
        assert!(blocks("a\nb\n- end -\nc\n- end -").eq(["ab", "c"]));
        let mut broken = blocks("a\n- end -\nb");
        assert_eq!(broken.next().as_deref(), Some("a"));
        assert_it_is_not_the_end(|| broken.next(), "the end of a block is missing");
    }

    /// PEP 479, "Consequences for existing code".
    #[test]
    fn a_helper_ends_the_body_where_the_body_returns_what_it_gives() {
        fn helper(number: u32) -> impl Coroutine<(), Yield = u32, Return = &'static str> {
            co! {
                yield!(number);
                "by the helper"
            }
        }
        let mut values = Box::pin(co! {
            yield_from!(helper(1));
            return yield_from!(helper(2));
        })
        .iterate();
        assert!(values.by_ref().eq([1, 2]));
        assert_eq!(values.into_return(), Some("by the helper"));
    }
}

mod explanation {
    use super::*;

    /// Written by hand: yields the sum of two items at a time.
    struct Sums(std::vec::IntoIter<u32>);

    impl Iterator for Sums {
        type Item = u32;

        fn next(&mut self) -> Option<u32> {
            Some(self.0.next()? + self.0.next()?)
        }
    }

    /// PEP 479, "Why not fix all `__next__()` methods?".
    #[test]
    fn an_iterator_that_is_no_coroutine_may_pass_an_end_on() {
        assert!(Sums(vec![1, 2, 3].into_iter()).eq([3]));
        let outer = Box::pin(co! {
            yield_from!(Sums(vec![1, 2, 3].into_iter()));
            yield!(100);
        });
        assert!(outer.iterate().eq([3, 100]), "and ends no more than the delegation by it");
    }

    /// PEP 479, "Explanation of generators, iterators, and StopIteration".
    #[test]
    fn a_helper_follows_the_protocol_of_what_calls_it() {
        fn of_an_iterator(numbers: &mut Vec<u32>) -> Option<u32> {
            Some(10 * numbers.pop()?)
        }
        let mut numbers = vec![2, 1];
        assert!(std::iter::from_fn(|| of_an_iterator(&mut numbers)).eq([10, 20]));

        #[cogen::coroutine]
        fn of_a_coroutine(one: u32, other: u32) -> impl Coroutine<(), Yield = u32> {
            if one > other {
                yield_!(one - other);
            }
        }
        let outer = Box::pin(co! {
            yield_from!(of_a_coroutine(1, 2));
            yield_from!(of_a_coroutine(5, 2));
        });
        assert!(outer.iterate().eq([3]));
    }

    /// PEP 479, "Explanation of generators, iterators, and StopIteration".
    #[test]
    fn a_loop_takes_up_the_end_of_what_it_goes_over() {
        let outer = Box::pin(co! {
            for number in Sums(vec![1, 2].into_iter()) {
                yield!(number);
            }
            for number in Box::pin(co! { yield!(10) }).iterate() {
                yield!(number);
            }
            yield!(100);
        });
        assert!(outer.iterate().eq([3, 10, 100]));
    }

    /// PEP 479, "Explanation of generators, iterators, and StopIteration".
    #[test]
    fn falling_off_the_end_and_returning_are_the_same() {
        #[cogen::coroutine]
        fn falls() -> impl Coroutine<(), Yield = u32> {
            yield_!(1);
        }
        #[cogen::coroutine]
        fn returns() -> impl Coroutine<(), Yield = u32> {
            yield_!(1);
            return;
        }
        let (mut falls, mut returns) = (pin!(falls()), pin!(returns()));
        for expected in [Yielded(1), Complete(())] {
            assert_eq!((falls.send(()), returns.send(())), (expected, expected));
        }
        assert_eq!((falls.status(), returns.status()), (Status::Closed, Status::Closed));
    }

    /// PEP 479, "Explanation of generators, iterators, and StopIteration".
    #[test]
    fn an_end_is_for_ever() {
        let mut values = Box::pin(co! { yield!(1) }).iterate();
        assert_eq!(values.next(), Some(1));
        for _ in 0..3 {
            assert_eq!(values.next(), None);
        }
    }
}

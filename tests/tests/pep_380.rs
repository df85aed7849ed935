//! PEP 380, *Syntax for Delegating to a Subgenerator*, rule by rule. Each test cites the section that it is about.
//!
//! What has no meaning here:
//!
//! - "Proposal", a value that is sent to an iterator which can't take one: the compiler refuses such a delegation (`ui/sent_to_a_plain_iterator.rs`).
//! - "Proposal", what happens to `GeneratorExit`: nothing is thrown in when a coroutine is closed. What it delegates to is closed first, which is the same order.
//! - "Enhancements to StopIteration": the return value is in `Complete(value)`, and an iterator keeps it for `into_return`.
//! - "Formal Semantics", which attributes are looked up, and when: the types decide.
//! - "Syntax": `yield_from!` is a macro call.
//! - "Optimisations": `benches` measures a chain, and `tests/recursion.rs` its depth.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, Status};
use cogen_tests::observe::{Log, OnDrop};

type Sent = Result<i32, &'static str>;

/// Gives back what it is sent until that is 0; handles the error "known".
#[cogen::coroutine]
fn echo(log: Log) -> impl Coroutine<Sent, Yield = i32, Return = Result<usize, &'static str>> {
    let _finally = OnDrop::new(log.adds("finally, inner"));
    let mut sent = yield_!(100)?;
    let mut count = 0;
    while sent != 0 {
        count += 1;
        sent = match yield_!(sent) {
            Err("known") => -1,
            other => other?,
        };
    }
    Ok(count)
}

/// Delegates to it, and logs what comes of it.
#[cogen::coroutine]
fn delegator(log: Log) -> impl Coroutine<Sent, Yield = i32, Return = Result<usize, &'static str>> {
    let _finally = OnDrop::new(log.adds("finally, outer"));
    let result = yield_from!(echo(log.clone()));
    log.add(format!("{result:?}"));
    yield_!(200)?;
    result
}

mod proposal {
    use super::*;

    /// "Proposal", the first rule.
    #[test]
    fn what_the_inner_one_yields_goes_to_the_caller() {
        let mut delegator = pin!(delegator(Log::default()));
        assert_eq!(delegator.start(), Yielded(100));
    }

    /// "Proposal", the second rule.
    #[test]
    fn what_is_sent_goes_to_the_inner_one() {
        let mut delegator = pin!(delegator(Log::default()));
        delegator.start();
        assert_eq!(delegator.send(Ok(3)), Yielded(3));
        assert_eq!(delegator.send(Ok(4)), Yielded(4));
    }

    /// "Proposal", the second rule: when the inner one ends, the outer one goes on at once.
    #[test]
    fn the_end_of_the_inner_one_resumes_the_outer_one() {
        let log = Log::default();
        let mut delegator = pin!(delegator(log.clone()));
        delegator.start();
        delegator.send(Ok(3));
        assert_eq!(delegator.send(Ok(0)), Yielded(200));
        assert_eq!(log.take(), ["finally, inner", "Ok(1)"]);
    }

    /// "Proposal", the second rule: iteration asks without a value, and an iterator can be asked so.
    #[test]
    fn an_iterator_is_asked_where_nothing_is_sent() {
        #[cogen::coroutine]
        fn around() -> impl Coroutine<(), Yield = char> {
            yield_from!("ab".chars());
            yield_from!(vec!['c']);
        }

        assert!(Box::pin(around()).iterate().eq(['a', 'b', 'c']));
    }

    /// "Proposal", the third rule.
    #[test]
    fn what_is_thrown_goes_to_the_inner_one_which_may_handle_it() {
        let mut delegator = pin!(delegator(Log::default()));
        delegator.start();
        delegator.send(Ok(1));
        assert_eq!(delegator.throw("known"), Yielded(-1));
        assert_eq!(delegator.send(Ok(2)), Yielded(2));
    }

    /// "Proposal", the third rule.
    #[test]
    fn what_the_inner_one_lets_out_arises_in_the_outer_one() {
        let log = Log::default();
        let mut delegator = pin!(delegator(log.clone()));
        delegator.start();
        assert_eq!(delegator.throw("unknown"), Yielded(200), "which handles it here");
        assert_eq!(log.take(), ["finally, inner", "Err(\"unknown\")"]);
        assert_eq!(delegator.send(Ok(1)), Complete(Err("unknown")));
    }

    /// "Proposal", the third rule: what can't take an error lets it out.
    #[test]
    fn an_error_thrown_at_an_iterator_ends_the_delegation_with_it() {
        #[cogen::coroutine]
        fn around() -> impl Coroutine<Result<(), &'static str>, Yield = u8, Return = &'static str> {
            let result = yield_from!([1, 2, 3]);
            result.expect_err("it is thrown in the middle")
        }

        let mut around = pin!(around());
        assert_eq!(around.start(), Yielded(1));
        assert_eq!(around.send(Ok(())), Yielded(2));
        assert_eq!(around.throw("enough"), Complete("enough"));
    }

    /// "Proposal", the fourth rule.
    #[test]
    fn closing_closes_the_inner_one_first() {
        let log = Log::default();
        let mut delegator = pin!(delegator(log.clone()));
        delegator.start();
        delegator.close();
        assert_eq!(log.take(), ["finally, inner", "finally, outer"]);
    }

    /// "Proposal", the fourth rule: what goes wrong there arises in the outer one, which cleans up, too.
    #[test]
    fn a_panic_while_the_inner_one_is_closed_comes_out_after_the_outer_one_is() {
        #[cogen::coroutine]
        fn inner() -> impl Coroutine {
            let _finally = OnDrop::new(|| panic!("in the inner one"));
            yield_!();
        }

        #[cogen::coroutine]
        fn outer(log: Log) -> impl Coroutine {
            let _finally = OnDrop::new(log.adds("finally, outer"));
            yield_from!(inner());
        }

        let log = Log::default();
        let mut outer = pin!(outer(log.clone()));
        outer.start();
        let payload = catch_unwind(AssertUnwindSafe(|| outer.close())).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"in the inner one"));
        assert_eq!((log.take(), outer.status()), (vec!["finally, outer".to_owned()], Status::Closed));
    }

    /// "Proposal", the fifth rule.
    #[test]
    fn the_value_of_the_delegation_is_what_the_inner_one_returns() {
        #[cogen::coroutine]
        fn inner() -> impl Coroutine<(), Yield = u8, Return = String> {
            yield_!(1);
            "returned".to_owned()
        }

        #[cogen::coroutine]
        fn outer() -> impl Coroutine<(), Yield = u8, Return = usize> {
            yield_from!(inner()).len() + yield_from!(inner()).len()
        }

        let mut outer = Box::pin(outer()).iterate();
        assert!(outer.by_ref().eq([1, 1]));
        assert_eq!(outer.into_return(), Some(16));
    }

    /// "Proposal", the sixth rule.
    #[test]
    fn a_return_ends_it_with_a_value_from_any_depth_of_the_body() {
        #[cogen::coroutine]
        fn find(numbers: &[u8], wanted: u8) -> impl Coroutine<(), Yield = u8, Return = Option<usize>> {
            for (at, number) in numbers.iter().enumerate() {
                if *number == wanted {
                    return Some(at);
                }
                yield_!(*number);
            }
            None
        }

        let mut found = pin!(find(&[7, 8, 9], 8));
        assert_eq!(found.start(), Yielded(7));
        assert_eq!(found.start(), Complete(Some(1)));
        assert_eq!(pin!(find(&[], 8)).start(), Complete(None));
    }
}

mod formal_semantics {
    use super::*;

    /// "Formal Semantics", 1: the expression is evaluated once, when the delegation begins, and the inner one starts without a value.
    #[test]
    fn the_inner_one_is_made_and_started_by_the_delegation() {
        #[cogen::coroutine]
        fn outer(log: Log) -> impl Coroutine<Sent, Yield = i32, Return = Result<usize, &'static str>> {
            yield_!(1)?;
            yield_from!({
                log.add("made");
                echo(log.clone())
            })
        }

        let log = Log::default();
        let mut outer = pin!(outer(log.clone()));
        outer.start();
        assert!(log.take().is_empty());
        assert_eq!(outer.send(Ok(55)), Yielded(100), "55 was for the yield before it");
        outer.send(Ok(1));
        assert_eq!(log.take(), ["made"]);
    }

    /// "Formal Semantics", 1: an end at the start.
    #[test]
    fn an_inner_one_that_does_not_yield_is_its_value() {
        #[cogen::coroutine]
        fn nothing() -> impl Coroutine<u8, Yield = u8, Return = &'static str> {
            if false {
                yield_!(0);
            }
            "at once"
        }

        #[cogen::coroutine]
        fn outer() -> impl Coroutine<u8, Yield = u8, Return = (&'static str, u8)> {
            (yield_from!(nothing()), yield_!(1))
        }

        let mut outer = pin!(outer());
        assert_eq!(outer.start(), Yielded(1));
        assert_eq!(outer.send(2), Complete(("at once", 2)));
    }

    /// "Formal Semantics", 1: an end in answer to an error.
    #[test]
    fn an_inner_one_that_returns_on_an_error_is_its_value() {
        #[cogen::coroutine]
        fn stops() -> impl Coroutine<Result<(), &'static str>, Yield = u8, Return = String> {
            format!("stopped by {}", yield_!(1).unwrap_err())
        }

        #[cogen::coroutine]
        fn outer() -> impl Coroutine<Result<(), &'static str>, Yield = u8, Return = String> {
            yield_from!(stops()) + ", went on"
        }

        let mut outer = pin!(outer());
        outer.start();
        assert_eq!(outer.throw("me"), Complete("stopped by me, went on".to_owned()));
    }

    /// "Formal Semantics", 1: what has no way to be closed is left alone when the outer one is.
    #[test]
    fn a_borrowed_iterator_goes_on_after_the_outer_one_was_closed() {
        #[cogen::coroutine]
        fn outer(items: &mut dyn Iterator<Item = u8>) -> impl Coroutine<(), Yield = u8> {
            yield_from!(items);
        }

        let mut items = 1..=5;
        {
            let mut outer = pin!(outer(&mut items));
            assert_eq!([outer.start(), outer.start()], [Yielded(1), Yielded(2)]);
            outer.close();
        }
        assert_eq!(items.next(), Some(3));
    }

    /// "Formal Semantics", 3: a return in a body is the value of whoever delegates to it, and iteration doesn't see it.
    #[test]
    fn iteration_ends_at_a_return_and_keeps_its_value() {
        #[cogen::coroutine]
        fn counted() -> impl Coroutine<(), Yield = u8, Return = usize> {
            yield_!(1);
            yield_!(2);
            2
        }

        let mut counted = Box::pin(counted()).iterate();
        assert_eq!((counted.next(), counted.next(), counted.next(), counted.next()), (Some(1), Some(2), None, None));
        assert_eq!(counted.into_return(), Some(2));
    }
}

mod rationale {
    use super::*;

    /// A body in one piece.
    #[cogen::coroutine]
    fn whole(log: Log) -> BoxCoroutine<'static, Sent, i32, Result<i32, &'static str>> {
        let _finally = OnDrop::new(log.adds("finally, whole"));
        let first = yield_!(1)?;
        let middle = {
            let _finally = OnDrop::new(log.adds("finally, section"));
            let mut sum = first;
            while sum < 10 {
                sum += yield_!(sum)?;
            }
            sum
        };
        let last = yield_!(middle)?;
        Ok(middle + last)
    }

    /// The same, with its middle in a function of its own.
    #[cogen::coroutine]
    fn in_parts(log: Log) -> BoxCoroutine<'static, Sent, i32, Result<i32, &'static str>> {
        #[cogen::coroutine]
        fn section(log: Log, first: i32) -> impl Coroutine<Sent, Yield = i32, Return = Result<i32, &'static str>> {
            let _finally = OnDrop::new(log.adds("finally, section"));
            let mut sum = first;
            while sum < 10 {
                sum += yield_!(sum)?;
            }
            Ok(sum)
        }

        let _finally = OnDrop::new(log.adds("finally, whole"));
        let first = yield_!(1)?;
        let middle = yield_from!(section(log.clone(), first))?;
        let last = yield_!(middle)?;
        Ok(middle + last)
    }

    /// "The Refactoring Principle": whatever is done to them, and whenever, the two behave the same.
    #[test]
    fn a_section_can_be_moved_to_a_function_of_its_own() {
        for steps in 0..8 {
            for end in ["throw", "close", "drop"] {
                let trace = |make: fn(Log) -> BoxCoroutine<'static, Sent, i32, Result<i32, &'static str>>| {
                    let log = Log::default();
                    let mut coroutine = make(log.clone());
                    for step in 0..steps {
                        match step {
                            0 => log.add(format!("{:?}", coroutine.start())),
                            _ => log.add(format!("{:?}", coroutine.try_send(Ok(3)))),
                        }
                    }
                    match end {
                        "throw" => log.add(format!("{:?}", coroutine.try_throw("thrown"))),
                        "close" => coroutine.close(),
                        _ => {}
                    }
                    drop(coroutine);
                    log.take()
                };
                assert_eq!(trace(whole), trace(in_parts), "{end} after {steps} steps");
            }
        }
    }

    /// "Finalization": dropping the outer one finalises the inner one with it.
    #[test]
    fn dropping_the_outer_one_finalises_the_inner_one_first() {
        let log = Log::default();
        let mut delegator = Box::pin(delegator(log.clone()));
        delegator.start();
        delegator.send(Ok(1));
        drop(delegator);
        assert_eq!(log.take(), ["finally, inner", "finally, outer"]);
    }

    /// "Finalization", of an inner one that somebody else goes on with: lent by reference, it stays with its owner.
    #[test]
    fn what_is_lent_to_a_delegation_is_not_finalised_with_it() {
        #[cogen::coroutine]
        fn numbers() -> impl Coroutine<(), Yield = u8> {
            yield_from!(1..);
        }

        #[cogen::coroutine]
        fn lends<'a>(numbers: &'a mut BoxCoroutine<'static, (), u8>) -> impl Coroutine<(), Yield = u8> + 'a {
            yield_from!(numbers);
        }

        let mut numbers: BoxCoroutine<'static, (), u8> = Box::pin(numbers());
        {
            let mut lends = pin!(lends(&mut numbers));
            assert_eq!([lends.start(), lends.start()], [Yielded(1), Yielded(2)]);
        }
        assert_eq!(numbers.status(), Status::Suspended);
        assert_eq!(numbers.start(), Yielded(3));
    }

    /// "Generators as Threads": a thread of control that is suspended from a function which it has called returns to that function.
    #[test]
    fn a_thread_of_control_calls_functions_that_suspend() {
        #[cogen::coroutine]
        fn read(name: &'static str) -> impl Coroutine<String, Yield = String, Return = String> {
            yield_!(format!("read {name}")).to_uppercase()
        }

        #[cogen::coroutine]
        fn thread() -> impl Coroutine<String, Yield = String, Return = String> {
            let first = yield_from!(read("one"));
            let second = yield_from!(read("two"));
            first + &second
        }

        let mut requests = Vec::new();
        let result = pin!(thread()).drive_blocking(|request| {
            requests.push(request);
            ["a", "b"][requests.len() - 1].to_owned()
        });
        assert_eq!((requests, result), (vec!["read one".to_owned(), "read two".to_owned()], "AB".to_owned()));
    }

    /// "Use of StopIteration to return values": a delegation through several levels hands each return value to its own level.
    #[test]
    fn return_values_pass_through_levels() {
        #[cogen::coroutine]
        fn level(depth: u32) -> BoxCoroutine<'static, (), u32, u32> {
            if depth == 0 {
                yield_!(0);
                return 1;
            }
            let below = yield_from!(level(depth - 1));
            yield_!(below);
            below * 2
        }

        let mut level = level(3).iterate();
        assert!(level.by_ref().eq([0, 1, 2, 4]));
        assert_eq!(level.into_return(), Some(8));
    }
}

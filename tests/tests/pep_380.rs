//! The rules of PEP 380, "Syntax for Delegating to a Subgenerator". Each section has a module, and
//! each rule has a test.
//!
//! A Python exception is an `Err` here if it is thrown or returned with `?`, and a panic if it is a
//! bug. A `finally` is a drop guard.
//!
//! Sentences without a meaning in Rust:
//!
//! - "Proposal", a `GeneratorExit` that is thrown in: closing drops the body, and has no error that
//!   could be thrown.
//! - "Enhancements to StopIteration", the constructor and the exception's arguments: the end is
//!   `Complete(value)`.
//! - "Formal Semantics", the subiterator that has no `send` and is sent a value: this `yield_from!`
//!   doesn't compile (`tests/ui/sent_to_a_plain_iterator.rs`).
//! - "Formal Semantics", the look-up of `close` and `throw` by name: the kind of the delegate is
//!   static.
//! - "Formal Semantics", a `return` with a value behaves like a `raise` that can't be caught:
//!   ending is not an error, so nothing could catch it.
//! - "Rationale: The Refactoring Principle", a block that catches `GeneratorExit`, and a
//!   `StopIteration` that is thrown in, can't be factored out: neither exists here, so the
//!   principle has no exceptions.
//! - "Finalization", reference counting in other implementations than CPython: in Rust the place of
//!   a drop is always the same.
//! - "Syntax", the reason against a new keyword: it is a macro.
//! - "Rejected Ideas", a value for `close` to return, and an error if it is lost: its type is `()`.
//! - "Criticisms", each: a return value is not an exception here.
//!
//! Tested differences: a coroutine that is only lent to a delegation, or shared with it, is not
//! closed with the delegating coroutine. A closed coroutine can't be delegated to, because the
//! delegation would have no value.

use std::pin::{Pin, pin};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, CoroutineState, Shared, Status, co};
use cogen_tests::observe::{Log, OnDrop, panic_message};

/// The errors that can be thrown in.
type Signal = Result<u32, &'static str>;

/// Adds two numbers. An error that is caught inside resets the sum.
#[cogen::coroutine]
fn adds(log: &Log) -> impl Coroutine<Signal, Yield = String, Return = Signal> {
    let _finally = log.finally("inner is cleaned up");
    let mut sum = 0;
    for round in 0..2 {
        match yield_!(format!("round {round}: {sum}")) {
            Ok(number) => sum += number,
            Err("caught") => sum = 0,
            Err("return") => return Ok(100),
            Err(error) => return Err(error),
        }
    }
    Ok(sum)
}

#[cogen::coroutine]
fn delegates(log: &Log) -> impl Coroutine<Signal, Yield = String, Return = Signal> {
    let _finally = log.finally("outer is cleaned up");
    let result = yield_from!(adds(log));
    log.add(format!("delegation: {result:?}"));
    yield_!("after".to_owned())?;
    result
}

mod proposal {
    use super::*;

    /// PEP 380, "Proposal".
    #[test]
    fn what_the_inner_one_yields_goes_to_the_caller() {
        let log = Log::default();
        let mut outer = pin!(delegates(&log));
        assert_eq!(outer.start(), Yielded("round 0: 0".to_owned()));
        assert!(log.take().is_empty(), "and nowhere else");
    }

    /// PEP 380, "Proposal".
    #[test]
    fn what_is_sent_goes_to_the_inner_one() {
        let log = Log::default();
        let mut outer = pin!(delegates(&log));
        outer.start();
        assert_eq!(outer.send(Ok(5)), Yielded("round 1: 5".to_owned()));
    }

    /// PEP 380, "Proposal".
    #[test]
    fn a_send_of_nothing_is_a_next_of_the_inner_one() {
        let mut outer = pin!(co! { yield_from!([1, 2]) });
        assert_eq!(outer.start(), Yielded(1));
        assert_eq!(outer.send(()), Yielded(2));
        assert_eq!(outer.send(()), Complete(()));
    }

    /// PEP 380, "Proposal".
    #[test]
    fn the_outer_one_goes_on_when_a_send_ends_the_inner_one() {
        let log = Log::default();
        let mut outer = pin!(delegates(&log));
        outer.start();
        outer.send(Ok(5));
        assert_eq!(outer.send(Ok(6)), Yielded("after".to_owned()));
        assert_eq!(log.take(), ["inner is cleaned up", "delegation: Ok(11)"]);
    }

    #[cogen::coroutine]
    fn panics(log: &Log) -> impl Coroutine<Signal, Yield = String, Return = Signal> {
        let _finally = log.finally("inner is cleaned up");
        let _ = yield_!("first".to_owned());
        panic!("in the inner one");
    }

    /// PEP 380, "Proposal".
    #[test]
    fn any_other_exception_of_the_inner_one_is_the_outer_ones() {
        let log = &Log::default();
        let mut outer = Box::pin(co! {
            let _finally = log.finally("outer is cleaned up");
            let result: Signal = yield_from!(panics(log));
            result
        });
        outer.start();
        assert_eq!(panic_message(|| outer.send(Ok(1))), "in the inner one");
        assert_eq!(outer.status(), Status::Closed);
        assert_eq!(log.take(), ["inner is cleaned up", "outer is cleaned up"]);
    }

    /// PEP 380, "Proposal".
    #[test]
    fn what_is_thrown_in_is_thrown_into_the_inner_one() {
        let log = Log::default();
        let mut outer = pin!(delegates(&log));
        outer.start();
        outer.send(Ok(5));
        assert_eq!(outer.throw("caught"), Yielded("after".to_owned()));
        assert_eq!(log.take(), ["inner is cleaned up", "delegation: Ok(0)"]);
    }

    /// PEP 380, "Proposal".
    #[test]
    fn the_outer_one_goes_on_when_a_throw_ends_the_inner_one() {
        let log = Log::default();
        let mut outer = pin!(delegates(&log));
        outer.start();
        assert_eq!(outer.throw("return"), Yielded("after".to_owned()));
        assert_eq!(log.take(), ["inner is cleaned up", "delegation: Ok(100)"]);
    }

    /// PEP 380, "Proposal".
    #[test]
    fn an_error_that_the_inner_one_lets_out_is_the_outer_ones_to_catch() {
        let log = Log::default();
        let mut outer = pin!(delegates(&log));
        outer.start();
        assert_eq!(outer.throw("error"), Yielded("after".to_owned()));
        assert_eq!(log.take(), ["inner is cleaned up", "delegation: Err(\"error\")"]);
        assert_eq!(outer.send(Ok(0)), Complete(Err("error")));
    }

    /// PEP 380, "Proposal".
    #[test]
    fn close_closes_the_inner_one_and_then_the_outer_one() {
        let log = Log::default();
        let mut outer = pin!(delegates(&log));
        outer.start();
        outer.close();
        assert_eq!(log.take(), ["inner is cleaned up", "outer is cleaned up"]);
        assert_eq!(outer.status(), Status::Closed);
    }

    /// PEP 380, "Proposal".
    #[test]
    fn what_closing_the_inner_one_raises_goes_through_the_outer_one() {
        let log = &Log::default();
        let mut outer = Box::pin(co! {
            let _finally = log.finally("outer is cleaned up");
            yield_from!(co! {
                let _panics = OnDrop::new(|| panic!("in the cleaning up"));
                let () = yield!(());
            });
        });
        outer.start();
        assert_eq!(panic_message(|| outer.close()), "in the cleaning up");
        assert_eq!(log.take(), ["outer is cleaned up"]);
        assert_eq!(outer.status(), Status::Closed);
    }

    /// PEP 380, "Proposal".
    #[test]
    fn the_value_of_the_delegation_is_what_the_inner_one_returns() {
        let mut outer = pin!(co! {
            let value: &str = yield_from!(co! {
                let () = yield!(1);
                "returned"
            });
            value
        });
        outer.start();
        assert_eq!(outer.send(()), Complete("returned"));
    }

    /// PEP 380, "Proposal".
    #[test]
    fn what_a_body_returns_comes_with_its_end() {
        let mut coroutine = pin!(co! {
            let number: i32 = yield!(());
            if number < 0 {
                return "negative";
            }
            "positive"
        });
        coroutine.start();
        assert_eq!(coroutine.send(-1), Complete("negative"));
    }

    /// PEP 380, "Proposal".
    #[test]
    fn the_inner_one_runs_to_its_end_before_the_outer_one_goes_on() {
        let log = &Log::default();
        let mut outer = Box::pin(co! {
            for _ in 0..2 {
                yield_from!([1, 2, 3]);
                log.add("outer");
            }
        })
        .iterate();
        assert!(outer.by_ref().take(3).eq([1, 2, 3]));
        assert!(log.take().is_empty());
        assert!(outer.eq([1, 2, 3]));
        assert_eq!(log.take(), ["outer", "outer"]);
    }
}

mod enhancements_to_stop_iteration {
    use super::*;

    #[cogen::coroutine]
    fn counts() -> impl Coroutine<(), Yield = u32, Return = &'static str> {
        yield_!(1);
        yield_!(2);
        "value"
    }

    /// PEP 380, "Enhancements to StopIteration".
    #[test]
    fn the_end_has_a_value() {
        let mut coroutine = pin!(counts());
        coroutine.start();
        coroutine.send(());
        assert_eq!(coroutine.send(()).complete(), Some("value"));
    }

    /// PEP 380, "Enhancements to StopIteration".
    #[test]
    fn the_end_has_no_value_where_nothing_is_returned() {
        let mut coroutine = pin!(co! { yield!(1) });
        coroutine.send(());
        assert_eq!(coroutine.send(()), Complete(()));
    }

    /// PEP 380, "Enhancements to StopIteration".
    #[test]
    fn a_loop_passes_over_the_value_and_it_can_be_had_all_the_same() {
        let mut sum = 0;
        let mut values = Box::pin(counts()).iterate();
        for value in &mut values {
            sum += value;
        }
        assert_eq!((sum, values.into_return()), (3, Some("value")));
    }
}

mod use_of_stop_iteration {
    use super::*;

    /// Written by hand: echoes once, and returns the next sent value.
    struct ByHand(Status, u32);

    impl Coroutine<u32> for ByHand {
        type Yield = u32;
        type Return = u32;

        fn begin(mut self: Pin<&mut Self>) -> CoroutineState<u32, u32> {
            self.0 = Status::Suspended;
            Yielded(0)
        }

        fn resume(mut self: Pin<&mut Self>, number: u32) -> CoroutineState<u32, u32> {
            self.1 += 1;
            if self.1 == 1 {
                return Yielded(number);
            }
            self.0 = Status::Closed;
            Complete(number)
        }

        fn terminate(mut self: Pin<&mut Self>) {
            self.0 = Status::Closed;
        }

        fn status(&self) -> Status {
            self.0
        }
    }

    /// PEP 380, "Rationale", "Use of StopIteration to return values".
    #[test]
    fn others_than_our_own_can_give_a_value_too() {
        let mut outer = pin!(co! { 10 * yield_from!(ByHand(Status::Created, 0)) });
        assert_eq!(outer.start(), Yielded(0));
        assert_eq!(outer.send(5), Yielded(5));
        assert_eq!(outer.send(6), Complete(60));
    }

    /// PEP 380, "Rationale", "Use of StopIteration to return values".
    #[test]
    fn the_value_is_there_when_the_end_is() {
        let mut coroutine = pin!(co! { yield!(()); "value" });
        assert_eq!(coroutine.send(()).complete(), None);
        assert_eq!(coroutine.send(()).complete(), Some("value"));
        assert!(coroutine.try_send(()).is_err(), "it is not kept anywhere");
    }
}

mod formal_semantics {
    use super::*;

    /// The expansion.
    #[cogen::coroutine]
    fn expanded(log: &Log) -> impl Coroutine<Signal, Yield = String, Return = Signal> {
        let _finally = log.finally("outer is cleaned up");
        let result = {
            let mut inner = pin!(adds(log));
            let mut state = inner.start();
            loop {
                state = match state {
                    Complete(value) => break value,
                    Yielded(value) => match yield_!(value) {
                        Ok(argument) => inner.send(Ok(argument)),
                        Err(error) => inner.throw(error),
                    },
                }
            }
        };
        log.add(format!("delegation: {result:?}"));
        yield_!("after".to_owned())?;
        result
    }

    /// PEP 380, "Formal Semantics", 1.
    #[test]
    fn a_delegation_does_what_its_expansion_does() {
        let (delegates, expanded) = (
            scripts::traces(|log| Box::pin(delegates(log))),
            scripts::traces(|log| Box::pin(expanded(log))),
        );
        assert_eq!(delegates, expanded);
    }

    /// PEP 380, "Formal Semantics", 1.
    #[test]
    fn the_expression_is_evaluated_once_and_turned_into_an_iterator() {
        let log = &Log::default();
        let outer = Box::pin(co! {
            yield_from!({
                log.add("evaluated");
                vec![1, 2]
            })
        });
        assert!(log.take().is_empty());
        assert!(outer.iterate().eq([1, 2]));
        assert_eq!(log.take(), ["evaluated"]);
    }

    /// PEP 380, "Formal Semantics", 1.
    #[test]
    fn the_delegation_itself_starts_the_inner_one() {
        let log = &Log::default();
        let mut outer = pin!(co! {
            let inner = co! {
                log.add("inner starts");
                let _: u32 = yield!("first");
            };
            log.add("outer");
            yield_from!(inner);
        });
        assert_eq!(outer.start(), Yielded("first"));
        assert_eq!(log.take(), ["outer", "inner starts"]);
    }

    /// PEP 380, "Formal Semantics", 1.
    #[test]
    fn an_inner_one_that_ends_at_once_only_gives_its_value() {
        let mut outer = pin!(co! {
            yield_from!(Vec::<u32>::new());
            let value: u32 = yield_from!(co! { 42 });
            let () = yield!(value);
        });
        assert_eq!(outer.start(), Yielded(42));
    }

    /// Counts for ever, and logs its drop.
    struct Counter<'a>(u32, &'a Log);

    impl Iterator for Counter<'_> {
        type Item = u32;

        fn next(&mut self) -> Option<u32> {
            self.0 += 1;
            Some(self.0)
        }
    }

    impl Drop for Counter<'_> {
        fn drop(&mut self) {
            self.1.add("iterator is dropped");
        }
    }

    /// PEP 380, "Formal Semantics", 1.
    #[test]
    fn one_without_a_close_is_left_and_the_outer_one_closes() {
        #[cogen::coroutine]
        fn counts(log: &Log) -> impl Coroutine<(), Yield = u32> {
            let _finally = log.finally("outer is cleaned up");
            yield_from!(Counter(0, log));
        }
        let log = Log::default();
        let mut outer = pin!(counts(&log));
        outer.start();
        outer.close();
        assert_eq!(log.take(), ["iterator is dropped", "outer is cleaned up"]);
    }

    /// PEP 380, "Formal Semantics", 1.
    #[test]
    fn one_without_a_throw_is_left_and_the_error_is_raised_at_the_delegation() {
        type Woken = Result<(), &'static str>;

        #[cogen::coroutine]
        fn counts(log: &Log) -> impl Coroutine<Woken, Yield = u32, Return = Woken> {
            let mut counter = Counter(0, log);
            let result = yield_from!(&mut counter);
            log.add(format!("{result:?}"));
            yield_from!(counter)
        }
        let log = Log::default();
        let mut outer = pin!(counts(&log));
        outer.start();
        assert_eq!(outer.send(Ok(())), Yielded(2));
        assert_eq!(outer.throw("stop"), Yielded(3), "it was where it had been left");
        assert_eq!(log.take(), ["Err(\"stop\")"]);
        assert_eq!(outer.throw("again"), Complete(Err("again")));
        assert_eq!(log.take(), ["iterator is dropped"]);
    }

    /// PEP 380, "Formal Semantics", 1.
    #[test]
    fn what_the_inner_one_yields_for_a_throw_is_yielded() {
        let log = Log::default();
        let mut outer = pin!(delegates(&log));
        outer.start();
        assert_eq!(outer.throw("caught"), Yielded("round 1: 0".to_owned()));
    }

    /// PEP 380, "Formal Semantics", 1.
    #[test]
    fn nothing_and_something_arrive_as_what_they_are() {
        let heard = &Log::default();
        let mut outer = pin!(co! {
            yield_from!(co! {
                for _ in 0..2 {
                    let argument: Option<u32> = yield!(());
                    heard.add(format!("{argument:?}"));
                }
            })
        });
        outer.start();
        outer.send(None);
        outer.send(Some(1));
        assert_eq!(heard.take(), ["None", "Some(1)"]);
    }

    /// PEP 380, "Formal Semantics", 2.
    #[test]
    fn a_return_ends_the_body_from_within_whatever_handles_errors() {
        let log = &Log::default();
        let mut coroutine = pin!(co! {
            loop {
                let _finally = log.finally("finally");
                match yield!(()) {
                    Err("stop") => log.add("caught"),
                    Err(_) => log.add("caught too"),
                    Ok(number) => return number,
                }
            }
        });
        coroutine.start();
        assert_eq!(coroutine.throw("stop"), Yielded(()));
        assert_eq!(log.take(), ["caught", "finally"]);
        assert_eq!(coroutine.send(Ok(5)), Complete(5));
        assert_eq!(log.take(), ["finally"]);
    }

    /// PEP 380, "Formal Semantics", 1.
    #[test]
    fn a_closed_one_has_no_value_and_can_not_be_delegated_to() {
        let mut inner = Box::pin(co! { let () = yield!(1); });
        inner.close();
        let mut outer = Box::pin(co! { yield_from!(inner) });
        assert!(panic_message(|| outer.start()).contains("coroutine is closed"));
        assert_eq!(outer.status(), Status::Closed);
    }
}

mod the_refactoring_principle {
    use super::*;

    /// `delegates`, before a part of it became a function.
    #[cogen::coroutine]
    fn in_one_piece(log: &Log) -> impl Coroutine<Signal, Yield = String, Return = Signal> {
        let _finally = log.finally("outer is cleaned up");
        let result = 'part: {
            let _finally = log.finally("inner is cleaned up");
            let mut sum = 0;
            for round in 0..2 {
                match yield_!(format!("round {round}: {sum}")) {
                    Ok(number) => sum += number,
                    Err("caught") => sum = 0,
                    Err("return") => break 'part Ok(100),
                    Err(error) => break 'part Err(error),
                }
            }
            Ok(sum)
        };
        log.add(format!("delegation: {result:?}"));
        yield_!("after".to_owned())?;
        result
    }

    /// PEP 380, "Rationale", "The Refactoring Principle".
    #[test]
    fn a_part_that_becomes_a_function_behaves_as_before() {
        let (delegates, in_one_piece) = (
            scripts::traces(|log| Box::pin(delegates(log))),
            scripts::traces(|log| Box::pin(in_one_piece(log))),
        );
        assert_eq!(delegates, in_one_piece);
    }

    #[cogen::coroutine]
    fn thrice_delegated(log: &Log) -> BoxCoroutine<'_, Signal, String, Signal> {
        yield_from!(co! { yield_from!(delegates(log)) })
    }

    /// PEP 380, "Rationale", "The Refactoring Principle".
    #[test]
    fn a_function_that_does_nothing_but_delegate_changes_nothing() {
        let (once, thrice) = (
            scripts::traces(|log| Box::pin(delegates(log))),
            scripts::traces(|log| thrice_delegated(log)),
        );
        assert_eq!(once, thrice);
    }

    /// PEP 380, "Rationale", "The Refactoring Principle".
    #[test]
    fn a_part_that_becomes_a_function_may_borrow_the_variables_around_it() {
        #[cogen::coroutine]
        fn collects(numbers: &mut Vec<u32>) -> impl Coroutine<Option<u32>, Yield = usize> {
            while let Some(number) = yield_!(numbers.len()) {
                numbers.push(number);
            }
        }
        let mut outer = pin!(co! {
            let mut numbers = vec![1];
            yield_from!(collects(&mut numbers));
            yield_from!(collects(&mut numbers));
            numbers
        });
        assert_eq!(outer.start(), Yielded(1));
        assert_eq!(outer.send(Some(2)), Yielded(2));
        assert_eq!(outer.send(None), Yielded(2));
        assert_eq!(outer.send(Some(3)), Yielded(3));
        assert_eq!(outer.send(None), Complete(vec![1, 2, 3]));
    }
}

mod finalization {
    use super::*;

    fn counts(log: &Log) -> impl Coroutine<(), Yield = u32, Return = ()> {
        co! {
            let _finally = log.finally("inner is cleaned up");
            for number in 0.. {
                yield!(number);
            }
        }
    }

    /// PEP 380, "Rationale", "Finalization".
    #[test]
    fn what_the_delegation_owns_is_closed_with_the_outer_one() {
        let log = &Log::default();
        let mut inner = Box::pin(counts(log));
        inner.start();
        let mut outer = pin!(co! { yield_from!(inner) });
        assert_eq!(outer.start(), Yielded(1), "it goes on where it was");
        outer.close();
        assert_eq!(log.take(), ["inner is cleaned up"]);
    }

    /// PEP 380, "Rationale", "Finalization".
    #[test]
    fn what_is_lent_to_the_delegation_is_not_closed_with_the_outer_one() {
        let log = Log::default();
        let mut inner = Box::pin(counts(&log));
        for expected in [0, 1] {
            let inner = &mut inner;
            let mut outer = pin!(co! { yield_from!(inner) });
            assert_eq!(outer.start(), Yielded(expected));
            outer.close();
        }
        assert!(log.take().is_empty());
        assert_eq!(inner.send(()), Yielded(2));
    }

    /// PEP 380, "Rationale", "Finalization".
    #[test]
    fn what_is_shared_with_the_delegation_is_closed_with_its_last_owner() {
        let log = &Log::default();
        let inner = Shared::new(counts(log));
        let [mut one, mut other] = [(); 2].map(|()| {
            let inner = inner.clone();
            Box::pin(co! { yield_from!(inner) })
        });
        drop(inner);
        assert_eq!(
            (one.send(()), other.send(()), one.send(())),
            (Yielded(0), Yielded(1), Yielded(2))
        );
        one.close();
        assert_eq!(other.send(()), Yielded(3));
        other.close();
        assert_eq!(log.take(), ["inner is cleaned up"]);
    }
}

mod generators_as_threads {
    use super::*;

    type Woken = Result<(), &'static str>;

    #[cogen::coroutine]
    fn waits(turns: u32) -> impl Coroutine<Woken, Return = Signal> {
        for _ in 0..turns {
            yield_!()?;
        }
        Ok(turns)
    }

    #[cogen::coroutine]
    fn works<'a>(
        name: &'a str,
        parts: [u32; 2],
        log: &'a Log,
    ) -> BoxCoroutine<'a, Woken, (), Signal> {
        let _finally = log.finally(&format!("{name} is cleaned up"));
        let mut worked = 0;
        for part in parts {
            worked += yield_from!(waits(part))?;
            log.add(format!("{name}: {worked}"));
        }
        Ok(worked)
    }

    /// PEP 380, "Rationale", "Generators as Threads".
    #[test]
    fn calls_are_delegations_in_threads_that_take_turns() {
        let log = Log::default();
        let mut threads = [works("a", [1, 2], &log), works("b", [2, 1], &log)];
        for thread in &mut threads {
            thread.start();
        }
        for _ in 0..2 {
            for thread in &mut threads {
                assert!(thread.send(Ok(())).is_yielded());
            }
        }
        for thread in &mut threads {
            assert_eq!(thread.send(Ok(())), Complete(Ok(3)));
        }
        assert_eq!(
            log.take(),
            ["a: 1", "b: 2", "a: 3", "a is cleaned up", "b: 3", "b is cleaned up"]
        );
    }

    /// PEP 380, "Rationale", "Generators as Threads".
    #[test]
    fn an_error_in_a_call_unwinds_the_thread() {
        let log = Log::default();
        let mut thread = works("a", [1, 2], &log);
        thread.start();
        thread.send(Ok(()));
        assert_eq!(thread.throw("killed"), Complete(Err("killed")));
        assert_eq!(log.take(), ["a: 1", "a is cleaned up"]);
    }
}

mod the_chain_of_calls {
    use super::*;

    #[cogen::coroutine]
    fn level(depth: u32, log: &Log) -> BoxCoroutine<'_, Signal, u32, Signal> {
        let _finally = log.finally(&format!("{depth} is cleaned up"));
        let result = if depth == 0 { yield_!(100) } else { yield_from!(level(depth - 1, log)) };
        log.add(format!("{depth}: {result:?}"));
        result.map(|number| number + 1)
    }

    /// PEP 380, "Rationale", "Generators as Threads".
    #[test]
    fn an_exception_from_outside_is_raised_in_the_innermost_one_and_goes_outwards() {
        let log = Log::default();
        let mut thread = level(2, &log);
        assert_eq!(thread.start(), Yielded(100));
        assert_eq!(thread.throw("killed"), Complete(Err("killed")));
        let of = |depth| [format!("{depth}: Err(\"killed\")"), format!("{depth} is cleaned up")];
        assert_eq!(log.take(), [of(0), of(1), of(2)].concat());
    }

    /// PEP 380, "Rationale", "Generators as Threads".
    #[test]
    fn close_ends_the_chain_from_the_innermost_one_outwards() {
        let log = Log::default();
        let mut thread = level(2, &log);
        thread.start();
        thread.close();
        assert_eq!(log.take(), ["0 is cleaned up", "1 is cleaned up", "2 is cleaned up"]);
    }

    /// PEP 380, "Rationale", "Generators as Threads".
    #[test]
    fn items_go_from_and_to_whichever_function_it_is() {
        let log = Log::default();
        let mut thread = level(2, &log);
        assert_eq!(thread.start(), Yielded(100));
        assert_eq!(thread.send(Ok(5)), Complete(Ok(8)));
    }
}

mod syntax {
    use super::*;

    /// PEP 380, "Rationale", "Syntax".
    #[test]
    fn a_delegation_stands_wherever_a_yield_does() {
        fn doubled(number: u32) -> u32 {
            2 * number
        }
        fn gives(number: u32) -> impl Coroutine<u32, Yield = u32, Return = u32> {
            co! { number + yield!(number) }
        }
        let mut outer = pin!(co! {
            let sum = 1 + yield_from!(gives(10)) + doubled(yield_from!(gives(20)));
            return sum + yield_from!(gives(yield!(30)));
        });
        assert_eq!(outer.start(), Yielded(10));
        assert_eq!(outer.send(1), Yielded(20));
        assert_eq!(outer.send(2), Yielded(30));
        assert_eq!(outer.send(40), Yielded(40));
        assert_eq!(outer.send(5), Complete(1 + 11 + 2 * 22 + 45));
    }
}

mod optimisations {
    use super::*;

    #[cogen::coroutine]
    fn nested(depth: u32) -> BoxCoroutine<'static, Option<u32>, u32, u32> {
        if depth > 0 {
            return 1 + yield_from!(nested(depth - 1));
        }
        let mut last = 0;
        while let Some(number) = yield_!(last) {
            last = number;
        }
        last
    }

    /// PEP 380, "Rationale", "Optimisations".
    #[test]
    fn a_value_does_not_pass_through_the_levels_of_a_long_chain() {
        // With a stack frame for each level, the chain would overflow the machine's stack.
        let depth = if cfg!(miri) { 100 } else { 100_000 };
        let mut outer = nested(depth);
        assert_eq!(outer.start(), Yielded(0));
        assert_eq!(outer.send(Some(5)), Yielded(5));
        assert_eq!(outer.send(None), Complete(depth + 5));
    }
}

mod rejected_ideas {
    use super::*;

    /// PEP 380, "Rejected Ideas".
    #[test]
    fn a_primed_one_is_delegated_to_from_its_first_value() {
        let log = &Log::default();
        let inner = Box::pin(co! {
            log.add("started");
            let heard: u32 = yield!("first");
            heard
        })
        .primed();
        assert_eq!(log.take(), ["started"]);
        let mut outer = pin!(co! { yield_from!(inner) });
        assert_eq!(outer.start(), Yielded("first"));
        assert_eq!(outer.send(5), Complete(5));
        assert!(log.take().is_empty(), "and only once");
    }
}

/// The other ways in the resolution.
mod signalling_the_end {
    use super::*;

    #[cogen::coroutine]
    fn sums() -> impl Coroutine<Result<Option<u32>, &'static str>, Return = u32> {
        let mut sum = 0;
        while let Ok(Some(number)) = yield_!() {
            sum += number;
        }
        sum
    }

    #[cogen::coroutine]
    fn two_sums() -> impl Coroutine<Result<Option<u32>, &'static str>, Return = [u32; 2]> {
        [yield_from!(sums()), yield_from!(sums())]
    }

    /// PEP 380, "Rejected Ideas".
    #[test]
    fn a_sentinel_or_an_error_tells_a_consumer_that_the_values_are_over() {
        let mut consumer = pin!(two_sums());
        consumer.start();
        consumer.send(Ok(Some(1)));
        consumer.send(Ok(Some(2)));
        assert_eq!(consumer.send(Ok(None)), Yielded(()));
        consumer.send(Ok(Some(30)));
        assert_eq!(consumer.throw("the end"), Complete([3, 30]));
    }
}

/// All operations on a coroutine, in every order.
mod scripts {
    use super::*;

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Start,
        Send(u32),
        Throw(&'static str),
        Close,
    }

    const STEPS: [Step; 6] = [
        Step::Start,
        Step::Send(5),
        Step::Throw("caught"),
        Step::Throw("return"),
        Step::Throw("error"),
        Step::Close,
    ];

    /// Returns the trace of a coroutine for every script.
    pub(super) fn traces(
        make: impl for<'a> Fn(&'a Log) -> BoxCoroutine<'a, Signal, String, Signal>,
    ) -> Vec<Vec<String>> {
        let length = if cfg!(miri) { 2 } else { 4 };
        (0..2 * STEPS.len().pow(length))
            .map(|mut script| {
                let log = Log::default();
                let mut coroutine = make(&log);
                if script % 2 == 0 {
                    coroutine.start();
                }
                script /= 2;
                for _ in 0..length {
                    let step = STEPS[script % STEPS.len()];
                    script /= STEPS.len();
                    let outcome = match step {
                        Step::Start if coroutine.status() == Status::Created => {
                            format!("{:?}", coroutine.start())
                        }
                        Step::Start => "has started".to_owned(),
                        Step::Send(number) => format!("{:?}", coroutine.try_send(Ok(number))),
                        Step::Throw(error) => format!("{:?}", coroutine.try_throw(error)),
                        Step::Close => format!("{:?}", coroutine.close()),
                    };
                    log.add(format!("{step:?}: {outcome}, {:?}", coroutine.status()));
                }
                drop(coroutine);
                log.take()
            })
            .collect()
    }
}

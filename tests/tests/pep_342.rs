//! The rules of PEP 342, "Coroutines via Enhanced Generators". Each section has a module, and each
//! rule has a test.
//!
//! A Python exception is an `Err` here if it is thrown or returned with `?`, and a panic if it is a
//! bug. A `finally` is a drop guard. `None` is `()` if nothing is sent, and an `Option` if values
//! are sent.
//!
//! Sentences without a meaning in Rust:
//!
//! - "New syntax: Yield Expressions", the parentheses: a macro brings its own.
//! - "New syntax: Yield Expressions", a `yield` with neither a value nor parentheses as an
//!   argument: the same.
//! - "New generator method: throw", the class, the instance, the traceback and their `TypeError`s:
//!   an error is a value of one static type.
//! - "New generator method: throw", the other names that were considered: they were rejected.
//! - "New standard exception: GeneratorExit", its name and its base class: closing drops the body,
//!   and throws nothing into it.
//! - "New generator method: close()", the `RuntimeError` for a body that yields again: no code of
//!   the body runs, only destructors, which can't yield. A thrown error can still be caught again
//!   and again, which is tested.
//! - "New generator method: `__del__()`", errors of the clean-up are printed and ignored: in Rust a
//!   destructor's panic propagates like any other. Only in a task of the event loop it is caught
//!   and reported.
//! - "New generator method: `__del__()`", a generator in a cycle may never be closed: a cycle of
//!   `Rc`s leaks as anywhere in Rust. With a weak handle, it is closed, which is tested.
//! - "Optional Extensions", the `continue` with a value: it was rejected.
//! - "Open Issues", other names for the exceptions: they have no names here.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, SendError, Shared, Status, WeakShared, co};
use cogen_tests::observe::{Log, OnDrop, panic_message};

/// The errors that can be thrown in.
type Signal = Result<u32, &'static str>;

mod send {
    use super::*;

    #[cogen::coroutine]
    fn words() -> impl Coroutine<(), Yield = &'static str> {
        yield_!("one");
        yield_!("two");
    }

    /// PEP 342, "New generator method: send(value)".
    #[test]
    fn a_send_of_nothing_is_a_next() {
        let (mut sent, mut advanced) = (pin!(words()), Box::pin(words()).iterate());
        for _ in 0..3 {
            assert_eq!(sent.send(()).yielded(), advanced.next());
        }
    }

    #[cogen::coroutine]
    fn listens() -> impl Coroutine<Option<u32>, Yield = u32> {
        let mut heard = None;
        for count in 0.. {
            heard = yield_!(10 * count + heard.unwrap_or_default());
        }
    }

    /// PEP 342, "New generator method: send(value)".
    #[test]
    fn a_send_of_something_differs_in_the_value_of_the_yield_only() {
        let mut listener = pin!(listens());
        listener.start();
        assert_eq!(listener.send(None), Yielded(10));
        assert_eq!(listener.send(Some(7)), Yielded(27));
        assert_eq!(listener.send(None), Yielded(30));
    }

    /// PEP 342, "New generator method: send(value)".
    #[test]
    fn a_send_to_one_that_has_not_started_is_refused() {
        let log = &Log::default();
        let mut listener = pin!(co! {
            log.add("runs");
            let heard: u32 = yield!("first");
            heard
        });
        assert_eq!(listener.try_send(1), Err(SendError::NotStarted(1)));
        assert_eq!(listener.status(), Status::Created);
        assert!(log.take().is_empty(), "nothing of the body has run");
    }

    /// PEP 342, "New generator method: send(value)".
    #[test]
    fn one_that_has_been_advanced_to_its_first_yield_takes_a_value() {
        let mut listener = pin!(co! {
            let heard: u32 = yield!("first");
            heard
        });
        assert!(listener.try_send(1).is_err());
        assert_eq!(listener.start(), Yielded("first"));
        assert_eq!(listener.try_send(1), Ok(Complete(1)));
    }

    /// PEP 342, "New generator method: send(value)".
    #[test]
    fn send_gives_the_next_value_that_is_yielded() {
        let mut listener = pin!(listens());
        assert_eq!(listener.start(), Yielded(0));
        assert_eq!(listener.send(Some(1)), Yielded(11));
        assert_eq!(listener.send(Some(2)), Yielded(22));
    }

    /// PEP 342, "New generator method: send(value)".
    #[test]
    fn send_gives_the_end_where_nothing_more_is_yielded() {
        let mut two = pin!(words());
        two.send(());
        two.send(());
        assert_eq!(two.send(()), Complete(()));
    }

    /// PEP 342, "New generator method: send(value)".
    #[test]
    fn a_send_to_one_that_has_exited_finds_the_end_again() {
        let mut two = pin!(words());
        while two.send(()).is_yielded() {}
        for _ in 0..2 {
            assert_eq!(two.try_send(()), Err(SendError::Closed(())));
        }
        assert_eq!(two.iterate().next(), None);
    }

    /// PEP 342, "New generator method: send(value)".
    #[test]
    fn an_exception_that_is_not_caught_comes_out_of_the_send() {
        let mut panics = Box::pin(co! {
            let divisor: u32 = yield!(0);
            10u32.checked_div(divisor).expect("no division by zero");
        });
        panics.start();
        assert_eq!(panic_message(|| panics.send(0)), "no division by zero");
        assert_eq!(panics.status(), Status::Closed);

        let mut fails = pin!(co! {
            let text: &str = yield!(());
            text.parse::<u32>()?;
            Ok::<_, std::num::ParseIntError>(())
        });
        fails.start();
        assert!(matches!(fails.send("x"), Complete(Err(_))));
    }
}

mod yield_expressions {
    use super::*;

    /// PEP 342, "New syntax: Yield Expressions".
    #[test]
    fn the_value_of_a_yield_is_what_is_sent() {
        let mut pair = pin!(co! {
            let one: &str = yield!(1);
            let two = yield!(2);
            [one, two]
        });
        pair.start();
        pair.send("a");
        assert_eq!(pair.send("b"), Complete(["a", "b"]));
    }

    /// PEP 342, "New syntax: Yield Expressions".
    #[test]
    fn the_value_of_a_yield_is_nothing_where_nothing_is_sent() {
        #[cogen::coroutine]
        fn sees_nothing() -> impl Iterator<Item = u32> {
            let () = yield_!(1);
            yield_!(2);
        }
        assert!(sees_nothing().eq([1, 2]));
    }

    /// PEP 342, "New syntax: Yield Expressions".
    #[test]
    fn a_yield_without_a_value_yields_nothing() {
        let mut listener = pin!(co! {
            let heard: u32 = yield!();
            heard
        });
        assert_eq!(listener.start(), Yielded(()));
        assert_eq!(listener.send(42), Complete(42));
    }

    fn squared(number: u32) -> u32 {
        number * number
    }

    #[cogen::coroutine]
    fn everywhere() -> impl Coroutine<u32, Yield = u32, Return = [u32; 4]> {
        let alone = yield_!(1);
        let mut added = 12 + yield_!(2);
        added += yield_!(3);
        yield_!(4);
        [alone, added, squared(yield_!(5)), yield_!(6) + yield_!(7)]
    }

    /// PEP 342, "New syntax: Yield Expressions".
    #[test]
    fn a_yield_stands_wherever_an_expression_does() {
        let mut coroutine = pin!(everywhere());
        assert_eq!(coroutine.start(), Yielded(1));
        for number in 1..=6 {
            assert_eq!(coroutine.send(10 * number), Yielded(number + 1));
        }
        assert_eq!(coroutine.send(70), Complete([10, 62, 2500, 130]));
    }

    /// PEP 342, "New syntax: Yield Expressions".
    #[test]
    fn the_value_of_a_yield_may_be_passed_over() {
        let mut deaf = pin!(co! {
            let _: u32 = yield!("first");
            yield!("second");
            "end"
        });
        deaf.start();
        assert_eq!(deaf.send(1), Yielded("second"));
        assert_eq!(deaf.send(2), Complete("end"));
    }

    /// PEP 342, "New syntax: Yield Expressions".
    #[test]
    fn a_yield_gives_out_before_it_takes_in() {
        let log = &Log::default();
        let mut coroutine = pin!(co! {
            let heard: u32 = yield!({ log.add("operand"); 1 });
            log.add(format!("heard {heard}"));
        });
        coroutine.start();
        log.add("paused");
        coroutine.send(2);
        assert_eq!(log.take(), ["operand", "paused", "heard 2"]);
    }
}

mod exceptions_and_cleanup {
    use super::*;

    #[cogen::coroutine]
    fn guarded(log: &Log) -> impl Coroutine<Signal, Yield = u32, Return = Signal> {
        let _outer = log.finally("outer");
        let heard = {
            let _inner = log.finally("inner");
            yield_!(1)?
        };
        yield_!(2)?;
        Ok(heard)
    }

    /// PEP 342, "New syntax: yield allowed inside try-finally".
    #[test]
    fn a_yield_stands_inside_of_what_is_cleaned_up() {
        let log = &Log::default();
        let mut coroutine = pin!(guarded(log));
        coroutine.start();
        assert!(log.take().is_empty(), "not while it is paused");
        assert_eq!(coroutine.send(Ok(5)), Yielded(2));
        assert_eq!(log.take(), ["inner"]);
        assert_eq!(coroutine.send(Ok(0)), Complete(Ok(5)));
        assert_eq!(log.take(), ["outer"]);
    }

    /// PEP 342, "New syntax: yield allowed inside try-finally".
    #[test]
    fn what_is_thrown_is_cleaned_up_after() {
        let log = &Log::default();
        let mut coroutine = pin!(guarded(log));
        coroutine.start();
        assert_eq!(coroutine.throw("stop"), Complete(Err("stop")));
        assert_eq!(log.take(), ["inner", "outer"]);
    }

    /// PEP 342, "New syntax: yield allowed inside try-finally".
    #[test]
    fn what_is_dropped_half_way_is_cleaned_up() {
        let log = &Log::default();
        let mut coroutine = Box::pin(guarded(log));
        coroutine.start();
        drop(coroutine);
        assert_eq!(log.take(), ["inner", "outer"]);
    }
}

mod throw {
    use super::*;

    #[cogen::coroutine]
    fn catches(
        log: &Log,
    ) -> impl Coroutine<Signal, Yield = &'static str, Return = Result<&'static str, String>> {
        if let Err(error) = yield_!("first") {
            log.add(format!("{error} at the first"));
        }
        match yield_!("second") {
            Ok(_) => log.add("went on"),
            Err("ignored") => {}
            Err("changed") => return Err("another".to_owned()),
            Err("returns") => return Ok("early"),
            Err(error) => return Err(error.to_owned()),
        }
        yield_!("third").map_err(str::to_owned)?;
        Ok("late")
    }

    fn at_the_second(
        log: &Log,
    ) -> BoxCoroutine<'_, Signal, &'static str, Result<&'static str, String>> {
        let mut coroutine = Box::pin(catches(log));
        coroutine.start();
        assert_eq!(coroutine.send(Ok(0)), Yielded("second"));
        coroutine
    }

    /// PEP 342, "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn an_error_is_raised_at_the_yield_that_it_is_paused_at() {
        let log = &Log::default();
        let mut coroutine = pin!(catches(log));
        coroutine.start();
        assert_eq!(coroutine.throw("error"), Yielded("second"));
        assert_eq!(coroutine.send(Ok(0)), Yielded("third"));
        assert_eq!(log.take(), ["error at the first", "went on"]);
    }

    /// PEP 342, "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn an_error_is_raised_before_the_body_of_one_that_has_not_started() {
        let log = &Log::default();
        let mut coroutine = pin!(catches(log));
        assert_eq!(coroutine.try_throw("early"), Err(SendError::NotStarted("early")));
        assert_eq!(coroutine.status(), Status::Closed);
        assert!(log.take().is_empty(), "nothing in the body could catch it");
    }

    /// PEP 342, "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn throw_gives_the_next_value_where_the_error_is_caught() {
        let log = &Log::default();
        let mut coroutine = at_the_second(log);
        assert_eq!(coroutine.throw("ignored"), Yielded("third"));
        assert_eq!(coroutine.status(), Status::Suspended);
    }

    /// PEP 342, "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn an_error_that_is_not_caught_comes_back() {
        let log = &Log::default();
        let mut coroutine = at_the_second(log);
        assert_eq!(coroutine.throw("unknown"), Complete(Err("unknown".to_owned())));
        assert_eq!(coroutine.status(), Status::Closed);
    }

    /// PEP 342, "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn another_error_that_the_body_raises_for_it_comes_back_instead() {
        let log = &Log::default();
        assert_eq!(at_the_second(log).throw("changed"), Complete(Err("another".to_owned())));
    }

    /// PEP 342, "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn throw_gives_the_end_where_the_body_returns_for_it() {
        let log = &Log::default();
        assert_eq!(at_the_second(log).throw("returns"), Complete(Ok("early")));
    }

    /// PEP 342, "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn throw_is_like_send_in_all_else() {
        let log = &Log::default();
        let (mut thrown, mut sent) = (at_the_second(log), at_the_second(log));
        assert_eq!(thrown.throw("ignored"), sent.send(Err("ignored")));
        assert_eq!(thrown.send(Ok(0)), sent.send(Ok(0)));
    }

    /// PEP 342, "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn a_throw_into_a_closed_one_gives_the_error_back_and_runs_nothing() {
        let log = &Log::default();
        let mut coroutine = at_the_second(log);
        coroutine.close();
        assert_eq!(coroutine.try_throw("late"), Err(SendError::Closed("late")));
        assert!(log.take().is_empty());
    }
}

mod close {
    use super::*;

    /// PEP 342, "New generator method: close()".
    #[test]
    fn close_exits_at_the_yield_that_it_is_paused_at() {
        let log = &Log::default();
        let mut coroutine = pin!(co! {
            let _finally = log.finally("finally");
            log.add("before");
            let () = yield!(());
            log.add("after");
        });
        coroutine.start();
        coroutine.close();
        assert_eq!(log.take(), ["before", "finally"]);
        assert_eq!(coroutine.status(), Status::Closed);
    }

    /// PEP 342, "New generator method: close()".
    #[test]
    fn close_of_one_that_has_not_started_runs_nothing_of_it() {
        let log = &Log::default();
        let mut coroutine = pin!(co! {
            let _finally = log.finally("finally");
            yield!(());
        });
        coroutine.close();
        assert!(log.take().is_empty());
        assert_eq!(coroutine.try_send(()), Err(SendError::Closed(())));
    }

    /// PEP 342, "New generator method: close()".
    #[test]
    fn close_of_one_that_has_exited_does_nothing() {
        let log = &Log::default();
        let mut coroutine = pin!(co! {
            let _finally = log.finally("finally");
            yield!(());
        });
        while coroutine.send(()).is_yielded() {}
        assert_eq!(log.take(), ["finally"]);
        coroutine.close();
        coroutine.close();
        assert!(log.take().is_empty());
    }

    /// PEP 342, "New generator method: close()".
    #[test]
    fn one_that_catches_whatever_is_thrown_is_closed_all_the_same() {
        let log = &Log::default();
        let mut stubborn = pin!(co! {
            let _finally = log.finally("finally");
            loop {
                let _: Signal = yield!("still here");
            }
        });
        stubborn.start();
        assert_eq!(stubborn.throw("stop"), Yielded("still here"));
        stubborn.close();
        assert_eq!(stubborn.status(), Status::Closed);
        assert_eq!(log.take(), ["finally"]);
    }

    /// PEP 342, "New generator method: close()".
    #[test]
    fn what_the_cleaning_up_raises_comes_out_of_close() {
        let log = &Log::default();
        let mut coroutine = Box::pin(co! {
            let _outer = log.finally("outer");
            let _inner = OnDrop::new(|| panic!("in the cleaning up"));
            let () = yield!(());
        });
        coroutine.start();
        assert_eq!(panic_message(|| coroutine.close()), "in the cleaning up");
        assert_eq!(log.take(), ["outer"]);
        coroutine.close();
        assert_eq!(coroutine.status(), Status::Closed);
    }
}

mod del {
    use super::*;

    fn cleans_up(log: &Log) -> impl Coroutine {
        co! {
            let _finally = log.finally("finally");
            yield!(());
            log.add("after");
        }
    }

    /// PEP 342, "New generator method: `__del__()`".
    #[test]
    fn what_is_dropped_is_closed() {
        let log = &Log::default();
        {
            let mut coroutine = pin!(cleans_up(log));
            coroutine.start();
            assert!(log.take().is_empty());
        }
        assert_eq!(log.take(), ["finally"]);
    }

    /// PEP 342, "New generator method: `__del__()`".
    #[test]
    fn what_is_shared_is_closed_with_the_last_handle() {
        let log = &Log::default();
        let one = Shared::new(cleans_up(log));
        let other = one.clone();
        one.start();
        drop(one);
        assert!(log.take().is_empty());
        drop(other);
        assert_eq!(log.take(), ["finally"]);
    }

    /// PEP 342, "New generator method: `__del__()`".
    #[test]
    fn one_that_holds_itself_weakly_is_closed() {
        let log = &Log::default();
        let coroutine = Shared::new_cyclic(|me: &WeakShared<'_>| {
            let (me, log) = (me.clone(), log.clone());
            co! {
                let (_me, _finally) = (me, log.finally("finally"));
                yield!(());
            }
        });
        coroutine.start();
        drop(coroutine);
        assert_eq!(log.take(), ["finally"]);
    }
}

mod frames {
    use super::*;

    #[cogen::coroutine]
    fn holds(_held: Rc<()>) -> impl Coroutine<Signal, Return = Signal> {
        yield_!()
    }

    /// PEP 342, "New generator method: `__del__()`".
    #[test]
    fn what_the_body_holds_is_released_when_it_ends_though_the_coroutine_is_kept() {
        let held = Rc::new(());
        let [mut returns, mut fails, mut closes] = [(); 3].map(|()| Box::pin(holds(held.clone())));
        for coroutine in [&mut returns, &mut fails, &mut closes] {
            coroutine.start();
        }
        assert_eq!(Rc::strong_count(&held), 4);
        assert_eq!(returns.send(Ok(1)), Complete(Ok(1)));
        assert_eq!(Rc::strong_count(&held), 3);
        assert_eq!(fails.throw("error"), Complete(Err("error")));
        assert_eq!(Rc::strong_count(&held), 2);
        closes.close();
        assert_eq!(Rc::strong_count(&held), 1);
        assert_eq!([returns.status(), fails.status(), closes.status()], [Status::Closed; 3]);
    }
}

mod examples {
    use super::*;

    /// Also outputs its last, shorter batch when it is closed.
    struct Batch<'a> {
        items: Vec<u32>,
        batches: &'a RefCell<Vec<Vec<u32>>>,
    }

    impl Batch<'_> {
        fn give_out(&mut self) {
            if !self.items.is_empty() {
                self.batches.borrow_mut().push(std::mem::take(&mut self.items));
            }
        }
    }

    impl Drop for Batch<'_> {
        fn drop(&mut self) {
            self.give_out();
        }
    }

    #[cogen::coroutine(priming)]
    fn batches(size: usize, batches: &RefCell<Vec<Vec<u32>>>) -> impl Coroutine<u32> {
        let mut batch = Batch { items: Vec::new(), batches };
        loop {
            let item = yield_!();
            batch.items.push(item);
            if batch.items.len() == size {
                batch.give_out();
            }
        }
    }

    #[cogen::coroutine(priming)]
    fn odd_ones(target: impl Coroutine<u32, Yield = ()> + Unpin) -> impl Coroutine<u32> {
        let mut target = target;
        loop {
            let number = yield_!();
            if number % 2 == 1 {
                target.send(number);
            }
        }
    }

    /// PEP 342, "Examples", 1 and 2.
    #[test]
    fn primed_consumers_make_a_pipeline_that_is_closed_as_one() {
        let out = RefCell::new(Vec::new());
        let mut pipeline = odd_ones(batches(2, &out));
        for number in 0..6 {
            pipeline.send(number);
        }
        assert_eq!(*out.borrow(), [[1, 3]]);
        pipeline.close();
        assert_eq!(*out.borrow(), [vec![1, 3], vec![5]]);
    }

    /// A request of a coroutine to its trampoline.
    enum Request {
        Call(Called),
        Pause,
    }

    type Called = BoxCoroutine<'static, Signal, Request, Signal>;

    /// Runs a coroutine whose yields call others. Their return values are sent to the caller, and
    /// their errors are thrown into it.
    fn run(first: Called) -> (Signal, u32) {
        let (mut stack, mut pauses) = (vec![first], 0);
        let mut state = stack[0].start();
        loop {
            state = match state {
                Yielded(Request::Call(mut called)) => {
                    let state = called.start();
                    stack.push(called);
                    state
                }
                Yielded(Request::Pause) => {
                    pauses += 1;
                    stack.last_mut().expect("somebody has paused").send(Ok(pauses))
                }
                Complete(result) => {
                    stack.pop();
                    match (stack.last_mut(), result) {
                        (None, result) => return (result, pauses),
                        (Some(caller), Ok(value)) => caller.send(Ok(value)),
                        (Some(caller), Err(error)) => caller.throw(error),
                    }
                }
            };
        }
    }

    #[cogen::coroutine]
    fn divides(number: u32, divisor: u32) -> BoxCoroutine<'static, Signal, Request, Signal> {
        yield_!(Request::Pause)?;
        number.checked_div(divisor).ok_or("division by zero")
    }

    #[cogen::coroutine]
    fn adds(divisors: [u32; 3]) -> BoxCoroutine<'static, Signal, Request, Signal> {
        let mut sum = 0;
        for divisor in divisors {
            sum += match yield_!(Request::Call(divides(12, divisor))) {
                Err("division by zero") if divisor == 0 => 100,
                other => other?,
            };
        }
        Ok(sum)
    }

    /// PEP 342, "Examples", 3.
    #[test]
    fn a_trampoline_runs_coroutines_that_call_coroutines() {
        assert_eq!(run(adds([2, 0, 4])), (Ok(109), 3));
        assert_eq!(run(divides(1, 0)), (Err("division by zero"), 1));
    }
}

//! PEP 342, *Coroutines via Enhanced Generators*, rule by rule. Each test cites the section that it is about.
//!
//! What has no meaning here:
//!
//! - "New Syntax: Yield Expressions", where parentheses are needed: a macro call always has them.
//! - "New standard exception: GeneratorExit": a coroutine is closed by dropping its body, which has nothing to catch. So there is neither a handler that sees it, nor one that
//!   must let it through, nor the `RuntimeError` of a generator that yields instead of ending.
//! - "New generator method: throw(type, value=None, traceback=None)", how the three arguments are checked and normalised: an error is one value.
//! - "New generator method: `__del__()`", generators in reference cycles: nothing is collected. A `WeakShared` breaks the cycle of a coroutine that knows its own handle.
//! - "Optional Extensions", `continue` with a value: was not accepted.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{Coroutine, CoroutineExt, SendError, Status};
use cogen_tests::observe::{Log, OnDrop};

/// What is thrown in.
#[derive(Debug, PartialEq)]
enum Error {
    Known,
    Unknown,
}

type Sent = Result<i32, Error>;

/// Gives back what it is sent, and logs how it ends.
#[cogen::coroutine]
fn echo(log: Log) -> impl Coroutine<Sent, Yield = i32, Return = Result<&'static str, Error>> {
    let _finally = OnDrop::new(log.adds("finally"));
    let mut sent = yield_!(0)?;
    while sent != 100 {
        sent = match yield_!(sent) {
            Err(Error::Known) => {
                log.add("handled");
                -1
            }
            other => other?,
        };
    }
    Ok("a hundred")
}

mod sending {
    use super::*;

    /// "New generator method: send(value)".
    #[test]
    fn the_value_is_that_of_the_yield_it_waits_at() {
        let mut echo = pin!(echo(Log::default()));
        assert_eq!(echo.start(), Yielded(0));
        assert_eq!(echo.send(Ok(3)), Yielded(3));
        assert_eq!(echo.send(Ok(4)), Yielded(4));
    }

    /// "New generator method: send(value)".
    #[test]
    fn it_gives_the_next_value_or_the_end() {
        let mut echo = pin!(echo(Log::default()));
        echo.start();
        assert_eq!(echo.send(Ok(7)), Yielded(7));
        assert_eq!(echo.send(Ok(100)), Complete(Ok("a hundred")));
    }

    /// "New generator method: send(value)".
    #[test]
    fn a_new_one_takes_no_value() {
        let mut echo = pin!(echo(Log::default()));
        assert_eq!(echo.try_send(Ok(1)), Err(SendError::NotStarted(Ok(1))));
        assert_eq!(echo.status(), Status::Created, "nothing has run");
        let refused = catch_unwind(AssertUnwindSafe(|| echo.send(Ok(1))));
        assert!(refused.is_err());
        assert_eq!(echo.start(), Yielded(0), "it can still be started");
    }

    /// "New generator method: send(value)": where nothing is sent, there is no value that a new one could lose.
    #[test]
    fn sending_nothing_starts_a_new_one_as_next_does() {
        #[cogen::coroutine]
        fn pauses() -> impl Coroutine<(), Yield = u8> {
            yield_!(1);
            yield_!(2);
        }

        let mut pauses = pin!(pauses());
        assert_eq!(pauses.send(()), Yielded(1));
        assert_eq!(pauses.start(), Yielded(2), "both do the same");
        assert_eq!(pauses.send(()), Complete(()));
    }

    /// "Specification Summary", 1: what has ended can't be resumed.
    #[test]
    fn after_the_end_the_value_comes_back() {
        let mut echo = pin!(echo(Log::default()));
        echo.start();
        echo.send(Ok(100));
        assert_eq!(echo.try_send(Ok(5)), Err(SendError::Closed(Ok(5))));
    }
}

mod yield_expressions {
    use super::*;

    /// "New Syntax: Yield Expressions".
    #[test]
    fn a_yield_stands_wherever_an_expression_can() {
        #[cogen::coroutine]
        fn places() -> impl Coroutine<i32, Yield = i32, Return = Vec<i32>> {
            let mut places = vec![yield_!(1), 10 + yield_!(2)];
            places.push(i32::max(yield_!(3), 5));
            if yield_!(4) > 0 {
                places.extend([yield_!(yield_!(5))]);
            }
            places
        }

        let mut places = pin!(places());
        places.start();
        for (sent, next) in [(1, 2), (2, 3), (3, 4), (1, 5), (6, 6)] {
            assert_eq!(places.send(sent), Yielded(next));
        }
        assert_eq!(places.send(7), Complete(vec![1, 12, 5, 7]));
    }

    /// "New Syntax: Yield Expressions".
    #[test]
    fn a_yield_without_a_value_gives_nothing_out() {
        #[cogen::coroutine]
        fn listener() -> impl Coroutine<&'static str, Return = usize> {
            yield_!().len() + yield_!().len()
        }

        let mut listener = pin!(listener());
        assert_eq!(listener.start(), Yielded(()));
        assert_eq!(listener.send("one"), Yielded(()));
        assert_eq!(listener.send("two"), Complete(6));
    }

    /// "New Syntax: Yield Expressions": resumed without a value, it is `()`.
    #[test]
    fn the_value_of_a_yield_to_an_iterators_caller_is_nothing() {
        #[cogen::coroutine]
        fn items() -> impl Iterator<Item = u8> {
            let () = yield_!(1);
            let () = yield_!(2);
        }

        assert!(items().eq([1, 2]));
    }
}

mod yields_inside_try_finally {
    use super::*;

    /// "New syntax: yield allowed inside try-finally".
    #[test]
    fn what_is_resumed_to_its_end_cleans_up_there() {
        let log = Log::default();
        let mut echo = pin!(echo(log.clone()));
        echo.start();
        assert!(log.take().is_empty());
        echo.send(Ok(100));
        assert_eq!(log.take(), ["finally"]);
    }

    /// "New syntax: yield allowed inside try-finally".
    #[test]
    fn what_is_not_resumed_any_more_cleans_up_when_it_is_dropped() {
        let log = Log::default();
        let mut echo = Box::pin(echo(log.clone()));
        echo.start();
        drop(echo);
        assert_eq!(log.take(), ["finally"]);
    }

    /// "New syntax: yield allowed inside try-finally".
    #[test]
    fn what_never_ran_has_nothing_to_clean_up() {
        let log = Log::default();
        drop(Box::pin(echo(log.clone())));
        assert!(log.take().is_empty());
    }
}

mod throwing {
    use super::*;

    /// "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn the_error_arises_at_the_yield_and_may_be_handled_there() {
        let log = Log::default();
        let mut echo = pin!(echo(log.clone()));
        echo.start();
        echo.send(Ok(1));
        assert_eq!(echo.throw(Error::Known), Yielded(-1), "the next value is what `throw` gives");
        assert_eq!(log.take(), ["handled"]);
        assert_eq!(echo.send(Ok(2)), Yielded(2), "and it goes on");
    }

    /// "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn what_is_not_handled_comes_out_of_the_throw_after_the_cleaning_up() {
        let log = Log::default();
        let mut echo = pin!(echo(log.clone()));
        echo.start();
        assert_eq!(echo.throw(Error::Unknown), Complete(Err(Error::Unknown)));
        assert_eq!(log.take(), ["finally"]);
        assert_eq!(echo.status(), Status::Closed);
    }

    /// "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn another_error_may_come_out_than_was_thrown_in() {
        #[cogen::coroutine]
        fn translates() -> impl Coroutine<Result<(), &'static str>, Return = Result<(), usize>> {
            yield_!().map_err(str::len)
        }

        let mut translates = pin!(translates());
        translates.start();
        assert_eq!(translates.throw("four"), Complete(Err(4)));
    }

    /// "New generator method: throw(type, value=None, traceback=None)": a body may end on an error in silence.
    #[test]
    fn a_body_may_return_on_an_error() {
        #[cogen::coroutine]
        fn stops() -> impl Coroutine<Result<(), Error>, Return = &'static str> {
            while yield_!().is_ok() {}
            "stopped"
        }

        let mut stops = pin!(stops());
        stops.start();
        assert_eq!(stops.throw(Error::Known), Complete("stopped"));
    }

    /// "New generator method: throw(type, value=None, traceback=None)": of a new one, it arises before the first statement.
    #[test]
    fn thrown_at_a_new_one_it_comes_back_and_the_coroutine_is_closed() {
        let log = Log::default();
        let mut echo = pin!(echo(log.clone()));
        assert_eq!(echo.try_throw(Error::Known), Err(SendError::NotStarted(Error::Known)));
        assert_eq!(echo.status(), Status::Closed);
        assert!(log.take().is_empty(), "nothing of the body has run");
    }

    /// "New generator method: throw(type, value=None, traceback=None)".
    #[test]
    fn thrown_at_a_closed_one_it_comes_back() {
        let mut echo = pin!(echo(Log::default()));
        echo.close();
        assert_eq!(echo.try_throw(Error::Known), Err(SendError::Closed(Error::Known)));
    }
}

mod closing {
    use super::*;

    /// "New generator method: close()".
    #[test]
    fn the_body_cleans_up_where_it_waits_and_runs_no_further() {
        let log = Log::default();
        let mut echo = pin!(echo(log.clone()));
        echo.start();
        echo.close();
        assert_eq!(log.take(), ["finally"]);
        assert_eq!(echo.status(), Status::Closed);
    }

    /// "New generator method: close()".
    #[test]
    fn closing_what_is_closed_or_has_ended_does_nothing() {
        let log = Log::default();
        let mut echo = pin!(echo(log.clone()));
        echo.start();
        echo.send(Ok(100));
        assert_eq!(log.take(), ["finally"]);
        echo.close();
        echo.close();
        assert!(log.take().is_empty());
    }

    /// "New generator method: close()".
    #[test]
    fn closing_a_new_one_runs_nothing_of_it() {
        let log = Log::default();
        let mut echo = pin!(echo(log.clone()));
        echo.close();
        assert!(log.take().is_empty());
        assert_eq!(echo.try_send(Ok(1)), Err(SendError::Closed(Ok(1))));
    }

    /// "New generator method: close()": what goes wrong on the way comes out of it. Here that is a panic.
    #[test]
    fn a_panic_in_the_cleaning_up_comes_out_of_the_close() {
        #[cogen::coroutine]
        fn breaks() -> impl Coroutine {
            let _finally = OnDrop::new(|| panic!("in the cleaning up"));
            yield_!();
        }

        let mut breaks = pin!(breaks());
        breaks.start();
        let payload = catch_unwind(AssertUnwindSafe(|| breaks.close())).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"in the cleaning up"));
        assert_eq!(breaks.status(), Status::Closed);
    }

    /// "New generator method: `__del__()`".
    #[test]
    fn dropping_closes() {
        let log = Log::default();
        {
            let mut echo = pin!(echo(log.clone()));
            echo.start();
        }
        assert_eq!(log.take(), ["finally"]);
    }

    /// "Specification: Exceptions and Cleanup": a panic of the body is an exception that nobody has handled.
    #[test]
    fn a_body_that_panics_is_closed_after_its_cleaning_up() {
        #[cogen::coroutine]
        fn fails(log: Log) -> impl Coroutine {
            let _finally = OnDrop::new(log.adds("finally"));
            yield_!();
            panic!("in the body");
        }

        let log = Log::default();
        let mut fails = pin!(fails(log.clone()));
        fails.start();
        assert!(catch_unwind(AssertUnwindSafe(|| fails.start())).is_err());
        assert_eq!(log.take(), ["finally"]);
        assert_eq!(fails.status(), Status::Closed);
    }
}

mod examples {
    use super::*;

    /// "Examples", 1: a decorator that runs a consumer to its first yield.
    #[test]
    fn a_primed_consumer_takes_values_at_once() {
        #[cogen::coroutine(priming)]
        fn consumer(log: Log) -> impl Coroutine<&'static str> {
            loop {
                log.add(yield_!());
            }
        }

        let log = Log::default();
        let mut consumer = consumer(log.clone());
        consumer.send("one");
        consumer.send("two");
        assert_eq!(log.take(), ["one", "two"]);
    }

    /// "Examples", 3: coroutines that a trampoline runs, with what each of them yields as a call whose result is sent back.
    #[test]
    fn a_trampoline_answers_what_coroutines_ask() {
        #[cogen::coroutine]
        fn client() -> impl Coroutine<i32, Yield = (i32, i32), Return = i32> {
            let three = yield_!((1, 2));
            yield_!((three, 4))
        }

        assert_eq!(pin!(client()).drive_blocking(|(left, right)| left + right), 7);
    }
}

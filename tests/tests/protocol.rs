//! Starting, sending, throwing, closing, and misuse.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, CoroutineState, SendError, Status, co};

#[cogen::coroutine]
fn echo() -> impl Coroutine<String, Yield = String> {
    let mut heard = String::from("ready");
    while heard != "stop" {
        heard = yield_!(heard);
    }
}

#[cogen::coroutine]
fn count() -> impl Coroutine<(), Yield = u32, Return = &'static str> {
    yield_!(1);
    yield_!(2);
    "end"
}

/// Returns the message of the panic of `f`.
fn panic_message<T>(f: impl FnOnce() -> T) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).err().expect("a panic");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => {
            payload.downcast::<&str>().map(|message| (*message).to_owned()).expect("a message")
        }
    }
}

#[test]
fn nothing_runs_before_the_start() {
    let ran = &Cell::new(false);
    let mut lazy = pin!(co! {
        ran.set(true);
        let () = yield!(());
        "end"
    });
    assert_eq!((lazy.status(), ran.get()), (Status::Created, false));
    assert_eq!(lazy.start(), Yielded(()));
    assert_eq!((lazy.status(), ran.get()), (Status::Suspended, true));
    assert_eq!(lazy.send(()), Complete("end"));
    assert_eq!(lazy.status(), Status::Closed);
}

#[test]
fn the_methods_need_no_reborrowing() {
    fn all<C: Coroutine<String, Yield = String, Return = ()>>(mut pinned: Pin<&mut C>) {
        assert_eq!(pinned.start(), Yielded("ready".to_owned()));
        assert_eq!(pinned.send("one".to_owned()), Yielded("one".to_owned()));
        assert_eq!(pinned.try_send("two".to_owned()), Ok(Yielded("two".to_owned())));
        assert_eq!(pinned.status(), Status::Suspended);
        pinned.close();
        pinned.close();
        assert_eq!(pinned.status(), Status::Closed);
    }
    all(pin!(echo()));
    all(Box::pin(echo()).as_mut());
    let mut boxed: BoxCoroutine<'_, String, String> = Box::pin(echo());
    boxed.start();
    boxed.send("one".to_owned());
    assert_eq!(boxed.send("stop".to_owned()), Complete(()));
    let borrowed = &mut Box::pin(echo());
    borrowed.start();
    borrowed.send("one".to_owned());
    all(pin!(borrowed_again(&mut Box::pin(echo()))));
}

fn borrowed_again<C: Coroutine<String> + Unpin>(coroutine: &mut C) -> &mut C {
    coroutine
}

#[test]
fn a_value_that_nobody_can_take_comes_back() {
    let mut echo = pin!(echo());
    let error = echo.try_send("early".to_owned()).unwrap_err();
    assert_eq!(error.to_string(), "the coroutine has not started");
    assert_eq!(error.into_inner(), "early");
    assert_eq!(echo.status(), Status::Created);
    echo.start();
    echo.send("stop".to_owned());
    let error = echo.try_send("late".to_owned()).unwrap_err();
    assert_eq!(format!("{error:?}, {error}"), "Closed(..), the coroutine is closed");
    assert_eq!(error, SendError::Closed("late".to_owned()));
}

#[test]
fn misuse_panics_with_what_to_do() {
    let mut echo = Box::pin(echo());
    assert!(panic_message(|| echo.send("early".to_owned())).contains("not started: call `start`"));
    assert_eq!(echo.status(), Status::Created, "nothing has run");
    echo.start();
    assert!(panic_message(|| echo.start()).contains("started again: use `send`"));
    assert_eq!(echo.send("still alive".to_owned()), Yielded("still alive".to_owned()));
    echo.close();
    assert!(panic_message(|| echo.send("late".to_owned())).contains("use `try_send`"));
    assert!(panic_message(|| echo.start()).contains("closed"));
}

#[test]
fn where_nothing_is_sent_nothing_can_be_lost_by_starting_with_it() {
    let mut count = pin!(count());
    assert_eq!(count.send(()), Yielded(1));
    assert_eq!(count.try_send(()), Ok(Yielded(2)));
    assert_eq!(count.send(()), Complete("end"));
    assert_eq!(count.try_send(()), Err(SendError::Closed(())));

    // Other zero-sized types are ordinary values.
    #[derive(Debug, PartialEq)]
    struct Token;
    let mut takes_tokens: BoxCoroutine<'_, Token> = Box::pin(co! { let Token = yield!(()); });
    assert_eq!(takes_tokens.try_send(Token), Err(SendError::NotStarted(Token)));
}

#[test]
fn the_pinned_level_starts_and_sends() {
    let mut echo = pin!(echo());
    assert_eq!(echo.as_mut().begin(), Yielded("ready".to_owned()));
    assert_eq!(echo.as_mut().resume("one".to_owned()), Yielded("one".to_owned()));
    echo.as_mut().terminate();
    assert_eq!(echo.status(), Status::Closed);
}

type Signal = Result<u32, &'static str>;

#[cogen::coroutine]
fn handles_resets() -> impl Coroutine<Signal, Yield = u32, Return = Signal> {
    let mut total = 0;
    loop {
        match yield_!(total) {
            Ok(number) => total += number,
            Err("reset") => total = 0,
            Err("twice") => total += yield_!(total)? + yield_!(total)?,
            Err(_) => return Ok(total),
        }
    }
}

#[test]
fn errors_are_thrown_in_caught_and_let_out() {
    let mut adder = pin!(handles_resets());
    adder.start();
    assert_eq!(adder.send(Ok(5)), Yielded(5));
    assert_eq!(adder.throw("reset"), Yielded(0));
    assert_eq!(adder.status(), Status::Suspended);
    assert_eq!(adder.throw("twice"), Yielded(0));
    assert_eq!(adder.try_throw("out"), Ok(Complete(Err("out"))));
    assert_eq!(adder.status(), Status::Closed);
    assert_eq!(adder.try_throw("late"), Err(SendError::Closed("late")));
    assert!(panic_message(|| adder.throw("late")).contains("coroutine is closed"));
}

#[test]
fn an_error_thrown_before_the_start_closes_and_comes_back() {
    let mut adder = pin!(handles_resets());
    assert_eq!(adder.try_throw("early"), Err(SendError::NotStarted("early")));
    assert_eq!(adder.status(), Status::Closed);
    let mut adder = Box::pin(handles_resets());
    assert!(panic_message(|| adder.throw("early")).contains("not started: call `start`"));
    assert_eq!(adder.status(), Status::Closed);
}

#[test]
fn closing_is_fine_at_any_time() {
    let mut created = pin!(count());
    created.close();
    assert_eq!(created.status(), Status::Closed);
    let mut finished = pin!(count());
    while finished.send(()).is_yielded() {}
    finished.close();
    finished.close();
    assert_eq!(finished.status(), Status::Closed);
}

#[cogen::coroutine]
fn panics(first: bool) -> impl Coroutine {
    if !first {
        yield_!();
    }
    panic!("in the body");
}

#[test]
fn a_panic_in_the_body_closes_the_coroutine() {
    let mut coroutine = Box::pin(panics(true));
    assert_eq!(panic_message(|| coroutine.start()), "in the body");
    assert_eq!(coroutine.status(), Status::Closed);
    let mut coroutine = Box::pin(panics(false));
    coroutine.start();
    assert_eq!(panic_message(|| coroutine.send(())), "in the body");
    assert_eq!(coroutine.try_send(()), Err(SendError::Closed(())));
    assert!(panic_message(|| coroutine.send(())).contains("coroutine is closed"));
    coroutine.close();
}

macro_rules! hidden_await {
    ($future:expr) => {
        $future.await
    };
}

#[cogen::coroutine]
fn waits() -> impl Coroutine<(), Yield = u32> {
    hidden_await!(std::future::ready(()));
    yield_!(1);
    hidden_await!(std::future::pending::<()>());
}

#[test]
fn waiting_for_something_else_than_the_caller_closes_and_says_so() {
    let mut coroutine = Box::pin(waits());
    assert_eq!(coroutine.start(), Yielded(1));
    assert!(panic_message(|| coroutine.send(())).contains("`.await` in a macro"));
    assert_eq!(coroutine.status(), Status::Closed);
}

#[test]
fn iteration_keeps_the_return_value_and_is_fused() {
    let mut values = Box::pin(count()).iterate();
    assert_eq!(values.returned(), None);
    assert_eq!(values.next(), Some(1));
    assert_eq!(values.next(), Some(2));
    assert_eq!((values.next(), values.next()), (None, None));
    assert_eq!(values.returned(), Some(&"end"));
    assert_eq!(values.into_return(), Some("end"));

    let mut pinned = pin!(count());
    pinned.start();
    let mut rest = Vec::new();
    for value in pinned.as_mut().iterate() {
        rest.push(value);
    }
    assert_eq!(rest, [2], "iteration goes on from where the coroutine is");
    assert_eq!(pinned.iterate().next(), None, "a closed coroutine is at its end");
}

#[test]
fn priming_keeps_the_first_value() {
    let mut primed = Box::pin(echo()).primed();
    assert_eq!(primed.status(), Status::Suspended);
    assert_eq!(primed.first().map(String::as_str), Some("ready"));
    assert_eq!(primed.start(), Yielded("ready".to_owned()));
    assert_eq!(primed.first(), None);
    assert_eq!(primed.send("one".to_owned()), Yielded("one".to_owned()));
    assert!(panic_message(|| primed.start()).contains("use `send`"));

    let mut passed_over = Box::pin(echo()).primed();
    assert_eq!(passed_over.send("one".to_owned()), Yielded("one".to_owned()));

    assert!(Box::pin(count()).primed().iterate().eq([1, 2]), "loops lose nothing");

    let mut closed = Box::pin(echo()).primed();
    closed.close();
    assert_eq!(closed.first(), None);
    assert_eq!(closed.status(), Status::Closed);
}

#[cogen::coroutine(priming)]
fn primed_adder(mut total: i32) -> impl Coroutine<i32, Yield = i32, Return = i32> {
    if total < 0 {
        return total;
    }
    while total < 100 {
        total += yield_!(total);
    }
    total
}

#[cogen::coroutine(priming)]
fn primed_box() -> BoxCoroutine<'static, i32, i32> {
    let n = yield_!(0);
    yield_!(n);
}

#[test]
fn a_function_can_prime_its_coroutine() {
    let mut adder = primed_adder(1);
    assert_eq!(adder.send(2), Yielded(3));
    assert_eq!(adder.send(200), Complete(203));
    let mut ended = primed_adder(-1);
    assert_eq!(ended.try_send(5), Ok(Complete(-1)));
    assert_eq!(ended.try_send(5), Err(SendError::Closed(5)));
    assert_eq!(primed_box().send(3), Yielded(3));
}

#[test]
fn debug_shows_the_status() {
    #[cogen::coroutine]
    fn visible() -> impl Coroutine + std::fmt::Debug {
        yield_!();
    }
    #[cogen::coroutine]
    fn visible_iterator() -> impl Iterator<Item = ()> + std::fmt::Debug {
        yield_!();
    }
    let mut coroutine = Box::pin(visible());
    assert_eq!(format!("{coroutine:?}"), "Coroutine { status: Created, .. }");
    coroutine.start();
    assert_eq!(format!("{coroutine:?}"), "Coroutine { status: Suspended, .. }");
    let boxed: BoxCoroutine<'_> = coroutine;
    assert_eq!(format!("{boxed:?}"), "BoxCoroutine { status: Suspended, .. }");
    let mut iterator = visible_iterator();
    assert_eq!(format!("{iterator:?}"), "Iterator { status: Created, .. }");
    iterator.by_ref().count();
    assert_eq!(format!("{iterator:?}"), "Iterator { status: Closed, .. }");
}

#[test]
fn states_tell_what_they_hold() {
    let yielded: CoroutineState<i32, ()> = Yielded(1);
    let complete: CoroutineState<(), i32> = Complete(1);
    assert!(yielded.is_yielded() && !yielded.is_complete());
    assert!(complete.is_complete() && !complete.is_yielded());
    assert_eq!((yielded.yielded(), yielded.complete()), (Some(1), None));
    assert_eq!((complete.yielded(), complete.complete()), (None, Some(1)));
}

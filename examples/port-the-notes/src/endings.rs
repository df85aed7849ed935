//! Rows A8 to A12: how coroutines end.

use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{Coroutine, CoroutineExt, SendError};

use crate::averager::averager;
use crate::output::say;
use crate::python::{self, say_if_ended};

/// A8 (notes 000, 001): an error that the body doesn't handle ends the coroutine and reaches the
/// caller: `?` returns it.
///
/// Note 000 suggests to raise `StopIteration` inside to end a generator. Since PEP 479 this is a
/// `RuntimeError`. Here the body ends with `return`, without this trap.
pub(crate) fn unhandled_error() {
    enum Term {
        Number(f64),
        Text,
    }

    impl Term {
        fn number(self) -> Result<f64, &'static str> {
            match self {
                Self::Number(number) => Ok(number),
                Self::Text => {
                    Err("TypeError: unsupported operand type(s) for +=: 'float' and 'str'")
                }
            }
        }
    }

    #[cogen::coroutine]
    fn averager() -> impl Coroutine<Term, Yield = f64, Return = Result<(), &'static str>> {
        let (mut total, mut count, mut average) = (0.0, 0, 0.0);
        loop {
            total += yield_!(average).number()?;
            count += 1;
            average = total / f64::from(count);
        }
    }

    let mut coro_avg = pin!(averager());
    coro_avg.start();
    for term in [Term::Number(40.0), Term::Number(50.0), Term::Text, Term::Number(60.0)] {
        match coro_avg.try_send(term) {
            Ok(Yielded(average)) => say!("{average:?}"),
            Ok(Complete(Err(error))) => say!("{error}"),
            Ok(Complete(Ok(()))) => say!("StopIteration"),
            Err(error) => say!("{}", python::exception(&error)),
        }
    }
    say!("{}", python::state(coro_avg.status()));
}

/// The errors that rows A9 and A10 throw.
enum Thrown {
    DemoException,
    ZeroDivisionError,
}

/// A9 (notes 000, 001): an error that the body handles. The body runs to the next yield, whose
/// value `throw` returns.
pub(crate) fn handled_error() {
    #[cogen::coroutine]
    fn demo_exc_handling() -> impl Coroutine<Result<i32, Thrown>, Yield = u32, Return = Thrown> {
        say!("-> coroutine started");
        let mut handled = 0;
        loop {
            match yield_!(handled) {
                Ok(x) => say!("-> coroutine received: {x}"),
                Err(Thrown::DemoException) => {
                    handled += 1;
                    say!("*** DemoException handled. Continuing...");
                }
                Err(other) => return other,
            }
        }
    }

    let mut exc_coro = pin!(demo_exc_handling());
    exc_coro.start();
    exc_coro.send(Ok(11));
    if let Yielded(handled) = exc_coro.throw(Thrown::DemoException) {
        say!("throw gave {handled}");
    }
    say!("{}", python::state(exc_coro.status()));
    exc_coro.send(Ok(22));
}

/// Python's `finally`, which runs on every exit.
struct Finally(&'static str);

impl Drop for Finally {
    fn drop(&mut self) {
        say!("{}", self.0);
    }
}

/// The coroutine of rows A10 and A11.
#[cogen::coroutine]
fn demo_finally() -> impl Coroutine<Result<i32, Thrown>, Return = Result<(), Thrown>> {
    say!("-> coroutine started");
    let _finally = Finally("-> coroutine ending");
    loop {
        match yield_!() {
            Err(Thrown::DemoException) => say!("*** DemoException handled. Continuing..."),
            sent => say!("-> coroutine received: {}", sent?),
        }
    }
}

/// A10 (notes 000, 001): an error that the body doesn't handle. `finally` runs before the error
/// reaches the caller. An error thrown into a coroutine that was not started closes it without
/// running the body.
pub(crate) fn finally() {
    let mut exc_coro = pin!(demo_finally());
    exc_coro.start();
    exc_coro.send(Ok(11));
    assert!(exc_coro.throw(Thrown::DemoException).is_yielded());
    if let Complete(Err(Thrown::ZeroDivisionError)) = exc_coro.throw(Thrown::ZeroDivisionError) {
        say!("ZeroDivisionError");
    }
    say!("{}", python::state(exc_coro.status()));

    let mut unstarted = pin!(demo_finally());
    if let Err(SendError::NotStarted(Thrown::ZeroDivisionError)) =
        unstarted.try_throw(Thrown::ZeroDivisionError)
    {
        say!("ZeroDivisionError, and the body never ran");
    }
    say!("{}", python::state(unstarted.status()));
}

/// A11 (notes 000, 001): closing is allowed at any time and any number of times, and runs
/// `finally`.
pub(crate) fn closing() {
    let mut exc_coro = pin!(demo_finally());
    exc_coro.start();
    exc_coro.send(Ok(11));
    exc_coro.send(Ok(22));
    exc_coro.close();
    say!("closed: {}", python::state(exc_coro.status()));
    exc_coro.close();
    say!("closed twice: {}", python::state(exc_coro.status()));
    if let Err(error) = exc_coro.try_send(Ok(33)) {
        say!("{}", python::exception(&error));
    }

    let mut unstarted = pin!(demo_finally());
    unstarted.close();
    say!("closed before its start: {}", python::state(unstarted.status()));

    #[cogen::coroutine]
    fn finishes() -> impl Coroutine {
        yield_!();
    }

    let mut finished = pin!(finishes());
    finished.start();
    say_if_ended(finished.send(()));
    finished.close();
    say!("closed after its end: {}", python::state(finished.status()));
}

/// A12 (notes 000, 001, 002): a return value, after being told to stop. In Python it is the value
/// of a `StopIteration`, and a second reading returns None.
pub(crate) fn return_value() {
    for terms in [&[10.0, 30.0, 6.5][..], &[1128.0, 2006.0]] {
        let mut coro_avg = pin!(averager());
        coro_avg.start();
        for &term in terms {
            coro_avg.send(Some(term));
        }
        for _ in 0..2 {
            match coro_avg.try_send(None) {
                Ok(Complete(result)) => say!("{result}"),
                Err(SendError::Closed(nothing)) => say!("{}", python::optional(nothing)),
                other => unreachable!("{other:?}"),
            }
        }
    }
}

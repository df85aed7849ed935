//! Rows A1 to A14: generators as coroutines.

use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{Coroutine, CoroutineExt, SendError, Shared, WeakShared};

use crate::averager::averager;
use crate::output::say;
use crate::python::{self, say_if_ended};

/// A1 (notes 000, 001, 002, 004): calling the function runs nothing, the first advance runs to the first yield, and running off the
/// end finishes.
pub(crate) fn lazy() {
    #[cogen::coroutine]
    fn simple_coroutine() -> impl Coroutine<i32> {
        say!("-> coroutine started");
        let x = yield_!();
        say!("-> coroutine received: {x}");
    }

    let mut my_coro = pin!(simple_coroutine());
    say!("called, and nothing has run");
    my_coro.start();
    say_if_ended(my_coro.send(42));
}

/// A2 (notes 000 to 004): a yield gives a value out and takes one in. What stands right of the `=` runs before the pause, the binding after
/// the next send.
pub(crate) fn both_ways() {
    #[cogen::coroutine]
    fn simple_coro2(a: i32) -> impl Coroutine<i32, Yield = i32> {
        say!("-> Started: a = {a}");
        let b = yield_!(a);
        say!("-> Received: b = {b}");
        let c = yield_!(a + b);
        say!("-> Received: c = {c}");
    }

    let mut my_coro2 = pin!(simple_coro2(14));
    let mut state = my_coro2.start();
    for argument in [28, 99] {
        if let Yielded(value) = state {
            say!("{value}");
        }
        state = my_coro2.send(argument);
    }
    say_if_ended(state);
}

/// What rows A3 and A4 start with.
#[cogen::coroutine]
fn receives_one() -> impl Coroutine<i32> {
    say!("start");
    let x = yield_!();
    say!("x={x}");
}

/// A3 (notes 000, 001, 002): a value sent to a coroutine that was not started is an error, and nothing runs. Here the value comes back, too.
pub(crate) fn not_started() {
    let mut coro = pin!(receives_one());
    let Err(error) = coro.try_send(3) else {
        unreachable!("a coroutine that was not started takes nothing");
    };
    say!("{}", python::exception(&error));
    say!("{}", python::state(coro.status()));
    coro.start();
    say_if_ended(coro.send(error.into_inner()));
}

/// A4 (notes 000, 001): a value sent to a finished coroutine is an error. In Python the end and the error look the same.
pub(crate) fn finished() {
    #[cogen::coroutine]
    fn ends() -> impl Coroutine<i32> {
        yield_from!(receives_one());
        say!("end");
    }

    let mut coro = pin!(ends());
    coro.start();
    for value in [3, 4, 5] {
        match coro.try_send(value) {
            Ok(state) => say_if_ended(state),
            Err(error) => say!("{}", python::exception(&error)),
        }
    }
}

/// A5 (notes 000, 001, 002): the four states. Only the body can see that it runs, and if it tries to resume itself it is refused.
pub(crate) fn states() {
    #[cogen::coroutine]
    fn looks_at_itself(me: WeakShared<'static>) -> impl Coroutine {
        let me = me.upgrade().expect("somebody is running me");
        say!("inside: {}", python::state(me.status()));
        if let Err(error) = me.try_send(()) {
            say!("{}", python::exception(&error));
        }
        yield_!();
    }

    let coro = Shared::new_cyclic(|me| looks_at_itself(me.clone()));
    say!("made: {}", python::state(coro.status()));
    coro.start();
    say!("paused: {}", python::state(coro.status()));
    if let Complete(()) = coro.send(()) {
        say!("ended: {}", python::state(coro.status()));
    }
}

/// A6 (notes 000, 001): priming by hand, and by what stands above the function.
pub(crate) fn priming() {
    #[cogen::coroutine]
    fn doubler() -> impl Coroutine<i32, Yield = i32> {
        let mut term = yield_!(0);
        loop {
            term = yield_!(2 * term);
        }
    }

    #[cogen::coroutine(priming)]
    fn primed_doubler() -> impl Coroutine<i32, Yield = i32> {
        yield_from!(doubler());
    }

    fn show(mut doubler: impl Coroutine<i32, Yield = i32> + Unpin) {
        let before = python::state(doubler.status());
        if let Yielded(value) = doubler.send(21) {
            say!("{before} {value}");
        }
    }

    let mut by_hand = Box::pin(doubler());
    by_hand.start();
    show(by_hand);
    show(primed_doubler());
}

/// A7 (notes 000, 001): a moving average keeps its state between sends.
pub(crate) fn moving_average() {
    #[cogen::coroutine]
    fn averager() -> impl Coroutine<f64, Yield = f64> {
        let (mut total, mut count, mut average) = (0.0, 0, 0.0);
        loop {
            total += yield_!(average);
            count += 1;
            average = total / f64::from(count);
        }
    }

    for terms in [&[2023.0, 1128.0, 1410.0][..], &[40.0, 50.0]] {
        let mut coro_avg = pin!(averager());
        coro_avg.start();
        for &term in terms {
            if let Yielded(average) = coro_avg.send(term) {
                say!("{average:?}");
            }
        }
    }
}

/// A8 (notes 000, 001): an error that the body doesn't handle ends the coroutine and reaches the caller: `?` returns it.
///
/// Note 000 suggests to raise `StopIteration` inside to end a generator: since PEP 479 that is a `RuntimeError`. Here the
/// body ends with `return`, and there is no such trap.
pub(crate) fn unhandled_error() {
    enum Term {
        Number(f64),
        Text,
    }

    impl Term {
        fn number(self) -> Result<f64, &'static str> {
            match self {
                Self::Number(number) => Ok(number),
                Self::Text => Err("TypeError: unsupported operand type(s) for +=: 'float' and 'str'"),
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

/// What rows A9 and A10 throw.
enum Thrown {
    DemoException,
    ZeroDivisionError,
}

/// A9 (notes 000, 001): an error that the body handles: it goes on to the next yield, whose value `throw` gives back.
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

/// Python's `finally`: it runs on every way out.
struct Finally(&'static str);

impl Drop for Finally {
    fn drop(&mut self) {
        say!("{}", self.0);
    }
}

/// What rows A10 and A11 run.
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

/// A10 (notes 000, 001): an error that the body doesn't handle: `finally` runs on its way to the caller. Thrown into a coroutine that was not
/// started, it closes it without running the body.
pub(crate) fn finally() {
    let mut exc_coro = pin!(demo_finally());
    exc_coro.start();
    exc_coro.send(Ok(11));
    exc_coro.throw(Thrown::DemoException);
    if let Complete(Err(Thrown::ZeroDivisionError)) = exc_coro.throw(Thrown::ZeroDivisionError) {
        say!("ZeroDivisionError");
    }
    say!("{}", python::state(exc_coro.status()));

    let mut unstarted = pin!(demo_finally());
    if let Err(SendError::NotStarted(Thrown::ZeroDivisionError)) = unstarted.try_throw(Thrown::ZeroDivisionError) {
        say!("ZeroDivisionError, and the body never ran");
    }
    say!("{}", python::state(unstarted.status()));
}

/// A11 (notes 000, 001): closing, at any time and any number of times, is fine, and runs `finally`.
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
    fn finishes() -> impl Coroutine<(), Yield = Option<()>> {
        yield_!(None);
    }

    let mut finished = pin!(finishes());
    let list: Vec<String> = finished.as_mut().iterate().map(python::optional).collect();
    say!("ran to its end: [{}]", list.join(", "));
    finished.close();
    say!("closed after its end: {}", python::state(finished.status()));
}

/// A12 (notes 000, 001, 002): a return value, once told to stop. In Python it comes as the value of a `StopIteration`, and a second reading
/// gives None.
pub(crate) fn return_value() {
    for terms in [&[10.0, 30.0, 6.5][..], &[1128.0, 2006.0]] {
        let mut coro_avg = pin!(averager());
        coro_avg.start();
        for &term in terms {
            coro_avg.send(Some(term));
        }
        for _ in 0..2 {
            match coro_avg.try_send(None) {
                Ok(state) => state.complete().into_iter().for_each(|result| say!("{result}")),
                Err(SendError::Closed(nothing)) => say!("{}", python::optional(nothing)),
                Err(error) => say!("{}", python::exception(&error)),
            }
        }
    }
}

/// A13 (notes 000, 002, 003): producer and consumer take turns in one thread, without a lock or a queue.
pub(crate) fn producer_and_consumer() {
    #[cogen::coroutine]
    fn consumer() -> impl Coroutine<u32, Yield = &'static str> {
        let mut r = "";
        loop {
            let n = yield_!(r);
            if n == 0 {
                return;
            }
            say!("[CONSUMER] Consuming {n}...");
            r = "200 OK";
        }
    }

    fn produce(mut c: impl Coroutine<u32, Yield = &'static str> + Unpin) {
        c.start();
        for n in 1..=5 {
            say!("[PRODUCER] Producing {n}...");
            if let Yielded(r) = c.send(n) {
                say!("[PRODUCER] Consumer return: {r}");
            }
        }
        c.close();
    }

    produce(pin!(consumer()));
}

/// A14 (notes 002, 003, 004): echo, printer and reply.
pub(crate) fn echo_printer_reply() {
    #[cogen::coroutine]
    fn echo() -> impl Coroutine<&'static str> {
        loop {
            let received = yield_!();
            say!("Received: {received}");
        }
    }

    #[cogen::coroutine]
    fn printer() -> impl Coroutine<&'static str> {
        for counter in 0.. {
            let string = yield_!();
            say!("[{counter}] {string}");
        }
    }

    #[cogen::coroutine]
    fn reply() -> impl Coroutine<&'static str, Yield = &'static str> {
        let reply = yield_!("hello");
        yield_!(reply);
    }

    let mut gen_ = pin!(echo());
    gen_.start();
    gen_.send("Hello");
    gen_.send("World");

    let mut p = pin!(printer());
    p.start();
    for line in ["Hi", "My name is hsfzxjy.", "Bye!"] {
        p.send(line);
    }

    let mut c = pin!(reply());
    for state in [c.start(), c.send("world")] {
        if let Yielded(value) = state {
            say!("{value}");
        }
    }
}

//! Rows A1 to A7, A13 and A14: generators as coroutines.

use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{Coroutine, CoroutineExt, Shared, WeakShared};

use crate::output::say;
use crate::python::{self, say_if_ended, say_yielded};

/// A1 (notes 000, 001, 002, 004): calling the function runs nothing, the first advance runs to the
/// first yield, and running off the end finishes.
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

/// A2 (notes 000 to 004): a yield passes a value out and another one in. The right side of the `=`
/// runs before the pause, the binding after the next send.
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
    say!("{}", python::state(my_coro2.status()));
    say_yielded(my_coro2.start());
    say!("{}", python::state(my_coro2.status()));
    say_yielded(my_coro2.send(28));
    say_if_ended(my_coro2.send(99));
    say!("{}", python::state(my_coro2.status()));
}

/// The coroutine of rows A3 and A4.
#[cogen::coroutine]
fn receives_one() -> impl Coroutine<i32> {
    say!("start");
    let x = yield_!();
    say!("x={x}");
}

/// A3 (notes 000, 001, 002): a value sent to a coroutine that was not started is an error, and
/// nothing runs. Here the error also hands the value back.
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

/// A4 (notes 000, 001): a value sent to a finished coroutine is an error. In Python the end and the
/// error look the same.
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

/// A5 (notes 000, 001, 002): the four states. Only the body can observe that it is running. If it
/// resumes itself, this is an error.
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

/// The coroutine of rows A6 and A7: a moving average, which yields None before the first term.
#[cogen::coroutine]
fn moving_averager() -> impl Coroutine<f64, Yield = Option<f64>> {
    let (mut total, mut count, mut average) = (0.0, 0, None);
    loop {
        total += yield_!(average);
        count += 1;
        average = Some(total / f64::from(count));
    }
}

/// Sends the terms, and prints the yielded values.
fn say_averages(coro_avg: &mut (impl Coroutine<f64, Yield = Option<f64>> + Unpin), terms: &[f64]) {
    for &term in terms {
        if let Yielded(average) = coro_avg.send(term) {
            say!("{}", python::optional(average));
        }
    }
}

/// A6 (notes 000, 001): priming by hand, and by an attribute above the function.
pub(crate) fn priming() {
    #[cogen::coroutine(priming)]
    fn primed_averager() -> impl Coroutine<f64, Yield = Option<f64>> {
        yield_from!(moving_averager());
    }

    let mut by_hand = pin!(moving_averager());
    if let Yielded(first) = by_hand.start() {
        say!("by hand: {}", python::optional(first));
    }
    say!("{}", python::state(by_hand.status()));
    say_averages(&mut by_hand, &[2023.0, 1128.0, 1410.0]);

    let mut primed = primed_averager();
    say!("by a decorator");
    say!("{}", python::state(primed.status()));
    say_averages(&mut primed, &[2023.0, 1128.0, 1410.0]);
}

/// A7 (notes 000, 001): a moving average keeps its state between sends.
pub(crate) fn moving_average() {
    for terms in [&[2023.0, 1128.0, 1410.0][..], &[40.0, 50.0]] {
        let mut coro_avg = pin!(moving_averager());
        coro_avg.start();
        say_averages(&mut coro_avg, terms);
    }
}

/// A13 (notes 000, 002, 003): producer and consumer take turns in one thread, without a lock or a
/// queue.
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

    let mut echo = pin!(echo());
    echo.start();
    echo.send("Hello");
    echo.send("World");

    let mut printer = pin!(printer());
    printer.start();
    printer.send("Hi");
    printer.send("My name is hsfzxjy.");
    printer.send("Bye!");

    let mut reply = pin!(reply());
    say_yielded(reply.start());
    say_yielded(reply.send("world"));
}

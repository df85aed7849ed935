//! The order of drops: arguments, locals, inner coroutines, on every exit.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use cogen::CoroutineState::Complete;
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, Status};

/// A log of drops.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    fn guard(&self, name: &'static str) -> Guard {
        Guard(name, self.clone())
    }

    fn take(&self) -> Vec<&'static str> {
        self.0.take()
    }
}

struct Guard(&'static str, Log);

impl Drop for Guard {
    fn drop(&mut self) {
        self.1.0.borrow_mut().push(self.0);
    }
}

#[cogen::coroutine]
#[allow(unused_variables)]
fn arguments(
    used: Guard,
    unused: Guard,
    _: Guard,
    (left, _): (Guard, Guard),
    last: Guard,
    log: Log,
) -> impl Coroutine {
    let first = log.guard("first local");
    let second = log.guard("second local");
    yield_!();
    drop(used);
}

#[allow(unused_variables)]
async fn reference(
    used: Guard,
    unused: Guard,
    _: Guard,
    (left, _): (Guard, Guard),
    last: Guard,
    log: Log,
) {
    let first = log.guard("first local");
    let second = log.guard("second local");
    std::future::ready(()).await;
    drop(used);
}

/// Returns the drops of an `async fn` with the same arguments, in order.
fn reference_order(log: &Log) -> Vec<&'static str> {
    let guard = |name| log.guard(name);
    let future = pin!(reference(
        guard("used"),
        guard("unused"),
        guard("wildcard"),
        (guard("left"), guard("right")),
        guard("last"),
        log.clone()
    ));
    assert!(future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_ready());
    log.take()
}

#[test]
fn arguments_live_as_long_as_in_an_async_fn() {
    let log = Log::default();
    let expected = reference_order(&log);
    let guard = |name| log.guard(name);
    let mut coroutine = Box::pin(arguments(
        guard("used"),
        guard("unused"),
        guard("wildcard"),
        (guard("left"), guard("right")),
        guard("last"),
        log.clone(),
    ));
    assert!(log.take().is_empty());
    coroutine.start();
    assert!(log.take().is_empty());
    coroutine.send(());
    assert_eq!(log.take(), expected);
    drop(coroutine);
    assert!(log.take().is_empty());
}

#[cogen::coroutine]
#[allow(unused_variables)]
fn plain_arguments(first: Guard, unused: Guard, last: Guard, log: Log) -> impl Coroutine {
    let local = log.guard("local");
    yield_!();
    let _both = (&first, &last);
}

#[test]
fn plain_arguments_are_dropped_from_the_last_to_the_first() {
    let log = Log::default();
    let guard = |name| log.guard(name);
    let mut coroutine =
        pin!(plain_arguments(guard("first"), guard("unused"), guard("last"), log.clone()));
    coroutine.start();
    coroutine.send(());
    assert_eq!(log.take(), ["local", "last", "unused", "first"]);
}

#[cogen::coroutine]
fn inner(log: Log) -> impl Coroutine {
    let _guard = log.guard("inner");
    yield_!();
    yield_!();
}

#[cogen::coroutine]
fn outer(log: Log) -> impl Coroutine {
    let _guard = log.guard("outer");
    yield_from!(inner(log.clone()));
}

#[cogen::coroutine]
fn tower(depth: u8, log: Log) -> BoxCoroutine<'static> {
    let _guard = log.guard(["zero", "one", "two", "three"][usize::from(depth)]);
    match depth {
        0 => yield_!(),
        _ => yield_from!(tower(depth - 1, log.clone())),
    }
}

#[test]
fn closing_drops_the_innermost_first() {
    let log = Log::default();
    let mut coroutine = pin!(outer(log.clone()));
    coroutine.start();
    coroutine.close();
    assert_eq!(log.take(), ["inner", "outer"]);
    let mut tower = tower(3, log.clone());
    tower.start();
    tower.close();
    assert_eq!(log.take(), ["zero", "one", "two", "three"]);
}

#[test]
fn dropping_does_what_closing_does() {
    let log = Log::default();
    let mut coroutine = Box::pin(outer(log.clone()));
    coroutine.start();
    drop(coroutine);
    assert_eq!(log.take(), ["inner", "outer"]);
}

#[test]
fn one_that_never_started_drops_its_arguments_and_runs_nothing() {
    let log = Log::default();
    #[cogen::coroutine]
    fn held(_guard: Guard, log: Log) -> impl Coroutine {
        let _local = log.guard("local");
        yield_!();
    }
    let mut coroutine = pin!(held(log.guard("argument"), log.clone()));
    coroutine.close();
    assert_eq!(log.take(), ["argument"]);
    drop(held(log.guard("argument"), log.clone()));
    assert_eq!(log.take(), ["argument"]);
}

type Signal = Result<(), &'static str>;

#[cogen::coroutine]
fn lets_out(log: Log) -> impl Coroutine<Signal, Return = Signal> {
    let _outer = log.guard("finally outer");
    {
        let _inner = log.guard("finally inner");
        yield_!()?;
    }
    yield_!()
}

#[test]
fn an_error_that_is_let_out_runs_the_guards_on_its_way() {
    let log = Log::default();
    let mut coroutine = pin!(lets_out(log.clone()));
    coroutine.start();
    assert_eq!(coroutine.throw("error"), Complete(Err("error")));
    assert_eq!(log.take(), ["finally inner", "finally outer"]);
}

#[test]
fn a_panic_in_the_body_drops_what_it_holds_once() {
    let log = Log::default();
    #[cogen::coroutine]
    fn panics(log: Log) -> impl Coroutine {
        let _guard = log.guard("held");
        yield_!();
        panic!("in the body");
    }
    let mut coroutine = Box::pin(panics(log.clone()));
    coroutine.start();
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| coroutine.send(()))).is_err());
    assert_eq!(log.take(), ["held"]);
    drop(coroutine);
    assert!(log.take().is_empty());
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}

#[test]
fn a_destructor_that_panics_leaves_the_coroutine_closed() {
    let log = Log::default();
    #[cogen::coroutine]
    fn explodes(log: Log) -> impl Coroutine {
        let _guard = log.guard("the other guard");
        let _bomb = Bomb;
        yield_!();
    }
    let mut coroutine = Box::pin(explodes(log.clone()));
    coroutine.start();
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| coroutine.close())).is_err());
    assert_eq!(coroutine.status(), Status::Closed);
    assert_eq!(log.take(), ["the other guard"]);
    coroutine.close();
}

#[test]
fn values_in_flight_are_dropped_once() {
    let log = Log::default();
    #[cogen::coroutine]
    fn passes() -> impl Coroutine<Guard, Yield = Option<Guard>> {
        let mut held = None;
        loop {
            held = Some(yield_!(held));
        }
    }
    let mut coroutine = Box::pin(passes());
    coroutine.start();
    for name in ["one", "two"] {
        drop(coroutine.send(log.guard(name)));
        assert_eq!(log.take(), [name]);
    }
    let refused = Box::pin(passes()).try_send(log.guard("refused")).err();
    assert!(log.take().is_empty());
    drop(refused);
    assert_eq!(log.take(), ["refused"]);
}

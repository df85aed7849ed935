//! Drives one coroutine through operations, and prints what `drive.py` prints, in cogen's terms.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cogen::{BoxCoroutine, Coroutine, CoroutineExt, CoroutineState, SendError, Shared, Status};

use crate::prelude::{Outcome, Thrown, Touch, set_current, take_log};

/// What is sent in: how to make and to throw it.
trait Argument: Sized {
    fn number(number: i64) -> Self;
}

impl Argument for Result<i64, Thrown> {
    fn number(number: i64) -> Self {
        Ok(number)
    }
}

impl Argument for Result<(), Thrown> {
    fn number(_: i64) -> Self {
        Ok(())
    }
}

impl Argument for () {
    fn number(_: i64) -> Self {}
}

type Boxed<R> = BoxCoroutine<'static, R, i64, Outcome>;
type Handle<R> = Shared<'static, R, i64, Outcome>;

fn show_error(error: Thrown) -> String {
    match error {
        Thrown::Handled(number) => format!("handled {number}"),
        Thrown::Unhandled(number) => format!("unhandled {number}"),
    }
}

fn show(state: CoroutineState<i64, Outcome>) -> String {
    match state {
        CoroutineState::Yielded(number) => format!("yielded {number}"),
        CoroutineState::Complete(Ok(number)) => format!("returned {number}"),
        CoroutineState::Complete(Err(error)) => format!("raised {}", show_error(error)),
    }
}

fn show_refused<R>(result: Result<CoroutineState<i64, Outcome>, SendError<R>>, argument: impl Fn(R) -> String) -> String {
    match result {
        Ok(state) => show(state),
        Err(SendError::NotStarted(value)) => format!("not started {}", argument(value)),
        Err(SendError::Running(value)) => format!("running {}", argument(value)),
        Err(SendError::Closed(value)) => format!("closed {}", argument(value)),
        Err(_) => "another error".to_owned(),
    }
}

fn show_status(status: Status) -> &'static str {
    match status {
        Status::Created => "Created",
        Status::Running => "Running",
        Status::Suspended => "Suspended",
        Status::Closed => "Closed",
    }
}

/// The operations of every family; `others` are those of its own.
fn run<R: Argument + 'static, C>(coroutine: C, operations: &[&str], others: impl Fn(&mut C, &str, i64) -> String) -> String
where
    C: Coroutine<R, Yield = i64, Return = Outcome> + Unpin,
{
    let mut trace = String::new();
    let mut coroutine = Some(coroutine);
    for operation in operations {
        let (name, number) = operation.split_once(':').unwrap_or((operation, "0"));
        let number: i64 = number.parse().unwrap();
        let Some(used) = &mut coroutine else {
            panic!("an operation after the drop");
        };
        let outcome = match name {
            "start" => match catch_unwind(AssertUnwindSafe(|| used.start())) {
                Ok(state) => show(state),
                Err(_) => "panicked".to_owned(),
            },
            "send" => show_refused(used.try_send(R::number(number)), |_| number.to_string()),
            "close" => {
                used.close();
                "closed".to_owned()
            }
            "status" => show_status(used.status()).to_owned(),
            "drop" => {
                set_current(None);
                coroutine = None;
                "dropped".to_owned()
            }
            _ => others(used, name, number),
        };
        let status = coroutine.as_ref().map_or("gone", |coroutine| show_status(coroutine.status()));
        writeln!(trace, "{outcome}|{}|{status}", take_log()).unwrap();
    }
    set_current(None);
    drop(coroutine);
    take_log();
    trace
}

fn throw<V: 'static, C>(coroutine: &mut C, name: &str, number: i64) -> String
where
    Result<V, Thrown>: Argument,
    C: Coroutine<Result<V, Thrown>, Yield = i64, Return = Outcome> + Unpin,
{
    let error = match name {
        "throw-handled" => Thrown::Handled(number),
        "throw-unhandled" => Thrown::Unhandled(number),
        _ => unreachable!("{name}"),
    };
    show_refused(coroutine.try_throw(error), show_error)
}

fn iterate<C: Coroutine<Yield = i64, Return = Outcome> + Unpin>(coroutine: &mut C, name: &str, items: i64) -> String {
    assert_eq!(name, "iterate");
    let mut taken = vec!["items".to_owned()];
    let mut iterator = coroutine.iterate();
    for _ in 0..items {
        match iterator.next() {
            Some(item) => taken.push(item.to_string()),
            None => {
                taken.push(match iterator.returned() {
                    Some(Err(error)) => format!("raised {}", show_error(*error)),
                    _ => "ended".to_owned(),
                });
                break;
            }
        }
    }
    taken.join(" ")
}

/// A handle, which the coroutine can use from inside.
fn share<R: Argument + 'static>(coroutine: Boxed<R>) -> Handle<R> {
    let shared = Shared::new(coroutine);
    let inside = shared.clone();
    set_current(Some(Box::new(move |touch| match touch {
        Touch::Status => show_status(inside.status()).to_owned(),
        Touch::Send => show_refused(inside.try_send(R::number(0)), |_| String::new()).trim().to_owned(),
        Touch::Close => catch_unwind(AssertUnwindSafe(|| inside.close())).map_or("panicked", |()| "closed").to_owned(),
    })));
    shared
}

pub fn numbers_owned(coroutine: Boxed<Result<i64, Thrown>>, operations: &[&str]) -> String {
    run(coroutine, operations, throw)
}

pub fn numbers_shared(coroutine: Boxed<Result<i64, Thrown>>, operations: &[&str]) -> String {
    run(share(coroutine), operations, throw)
}

pub fn errors_owned(coroutine: Boxed<Result<(), Thrown>>, operations: &[&str]) -> String {
    run(coroutine, operations, throw)
}

pub fn errors_shared(coroutine: Boxed<Result<(), Thrown>>, operations: &[&str]) -> String {
    run(share(coroutine), operations, throw)
}

pub fn nothing_owned(coroutine: Boxed<()>, operations: &[&str]) -> String {
    run(coroutine, operations, iterate)
}

pub fn nothing_shared(coroutine: Boxed<()>, operations: &[&str]) -> String {
    run(share(coroutine), operations, iterate)
}

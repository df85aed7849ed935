//! What the generated coroutines use: a log, guards that write to it when they are dropped, and the coroutine that runs.

use std::cell::RefCell;
use std::pin::Pin;

use cogen::{CoroutineState, Status};
pub use cogen::{BoxCoroutine, Coroutine};

#[derive(Clone, Copy, Debug)]
pub enum Thrown {
    Handled(i64),
    Unhandled(i64),
}

pub type Outcome = Result<i64, Thrown>;

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static CURRENT: RefCell<Option<Box<dyn Fn(Touch) -> String>>> = const { RefCell::new(None) };
}

#[derive(Clone, Copy)]
pub enum Touch {
    Status,
    Send,
    Close,
}

pub fn log(number: i64) {
    LOG.with_borrow_mut(|log| log.push(number.to_string()));
}

pub fn take_log() -> String {
    LOG.take().join(" ")
}

/// Logs its number when it is dropped.
pub struct Guard(pub i64);

impl Drop for Guard {
    fn drop(&mut self) {
        log(self.0);
    }
}

/// A coroutine that is written by hand: what delegates to it can only resume it.
pub struct ByHand<R>(pub BoxCoroutine<'static, R, i64, Outcome>);

impl<R> Coroutine<R> for ByHand<R> {
    type Yield = i64;
    type Return = Outcome;

    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<i64, Outcome> {
        self.0.as_mut().begin()
    }

    fn resume(mut self: Pin<&mut Self>, argument: R) -> CoroutineState<i64, Outcome> {
        self.0.as_mut().resume(argument)
    }

    fn terminate(mut self: Pin<&mut Self>) {
        self.0.as_mut().terminate();
    }

    fn status(&self) -> Status {
        self.0.as_ref().get_ref().status()
    }
}

/// How the coroutine that runs can be used from inside.
pub fn set_current(current: Option<Box<dyn Fn(Touch) -> String>>) {
    drop(CURRENT.replace(current));
}

pub fn touch(touch: Touch) {
    let seen = CURRENT.with_borrow(|current| current.as_ref().expect("it runs in a shared handle")(touch));
    LOG.with_borrow_mut(|log| log.push(seen));
}

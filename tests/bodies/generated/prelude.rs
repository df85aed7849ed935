//! What the generated bodies use, and what runs them.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

pub use cogen::{AsyncCoroutine, BoxCoroutine, Coroutine, co};
use cogen::{AsyncCoroutineExt, CoroutineExt, CoroutineState};

thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn add(line: String) {
    TRACE.with_borrow_mut(|trace| trace.push(line));
}

pub fn take_trace() -> String {
    TRACE.take().join(", ")
}

pub fn log(number: i64) {
    add(format!("log {number}"));
}

/// Logs its number when it is dropped.
pub struct Guard(pub i64);

impl Guard {
    pub fn and_one(&self, number: i64) -> i64 {
        number + 1
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        add(format!("drop {}", self.0));
    }
}

pub struct Pair {
    pub first: i64,
    pub second: i64,
}

impl Pair {
    pub fn value(&self) -> i64 {
        (self.second * 3 + self.first) % 1000
    }
}

pub fn twice_and(left: i64, right: i64) -> i64 {
    (left * 2 + right) % 1000
}

pub fn some(number: i64) -> Option<i64> {
    (number.rem_euclid(7) != 6).then_some(number)
}

/// Gives what doesn't end in a value a type.
pub fn number(number: i64) -> i64 {
    number
}

#[macro_export]
macro_rules! identity {
    ($number:expr) => {
        $number
    };
}

#[macro_export]
macro_rules! give {
    ($number:expr) => {
        yield_!($number)
    };
}

pub use {give, identity};

#[cogen::coroutine]
pub fn child(value: i64, times: u32) -> impl Coroutine<i64, Yield = i64, Return = i64> {
    let _guard = Guard(9);
    let mut sum = 0;
    for _ in 0..times {
        sum += yield_!(value);
    }
    sum % 1000
}

/// What a plain function gives its numbers to, and takes from.
pub struct Host<'a> {
    sent: &'a [i64],
    next: Cell<usize>,
}

struct Dropped;

impl Host<'_> {
    pub fn give(&self, value: i64) -> i64 {
        add(format!("gave {value}"));
        let next = self.next.replace(self.next.get() + 1);
        match self.sent.get(next) {
            Some(value) => *value,
            None => resume_unwind(Box::new(Dropped)),
        }
    }

    pub fn child(&self, value: i64, times: u32) -> i64 {
        let _guard = Guard(9);
        let mut sum = 0;
        for _ in 0..times {
            sum += self.give(value);
        }
        sum % 1000
    }
}

pub fn run_plain(plain: fn(&Host<'_>, i64) -> Option<i64>, sent: &[i64]) {
    let host = Host { sent, next: Cell::new(0) };
    match catch_unwind(AssertUnwindSafe(|| plain(&host, 7))) {
        Ok(value) => add(format!("returned {value:?}")),
        Err(payload) if payload.is::<Dropped>() => add("dropped".to_owned()),
        Err(payload) => resume_unwind(payload),
    }
}

/// Adds what came of one resume; whether there is more.
fn goes_on(state: CoroutineState<i64, Option<i64>>) -> bool {
    match state {
        CoroutineState::Yielded(value) => {
            add(format!("gave {value}"));
            true
        }
        CoroutineState::Complete(value) => {
            add(format!("returned {value:?}"));
            false
        }
    }
}

pub fn drive(
    mut coroutine: Pin<Box<impl Coroutine<i64, Yield = i64, Return = Option<i64>> + ?Sized>>,
    sent: &[i64],
) {
    if !goes_on(coroutine.start()) {
        return;
    }
    for number in sent {
        if !goes_on(coroutine.send(*number)) {
            return;
        }
    }
    drop(coroutine);
    add("dropped".to_owned());
}

pub fn drive_async(
    mut coroutine: Pin<Box<impl AsyncCoroutine<i64, Yield = i64, Return = Option<i64>>>>,
    sent: &[i64],
) {
    if !goes_on(now(coroutine.start())) {
        return;
    }
    for number in sent {
        if !goes_on(now(coroutine.send(*number))) {
            return;
        }
    }
    drop(coroutine);
    add("dropped".to_owned());
}

fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

/// Is ready with the number when it is polled again.
pub async fn later(number: i64) -> i64 {
    let mut is_pending = true;
    poll_fn(|_| if mem::take(&mut is_pending) { Poll::Pending } else { Poll::Ready(()) }).await;
    number
}

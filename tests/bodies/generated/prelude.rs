//! The functions that the generated bodies call, and the functions that run the bodies.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::future::poll_fn;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

pub use cogen::{AsyncCoroutine, BoxCoroutine, Coroutine, co};
use cogen::{AsyncCoroutineExt, CoroutineExt, CoroutineState};
pub use futures_core::Stream;

thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// The number that is sent to an iterator. The yields of an iterator have no value.
    static SENT: Cell<i64> = const { Cell::new(0) };
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

    pub fn some(&self, number: i64) -> Option<i64> {
        some(number)
    }

    pub fn checked(&self, number: i64) -> Result<i64, Odd> {
        checked(number)
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

pub fn twice_some(number: i64) -> Option<Option<i64>> {
    some(number).map(|number| (number.rem_euclid(7) != 5).then_some(number))
}

pub fn some_guard(mark: i64, number: i64) -> Option<Guard> {
    let guard = Guard(mark);
    some(number).map(|_| guard)
}

/// The error of the items.
#[derive(Clone, Debug)]
pub struct Failure(pub i64);

/// An error that becomes a `Failure`.
#[derive(Debug)]
pub struct Odd(i64);

impl From<Odd> for Failure {
    fn from(Odd(number): Odd) -> Self {
        add(format!("converted {number}"));
        Self(number)
    }
}

/// An error that owns a guard.
pub struct Guarded(Guard, i64);

impl From<Guarded> for Failure {
    fn from(Guarded(_guard, number): Guarded) -> Self {
        add(format!("converted {number}"));
        Self(number)
    }
}

pub fn checked(number: i64) -> Result<i64, Odd> {
    some(number).ok_or(Odd(number))
}

pub fn failing(number: i64) -> Result<i64, Failure> {
    some(number).ok_or(Failure(number))
}

pub fn twice_checked(number: i64) -> Result<Result<i64, Odd>, Failure> {
    failing(number)
        .map(|number| if number.rem_euclid(7) == 5 { Err(Odd(number)) } else { Ok(number) })
}

pub fn guarded(mark: i64, number: i64) -> Result<Guard, Guarded> {
    let guard = Guard(mark);
    if some(number).is_some() { Ok(guard) } else { Err(Guarded(guard, number)) }
}

/// Logs the return value of an iterator, because the caller doesn't receive it.
pub fn ended(number: i64) {
    add(format!("ended {number}"));
}

/// Returns the number that was sent, in place of the value of a yield.
pub fn received((): ()) -> i64 {
    SENT.get()
}

/// Makes a diverging expression an `i64`.
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

#[cogen::coroutine]
pub fn child_of_items<T: Clone, R>(
    item: T,
    times: u32,
    end: fn(i64) -> R,
) -> impl Coroutine<(), Yield = T, Return = R> {
    let _guard = Guard(9);
    let mut sum = 0;
    for _ in 0..times {
        sum += received(yield_!(item.clone()));
    }
    end(sum % 1000)
}

/// Receives the numbers of a plain function, and returns the sent numbers.
pub struct Host<'a> {
    sent: &'a [i64],
    next: Cell<usize>,
}

struct Dropped;

impl Host<'_> {
    pub fn give(&self, item: impl Debug) -> i64 {
        add(format!("gave {item:?}"));
        let next = self.next.replace(self.next.get() + 1);
        match self.sent.get(next) {
            Some(value) => *value,
            None => resume_unwind(Box::new(Dropped)),
        }
    }

    pub fn child<T: Debug, R>(&self, item: T, times: u32, end: fn(i64) -> R) -> R {
        let _guard = Guard(9);
        let mut sum = 0;
        for _ in 0..times {
            sum += self.give(&item);
        }
        end(sum % 1000)
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

/// The return type of the plain form of an iterator.
pub trait End {
    /// Returns the last item, if a `?` has ended the body.
    fn last_item(self) -> Option<String>;
}

impl End for Result<(), Failure> {
    fn last_item(self) -> Option<String> {
        self.err().map(|error| format!("{:?}", Err::<i64, _>(error)))
    }
}

impl End for Option<()> {
    fn last_item(self) -> Option<String> {
        self.is_none().then(|| "None".to_owned())
    }
}

pub fn run_plain_items<E: End>(plain: fn(&Host<'_>, Guard, i64) -> E, sent: &[i64]) {
    let host = Host { sent, next: Cell::new(0) };
    match catch_unwind(AssertUnwindSafe(|| plain(&host, Guard(0), 7))) {
        Ok(end) => match end.last_item() {
            Some(item) => {
                add(format!("gave {item}"));
                let is_dropped = host.next.get() >= sent.len();
                add(if is_dropped { "dropped" } else { "returned" }.to_owned());
            }
            None => add("returned".to_owned()),
        },
        Err(payload) if payload.is::<Dropped>() => add("dropped".to_owned()),
        Err(payload) => resume_unwind(payload),
    }
}

/// Logs the state that a resume returned. Returns whether the coroutine continues.
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

pub fn drive_stream(stream: impl Stream<Item: Debug>, sent: &[i64]) {
    let mut stream = Box::pin(stream);
    let next = move || now(poll_fn(|cx| stream.as_mut().poll_next(cx)));
    drive_iterator(std::iter::from_fn(next), sent);
}

pub fn drive_iterator<T: Debug>(mut items: impl Iterator<Item = T>, sent: &[i64]) {
    let is_given = |item: Option<T>| match item {
        Some(item) => {
            add(format!("gave {item:?}"));
            true
        }
        None => {
            add("returned".to_owned());
            false
        }
    };
    let mut goes_on = is_given(items.next());
    for number in sent {
        if !goes_on {
            break;
        }
        SENT.set(*number);
        goes_on = is_given(items.next());
    }
    if goes_on {
        drop(items);
        add("dropped".to_owned());
    } else if items.next().is_some() {
        add("gave something after the end".to_owned());
    }
}

pub fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

/// Is pending once, then ready with the value.
pub async fn later<T>(value: T) -> T {
    let mut is_pending = true;
    poll_fn(|_| if mem::take(&mut is_pending) { Poll::Pending } else { Poll::Ready(()) }).await;
    value
}

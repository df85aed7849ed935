use std::num::ParseIntError;
use std::pin::Pin;
use std::rc::Rc;

use cogen::{BoxCoroutine, SendBoxCoroutine};
use futures::Stream;

type List = Vec<u32>;
type Events = Pin<Box<dyn Stream<Item = u32>>>;
type Task = BoxCoroutine<'static, (), u32>;
type SendTask = SendBoxCoroutine<'static, (), u32>;

#[cogen::coroutine]
fn no_coroutine() -> List {
    yield_!(1);
}

#[cogen::coroutine]
fn without_the_word() -> Events {
    yield_!(1);
}

#[cogen::coroutine(stream)]
fn with_the_wrong_word() -> Task {
    yield_!(1);
}

#[cogen::coroutine(stream)]
fn with_a_needless_word() -> impl Stream<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn another_type() -> Task {
    yield_!("one");
}

#[cogen::coroutine]
fn not_send() -> SendTask {
    let shared = Rc::new(1);
    yield_!(*shared);
}

#[cogen::coroutine]
fn part_of_it(is_there: bool) -> Option<impl Iterator<Item = u32>> {
    yield_!(1);
}

type Numbers<'a> = Box<dyn Iterator<Item = Result<u32, ParseIntError>> + 'a>;
type Received<'a> = Pin<Box<dyn Stream<Item = Result<u32, ParseIntError>> + Send + 'a>>;

#[cogen::coroutine]
fn question_without_the_word(text: &str) -> Numbers<'_> {
    yield_!(Ok(text.parse()?));
}

#[cogen::coroutine]
fn question_of_a_stream(text: &str) -> Received<'_> {
    yield_!(Ok(text.parse()?));
}

#[cogen::coroutine]
fn await_without_the_word(text: &str) -> Received<'_> {
    yield_!(std::future::ready(text.parse()).await);
}

fn main() {}

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

fn main() {}

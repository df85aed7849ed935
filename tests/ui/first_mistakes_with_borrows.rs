//! As `first_mistakes.rs`, where the borrow checker finds them.

use std::cell::RefCell;
use std::pin::pin;

use cogen::{Coroutine, CoroutineExt};
use futures::Stream;

#[cogen::coroutine]
fn numbers() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn pinned_here() -> impl Coroutine<(), Yield = u32> {
    pin!(numbers())
}

fn without_mut() {
    let numbers = pin!(numbers());
    numbers.start();
}

#[cogen::coroutine]
fn own_local() -> impl Iterator<Item = &'static str> {
    let text = String::from("own");
    yield_!(&text);
}

#[cogen::coroutine]
fn of_an_argument(text: &str) -> impl Iterator<Item = &str> {
    let loud = text.to_uppercase();
    for word in loud.split(' ') {
        yield_!(word);
    }
}

#[cogen::coroutine]
fn of_a_guard(words: &RefCell<Vec<String>>) -> impl Stream<Item = &str> {
    yield_!(&words.borrow()[0]);
}

#[cogen::coroutine]
fn mutable_twice(number: &mut u32) -> impl Coroutine<(), Yield = &mut u32> {
    yield_!(number);
    yield_!(number);
}

fn main() {}

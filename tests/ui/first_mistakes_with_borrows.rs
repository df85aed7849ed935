//! As `first_mistakes.rs`, where the borrow checker finds them.

use std::pin::pin;

use cogen::{Coroutine, CoroutineExt};

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

fn main() {}

// What the struct's own crate may not add to it.

use std::pin::Pin;

use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine(struct = Plain)]
fn plain() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

impl Unpin for Plain {}

impl Drop for Plain {
    fn drop(&mut self) {}
}

#[cogen::coroutine(struct = Walk<'a>)]
fn walk<'a>(text: &'a str) -> impl Coroutine<(), Yield = &'a str> {
    yield_!(text);
}

fn shorter<'short>(walk: Walk<'static>) -> Walk<'short> {
    walk
}

fn outlives() {
    let text = String::from("text");
    let mut walk: Pin<Box<Walk<'static>>> = Box::pin(walk(&text));
    walk.start();
}

fn main() {}

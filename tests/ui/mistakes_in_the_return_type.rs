//! The types of a coroutine under other names, or none.

use std::pin::Pin;

use cogen::{AsyncCoroutine, BoxCoroutine, Coroutine};

#[cogen::coroutine]
fn positional() -> impl Coroutine<(), u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn three(text: String) -> impl AsyncCoroutine<(), u32, String> + Send {
    yield_!(1);
    text
}

#[cogen::coroutine]
fn item() -> impl Coroutine<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn boxed_item() -> Pin<Box<dyn Coroutine<(), Item = u32, Return = ()>>> {
    yield_!(1);
}

#[cogen::coroutine]
fn sent() -> impl Coroutine<&str, Yield = usize> {
    yield_!(1);
}

#[cogen::coroutine]
fn boxed_sent() -> BoxCoroutine<'static, (u32, Option<&str>), usize> {
    yield_!(1);
}

#[cogen::coroutine(struct = Named)]
fn named(text: &str) -> impl Coroutine<(), Yield = &str> {
    yield_!(text);
}

fn main() {
    let _ = (positional(), three(String::new()), item());
}

//! Values that a body returns or yields which is written, or left, to return or yield `()`.

use cogen::{BoxCoroutine, Coroutine, co};
use futures::Stream;

#[cogen::coroutine]
fn no_return() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
    "done"
}

#[cogen::coroutine]
fn no_semicolon() -> impl Coroutine<u32, Yield = u32> {
    yield_!(1)
}

#[cogen::coroutine]
fn early(n: u32) -> BoxCoroutine<'static, u32, u32> {
    if yield_!(n) > 3 {
        return n;
    }
}

#[cogen::coroutine]
fn no_yield() -> impl Coroutine<u32> {
    let heard = yield_!("hello");
    println!("{heard}, {}", yield_!(heard));
}

#[cogen::coroutine]
fn an_item(n: u32) -> impl Iterator<Item = u32> {
    if n == 0 {
        return 5;
    }
    if n == 1 {
        return None;
    }
    yield_!(1);
    2
}

#[cogen::coroutine]
fn a_result(n: u32) -> impl Stream<Item = Result<u32, String>> {
    if n == 0 {
        return Err("zero".into());
    }
    match n {
        1 => Ok(()),
        2 => yield_!(Ok(2)),
        _ => {
            yield_!(Ok(n));
            Err(format!("{n}"))
        }
    }
}

#[cogen::coroutine]
fn an_iterator(n: u32) -> impl Iterator<Item = u32> {
    vec![n, n].into_iter()
}

fn in_a_block() -> impl Iterator<Item = u32> {
    co! { gen
        yield!(1);
        Some(2)
    }
}

fn main() {}

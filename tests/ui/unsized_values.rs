use std::fmt::Debug;

use cogen::{BoxCoroutine, Coroutine};

#[cogen::coroutine]
fn items() -> impl Iterator<Item = dyn Debug> {
    yield_!(1);
}

#[cogen::coroutine]
fn sent() -> impl Coroutine<[u8], Yield = ()> {
    yield_!();
}

#[cogen::coroutine(struct = Returned)]
fn returned() -> impl Coroutine<(), Yield = (), Return = str> {
    yield_!();
}

#[cogen::coroutine]
fn boxed() -> BoxCoroutine<'static, (), (dyn Debug + 'static)> {
    yield_!(1);
}

fn main() {}

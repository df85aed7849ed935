//! Without the feature `alloc`.

use cogen::{BoxCoroutine, Coroutine, CoroutineExt};

#[cogen::coroutine]
fn iterator() -> impl Iterator<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn boxed() -> BoxCoroutine<'static, (), u32> {
    yield_!(1);
}

#[cogen::coroutine(priming)]
fn primed() -> impl Coroutine<u32, Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn list() -> Vec<u32> {
    yield_!(1);
}

#[cogen::coroutine(struct = Named)]
fn named<T: Copy>(value: T) -> impl Coroutine<(), Yield = T> {
    yield_!(value);
}

#[cogen::coroutine]
fn plain() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn blocks() {
    let _ = cogen::co! { gen yield!(1); };
    let _ = cogen::co! { -> impl Iterator<Item = u32> { yield!(1); } };
}

#[cogen::coroutine]
fn stream() -> impl cogen::__private::Stream<Item = u32> {
    yield_!(1);
}

fn run(_: impl Coroutine) {}

fn needs_unpin(_: impl Unpin) {}

fn main() {
    plain().start();
    run(plain);
    needs_unpin(stream());
}

#[cogen::coroutine]
fn countdown(from: u32) -> impl Coroutine<(), Yield = u32> {
    yield_from!(countdown(from - 1));
}

// As `named_protected`, with types.

use cogen::Coroutine;

#[cogen::coroutine(struct = Plain<T>, size = 64)]
fn plain<T>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

impl<T> Unpin for Plain<T> {}

impl<T> Drop for Plain<T> {
    fn drop(&mut self) {}
}

#[cogen::coroutine(struct = Walk<T>, size = 64)]
fn walk<T: Copy>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

fn shorter<'short>(walk: Walk<&'static str>) -> Walk<&'short str> {
    walk
}

fn longer<'short>(walk: Walk<fn(&'static str)>) -> Walk<fn(&'short str)> {
    walk
}

fn main() {}

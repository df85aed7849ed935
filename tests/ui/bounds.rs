//! Bounds that nothing with a body can have.

use cogen::Coroutine;

#[cogen::coroutine]
fn cloned() -> impl Iterator<Item = u32> + Clone {
    yield_!(1);
}

#[cogen::coroutine]
fn copied() -> impl Copy + Coroutine<u32, Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn exact() -> impl ExactSizeIterator<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn both_ends() -> impl Iterator<Item = u32> + std::iter::DoubleEndedIterator {
    yield_!(1);
}

#[cogen::coroutine]
fn everything() -> impl Clone + ExactSizeIterator<Item = u32> + DoubleEndedIterator {
    yield_!(1);
}

fn main() {
    for _ in cloned().chain(exact()).chain(both_ends()).chain(everything()) {}
    let _ = copied();
}

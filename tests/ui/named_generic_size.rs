// What can't be a size or an alignment.

use cogen::Coroutine;

#[cogen::coroutine(struct = NoAlignment<T>, size = 64, align = 3)]
fn no_alignment<T>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

#[cogen::coroutine(struct = NoNumber<T>, size = "many")]
fn no_number<T>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

#[cogen::coroutine(struct = OfType<T>, size = 2 * size_of::<T>())]
fn of_type<T>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

fn main() {}

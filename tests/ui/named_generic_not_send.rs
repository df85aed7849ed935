// What is `Send` is that with all types that the bounds allow.

use cogen::Coroutine;

#[cogen::coroutine(struct = Sends<T>, size = 64, send)]
fn sends<T: Copy>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
    yield_!(item);
}

#[cogen::coroutine(struct = Shares<T>, size = 64, sync)]
fn shares<T: Copy + Send>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
    yield_!(item);
}

#[cogen::coroutine(struct = Plain<T>, size = 64)]
fn plain<T: Copy>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

fn needs_send<T: Send>(_: T) {}

fn main() {
    let plain = plain(1);
    needs_send(async move { drop(plain) });
}

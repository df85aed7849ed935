use std::cell::Cell;
use std::rc::Rc;

use cogen::Coroutine;

#[cogen::coroutine(struct = Sends, send)]
fn sends() -> impl Coroutine<(), Yield = u8> {
    let count = Rc::new(1);
    yield_!(*count);
}

#[cogen::coroutine(struct = Shares, sync)]
fn shares(cell: Cell<u8>) -> impl Coroutine<(), Yield = u8> {
    yield_!(cell.get());
}

#[cogen::coroutine(struct = Plain)]
fn plain() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

fn needs_send<T: Send>(_: T) {}

fn main() {
    needs_send(|| drop(plain()));
    let plain = plain();
    // In an `async` block, as the error then names the struct without what it consists of: that
    // includes `PhantomData`, whose source the compiler shows where `rust-src` is installed.
    needs_send(async move { drop(plain) });
}

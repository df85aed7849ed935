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

fn main() {
    std::thread::spawn(|| drop(plain()));
    let plain = plain();
    std::thread::spawn(move || drop(plain));
}

use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine(struct = Plain)]
fn plain() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

fn take_apart(plain: Plain) {
    let Plain { __cogen_storage } = plain;
    drop(__cogen_storage);
}

fn unpinned() {
    plain().start();
}

fn main() {}

//! What can't be sent a value when it is delegated to.

use cogen::{AsyncCoroutine, Coroutine, co};

#[cogen::coroutine]
fn sync() -> impl Coroutine<(), Yield = u32> {
    yield_from!([1], ());
}

#[cogen::coroutine]
fn asynchronous() -> impl AsyncCoroutine<(), Yield = u32> {
    yield_from!([1], ());
    yield_from!(std::future::ready(2), ());
}

#[cogen::coroutine]
fn echo() -> impl Coroutine<u32, Yield = u32> {
    yield_from!(co! { let mut number = 1; loop { number = yield!(number); } }, "one")
}

fn main() {
    let _ = (sync(), asynchronous(), echo());
}

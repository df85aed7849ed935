//! What is sent something can't be awaited.

use std::future::IntoFuture;

use cogen::{Coroutine, co};

#[cogen::coroutine(struct = Named)]
fn named() -> impl Coroutine<u32, Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn promised() -> impl Coroutine<u32, Yield = u32> + IntoFuture<Output = ()> {
    yield_!(1);
}

#[cogen::coroutine]
fn silent() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn main() {
    let _ = async {
        named().await;
        silent().await;
        co! { let _: u32 = yield!(1); }.await;
    };
}

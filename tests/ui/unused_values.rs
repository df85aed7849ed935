#![deny(unused_must_use)]

use std::future::ready;

use cogen::{AsyncCoroutine, Coroutine};

#[cogen::coroutine]
fn yields() -> impl Coroutine<Result<u32, String>, Return = Result<u32, String>> {
    yield_!();
    yield_!()
}

#[cogen::coroutine]
fn waits() -> impl AsyncCoroutine<(), Yield = u32> {
    ready(Ok::<u32, String>(1)).await;
    yield_!(1);
}

fn main() {
    let _block = cogen::co! {
        yield_from!(yields());
        let sent: Result<u32, String> = yield!(());
        sent
    };
}

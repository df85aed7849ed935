#![deny(unused_must_use)]

use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineExt, co};

#[cogen::coroutine]
fn numbers() -> impl AsyncCoroutine<(), Yield = u32> {
    yield_!(1);
}

fn main() {
    numbers();
    Box::pin(numbers()).start();
    numbers().into_future();
    numbers().into_stream();
    numbers().drive(async |_| ());
    co! { let () = yield!(1); }.into_async();
}

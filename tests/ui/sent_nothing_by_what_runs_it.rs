//! What is sent something can neither be iterated over nor awaited.

use cogen::{AsyncCoroutine, AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt};

#[cogen::coroutine]
fn sent() -> impl Coroutine<u32, Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn boxed() -> BoxCoroutine<'static, Option<u32>, u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn asynchronous() -> impl AsyncCoroutine<u32, Yield = u32> {
    yield_!(1);
}

fn in_a_loop() {
    for _ in Box::pin(sent()).iterate() {}
}

fn with_a_method() -> Vec<u32> {
    boxed().iterate().take(3).collect()
}

async fn awaited() {
    sent().into_future().await;
    asynchronous().into_future().await;
    let _ = futures::StreamExt::count(asynchronous().into_stream()).await;
}

fn main() {}

use cogen::AsyncCoroutine;
use futures::Stream;

fn now() -> u32 {
    1
}

#[cogen::coroutine]
fn in_a_stream() -> impl Stream<Item = u32> {
    yield_!(now().await);
    println!("{}", now().await);
}

#[cogen::coroutine]
fn in_a_coroutine() -> impl AsyncCoroutine<(), Yield = u32> {
    let text: String = std::future::ready(1).await;
    yield_!(text.len());
    1.await;
}

fn main() {}

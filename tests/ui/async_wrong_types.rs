use cogen::{AsyncCoroutine, AsyncCoroutineExt};
use futures::Stream;

#[cogen::coroutine]
fn yielded() -> impl Stream<Item = u32> {
    yield_!("one");
    println!("{:?}", yield_!(later("two").await));
}

async fn later<T>(value: T) -> T {
    value
}

#[cogen::coroutine]
fn returned() -> impl AsyncCoroutine<u8, Yield = u32, Return = bool> {
    let sent: String = yield_!(1);
    sent.len()
}

#[cogen::coroutine]
fn returned_by_a_stream() -> impl Stream<Item = u32> {
    yield_!(1);
    2
}

fn sent_in() {
    let mut coroutine = Box::pin(returned());
    let _ = coroutine.send("two");
}

fn main() {}

//! The bounds of others: the first line is ours all the same.

use cogen::{AsyncCoroutine, AsyncCoroutineExt, Coroutine};
use futures::stream::{Stream, StreamExt};

#[cogen::coroutine]
fn numbers() -> impl Stream<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine(struct = Named)]
fn named() -> impl Stream<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn letters() -> impl AsyncCoroutine<(), Yield = char> {
    yield_!('a');
}

#[cogen::coroutine]
fn plain() -> impl Coroutine {
    yield_!();
}

fn needs_unpin(_: impl Unpin) {}

async fn waits() {
    numbers().next().await;
    named().next().await;
    letters().into_stream().next().await;
    needs_unpin(plain());
}

fn main() {}

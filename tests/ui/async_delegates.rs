use cogen::{AsyncCoroutine, Coroutine};
use futures::Stream;

#[cogen::coroutine]
fn no_delegate() -> impl Stream<Item = u32> {
    yield_from!(5);
}

#[cogen::coroutine]
fn other_items() -> impl Stream<Item = u32> {
    yield_from!(["one"]);
    yield_from!(futures::stream::iter(["one"]));
    yield_from!(other_yield());
}

#[cogen::coroutine]
fn other_yield() -> impl AsyncCoroutine<(), Yield = String> {
    yield_!(String::new());
}

#[cogen::coroutine]
fn takes_something_else(
    inner: impl Coroutine<u8, Yield = u32>,
) -> impl AsyncCoroutine<u16, Yield = u32> {
    yield_from!(inner);
}

#[cogen::coroutine]
fn would_lose_what_is_sent() -> impl AsyncCoroutine<u16, Yield = u32> {
    yield_from!(futures::stream::iter([1]));
    yield_from!([1]);
}

#[cogen::coroutine]
fn async_in_a_coroutine_that_is_not(
    inner: impl AsyncCoroutine<(), Yield = u32>,
) -> impl Coroutine<(), Yield = u32> {
    yield_from!(inner);
}

fn main() {}

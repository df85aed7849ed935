// Macros carry the yield into what it can't leave.
use cogen::AsyncCoroutine;

macro_rules! closure {
    ($value:expr) => {
        (|| $value)()
    };
}

macro_rules! async_block {
    ($value:expr) => {
        async { $value }.await
    };
}

#[cogen::coroutine]
fn into_a_closure() -> impl AsyncCoroutine<(), Yield = u32> {
    closure!(yield_!(1));
}

#[cogen::coroutine]
fn into_an_async_block() -> impl AsyncCoroutine<(), Yield = u32> {
    async_block!(yield_!(1));
}

#[cogen::coroutine]
fn into_a_joined_block() -> impl AsyncCoroutine<(), Yield = u32> {
    futures::join!(async { yield_!(1) }, async {});
}

#[cogen::coroutine]
fn delegation_into_an_async_block() -> impl AsyncCoroutine<(), Yield = u32> {
    async_block!(yield_from!([1]));
}

fn main() {}

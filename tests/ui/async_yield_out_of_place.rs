use cogen::AsyncCoroutine;

#[cogen::coroutine]
fn in_a_closure() -> impl AsyncCoroutine<(), Yield = u32> {
    let close = || yield_!(1);
    close();
}

#[cogen::coroutine]
fn in_an_async_block() -> impl AsyncCoroutine<(), Yield = u32> {
    async { yield_!(1) }.await;
}

#[cogen::coroutine]
fn in_an_async_closure() -> impl AsyncCoroutine<(), Yield = u32> {
    let close = async || yield_!(1);
    close().await;
}

fn in_the_async_block_of_a_coroutine_that_is_not_async() {
    cogen::co! { async { yield!(1) } };
}

fn main() {}

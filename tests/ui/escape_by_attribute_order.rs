use cogen::{AsyncCoroutine, Coroutine};

#[tokio::main(flavor = "current_thread")]
#[cogen::coroutine]
async fn outside() -> impl AsyncCoroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
#[tokio::main(flavor = "current_thread")]
async fn inside() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn main() {}

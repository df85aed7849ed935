use cogen::{AsyncCoroutine, Coroutine, CoroutineExt};

#[cogen::coroutine]
fn count() -> impl Coroutine<(), Yield = u32> + Unpin {
    yield_!(1);
}

#[cogen::coroutine]
fn asked() -> impl AsyncCoroutine<u32, Yield = u32> + Send + Unpin {
    let number = yield_!(1);
    yield_!(number);
}

fn main() {
    std::pin::pin!(count()).start();
    drop(asked());
}

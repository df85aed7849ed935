//! There is no place for words of ours here: the traits are those of std, and a `next` of ours
//! would clash with that of iterators.

use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine]
fn numbers() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn main() {
    for _ in numbers() {}
    let mut coroutine = Box::pin(numbers());
    coroutine.next();
    coroutine.resume(());
    coroutine.start();
    let _ = async { numbers().await };
}

use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine]
fn numbers() -> impl Coroutine<(), Yield = u32> {
    yield_!(1)
    yield_!(2);
}

fn main() {
    Box::pin(numbers()).start();
}

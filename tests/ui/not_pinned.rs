use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine]
fn numbers() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn main() {
    numbers().start();
}

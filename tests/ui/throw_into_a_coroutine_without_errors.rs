use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine]
fn numbers() -> impl Coroutine<u32> {
    yield_!();
}

fn main() {
    Box::pin(numbers()).throw("stop");
}

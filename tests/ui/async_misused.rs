use cogen::{AsyncCoroutine, AsyncCoroutineExt};

#[cogen::coroutine]
fn numbers() -> impl AsyncCoroutine<u32, Yield = u32> {
    yield_!(1);
}

fn not_pinned() {
    let _ = numbers().start();
}

fn errors_where_none_are_taken() {
    let _ = Box::pin(numbers()).throw("stop");
}

fn iterated() {
    let _ = Box::pin(numbers()).into_stream();
}

fn main() {}

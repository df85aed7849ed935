#[cogen::coroutine(priming)]
fn coroutine() -> impl cogen::AsyncCoroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(priming)]
fn stream() -> impl futures::Stream<Item = u32> {
    yield_!(1);
}

fn main() {}

use cogen::{AsyncCoroutine, Coroutine, CoroutineExt, Primed, co};

#[cogen::coroutine]
fn numbers() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(struct = Named)]
fn named() -> impl Coroutine<u32, Yield = u32> {
    yield_!(1);
}

fn run(_: impl Coroutine<(), Yield = u32>) {}

fn generic<C: Coroutine>(mut coroutine: C) {
    coroutine.close();
}

async fn waits(mut coroutine: impl AsyncCoroutine) {
    use cogen::AsyncCoroutineExt;
    coroutine.start().await;
}

fn main() {
    numbers().start();
    named().try_send(1);
    for _ in numbers().iterate() {}
    numbers().primed();
    Primed::new(numbers());
    let mut borrowed = numbers();
    (&mut borrowed).iterate();
    run(Box::new(numbers()));
    let mut block = co! { yield 1u32; };
    block.send(());
}

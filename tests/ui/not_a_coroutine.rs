use cogen::Coroutine;

#[cogen::coroutine]
fn numbers() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn run(_: impl Coroutine) {}

fn takes_an_async_one(_: impl cogen::AsyncCoroutine<u32>) {}

fn not_async() {
    takes_an_async_one(5);
}

fn main() {
    run(numbers);
    run([1, 2]);
}

use cogen::Coroutine;

#[cogen::coroutine]
fn numbers() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn run(_: impl Coroutine) {}

fn main() {
    run(numbers);
    run([1, 2]);
}

#![deny(unused_must_use)]

#[cogen::coroutine]
fn numbers() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn main() {
    numbers();
}

//! Mistakes of those who are new to this: the compiler finds words for them, and `guide` has the
//! cures.

use cogen::{Coroutine, co};

struct Holds {
    numbers: impl Coroutine<(), Yield = u32>,
}

#[cogen::coroutine]
fn numbers() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn without_the_trait() {
    let mut numbers = Box::pin(numbers());
    numbers.start();
}

fn without_gen() -> Vec<u32> {
    co! { yield!(1); }.collect()
}

fn main() {}

// With this case the others here are built, which makes the constants of generic functions.

use cogen::{Coroutine, CoroutineExt, CoroutineState::Yielded};

#[cogen::coroutine(struct = Fits<T>, size = 64)]
fn fits<T: Copy>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

fn main() {
    assert_eq!(Box::pin(fits(7)).start(), Yielded(7));
}

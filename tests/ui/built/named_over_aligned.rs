use cogen::{Coroutine, CoroutineExt};

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Wide;

#[cogen::coroutine(struct = Plain<T>, size = 256)]
fn plain<T: Copy>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
    yield_!(item);
}

#[cogen::coroutine(struct = Narrow<T>, size = 256, align = 2)]
fn narrow<T: Copy>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
    yield_!(item);
}

fn main() {
    Box::pin(plain(1u64)).start();
    Box::pin(plain(Wide)).start();
    Box::pin(narrow(1u16)).start();
    Box::pin(narrow(1u32)).start();
}

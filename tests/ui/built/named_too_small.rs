use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine(struct = Small<T>, size = 16)]
fn small<T: Copy>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
    yield_!(item);
}

struct Holder<T>(T);

#[cogen::coroutine]
impl<T: Copy> Holder<T> {
    #[cogen::coroutine(struct = Items<'a, T>, size = 0)]
    fn items<'a>(&'a self) -> impl Iterator<Item = T> {
        yield_!(self.0);
    }
}

fn main() {
    Box::pin(small(1u8)).start();
    Box::pin(small([0u8; 30])).start();
    Holder(1).items().next();
}

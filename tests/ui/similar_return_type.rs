use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine]
fn misspelled() -> impl Corutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn plural() -> impl Send + cogen::Coroutines<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn small() -> impl iterator<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn boxed() -> cogen::BoxCorutine<'static, (), u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn generator() -> impl Generator<Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn stream() -> impl AsyncIterator<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn future() -> impl Future<Output = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn without_item() -> impl Iterator {
    yield_!(1);
}

#[cogen::coroutine]
fn dynamic() -> Box<dyn Coroutine<(), Yield = u32, Return = ()>> {
    yield_!(1);
}

fn main() {
    Box::pin(misspelled()).start();
    Box::pin(plural()).start();
    small().next();
    boxed().start();
}

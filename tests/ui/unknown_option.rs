#[cogen::coroutine(primed)]
fn count() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(iter)]
fn similar() -> cogen::BoxCoroutine<'static, (), u32> {
    yield_!(1);
}

#[cogen::coroutine(name = Numbers)]
fn named() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(boxed)]
fn boxed() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(yield = u32)]
fn with_a_type() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(nonsense)]
fn like_nothing() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn main() {
    let _ = count();
}

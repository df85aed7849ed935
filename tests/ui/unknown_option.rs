#[cogen::coroutine(primed)]
fn count() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn main() {
    let _ = count();
}

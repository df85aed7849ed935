#[cogen::coroutine(priming, priming)]
fn count() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(crate = cogen, crate = cogen)]
fn count_again() -> impl cogen::Coroutine<(), Yield = u32> {
    yield_!(1);
}

fn main() {
    let _ = count();
    let _ = count_again();
}

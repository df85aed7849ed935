use cogen::Coroutine;

#[cogen::coroutine]
fn inner() -> impl Coroutine<u32> {
    yield_!();
}

#[cogen::coroutine]
fn outer() -> impl Coroutine<String> {
    yield_from!(inner());
}

fn main() {
    let _ = outer();
}

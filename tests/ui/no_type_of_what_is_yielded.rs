use cogen::{BoxCoroutine, Coroutine};

#[cogen::coroutine]
fn yields() -> impl Coroutine<f64> {
    yield_!(1.5);
}

#[cogen::coroutine]
fn returns() -> impl Coroutine {
    if yield_!() == () {
        return 1.5;
    }
    1.5
}

#[cogen::coroutine]
fn boxed() -> BoxCoroutine<'static, f64> {
    yield_!("1.5");
}

fn main() {}

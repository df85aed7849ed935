use cogen::Coroutine;

#[cogen::coroutine]
fn lines() -> impl for<'a> Coroutine<&'a str, Yield = usize> {
    let line = yield_!(0);
    yield_!(line.len());
}

fn main() {}

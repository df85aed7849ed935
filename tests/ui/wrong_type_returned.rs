use cogen::Coroutine;

#[cogen::coroutine]
fn tail() -> impl Coroutine<(), Yield = u32, Return = u32> {
    yield_!(1);
    "one"
}

#[cogen::coroutine]
fn early(stop: bool) -> impl Coroutine<(), Yield = u32, Return = u32> {
    if stop {
        return "one";
    }
    yield_!(1);
    1
}

#[cogen::coroutine]
fn missing() -> impl Coroutine<(), Yield = u32, Return = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn question() -> impl Coroutine<(), Yield = u32, Return = Option<u32>> {
    yield_!("1".parse()?);
    None
}

fn main() {
    let _ = (tail(), early(true), missing(), question());
}

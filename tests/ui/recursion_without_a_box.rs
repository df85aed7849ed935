use cogen::Coroutine;

#[cogen::coroutine]
fn countdown(from: u32) -> impl Coroutine<(), Yield = u32> {
    yield_!(from);
    if from > 0 {
        yield_from!(countdown(from - 1));
    }
}

fn main() {
    let _ = countdown(3);
}

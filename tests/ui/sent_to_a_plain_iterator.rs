use cogen::Coroutine;

#[cogen::coroutine]
fn numbers() -> impl Coroutine<u32, Yield = u32> {
    yield_from!([1, 2, 3]);
}

fn main() {
    let _ = numbers();
}

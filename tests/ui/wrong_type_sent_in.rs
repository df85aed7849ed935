use cogen::Coroutine;

#[cogen::coroutine]
fn numbers() -> impl Coroutine<u32, Yield = ()> {
    let _text: String = yield_!(());
}

fn main() {
    let _ = numbers();
}

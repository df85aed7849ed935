use cogen::Coroutine;

#[cogen::coroutine]
fn inner() -> impl Coroutine<u32, Return = u32> {
    let text: String = yield_!();
    text.len() as u32
}

#[cogen::coroutine]
fn outer() -> impl Coroutine<u32> {
    let text: String = yield_from!(inner());
    drop(text);
}

fn main() {
    outer();
}

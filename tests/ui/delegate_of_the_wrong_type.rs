use cogen::Coroutine;

#[cogen::coroutine]
fn texts() -> impl Coroutine<(), Yield = &'static str> {
    yield_!("one");
}

#[cogen::coroutine]
fn numbers() -> impl Coroutine<(), Yield = u32> {
    yield_from!(texts());
    yield_from!(["one"]);
    yield_from!(5);
}

fn main() {
    let _ = numbers();
}

use cogen::Coroutine;

fn numbers() -> impl Coroutine<(), Yield = u32, Return = ()> {
    yield_!(1);
    yield_from!([2, 3]);
}

mod imported {
    use cogen::{Coroutine, yield_};

    fn numbers() -> impl Coroutine<(), Yield = u32, Return = ()> {
        yield_!(1);
    }
}

fn main() {
    let _ = numbers();
}

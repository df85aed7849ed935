use cogen::Coroutine;

#[cogen::coroutine(struct = Fixed, size = 2)]
fn fixed() -> impl Coroutine<(), Yield = u8> {
    let one = 1u32;
    yield_!(1);
    drop(one);
}

fn main() {}

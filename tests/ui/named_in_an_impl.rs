use cogen::Coroutine;

struct Text(String);

impl Text {
    #[cogen::coroutine(struct = OfText)]
    fn numbers() -> impl Coroutine<(), Yield = u8> {
        yield_!(1);
    }
}

fn main() {}

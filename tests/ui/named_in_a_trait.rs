// The struct is as visible as the function, about which an `impl` of a trait says nothing.

use cogen::Coroutine;

pub trait Source {
    type Items;

    fn items(self) -> Self::Items;
}

pub struct Text(pub u8);

#[cogen::coroutine]
impl Source for Text {
    type Items = Private;

    #[cogen::coroutine(struct = Private)]
    fn items(self) -> impl Coroutine<(), Yield = u8> {
        yield_!(self.0);
    }
}

fn main() {}

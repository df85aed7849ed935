// A macro may expand to another type each time, and the expansion writes the types several times.
use cogen::Coroutine;

macro_rules! text {
    ($lifetime:lifetime) => {
        &$lifetime str
    };
}

macro_rules! two {
    () => {
        2
    };
}

#[cogen::coroutine(struct = Words<'a>)]
fn words<'a>(text: text!('a)) -> impl Coroutine<(), Yield = &'a str> {
    yield_!(text);
}

#[cogen::coroutine(struct = Pairs)]
fn pairs(pair: [u8; two!()]) -> impl Coroutine<(), Yield = [u8; 2]> {
    yield_!(pair);
}

fn main() {}

// The struct has no lifetime, and the argument has one that can't be seen.

use std::str::Chars;

use cogen::Coroutine;

#[cogen::coroutine(struct = Walk)]
fn walk(mut text: Chars) -> impl Coroutine<(), Yield = char> {
    yield_!(text.next().unwrap());
}

fn main() {}

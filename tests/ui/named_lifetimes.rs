use std::str::Chars;

use cogen::Coroutine;

#[cogen::coroutine(struct = Elided)]
fn elided(text: &str) -> impl Coroutine<(), Yield = char> {
    yield_!(text.chars().next().unwrap());
}

#[cogen::coroutine(struct = Anonymous)]
fn anonymous(mut text: Chars<'_>) -> impl Coroutine<(), Yield = char> {
    yield_!(text.next().unwrap());
}

#[cogen::coroutine(struct = Unlisted)]
fn unlisted<'a>(text: &'a str) -> impl Coroutine<(), Yield = &'a str> {
    yield_!(text);
}

#[cogen::coroutine(struct = OneOfTwo<'a>)]
fn one_of_two<'a, 'b>(one: &'a str, two: &'b str) -> impl Coroutine<(), Yield = &'a str> {
    yield_!(one);
    drop(two);
}

struct Text(String);

#[cogen::coroutine]
impl Text {
    #[cogen::coroutine(struct = OfText)]
    fn chars(&self) -> impl Coroutine<(), Yield = char> {
        yield_!(self.0.chars().next().unwrap());
    }
}

fn main() {}

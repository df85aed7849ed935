// The struct has no lifetime, and the argument has one that can't be seen.

use std::str::Chars;

use cogen::Coroutine;

#[cogen::coroutine(struct = Walk)]
fn walk(mut text: Chars) -> impl Coroutine<(), Yield = char> {
    yield_!(text.next().unwrap());
}

pub struct Arguments<'a>(&'a str);

#[cogen::coroutine(struct = Named)]
fn named(arguments: Arguments) -> impl Coroutine<(), Yield = char> {
    yield_!(arguments.0.chars().next().unwrap());
}

struct Text<'a>(&'a str);

#[cogen::coroutine]
impl Text<'_> {
    #[cogen::coroutine(struct = OfText)]
    fn chars(self) -> impl Coroutine<(), Yield = char> {
        yield_!(self.0.chars().next().unwrap());
    }
}

#[cogen::coroutine]
impl<'a> Words {
    #[cogen::coroutine(struct = OfWords<'a>)]
    fn of(text: &'a str) -> impl Coroutine<(), Yield = &'a str> {
        yield_!(text);
    }
}

struct Words;

fn main() {}

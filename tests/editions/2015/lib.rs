//! Every shape and every option of the attribute, where `async` is no keyword and paths begin at
//! the root of the crate.

#![cfg(test)]
#![forbid(unsafe_code, unused, nonstandard_style)]
#![deny(warnings)]

extern crate cogen;
extern crate futures_core;

use std::pin::Pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{
    co, AsyncCoroutine, AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt, Fingerprint,
};
use futures_core::Stream;

#[cogen::coroutine]
fn coroutine(
    number: u32,
    (first, _): (u32, u32),
    text: String,
) -> impl Coroutine<u32, Yield = u32, Return = String> {
    let sent = yield_!(number + first);
    yield_from!(boxed(sent));
    text
}

#[cogen::coroutine]
fn boxed(number: u32) -> BoxCoroutine<'static, u32, u32> {
    yield_!(number);
}

#[cogen::coroutine]
fn iterator(number: u32) -> impl Iterator<Item = u32> {
    println!("{:?}", yield_!(number));
}

#[cogen::coroutine]
fn stream(number: u32) -> impl Stream<Item = u32> {
    yield_!(number);
    yield_from!(std::future::ready(()));
}

#[cogen::coroutine]
fn asynchronous(number: u32) -> impl AsyncCoroutine<u32, Yield = u32, Return = u32> {
    yield_!(number) + number
}

#[cogen::coroutine(priming, fingerprint = PRIMED, crate = ::cogen)]
fn primed() -> impl Coroutine<u32, Yield = u32> {
    let number = yield_!(1);
    yield_!(number);
}

#[cogen::coroutine(struct = Words<'a>, send, sync, fingerprint = WORDS)]
fn words<'a>(text: &'a str, separator: char) -> impl Coroutine<(), Yield = &'a str> {
    for word in text.split(separator) {
        yield_!(word);
    }
}

#[cogen::coroutine(struct = Numbers)]
fn numbers(end: u32) -> impl Iterator<Item = u32> {
    yield_from!(0..end);
}

#[cogen::coroutine(struct = Ticks, send)]
fn ticks(end: u32) -> impl Stream<Item = u32> {
    yield_from!(0..end);
}

#[cogen::coroutine(struct = Answers, crate = cogen)]
fn answers(end: u32) -> impl AsyncCoroutine<u32, Yield = u32> {
    yield_!(end);
}

struct Tree(u32);

#[cogen::coroutine]
impl Tree {
    #[cogen::coroutine(struct = Walk<'a>)]
    fn walk<'a>(&'a self) -> impl Coroutine<(), Yield = u32> {
        yield_!(self.0);
    }
}

struct Pair<T>(T, T);

#[cogen::coroutine]
impl<'a, T> IntoIterator for &'a Pair<T> {
    type Item = &'a T;
    type IntoIter = Both<'a, T>;

    #[cogen::coroutine(struct = Both<'a, T>, size = 128, align = 8)]
    fn into_iter(self) -> impl Iterator<Item = Self::Item> {
        yield_!(&self.0);
        yield_!(&self.1);
    }
}

#[test]
fn the_sync_shapes_run() {
    let mut whole = Box::pin(coroutine(1, (2, 3), "end".to_owned()));
    assert_eq!(whole.start(), Yielded(3));
    assert_eq!(whole.send(5), Yielded(5));
    assert_eq!(whole.send(0), Complete("end".to_owned()));
    assert!(iterator(2).eq(vec![2]));
    assert_eq!(primed().send(4), Yielded(4));
    assert!(PRIMED != WORDS && WORDS != Fingerprint::NONE);
}

#[test]
fn the_structs_run() {
    let words: Pin<Box<Words>> = Box::pin(words("to be", ' '));
    assert!(words.iterate().eq(vec!["to", "be"]));
    let numbers: Numbers = numbers(2);
    assert!(numbers.eq(vec![0, 1]));
    let tree = Tree(7);
    let walk: Pin<Box<Walk>> = Box::pin(tree.walk());
    assert!(walk.iterate().eq(vec![7]));
    assert!(Pair('a', 'b').into_iter().eq(&['a', 'b']));
}

#[test]
fn the_async_shapes_are_made() {
    let (_ticks, _answers): (Ticks, Answers) = (ticks(1), answers(1));
    drop((stream(1), asynchronous(1)));
    let block = co! {
        async yield!(1u8);
        let () = yield!(2);
    };
    drop(block.into_stream());
}

//! Every shape and every option of the attribute, for the packages of the older editions.

#![cfg(test)]
#![forbid(unsafe_code, unused, nonstandard_style, rust_2018_idioms)]
#![deny(warnings)]

use std::cell::RefCell;
use std::future::{ready, Ready};
use std::pin::pin;

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
fn iterator(mut number: u32) -> impl Iterator<Item = u32> {
    while number > 0 {
        yield_!(number);
        number -= 1;
    }
}

#[cogen::coroutine]
fn fallible(text: &str) -> impl Iterator<Item = Result<u32, String>> + '_ {
    for word in text.split(' ') {
        let number = word.parse().map_err(|_| word.to_owned())?;
        yield_!(Ok(number));
        if number > 3 {
            Err("large")?;
        }
    }
}

struct Spans<'a>(&'a str);

impl<'a> Spans<'a> {
    #[cogen::coroutine]
    fn by_value(self) -> impl Iterator<Item = u32> {
        for word in self.0.split(' ') {
            yield_!(word.len() as u32);
        }
    }
}

impl Spans<'_> {
    #[cogen::coroutine]
    fn boxed(self: Box<Self>) -> impl Iterator<Item = u32> {
        yield_!(self.0.len() as u32);
    }
}

// What is borrowed is captured as in edition 2024.
#[cogen::coroutine]
fn borrows(numbers: &[u32], seen: &mut Vec<u32>) -> impl Coroutine<(), Yield = u32> {
    for number in numbers {
        seen.push(*number);
        yield_!(*number);
    }
}

struct Text<'t>(&'t str);

impl Text<'_> {
    #[cogen::coroutine]
    fn with(&self, separator: &char, map: impl Fn(&str) -> &str) -> impl Iterator<Item = &str> {
        for word in self.0.split(*separator) {
            if map(word) == word {
                yield_!(word);
            }
        }
    }
}

#[cogen::coroutine]
fn stream(number: u32) -> impl Stream<Item = u32> {
    yield_!(number);
    done().await;
}

#[cogen::coroutine]
fn asynchronous(number: u32) -> impl AsyncCoroutine<u32, Yield = u32, Return = u32> {
    done().await;
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
    done().await;
    yield_from!(0..end);
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

fn done() -> Ready<()> {
    ready(())
}

struct Noted<'a>(&'static str, &'a RefCell<Vec<&'static str>>);

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

#[test]
fn the_sync_shapes_run() {
    let mut whole = pin!(coroutine(1, (2, 3), "end".to_owned()));
    assert_eq!(whole.start(), Yielded(3));
    assert_eq!(whole.send(5), Yielded(5));
    assert_eq!(whole.send(0), Complete("end".to_owned()));
    assert!(iterator(2).eq([2, 1]));
    assert_eq!(primed().send(4), Yielded(4));
    assert!(PRIMED != WORDS && WORDS != Fingerprint::NONE);
}

#[test]
fn an_error_is_the_last_item() {
    assert!(fallible("1 2").eq(vec![Ok(1), Ok(2)]));
    assert!(fallible("1 x 2").eq(vec![Ok(1), Err("x".to_owned())]));
    assert!(fallible("4 1").eq(vec![Ok(4), Err("large".to_owned())]));
}

#[test]
fn what_is_borrowed_is_captured() {
    assert!(Spans("a few").by_value().eq(vec![1, 3]));
    assert!(Box::new(Spans("few")).boxed().eq(vec![3]));
    let mut seen = Vec::new();
    assert!(pin!(borrows(&[1, 2], &mut seen)).iterate().eq(vec![1, 2]));
    assert_eq!(seen, [1, 2]);
    let words = Text("to be");
    assert!(words.with(&' ', |word| word).eq(vec!["to", "be"]));
}

#[test]
fn the_structs_run() {
    let words: Words<'_> = words("to be", ' ');
    assert!(pin!(words).iterate().eq(["to", "be"]));
    let numbers: Numbers = numbers(2);
    assert!(numbers.eq([0, 1]));
    let (tree, _ticks): (_, Ticks) = (Tree(7), ticks(1));
    let walk: Walk<'_> = tree.walk();
    assert!(pin!(walk).iterate().eq([7]));
    assert!(Pair('a', 'b').into_iter().eq(&['a', 'b']));
}

#[test]
fn the_async_shapes_are_made() {
    drop((stream(1), asynchronous(1)));
    let block = co! {
        async yield!(1u8);
        let () = yield!(2);
        done().await
    };
    drop(block.into_stream());
}

#[test]
fn temporaries_of_the_tail_are_dropped_after_the_locals() {
    let noted = RefCell::new(Vec::new());
    let dropped = &noted;
    let mut block = Box::pin(co! {
        let () = yield!(1);
        let _local = Noted("local", dropped);
        Noted("temporary", dropped).0.len()
    });
    assert_eq!(block.start(), Yielded(1));
    assert_eq!(block.send(()), Complete(9));
    drop(block);
    assert_eq!(*dropped.borrow(), ["local", "temporary"]);
}

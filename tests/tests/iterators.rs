//! `impl Iterator` from a body.

use std::iter::FusedIterator;

#[cogen::coroutine]
fn letters(text: &str) -> impl FusedIterator<Item = char> + Any + '_ {
    for letter in text.chars() {
        yield_!(letter);
    }
}

trait Any {}
impl<T> Any for T {}

#[test]
fn it_moves_freely_between_two_steps() {
    let text = String::from("abc");
    let mut first = letters(&text);
    assert_eq!(first.next(), Some('a'));
    let mut moved = vec![first];
    let mut second = moved.pop().unwrap();
    assert_eq!(second.next(), Some('b'));
    assert_eq!(second.collect::<String>(), "c");
}

#[test]
fn it_is_fused() {
    let mut one = letters("a");
    assert_eq!(one.next(), Some('a'));
    for _ in 0..3 {
        assert_eq!(one.next(), None);
    }
}

#[test]
fn it_works_with_adapters_and_behind_dyn() {
    let boxed: Vec<Box<dyn Iterator<Item = char>>> =
        vec![Box::new(letters("ab")), Box::new(letters("cd").rev_pairs())];
    assert_eq!(
        boxed
            .into_iter()
            .flatten()
            .zip(1..)
            .map(|(letter, n)| format!("{letter}{n}"))
            .collect::<String>(),
        "a1b2d3c4"
    );
}

trait RevPairs: Iterator + Sized {
    #[cogen::coroutine]
    fn rev_pairs(mut self) -> impl Iterator<Item = Self::Item> {
        while let (Some(first), second) = (self.next(), self.next()) {
            yield_from!(second);
            yield_!(first);
        }
    }
}

impl<I: Iterator> RevPairs for I {}

#[cogen::coroutine]
fn panics() -> impl Iterator<Item = u32> {
    yield_!(1);
    panic!("in the body");
}

#[test]
fn after_a_panic_it_is_at_its_end_or_says_so() {
    let mut iterator = panics();
    assert_eq!(iterator.next(), Some(1));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| iterator.next())).is_err());
    assert_eq!(iterator.next(), None);
}

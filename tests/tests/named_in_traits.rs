//! The option `struct = Name` in implementations of traits.

use std::pin::{Pin, pin};
use std::rc::Rc;

use cogen::{AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt, CoroutineState::*};
use futures::executor::block_on;

/// Structs that are declared as visible as the trait.
mod visible {
    pub(super) trait Source {
        type Item<'a>
        where
            Self: 'a;
        type Items<'a>: Iterator<Item = Self::Item<'a>>
        where
            Self: 'a;

        fn items(&self) -> Self::Items<'_>;
    }

    #[derive(Debug, PartialEq)]
    pub(super) struct Text(pub(super) String);

    #[cogen::coroutine]
    impl Source for Text {
        type Item<'a> = &'a str;
        type Items<'a> = Words<'a>;

        #[cogen::coroutine(struct = pub(super) Words<'a>)]
        fn items<'a>(&'a self) -> impl Iterator<Item = Self::Item<'a>> {
            for word in self.0.split(' ') {
                yield_!(word);
            }
        }
    }
}

use visible::{Source, Text, Words};

#[test]
fn a_lending_method() {
    let text = Text("to be or".to_owned());
    let words: Words<'_> = text.items();
    assert!(words.eq(["to", "be", "or"]));
}

#[derive(Debug)]
struct Tree<T> {
    children: Vec<Self>,
    value: T,
}

#[cogen::coroutine]
impl<'a, T> IntoIterator for &'a Tree<T> {
    type Item = &'a T;
    type IntoIter = Walk<'a, T>;

    #[cogen::coroutine(struct = Walk<'a, T>, size = 128)]
    fn into_iter(self) -> impl Iterator<Item = Self::Item> {
        let mut left = vec![self];
        while let Some(tree) = left.pop() {
            let value: Self::Item = &tree.value;
            yield_!(value);
            left.extend(tree.children.iter().rev());
        }
    }
}

#[cogen::coroutine]
impl<T> IntoIterator for Tree<T> {
    type Item = T;
    type IntoIter = IntoWalk<T>;

    #[cogen::coroutine(struct = IntoWalk<T>, size = 256)]
    fn into_iter(self) -> impl Iterator<Item = Self::Item> {
        let mut left = vec![self];
        while let Some(tree) = left.pop() {
            yield_!(tree.value);
            left.extend(tree.children.into_iter().rev());
        }
    }
}

#[test]
fn a_reference_that_is_iterated() {
    let leaf = |value| Tree { children: Vec::new(), value };
    let tree = Tree { children: vec![leaf(2), leaf(3)], value: 1 };
    let mut found = Vec::new();
    for value in &tree {
        found.push(*value);
    }
    assert_eq!(found, [1, 2, 3]);
    assert!(tree.into_iter().eq(found));
}

/// Several functions of every shape in one `impl`, with parameters that the type doesn't have, and
/// a trait for a type of another crate.
trait Shapes<'t, T> {
    type Primed;
    type Lengths<'a, W: AsRef<str> + 'static>
    where
        T: 'a;
    const COUNT: usize;

    fn primed(start: T) -> Self::Primed;
    fn lengths<'a, W: AsRef<str> + 'static>(self: Rc<Self>, from: &'a T) -> Self::Lengths<'a, W>;
    fn other(&self) -> usize;
}

#[cogen::coroutine]
impl<'t, T: Copy + Into<u64> + 't> Shapes<'t, T> for Vec<&'t T>
where
    Self: Clone,
{
    type Primed = Primed<'t, T>;
    type Lengths<'a, W: AsRef<str> + 'static>
        = Lengths<'a, 't, T, W>
    where
        T: 'a;
    const COUNT: usize = 2;

    #[cogen::coroutine(priming, struct = Primed<'t, T>, size = 64)]
    fn primed(mut start: T) -> impl Coroutine<&'t T, Yield = T> {
        for _ in 0..Self::COUNT {
            start = *yield_!(start);
        }
    }

    #[cogen::coroutine(struct = Lengths<'a, 't, T, W>, size = 256)]
    fn lengths<'a, W: AsRef<str> + 'static>(
        self: Rc<Self>,
        from: &'a T,
    ) -> impl AsyncCoroutine<W, Yield = u64, Return = Rc<Self>> {
        let mut sum = (*from).into();
        for number in self.iter() {
            let word = yield_!(sum);
            sum += std::future::ready((**number).into() + word.as_ref().len() as u64).await;
        }
        self
    }

    fn other(&self) -> usize {
        self.len()
    }
}

#[test]
fn parameters_of_the_trait_and_types_of_other_crates() {
    let numbers = [1u32, 2];
    let mut primed = <Vec<&u32> as Shapes<u32>>::primed(7);
    assert_eq!(primed.send(&numbers[0]), Yielded(1));
    assert_eq!(primed.send(&numbers[1]), Complete(()));

    let all = Rc::new(vec![&numbers[0], &numbers[1]]);
    let mut lengths: Pin<&mut Lengths<'_, '_, u32, String>> = pin!(all.clone().lengths(&3));
    block_on(async {
        assert_eq!(lengths.start().await, Yielded(3));
        assert_eq!(lengths.send("a".to_owned()).await, Yielded(5));
        assert_eq!(lengths.send("bc".to_owned()).await, Complete(all));
    });
    assert_eq!(Shapes::<u32>::other(&vec![&numbers[0]]), 1);
}

/// A function with auto traits, conditions, and a body that holds its own struct.
trait Count {
    type Count: Coroutine<(), Yield = u32> + Send;

    fn count(self) -> Self::Count;
}

#[cogen::coroutine]
impl Count for u32 {
    type Count = Counting;

    #[cfg(test)]
    #[cogen::coroutine(struct = Counting, send, sync)]
    fn count(self) -> impl Coroutine<(), Yield = u32> {
        if self > 0 {
            yield_from!(Box::pin((self - 1).count()));
            yield_!(self);
        }
    }

    #[cfg(not(test))]
    #[cogen::coroutine(struct = Counting)]
    fn count(self) -> impl Coroutine<(), Yield = u32> {
        yield_!("another platform's");
    }
}

#[test]
fn one_that_holds_itself_and_can_be_sent() {
    let count = std::thread::spawn(|| Box::pin(3.count()).iterate().collect::<Vec<_>>());
    assert_eq!(count.join().unwrap(), [1, 2, 3]);
    assert!(size_of::<Counting>() < 100);
}

/// A lifetime that only the trait has.
trait Feed<'s> {
    type Fed;

    fn feed(self, text: &'s str) -> Self::Fed;
}

#[derive(Debug, PartialEq)]
struct Splitter(char);

#[cogen::coroutine]
impl<'s> Feed<'s> for Splitter {
    type Fed = Split<'s>;

    #[cogen::coroutine(struct = Split<'s>)]
    fn feed(self, text: &'s str) -> impl Coroutine<(), Yield = &'s str, Return = Self> {
        yield_from!(text.split(self.0));
        self
    }
}

#[test]
fn a_lifetime_of_the_trait() {
    let text = String::from("a,b");
    let mut split = pin!(Splitter(',').feed(&text));
    assert_eq!(split.start(), Yielded("a"));
    assert_eq!(split.send(()), Yielded("b"));
    assert_eq!(split.send(()), Complete(Splitter(',')));
}

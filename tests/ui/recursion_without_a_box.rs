use cogen::{AsyncCoroutine, Coroutine};
use futures::Stream;

#[cogen::coroutine]
fn countdown(from: u32) -> impl Coroutine<(), Yield = u32> {
    yield_!(from);
    if from > 0 {
        yield_from!(countdown(from - 1));
    }
}

#[cogen::coroutine]
fn asked(depth: u32) -> impl AsyncCoroutine<String, Yield = &'static str, Return = u32> {
    if yield_!("deeper?") == "yes" { yield_from!(asked(depth + 1)) } else { depth }
}

#[cogen::coroutine]
fn received(rounds: u32) -> impl Stream<Item = u32> {
    yield_!(rounds);
    yield_from!((received(rounds - 1)));
}

#[cogen::coroutine]
fn merged(left: &[u32], right: &[u32]) -> impl Iterator<Item = u32> {
    if let ([first, left @ ..], [..]) = (left, right) {
        yield_!(*first);
        yield_from!(merged(right, left));
    }
}

#[cogen::coroutine]
fn shared(left: &[u32], right: &[u32]) -> impl Coroutine<(), Yield = u32> {
    if let ([first, left @ ..], [..]) = (left, right) {
        yield_!(*first);
        yield_from!(shared(right, left));
    }
}

#[cogen::coroutine]
fn lent<'a>(numbers: &'a [u32]) -> impl Coroutine<(), Yield = &'a u32> {
    if let [first, rest @ ..] = numbers {
        yield_!(first);
        yield_from!(lent(rest));
    }
}

#[cogen::coroutine]
fn repeated<T: Clone>(value: T) -> impl Coroutine<(), Yield = T> {
    yield_!(value.clone());
    yield_from!(repeated(value));
}

#[cogen::coroutine(struct = Count)]
fn count(from: u32) -> impl Coroutine<(), Yield = u32> {
    yield_!(from);
    yield_from!(count(from - 1));
}

#[cogen::coroutine(struct = Numbers, send)]
fn numbers(from: u32) -> impl Iterator<Item = u32> {
    yield_!(from);
    yield_from!(numbers(from - 1));
}

struct Tree(Vec<Tree>);

impl Tree {
    #[cogen::coroutine]
    fn sizes(&self) -> impl Coroutine<(), Yield = usize> {
        yield_!(self.0.len());
        for child in &self.0 {
            yield_from!(Self::sizes(child));
        }
    }

    #[cogen::coroutine]
    fn depths(&self) -> impl Coroutine<(), Yield = usize> {
        yield_from!(depths(self)); // another function
        for child in &self.0 {
            yield_from!(child.depths());
        }
    }
}

#[cogen::coroutine]
fn depths(tree: &Tree) -> impl Coroutine<(), Yield = usize> {
    let depths = |tree: &Tree| tree.0.len().checked_sub(1);
    yield_from!(depths(tree)); // the closure
}

fn main() {
    let _ = countdown(3);
}

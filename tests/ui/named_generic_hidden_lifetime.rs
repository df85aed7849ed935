// As `named_hidden_lifetime`, with types.

use std::slice::Iter;

use cogen::Coroutine;

#[cogen::coroutine(struct = Walk<T>, size = 64)]
fn walk<T: Copy>(mut items: Iter<T>) -> impl Coroutine<(), Yield = T> {
    yield_!(*items.next().unwrap());
}

fn main() {}

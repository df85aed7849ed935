#![deny(unused_variables)]

use cogen::{BoxCoroutine, Coroutine};

struct Words;

impl Words {
    // Neither a method, a field, a label, nor another function's variable is the argument.
    #[cogen::coroutine]
    fn count(&self, len: u32) -> impl Iterator<Item = usize> {
        fn len_of(len: &str) -> usize {
            len.len()
        }
        yield_!(len_of("words") + "more".len());
    }
}

#[cogen::coroutine]
fn raw(r#type: u32, #[cfg(all())] conditional: u32) -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(struct = Named)]
fn named(unused: u32) -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn pattern((first, second): (u32, u32), third: u32) -> BoxCoroutine<'static, (), u32> {
    yield_!(first);
}

#[cogen::coroutine]
fn levels(
    #[allow(unused_variables)] allowed: u32,
    #[expect(unused_variables)] expected: u32,
    _underscore: u32,
) -> impl Iterator<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn used(text: &str, number: u32, deep: u32) -> impl Iterator<Item = String> {
    println!("{number}");
    yield_!(format!("{}", vec![format!("{deep} {text}")].len()));
}

fn main() {
    drop(Words.count(1));
    drop((raw(1, 2), named(1), pattern((1, 2), 3), levels(1, 2, 3), used("", 1, 2)));
}

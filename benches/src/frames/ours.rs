//! The bodies, in cogen.

use cogen::Coroutine;

pub(crate) use crate::ours::{echoes, numbers, numbers_once_removed as delegating};

#[cogen::coroutine]
pub(crate) fn blocks(first: u8) -> impl Coroutine<(), Yield = [u8; 256]> {
    for byte in first.. {
        yield_!([byte; 256]);
    }
}

#[cogen::coroutine]
pub(crate) fn arguments(name: String, block: [u8; 256]) -> impl Coroutine<(), Yield = u8> {
    for at in 0..name.len() {
        yield_!(block[at]);
    }
}

#[cogen::coroutine]
pub(crate) fn nested(seed: u64) -> impl Coroutine<(), Yield = u64> {
    for outer in 0..seed {
        {
            let numbers = [outer; 8];
            for at in 0..numbers.len() {
                yield_!(numbers[at]);
            }
        }
        {
            let numbers = [outer; 16];
            for at in 0..numbers.len() {
                yield_!(numbers[at]);
            }
        }
    }
}

#[cogen::coroutine]
pub(crate) fn borrowing() -> impl Coroutine<(), Yield = char> {
    let text = String::from("text");
    for letter in text.chars() {
        yield_!(letter);
    }
}

#[cogen::coroutine]
pub(crate) fn delegating_twice(seed: u64) -> impl Coroutine<(), Yield = u64> {
    yield_from!(numbers(seed));
    yield_from!(numbers(seed));
}

//! The bodies, in the compiler's own form. In a file of its own, as a stable compiler refuses to
//! parse it.

use std::ops::{Coroutine, CoroutineState};
use std::pin::pin;

pub(crate) use crate::native::{echoes, numbers};

pub(crate) fn blocks(first: u8) -> impl Coroutine<Yield = [u8; 256], Return = ()> {
    #[coroutine]
    move || {
        for byte in first.. {
            yield [byte; 256];
        }
    }
}

pub(crate) fn arguments(name: String, block: [u8; 256]) -> impl Coroutine<Yield = u8, Return = ()> {
    #[coroutine]
    static move || {
        // Whole, as cogen captures its arguments.
        let _ = (&name, &block);
        for at in 0..name.len() {
            yield block[at];
        }
    }
}

pub(crate) fn nested(seed: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        for outer in 0..seed {
            {
                let numbers = [outer; 8];
                for at in 0..numbers.len() {
                    yield numbers[at];
                }
            }
            {
                let numbers = [outer; 16];
                for at in 0..numbers.len() {
                    yield numbers[at];
                }
            }
        }
    }
}

pub(crate) fn borrowing() -> impl Coroutine<Yield = char, Return = ()> {
    #[coroutine]
    static move || {
        let text = String::from("text");
        for letter in text.chars() {
            yield letter;
        }
    }
}

/// There is no native delegation, so it is written out.
macro_rules! delegate {
    ($coroutine:expr) => {{
        let mut inner = pin!($coroutine);
        while let CoroutineState::Yielded(value) = inner.as_mut().resume(()) {
            yield value;
        }
    }};
}

pub(crate) fn delegating(seed: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || delegate!(numbers(seed))
}

pub(crate) fn delegating_twice(seed: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        delegate!(numbers(seed));
        delegate!(numbers(seed));
    }
}

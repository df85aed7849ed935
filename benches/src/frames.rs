//! The sizes of coroutines.

use crate::contest::native;

/// The size of a coroutine in cogen, and of the compiler's own coroutine with the same body if that
/// is compiled in.
pub(crate) struct Frame {
    pub(crate) body: &'static str,
    pub(crate) ours: usize,
    pub(crate) native: Option<usize>,
}

/// The most bytes that cogen may add to a native coroutine.
pub(crate) const MOST_ADDED: usize = 8;

macro_rules! frames {
    ($($body:literal: $name:ident($($argument:expr),*);)*) => {
        vec![$(Frame {
            body: $body,
            ours: size_of_val(&ours::$name($($argument),*)),
            #[cfg(feature = "native")]
            native: Some(size_of_val(&native::$name($($argument),*))),
            #[cfg(not(feature = "native"))]
            native: None,
        }),*]
    };
}

pub(crate) fn all() -> Vec<Frame> {
    frames! {
        "sum": numbers(1);
        "echo": echoes(1);
        "yields `[u8; 256]`": blocks(1);
        "takes a `String` and a `[u8; 256]`": arguments(String::new(), [0; 256]);
        "locals in nested blocks": nested(1);
        "an iterator over a borrowed local": borrowing();
        "sum through `yield_from!`": delegating(1);
        "two `yield_from!` in turn": delegating_twice(1);
    }
}

#[allow(clippy::needless_range_loop, reason = "an index is what lives across the yield")]
mod ours {
    use cogen::Coroutine;

    use crate::contest::mix;

    #[cogen::coroutine]
    pub(super) fn numbers(seed: u64) -> impl Coroutine<(), Yield = u64> {
        let (mut current, mut next) = (seed, seed.wrapping_add(1));
        loop {
            yield_!(current);
            (current, next) = (next, current.wrapping_add(next));
        }
    }

    #[cogen::coroutine]
    pub(super) fn echoes(mut state: u64) -> impl Coroutine<u64, Yield = u64> {
        loop {
            let heard = yield_!(state);
            state = mix(state, heard);
        }
    }

    #[cogen::coroutine]
    pub(super) fn blocks(first: u8) -> impl Coroutine<(), Yield = [u8; 256]> {
        for byte in first.. {
            yield_!([byte; 256]);
        }
    }

    #[cogen::coroutine]
    pub(super) fn arguments(name: String, block: [u8; 256]) -> impl Coroutine<(), Yield = u8> {
        for at in 0..name.len() {
            yield_!(block[at]);
        }
    }

    #[cogen::coroutine]
    pub(super) fn nested(seed: u64) -> impl Coroutine<(), Yield = u64> {
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
    pub(super) fn borrowing() -> impl Coroutine<(), Yield = char> {
        let text = String::from("text");
        for letter in text.chars() {
            yield_!(letter);
        }
    }

    #[cogen::coroutine]
    pub(super) fn delegating(seed: u64) -> impl Coroutine<(), Yield = u64> {
        yield_from!(numbers(seed));
    }

    #[cogen::coroutine]
    pub(super) fn delegating_twice(seed: u64) -> impl Coroutine<(), Yield = u64> {
        yield_from!(numbers(seed));
        yield_from!(numbers(seed));
    }
}

native! {
    #[allow(clippy::needless_range_loop, reason = "an index is what lives across the yield")]
    mod native {
        use std::ops::{Coroutine, CoroutineState};
        use std::pin::pin;

        use crate::contest::mix;

        pub(super) fn numbers(seed: u64) -> impl Coroutine<Yield = u64, Return = ()> {
            #[coroutine]
            move || {
                let (mut current, mut next) = (seed, seed.wrapping_add(1));
                loop {
                    yield current;
                    (current, next) = (next, current.wrapping_add(next));
                }
            }
        }

        pub(super) fn echoes(mut state: u64) -> impl Coroutine<u64, Yield = u64, Return = ()> {
            #[coroutine]
            move |_: u64| {
                loop {
                    let heard = yield state;
                    state = mix(state, heard);
                }
            }
        }

        pub(super) fn blocks(first: u8) -> impl Coroutine<Yield = [u8; 256], Return = ()> {
            #[coroutine]
            move || {
                for byte in first.. {
                    yield [byte; 256];
                }
            }
        }

        pub(super) fn arguments(
            name: String,
            block: [u8; 256],
        ) -> impl Coroutine<Yield = u8, Return = ()> {
            #[coroutine]
            static move || {
                // Whole, as cogen captures its arguments.
                let _ = (&name, &block);
                for at in 0..name.len() {
                    yield block[at];
                }
            }
        }

        pub(super) fn nested(seed: u64) -> impl Coroutine<Yield = u64, Return = ()> {
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

        pub(super) fn borrowing() -> impl Coroutine<Yield = char, Return = ()> {
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

        pub(super) fn delegating(seed: u64) -> impl Coroutine<Yield = u64, Return = ()> {
            #[coroutine]
            static move || delegate!(numbers(seed))
        }

        pub(super) fn delegating_twice(seed: u64) -> impl Coroutine<Yield = u64, Return = ()> {
            #[coroutine]
            static move || {
                delegate!(numbers(seed));
                delegate!(numbers(seed));
            }
        }
    }
}

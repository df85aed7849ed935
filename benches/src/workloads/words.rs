//! A scanner with a state across its yields.

use std::pin::pin;

use cogen::{Coroutine, CoroutineExt};

use crate::contest::{Contestant, Target, Workload, absorb, native, opaque, rounds};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "words",
    description: "the words of a text, 3.5 bytes long with their space",
    round: WORDS,
    contestants: &[
        &[
            Contestant::new("by hand", |steps| {
                run(steps, |sum, text| digest(sum, ByHand { text, at: 0 }))
            }),
            Contestant::new("by hand, `dyn`", |steps| {
                run(steps, |sum, text| digest(sum, opaque(ByHand { text, at: 0 })))
            }),
        ],
        #[cfg(feature = "native")]
        &[
            Contestant::new("native", |steps| {
                run(steps, |sum, text| digest(sum, native::words(text)))
            }),
            Contestant::new("native, `dyn`", |steps| {
                run(steps, |sum, text| digest(sum, opaque(native::words(text))))
            }),
        ],
        &[
            Contestant::with_target(
                "cogen, `impl Iterator`",
                |steps| run(steps, |sum, text| digest(sum, words(text))),
                Target::times(1.0, "native"),
            ),
            Contestant::new("cogen, `impl Iterator`, `fold`", |steps| {
                run(steps, |sum, text| words(text).fold(sum, |sum, word| absorb(sum, length(word))))
            }),
            Contestant::with_target(
                "cogen, `impl Iterator`, `dyn`",
                |steps| run(steps, |sum, text| digest(sum, opaque(words(text)))),
                Target::times(1.0, "native, `dyn`"),
            ),
            Contestant::with_target(
                "cogen, `iterate`",
                |steps| run(steps, |sum, text| digest(sum, pin!(pinned_words(text)).iterate())),
                Target::times(1.0, "native"),
            ),
        ],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("diapause", |steps| run(steps, peers::diapause)),
            Contestant::new("genawaiter, stack", |steps| run(steps, peers::genawaiter_stack)),
            Contestant::new("genawaiter, rc", |steps| run(steps, peers::genawaiter_rc)),
            Contestant::new("fauxgen", |steps| run(steps, peers::fauxgen)),
            Contestant::new("next-gen", |steps| run(steps, peers::next_gen)),
            Contestant::new("async-stream", |steps| run(steps, peers::async_stream)),
            Contestant::new("corosensei", |steps| run(steps, peers::corosensei)),
        ],
    ],
};

const WORDS: u64 = 1000;

#[inline(always)]
fn run(steps: u64, round: impl Fn(u64, &str) -> u64) -> u64 {
    let text: String =
        (0..WORDS).map(|word| ["a ", "bc ", "def ", "ghij "][word as usize % 4]).collect();
    rounds(steps, WORDS, &*text, round)
}

#[inline(always)]
fn length(word: &str) -> u64 {
    word.len() as u64
}

#[inline(always)]
fn digest<'a>(mut sum: u64, words: impl IntoIterator<Item = &'a str>) -> u64 {
    for word in words {
        sum = absorb(sum, length(word));
    }
    sum
}

struct ByHand<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for ByHand<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        while *bytes.get(self.at)? == b' ' {
            self.at += 1;
        }
        let start = self.at;
        while bytes.get(self.at).is_some_and(|byte| *byte != b' ') {
            self.at += 1;
        }
        Some(&self.text[start..self.at])
    }
}

native! {
    mod native {
        pub(super) gen fn words(text: &str) -> &str {
            let mut start = None;
            for (at, byte) in text.bytes().enumerate() {
                match (byte == b' ', start) {
                    (false, None) => start = Some(at),
                    (true, Some(first)) => {
                        yield &text[first..at];
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(first) = start {
                yield &text[first..];
            }
        }
    }
}

#[cogen::coroutine]
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut start = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte == b' ', start) {
            (false, None) => start = Some(at),
            (true, Some(first)) => {
                yield_!(&text[first..at]);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(first) = start {
        yield_!(&text[first..]);
    }
}

#[cogen::coroutine]
fn pinned_words(text: &str) -> impl Coroutine<(), Yield = &str> {
    let mut start = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte == b' ', start) {
            (false, None) => start = Some(at),
            (true, Some(first)) => {
                yield_!(&text[first..at]);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(first) = start {
        yield_!(&text[first..]);
    }
}

#[cfg(feature = "peers")]
mod peers {
    use std::iter::{Enumerate, from_fn};
    use std::pin::pin;
    use std::str::Bytes;

    use corosensei::ScopedCoroutine;
    use genawaiter::rc::Gen;
    use genawaiter::stack::let_gen;
    use genawaiter::yield_;
    use next_gen::prelude::{generator, mk_gen};

    use super::{digest, length};
    use crate::contest::digest_stream;

    pub(super) fn diapause(sum: u64, text: &str) -> u64 {
        #[diapause::coroutine(yield = &'a str)]
        fn words<'a>(text: &'a str) {
            let mut start: Option<usize> = None;
            let bytes: Enumerate<Bytes<'a>> = text.bytes().enumerate();
            for (at, byte) in bytes {
                match (byte == b' ', start) {
                    (false, None) => start = Some(at),
                    (true, Some(first)) => {
                        yield_!(&text[first..at]);
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(first) = start {
                yield_!(&text[first..]);
            }
        }
        digest(sum, words(text))
    }

    pub(super) fn genawaiter_stack(sum: u64, text: &str) -> u64 {
        let_gen!(words, {
            let mut start = None;
            for (at, byte) in text.bytes().enumerate() {
                match (byte == b' ', start) {
                    (false, None) => start = Some(at),
                    (true, Some(first)) => {
                        yield_!(&text[first..at]);
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(first) = start {
                yield_!(&text[first..]);
            }
        });
        digest(sum, words)
    }

    pub(super) fn genawaiter_rc(sum: u64, text: &str) -> u64 {
        let words = Gen::new(|co| async move {
            let mut start = None;
            for (at, byte) in text.bytes().enumerate() {
                match (byte == b' ', start) {
                    (false, None) => start = Some(at),
                    (true, Some(first)) => {
                        co.yield_(&text[first..at]).await;
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(first) = start {
                co.yield_(&text[first..]).await;
            }
        });
        digest(sum, words)
    }

    pub(super) fn fauxgen(sum: u64, text: &str) -> u64 {
        #[fauxgen::generator(yield = &'a str)]
        fn words<'a>(text: &'a str) {
            let mut start = None;
            for (at, byte) in text.bytes().enumerate() {
                match (byte == b' ', start) {
                    (false, None) => start = Some(at),
                    (true, Some(first)) => {
                        r#yield!(&text[first..at]);
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(first) = start {
                r#yield!(&text[first..]);
            }
        }
        digest(sum, pin!(words(text)))
    }

    pub(super) fn next_gen(sum: u64, text: &str) -> u64 {
        #[generator(yield(&'a str))]
        fn words<'a>(text: &'a str) {
            let mut start = None;
            for (at, byte) in text.bytes().enumerate() {
                match (byte == b' ', start) {
                    (false, None) => start = Some(at),
                    (true, Some(first)) => {
                        yield_!(&text[first..at]);
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(first) = start {
                yield_!(&text[first..]);
            }
        }
        mk_gen!(let words = words(text));
        digest(sum, words)
    }

    pub(super) fn async_stream(sum: u64, text: &str) -> u64 {
        let words = async_stream::stream! {
            let mut start = None;
            for (at, byte) in text.bytes().enumerate() {
                match (byte == b' ', start) {
                    (false, None) => start = Some(at),
                    (true, Some(first)) => {
                        yield &text[first..at];
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(first) = start {
                yield &text[first..];
            }
        };
        digest_stream(sum, pin!(words), length)
    }

    pub(super) fn corosensei(sum: u64, text: &str) -> u64 {
        let words: ScopedCoroutine<'_, (), &str, (), _> = ScopedCoroutine::new(|yielder, ()| {
            let mut start = None;
            for (at, byte) in text.bytes().enumerate() {
                match (byte == b' ', start) {
                    (false, None) => start = Some(at),
                    (true, Some(first)) => {
                        yielder.suspend(&text[first..at]);
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(first) = start {
                yielder.suspend(&text[first..]);
            }
        });
        words.scope(|mut words| digest(sum, from_fn(|| words.as_mut().resume(()).as_yield())))
    }
}

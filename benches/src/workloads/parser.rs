//! A parser that is sent bytes.

use std::hint::black_box;
use std::pin::pin;

use cogen::{Coroutine, CoroutineExt};

use crate::contest::{Contestant, Target, Workload, absorb, native};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "parser",
    description: "bytes are sent in, after each number the sum so far comes out",
    round: 1,
    contestants: &[
        &[Contestant::new("by hand", |steps| {
            let mut parser = ByHand { sum: 0, number: 0 };
            run(steps, |byte| parser.feed(byte))
        })],
        #[cfg(feature = "native")]
        &[Contestant::new("native", native::run)],
        &[Contestant::with_target(
            "cogen",
            |steps| {
                let mut parser = pin!(parser());
                parser.start();
                run(steps, |byte| parser.send(byte).yielded().flatten())
            },
            Target::times(1.0, "native"),
        )],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("diapause", peers::diapause),
            Contestant::new("genawaiter, stack", peers::genawaiter_stack),
            Contestant::new("genawaiter, rc", peers::genawaiter_rc),
            Contestant::new("fauxgen", peers::fauxgen),
            Contestant::new("next-gen", peers::next_gen),
            Contestant::new("corosensei", peers::corosensei),
        ],
    ],
};

/// Sends the given number of bytes of a text that is repeated: numbers of four digits, with a space
/// after each.
#[inline(always)]
fn run(steps: u64, mut send: impl FnMut(u8) -> Option<u64>) -> u64 {
    let byte = |at: u64| if at % 5 == 4 { b' ' } else { b'0' + (at % 10) as u8 };
    let text: [u8; 1024] = std::array::from_fn(|at| byte(at as u64));
    let text = black_box(&text);
    let mut digest = 0;
    for step in 0..steps {
        if let Some(sum) = send(text[step as usize % text.len()]) {
            digest = absorb(digest, sum);
        }
    }
    digest
}

struct ByHand {
    sum: u64,
    number: u64,
}

impl ByHand {
    fn feed(&mut self, byte: u8) -> Option<u64> {
        if byte.is_ascii_digit() {
            self.number = self.number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            return None;
        }
        self.sum = self.sum.wrapping_add(self.number);
        self.number = 0;
        Some(self.sum)
    }
}

native! {
    mod native {
        use std::ops::{Coroutine, CoroutineState};
        use std::pin::Pin;

        fn parser() -> impl Coroutine<u8, Yield = Option<u64>, Return = ()> + Unpin {
            #[coroutine]
            |_: u8| {
                let mut sum = 0_u64;
                let mut byte = yield None;
                loop {
                    let mut number = 0_u64;
                    while byte.is_ascii_digit() {
                        number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                        byte = yield None;
                    }
                    sum = sum.wrapping_add(number);
                    byte = yield Some(sum);
                }
            }
        }

        pub(super) fn run(steps: u64) -> u64 {
            let mut parser = parser();
            Pin::new(&mut parser).resume(0);
            super::run(steps, |byte| match Pin::new(&mut parser).resume(byte) {
                CoroutineState::Yielded(sum) => sum,
                CoroutineState::Complete(()) => None,
            })
        }
    }
}

#[cogen::coroutine]
fn parser() -> impl Coroutine<u8, Yield = Option<u64>> {
    let mut sum = 0_u64;
    let mut byte = yield_!(None);
    loop {
        let mut number = 0_u64;
        while byte.is_ascii_digit() {
            number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            byte = yield_!(None);
        }
        sum = sum.wrapping_add(number);
        byte = yield_!(Some(sum));
    }
}

#[cfg(feature = "peers")]
mod peers {
    use std::pin::pin;

    use diapause::{Coroutine as _, CoroutineState};
    use fauxgen::Generator as _;
    use genawaiter::GeneratorState;
    use genawaiter::rc::Gen;
    use genawaiter::stack::let_gen;
    use genawaiter::yield_;
    use next_gen::prelude::{generator, mk_gen};

    use super::run;

    pub(super) fn diapause(steps: u64) -> u64 {
        #[diapause::coroutine(yield = Option<u64>, resume = u8)]
        fn parser() {
            let mut sum: u64 = 0;
            let mut byte: u8 = yield_!(None);
            loop {
                let mut number: u64 = 0;
                while byte.is_ascii_digit() {
                    number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                    byte = yield_!(None);
                }
                sum = sum.wrapping_add(number);
                byte = yield_!(Some(sum));
            }
        }
        let mut parser = parser();
        let _first = parser.start();
        run(steps, |byte| match parser.resume(byte) {
            CoroutineState::Yielded(sum) => sum,
            CoroutineState::Complete(()) => None,
        })
    }

    pub(super) fn genawaiter_stack(steps: u64) -> u64 {
        let_gen!(parser, {
            let mut sum = 0_u64;
            let mut byte: u8 = yield_!(None);
            loop {
                let mut number = 0_u64;
                while byte.is_ascii_digit() {
                    number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                    byte = yield_!(None);
                }
                sum = sum.wrapping_add(number);
                byte = yield_!(Some(sum));
            }
        });
        let _first: GeneratorState<_, ()> = parser.resume_with(0);
        run(steps, |byte| match parser.resume_with(byte) {
            GeneratorState::Yielded(sum) => sum,
            GeneratorState::Complete(()) => None,
        })
    }

    pub(super) fn genawaiter_rc(steps: u64) -> u64 {
        let mut parser = Gen::new(|co| async move {
            let mut sum = 0_u64;
            let mut byte: u8 = co.yield_(None).await;
            loop {
                let mut number = 0_u64;
                while byte.is_ascii_digit() {
                    number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                    byte = co.yield_(None).await;
                }
                sum = sum.wrapping_add(number);
                byte = co.yield_(Some(sum)).await;
            }
        });
        let _first: GeneratorState<_, ()> = parser.resume_with(0);
        run(steps, |byte| match parser.resume_with(byte) {
            GeneratorState::Yielded(sum) => sum,
            GeneratorState::Complete(()) => None,
        })
    }

    pub(super) fn fauxgen(steps: u64) -> u64 {
        #[fauxgen::generator(yield = Option<u64>, arg = u8)]
        fn parser() {
            let mut sum = 0_u64;
            let mut byte = r#yield!(None);
            loop {
                let mut number = 0_u64;
                while byte.is_ascii_digit() {
                    number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                    byte = r#yield!(None);
                }
                sum = sum.wrapping_add(number);
                byte = r#yield!(Some(sum));
            }
        }
        let mut parser = pin!(parser());
        let _first = parser.as_mut().resume(0);
        run(steps, |byte| match parser.as_mut().resume(byte) {
            fauxgen::GeneratorState::Yielded(sum) => sum,
            fauxgen::GeneratorState::Complete(()) => None,
        })
    }

    pub(super) fn next_gen(steps: u64) -> u64 {
        #[generator(yield(Option<u64>), resume(u8))]
        fn parser() {
            let mut sum = 0_u64;
            let mut byte = yield_!(None);
            loop {
                let mut number = 0_u64;
                while byte.is_ascii_digit() {
                    number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                    byte = yield_!(None);
                }
                sum = sum.wrapping_add(number);
                byte = yield_!(Some(sum));
            }
        }
        mk_gen!(let mut parser = parser());
        let _first = parser.as_mut().resume(0);
        run(steps, |byte| match parser.as_mut().resume(byte) {
            next_gen::prelude::GeneratorState::Yielded(sum) => sum,
            next_gen::prelude::GeneratorState::Returned(()) => None,
        })
    }

    pub(super) fn corosensei(steps: u64) -> u64 {
        let mut parser: corosensei::Coroutine<u8, Option<u64>, ()> =
            corosensei::Coroutine::new(|yielder, _| {
                let mut sum = 0_u64;
                let mut byte: u8 = yielder.suspend(None);
                loop {
                    let mut number = 0_u64;
                    while byte.is_ascii_digit() {
                        number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                        byte = yielder.suspend(None);
                    }
                    sum = sum.wrapping_add(number);
                    byte = yielder.suspend(Some(sum));
                }
            });
        let _first = parser.resume(0);
        run(steps, |byte| parser.resume(byte).as_yield().flatten())
    }
}

//! Items of 176 bytes.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::contest::{Contestant, Target, Workload, absorb, native, opaque, opaque_stream};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "large items",
    description: "items of 176 bytes from a boxed iterator and from a boxed stream",
    round: 1,
    contestants: &[
        &[
            Contestant::new("iterator by hand, `dyn`", |steps| {
                run(steps, opaque(ByHand { next: 0 }))
            }),
            Contestant::new("`(0..).map(large)`, `dyn`", |steps| {
                run(steps, opaque((0..).map(large)))
            }),
            Contestant::new("stream by hand, `dyn`", |steps| {
                run_stream(steps, opaque_stream(ByHand { next: 0 }))
            }),
        ],
        #[cfg(feature = "native")]
        &[
            Contestant::new("native", |steps| run(steps, native::items())),
            Contestant::new("native, `dyn`", |steps| run(steps, opaque(native::items()))),
        ],
        &[
            Contestant::with_target(
                "cogen, `impl Iterator`",
                |steps| run(steps, items()),
                Target::times(1.0, "native"),
            ),
            Contestant::with_target(
                "cogen, `impl Iterator`, `dyn`",
                |steps| run(steps, opaque(items())),
                Target::times(1.2, "iterator by hand, `dyn`"),
            ),
            Contestant::with_target(
                "cogen, `Box<dyn Iterator>`",
                |steps| run(steps, boxed_items()),
                Target::times(1.2, "iterator by hand, `dyn`"),
            ),
            Contestant::with_target(
                "cogen, `impl Stream`, `dyn`",
                |steps| run_stream(steps, opaque_stream(stream())),
                Target::times(1.0, "async-stream, `dyn`"),
            ),
        ],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("diapause, `dyn`", |steps| run(steps, peers::diapause())),
            Contestant::new("genawaiter, rc, `dyn`", |steps| run(steps, peers::genawaiter_rc())),
            Contestant::new("corosensei", |steps| run(steps, peers::corosensei())),
            Contestant::new("fauxgen, stream, `dyn`", |steps| {
                run_stream(steps, opaque_stream(peers::fauxgen()))
            }),
            Contestant::new("async-stream, `dyn`", |steps| {
                run_stream(steps, opaque_stream(peers::async_stream()))
            }),
        ],
    ],
};

type Large = [u64; 22];

#[inline(always)]
fn large(number: u64) -> Large {
    let mut words = [0; 22];
    (words[0], words[21]) = (number, number ^ 7);
    words
}

#[inline(always)]
fn ends(words: Large) -> u64 {
    words[0] ^ words[21].rotate_left(8)
}

#[inline(always)]
fn run(steps: u64, items: impl Iterator<Item = Large>) -> u64 {
    let mut digest = 0;
    for item in items.take(steps as usize) {
        digest = absorb(digest, ends(item));
    }
    digest
}

#[inline(always)]
fn run_stream(steps: u64, mut items: Pin<Box<dyn Stream<Item = Large>>>) -> u64 {
    let mut context = Context::from_waker(Waker::noop());
    let mut digest = 0;
    for _ in 0..steps {
        if let Poll::Ready(Some(item)) = items.as_mut().poll_next(&mut context) {
            digest = absorb(digest, ends(item));
        }
    }
    digest
}

struct ByHand {
    next: u64,
}

impl ByHand {
    #[inline]
    fn advance(&mut self) -> Large {
        let number = self.next;
        self.next += 1;
        large(number)
    }
}

impl Iterator for ByHand {
    type Item = Large;

    #[inline]
    fn next(&mut self) -> Option<Large> {
        Some(self.advance())
    }
}

impl Stream for ByHand {
    type Item = Large;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Large>> {
        Poll::Ready(Some(self.advance()))
    }
}

native! {
    mod native {
        use super::{Large, large};

        pub(super) gen fn items() -> Large {
            for number in 0.. {
                yield large(number);
            }
        }
    }
}

#[cogen::coroutine]
fn items() -> impl Iterator<Item = Large> {
    for number in 0.. {
        yield_!(large(number));
    }
}

#[cogen::coroutine]
fn boxed_items() -> Box<dyn Iterator<Item = Large>> {
    for number in 0.. {
        yield_!(large(number));
    }
}

#[cogen::coroutine]
fn stream() -> impl Stream<Item = Large> {
    for number in 0.. {
        yield_!(large(number));
    }
}

#[cfg(feature = "peers")]
mod peers {
    use std::hint::black_box;
    use std::iter::from_fn;
    use std::ops::RangeFrom;

    use diapause::{Coroutine, Iter};
    use futures_core::Stream;
    use genawaiter::rc::Gen;

    use super::{Large, large};
    use crate::contest::opaque;

    pub(super) fn diapause() -> impl Iterator<Item = Large> {
        #[diapause::coroutine(yield = Large)]
        fn items() {
            let numbers: RangeFrom<u64> = 0..;
            for number in numbers {
                yield_!(large(number));
            }
        }
        let items: Box<dyn Coroutine<Yield = Large, Return = ()>> = black_box(Box::new(items()));
        Iter::new(items)
    }

    pub(super) fn genawaiter_rc() -> impl Iterator<Item = Large> {
        let items = Gen::new(|co| async move {
            for number in 0.. {
                co.yield_(large(number)).await;
            }
        });
        opaque(items.into_iter())
    }

    pub(super) fn corosensei() -> impl Iterator<Item = Large> {
        let mut items: corosensei::Coroutine<(), Large, ()> =
            corosensei::Coroutine::new(|yielder, ()| {
                for number in 0.. {
                    yielder.suspend(large(number));
                }
            });
        from_fn(move || items.resume(()).as_yield())
    }

    #[fauxgen::generator(yield = Large)]
    pub(super) async fn fauxgen() {
        for number in 0.. {
            r#yield!(large(number));
        }
    }

    pub(super) fn async_stream() -> impl Stream<Item = Large> {
        async_stream::stream! {
            for number in 0.. {
                yield large(number);
            }
        }
    }
}

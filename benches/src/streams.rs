//! Streams: written by hand, and cogen's.

use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::contest::{Contestant, STREAM, seed, total};

pub(crate) const NUMBERS: &[Contestant] = &[
    Contestant::new("by hand", |steps| add_up(Numbers::new(seed()), steps)),
    Contestant::new("by hand, `dyn`", |steps| add_up(opaque(Numbers::new(seed())), steps)),
    Contestant::with_target("cogen", |steps| add_up(numbers(seed()), steps), STREAM),
    Contestant::new("cogen, `dyn`", |steps| add_up(opaque(numbers(seed())), steps)),
];
pub(crate) const AWAITED: &[Contestant] = &[
    Contestant::new("by hand", |steps| add_up(Awaited(Numbers::new(seed())), steps)),
    Contestant::new("by hand, `dyn`", |steps| add_up(opaque(Awaited(Numbers::new(seed()))), steps)),
    Contestant::with_target("cogen", |steps| add_up(awaited(seed()), steps), STREAM),
    Contestant::new("cogen, `dyn`", |steps| add_up(opaque(awaited(seed())), steps)),
];

/// Adds up what the stream gives, which never has to wait.
#[inline(always)]
pub(crate) fn add_up(numbers: impl Stream<Item = u64>, steps: u64) -> u64 {
    let mut numbers = pin!(numbers);
    let mut context = Context::from_waker(Waker::noop());
    total(steps, |_| match numbers.as_mut().poll_next(&mut context) {
        Poll::Ready(Some(value)) => value,
        Poll::Ready(None) | Poll::Pending => unreachable!(),
    })
}

/// A stream that the optimiser doesn't know.
pub(crate) fn opaque(
    numbers: impl Stream<Item = u64> + 'static,
) -> Pin<Box<dyn Stream<Item = u64>>> {
    black_box(Box::pin(numbers))
}

/// A future that doesn't wait.
#[inline(always)]
pub(crate) fn ready(value: u64) -> impl Future<Output = u64> {
    std::future::ready(value)
}

struct Numbers {
    current: u64,
    next: u64,
}

impl Numbers {
    fn new(seed: u64) -> Self {
        Self { current: seed, next: seed.wrapping_add(1) }
    }

    fn advance(&mut self) -> u64 {
        let number = self.current;
        (self.current, self.next) = (self.next, self.current.wrapping_add(self.next));
        number
    }
}

impl Stream for Numbers {
    type Item = u64;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u64>> {
        Poll::Ready(Some(self.advance()))
    }
}

/// The numbers, each awaited.
struct Awaited(Numbers);

impl Stream for Awaited {
    type Item = u64;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u64>> {
        let number = self.0.advance();
        pin!(ready(number)).poll(cx).map(Some)
    }
}

#[cogen::coroutine]
fn numbers(seed: u64) -> impl Stream<Item = u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[cogen::coroutine]
fn awaited(seed: u64) -> impl Stream<Item = u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(ready(current).await);
        (current, next) = (next, current.wrapping_add(next));
    }
}

//! Streams: written by hand, and cogen's.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::contest::{Contestant, STREAM, seed, total};

pub(crate) const NUMBERS: &[Contestant] = &[Contestant::new("by hand", by_hand), Contestant::with_target("cogen", sum, STREAM)];
pub(crate) const AWAITED: &[Contestant] =
    &[Contestant::new("by hand", by_hand_awaited), Contestant::with_target("cogen", sum_awaited, STREAM)];

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

fn by_hand(steps: u64) -> u64 {
    add_up(Numbers::new(seed()), steps)
}

fn by_hand_awaited(steps: u64) -> u64 {
    add_up(Awaited(Numbers::new(seed())), steps)
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

fn sum(steps: u64) -> u64 {
    add_up(numbers(seed()), steps)
}

fn sum_awaited(steps: u64) -> u64 {
    add_up(awaited(seed()), steps)
}

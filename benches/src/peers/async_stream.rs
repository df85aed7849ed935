//! async-stream: an `async` block, and a thread-local that points to the caller's cell. It takes no arguments.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_stream::stream;
use futures_core::Stream;

use crate::contest::{Contestant, seed, total};

pub(crate) const SUM: &[Contestant] = &[Contestant::new("async-stream", sum)];

fn numbers(seed: u64) -> impl Stream<Item = u64> {
    stream! {
        let (mut current, mut next) = (seed, seed.wrapping_add(1));
        loop {
            yield current;
            (current, next) = (next, current.wrapping_add(next));
        }
    }
}

fn sum(steps: u64) -> u64 {
    let mut numbers = pin!(numbers(seed()));
    let mut context = Context::from_waker(Waker::noop());
    total(steps, |_| match numbers.as_mut().poll_next(&mut context) {
        Poll::Ready(Some(value)) => value,
        Poll::Ready(None) | Poll::Pending => unreachable!(),
    })
}

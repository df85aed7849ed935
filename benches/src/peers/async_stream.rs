//! async-stream: an `async` block, and a thread-local that points to the caller's cell. It takes no
//! arguments.

use async_stream::stream;
use futures_core::Stream;

use crate::contest::{Contestant, seed};
use crate::streams::{add_up, opaque, ready};

pub(crate) const SUM: &[Contestant] =
    &[Contestant::new("async-stream", |steps| add_up(numbers(seed()), steps))];
pub(crate) const NUMBERS: &[Contestant] = &[
    SUM[0],
    Contestant::new("async-stream, `dyn`", |steps| add_up(opaque(numbers(seed())), steps)),
];
pub(crate) const AWAITED: &[Contestant] = &[
    Contestant::new("async-stream", |steps| add_up(awaited(seed()), steps)),
    Contestant::new("async-stream, `dyn`", |steps| add_up(opaque(awaited(seed())), steps)),
];

fn numbers(seed: u64) -> impl Stream<Item = u64> {
    stream! {
        let (mut current, mut next) = (seed, seed.wrapping_add(1));
        loop {
            yield current;
            (current, next) = (next, current.wrapping_add(next));
        }
    }
}

fn awaited(seed: u64) -> impl Stream<Item = u64> {
    stream! {
        let (mut current, mut next) = (seed, seed.wrapping_add(1));
        loop {
            yield ready(current).await;
            (current, next) = (next, current.wrapping_add(next));
        }
    }
}

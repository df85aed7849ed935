//! A stream that awaits futures.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::contest::{Contestant, Target, Workload, add_up, opaque_stream, seed};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "await",
    description: "a stream that awaits each number, which is ready, summed",
    round: 1,
    contestants: &[
        &[
            Contestant::new("by hand", |steps| add_up(steps, pin!(ByHand::new(seed())))),
            Contestant::new("by hand, `dyn`", |steps| {
                add_up(steps, opaque_stream(ByHand::new(seed())).as_mut())
            }),
        ],
        &[
            Contestant::with_target(
                "cogen",
                |steps| add_up(steps, pin!(numbers(seed()))),
                Target::times(1.05, "by hand"),
            ),
            Contestant::new("cogen, `dyn`", |steps| {
                add_up(steps, opaque_stream(numbers(seed())).as_mut())
            }),
        ],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("async-stream", |steps| {
                add_up(steps, pin!(peers::async_stream(seed())))
            }),
            Contestant::new("async-stream, `dyn`", |steps| {
                add_up(steps, opaque_stream(peers::async_stream(seed())).as_mut())
            }),
            Contestant::new("fauxgen", |steps| add_up(steps, pin!(peers::fauxgen(seed())))),
            Contestant::new("fauxgen, `dyn`", |steps| {
                add_up(steps, opaque_stream(peers::fauxgen(seed())).as_mut())
            }),
        ],
    ],
};

/// A future that is ready at once.
#[inline(always)]
fn ready(value: u64) -> impl Future<Output = u64> {
    std::future::ready(value)
}

struct ByHand {
    current: u64,
    next: u64,
}

impl ByHand {
    fn new(seed: u64) -> Self {
        Self { current: seed, next: seed.wrapping_add(1) }
    }
}

impl Stream for ByHand {
    type Item = u64;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u64>> {
        let number = self.current;
        (self.current, self.next) = (self.next, self.current.wrapping_add(self.next));
        pin!(ready(number)).poll(cx).map(Some)
    }
}

#[cogen::coroutine]
fn numbers(seed: u64) -> impl Stream<Item = u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(ready(current).await);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[cfg(feature = "peers")]
mod peers {
    use futures_core::Stream;

    use super::ready;

    pub(super) fn async_stream(seed: u64) -> impl Stream<Item = u64> {
        async_stream::stream! {
            let (mut current, mut next) = (seed, seed.wrapping_add(1));
            loop {
                yield ready(current).await;
                (current, next) = (next, current.wrapping_add(next));
            }
        }
    }

    #[fauxgen::generator(yield = u64)]
    pub(super) async fn fauxgen(seed: u64) {
        let (mut current, mut next) = (seed, seed.wrapping_add(1));
        loop {
            let number = ready(current).await;
            r#yield!(number);
            (current, next) = (next, current.wrapping_add(next));
        }
    }
}

//! The parts of a workload, and the loops that its contestants share.

use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

/// A loop that each contestant writes in its own way.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// The steps of one round through the data. Contestants run whole rounds only.
    pub(crate) round: u64,
    /// By hand, native, cogen, peers. The first contestant is written by hand.
    pub(crate) contestants: &'static [&'static [Contestant]],
}

/// One way to write a workload. `run` takes the number of steps and returns a digest of all items.
#[derive(Clone, Copy)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    pub(crate) run: fn(u64) -> u64,
    pub(crate) target: Option<Target>,
}

/// The most instructions per step that a contestant may take. `against` names another contestant
/// of the same workload.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// `factor` times the instructions of `against`.
    Times { against: &'static str, factor: f64 },
    /// `more` than `against`.
    Above { against: &'static str, more: f64 },
    /// A number that doesn't depend on another contestant.
    AtMost(f64),
}

impl Contestant {
    pub(crate) const fn new(name: &'static str, run: fn(u64) -> u64) -> Self {
        Self { name, run, target: None }
    }

    pub(crate) const fn with_target(
        name: &'static str,
        run: fn(u64) -> u64,
        target: Target,
    ) -> Self {
        Self { name, run, target: Some(target) }
    }
}

impl Target {
    pub(crate) const fn times(factor: f64, against: &'static str) -> Self {
        Self::Times { against, factor }
    }

    pub(crate) const fn above(more: f64, against: &'static str) -> Self {
        Self::Above { against, more }
    }
}

impl Workload {
    /// Returns all contestants that are compiled in.
    pub(crate) fn contestants(&self) -> Vec<Contestant> {
        self.contestants.concat()
    }

    /// Returns the smallest number of steps that makes whole rounds and is at least `steps`.
    pub(crate) fn whole_rounds(&self, steps: u64) -> u64 {
        steps.next_multiple_of(self.round)
    }
}

/// Items that only a nightly compiler parses.
#[cfg(feature = "native")]
macro_rules! native {
    ($($item:tt)*) => { $($item)* };
}
#[cfg(not(feature = "native"))]
macro_rules! native {
    ($($item:tt)*) => {};
}
pub(crate) use native;

/// Returns the first value of every generator. The optimiser doesn't know the value, so it can't
/// compute the result of the loop.
#[inline(always)]
pub(crate) fn seed() -> u64 {
    black_box(1)
}

/// Computes the next state of an echo. The function is too entangled for the optimiser to compute
/// several steps at once.
#[inline(always)]
pub(crate) fn mix(state: u64, heard: u64) -> u64 {
    (state ^ heard).rotate_left(5)
}

/// Sums the results of the given number of steps.
#[inline(always)]
pub(crate) fn total(steps: u64, mut step: impl FnMut(u64) -> u64) -> u64 {
    let mut total = 0_u64;
    for number in 0..black_box(steps) {
        total = total.wrapping_add(step(number));
    }
    black_box(total)
}

/// Adds an item to a digest. The order of the items counts.
#[inline(always)]
pub(crate) fn absorb(digest: u64, item: u64) -> u64 {
    digest.wrapping_mul(31).wrapping_add(item)
}

/// Adds all items to a digest, in a `for` loop.
#[inline(always)]
pub(crate) fn digest(mut digest: u64, items: impl IntoIterator<Item = u64>) -> u64 {
    for item in items {
        digest = absorb(digest, item);
    }
    digest
}

/// Runs whole rounds through the data until they make the given number of steps. `run` adds the
/// items of one round to the digest.
#[inline(always)]
pub(crate) fn rounds<D: ?Sized>(
    steps: u64,
    round: u64,
    data: &D,
    mut run: impl FnMut(u64, &D) -> u64,
) -> u64 {
    let mut digest = 0;
    for _ in 0..black_box(steps) / round {
        digest = run(digest, black_box(data));
    }
    black_box(digest)
}

/// Boxes an iterator so that the optimiser doesn't know which one it is.
#[inline(always)]
pub(crate) fn opaque<'a, T>(
    items: impl Iterator<Item = T> + 'a,
) -> Box<dyn Iterator<Item = T> + 'a> {
    black_box(Box::new(items))
}

/// Boxes a stream so that the optimiser doesn't know which one it is.
#[inline(always)]
pub(crate) fn opaque_stream<'a, T>(
    items: impl Stream<Item = T> + 'a,
) -> Pin<Box<dyn Stream<Item = T> + 'a>> {
    black_box(Box::pin(items))
}

/// Sums the first items of a stream that is never pending.
#[inline(always)]
pub(crate) fn add_up<S: Stream<Item = u64> + ?Sized>(steps: u64, mut stream: Pin<&mut S>) -> u64 {
    let mut context = Context::from_waker(Waker::noop());
    total(steps, |_| match stream.as_mut().poll_next(&mut context) {
        Poll::Ready(Some(item)) => item,
        Poll::Ready(None) | Poll::Pending => unreachable!(),
    })
}

/// Adds all items of a stream that is never pending to a digest.
#[cfg(feature = "peers")]
#[inline(always)]
pub(crate) fn digest_stream<S: Stream + ?Sized>(
    mut digest: u64,
    mut stream: Pin<&mut S>,
    number: impl Fn(S::Item) -> u64,
) -> u64 {
    let mut context = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(item)) = stream.as_mut().poll_next(&mut context) {
        digest = absorb(digest, number(item));
    }
    digest
}

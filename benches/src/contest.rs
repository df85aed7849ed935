//! The two workloads, and who takes part in them.

use std::hint::black_box;

use crate::{by_hand, ours, streams};

/// A loop that each contestant writes in its own way.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    entries: &'static [&'static [Contestant]],
}

/// One way to write a workload. `run` takes the number of steps and gives back the sum of what came
/// out.
#[derive(Clone, Copy)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    pub(crate) run: fn(u64) -> u64,
    pub(crate) target: Option<Target>,
}

/// The most instructions per step that a contestant may take, as a multiple of somebody else's.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) against: &'static str,
    pub(crate) factor: f64,
}

/// The optimiser sees the whole loop.
pub(crate) const INLINED: Target = Target { against: "native", factor: 1.02 };
/// As above, where the state machine has a name.
pub(crate) const AS_UNNAMED: Target = Target { against: "cogen", factor: 1.0 };
/// As above, for streams, which the language doesn't have.
pub(crate) const STREAM: Target = Target { against: "by hand", factor: 1.05 };
/// It doesn't know which coroutine stands behind the pointer.
pub(crate) const OPAQUE: Target = Target { against: "native, `dyn`", factor: 1.3 };

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

impl Workload {
    /// All that are compiled in; the first one is written by hand.
    pub(crate) fn contestants(&self) -> Vec<Contestant> {
        self.entries.concat()
    }
}

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "sum",
        description: "a Fibonacci-like generator, summed in a loop",
        entries: &[
            by_hand::SUM,
            #[cfg(feature = "native")]
            crate::native::SUM,
            ours::SUM,
            #[cfg(feature = "peers")]
            crate::peers::diapause::SUM,
            #[cfg(feature = "peers")]
            crate::peers::genawaiter::SUM,
            #[cfg(feature = "peers")]
            crate::peers::fauxgen::SUM,
            #[cfg(feature = "peers")]
            crate::peers::next_gen::SUM,
            #[cfg(feature = "peers")]
            crate::peers::async_stream::SUM,
            #[cfg(feature = "peers")]
            crate::peers::corosensei::SUM,
        ],
    },
    Workload {
        name: "echo",
        description: "a number is sent in, one that depends on all numbers so far comes out",
        entries: &[
            by_hand::ECHO,
            #[cfg(feature = "native")]
            crate::native::ECHO,
            ours::ECHO,
            #[cfg(feature = "peers")]
            crate::peers::diapause::ECHO,
            #[cfg(feature = "peers")]
            crate::peers::genawaiter::ECHO,
            #[cfg(feature = "peers")]
            crate::peers::fauxgen::ECHO,
            #[cfg(feature = "peers")]
            crate::peers::next_gen::ECHO,
            #[cfg(feature = "peers")]
            crate::peers::corosensei::ECHO,
        ],
    },
    Workload {
        name: "stream",
        description: "a stream of the same numbers, summed",
        entries: &[
            streams::NUMBERS,
            #[cfg(feature = "peers")]
            crate::peers::async_stream::NUMBERS,
        ],
    },
    Workload {
        name: "await",
        description: "a stream that awaits each number, which is ready, summed",
        entries: &[
            streams::AWAITED,
            #[cfg(feature = "peers")]
            crate::peers::async_stream::AWAITED,
        ],
    },
];

/// What every generator starts from. The optimiser doesn't know it, so it can't compute the loop.
#[inline(always)]
pub(crate) fn seed() -> u64 {
    black_box(1)
}

/// What every echo does between two yields: too entangled to be computed for several steps at once.
#[inline(always)]
pub(crate) fn mix(state: u64, heard: u64) -> u64 {
    (state ^ heard).rotate_left(5)
}

/// The loop that all contestants run.
#[inline(always)]
pub(crate) fn total(steps: u64, mut step: impl FnMut(u64) -> u64) -> u64 {
    let mut total = 0_u64;
    for number in 0..black_box(steps) {
        total = total.wrapping_add(step(number));
    }
    black_box(total)
}

//! A filter.

use std::pin::pin;

use cogen::{Coroutine, CoroutineExt};

use crate::contest::{Contestant, Target, Workload, absorb, digest, native, opaque, rounds};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "evens",
    description: "the even numbers of a slice in which every other one is even",
    round: EVENS,
    contestants: &[
        &[
            Contestant::new("by hand", |steps| run(steps, |sum, all| digest(sum, by_hand(all)))),
            Contestant::new("by hand, `dyn`", |steps| {
                run(steps, |sum, all| digest(sum, opaque(by_hand(all))))
            }),
        ],
        #[cfg(feature = "native")]
        &[
            Contestant::new("native", |steps| {
                run(steps, |sum, all| digest(sum, native::evens(all)))
            }),
            Contestant::new("native, `dyn`", |steps| {
                run(steps, |sum, all| digest(sum, opaque(native::evens(all))))
            }),
        ],
        &[
            Contestant::with_target(
                "cogen, `impl Iterator`",
                |steps| run(steps, |sum, all| digest(sum, evens(all))),
                Target::times(1.0, "native"),
            ),
            Contestant::new("cogen, `impl Iterator`, `fold`", |steps| {
                run(steps, |sum, all| evens(all).fold(sum, absorb))
            }),
            Contestant::with_target(
                "cogen, `impl Iterator`, `dyn`",
                |steps| run(steps, |sum, all| digest(sum, opaque(evens(all)))),
                Target::times(1.0, "native, `dyn`"),
            ),
            Contestant::with_target(
                "cogen, `iterate`",
                |steps| run(steps, |sum, all| digest(sum, pin!(pinned_evens(all)).iterate())),
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

/// The even numbers of the slice.
const EVENS: u64 = 500;

#[inline(always)]
fn run(steps: u64, round: impl Fn(u64, &[u64]) -> u64) -> u64 {
    let scattered = |at: u64| (at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 7 << 1) | (at & 1);
    let all: Vec<_> = (0..2 * EVENS).map(scattered).collect();
    rounds(steps, EVENS, &*all, round)
}

fn by_hand(all: &[u64]) -> impl Iterator<Item = u64> {
    all.iter().copied().filter(|x| x % 2 == 0)
}

native! {
    mod native {
        pub(super) gen fn evens(all: &[u64]) -> u64 {
            for &x in all {
                if x % 2 == 0 {
                    yield x;
                }
            }
        }
    }
}

#[cogen::coroutine]
fn evens(all: &[u64]) -> impl Iterator<Item = u64> {
    for &x in all {
        if x % 2 == 0 {
            yield_!(x);
        }
    }
}

#[cogen::coroutine]
fn pinned_evens(all: &[u64]) -> impl Coroutine<(), Yield = u64> {
    for &x in all {
        if x % 2 == 0 {
            yield_!(x);
        }
    }
}

#[cfg(feature = "peers")]
mod peers {
    use std::iter::from_fn;
    use std::pin::pin;
    use std::slice::Iter;

    use corosensei::ScopedCoroutine;
    use genawaiter::rc::Gen;
    use genawaiter::stack::let_gen;
    use genawaiter::yield_;
    use next_gen::prelude::{generator, mk_gen};

    use crate::contest::{digest, digest_stream};

    pub(super) fn diapause(sum: u64, all: &[u64]) -> u64 {
        #[diapause::coroutine(yield = u64)]
        fn evens<'a>(all: &'a [u64]) {
            let all: Iter<'a, u64> = all.iter();
            for x in all {
                if *x % 2 == 0 {
                    yield_!(*x);
                }
            }
        }
        digest(sum, evens(all))
    }

    pub(super) fn genawaiter_stack(sum: u64, all: &[u64]) -> u64 {
        let_gen!(evens, {
            for &x in all {
                if x % 2 == 0 {
                    yield_!(x);
                }
            }
        });
        digest(sum, evens)
    }

    pub(super) fn genawaiter_rc(sum: u64, all: &[u64]) -> u64 {
        let evens = Gen::new(|co| async move {
            for &x in all {
                if x % 2 == 0 {
                    co.yield_(x).await;
                }
            }
        });
        digest(sum, evens)
    }

    pub(super) fn fauxgen(sum: u64, all: &[u64]) -> u64 {
        #[fauxgen::generator(yield = u64)]
        fn evens(all: &[u64]) {
            for &x in all {
                if x % 2 == 0 {
                    r#yield!(x);
                }
            }
        }
        digest(sum, pin!(evens(all)))
    }

    pub(super) fn next_gen(sum: u64, all: &[u64]) -> u64 {
        #[generator(yield(u64))]
        fn evens(all: &[u64]) {
            for &x in all {
                if x % 2 == 0 {
                    yield_!(x);
                }
            }
        }
        mk_gen!(let evens = evens(all));
        digest(sum, evens)
    }

    pub(super) fn async_stream(sum: u64, all: &[u64]) -> u64 {
        let evens = async_stream::stream! {
            for &x in all {
                if x % 2 == 0 {
                    yield x;
                }
            }
        };
        digest_stream(sum, pin!(evens), |x| x)
    }

    pub(super) fn corosensei(sum: u64, all: &[u64]) -> u64 {
        let evens: ScopedCoroutine<'_, (), u64, (), _> = ScopedCoroutine::new(|yielder, ()| {
            for &x in all {
                if x % 2 == 0 {
                    yielder.suspend(x);
                }
            }
        });
        evens.scope(|mut evens| digest(sum, from_fn(|| evens.as_mut().resume(()).as_yield())))
    }
}

//! A finite loop.

use std::pin::pin;

use cogen::{Coroutine, CoroutineExt};

use crate::contest::{Contestant, Target, Workload, absorb, digest, native, opaque};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "squares",
    description: "`for x in 0..n { yield x * x ^ 5 }`",
    round: 1,
    contestants: &[
        &[
            Contestant::new("by hand", |count| digest(0, ByHand { next: 0, end: count })),
            Contestant::new("by hand, `dyn`", |count| {
                digest(0, opaque(ByHand { next: 0, end: count }))
            }),
        ],
        #[cfg(feature = "native")]
        &[
            Contestant::new("native", |count| digest(0, native::squares(count))),
            Contestant::new("native, `dyn`", |count| digest(0, opaque(native::squares(count)))),
        ],
        &[
            Contestant::with_target(
                "cogen, `impl Iterator`",
                |count| digest(0, squares(count)),
                Target::times(1.0, "native"),
            ),
            Contestant::with_target(
                "cogen, `impl Iterator`, `fold`",
                |count| squares(count).fold(0, absorb),
                Target::times(1.1, "by hand"),
            ),
            Contestant::with_target(
                "cogen, `impl Iterator`, `dyn`",
                |count| digest(0, opaque(squares(count))),
                Target::times(1.0, "native, `dyn`"),
            ),
            Contestant::with_target(
                "cogen, `Box<dyn Iterator>`",
                |count| digest(0, opaque_squares(count)),
                Target::times(1.0, "native, `dyn`"),
            ),
            Contestant::with_target(
                "cogen, `iterate`",
                |count| digest(0, pin!(pinned_squares(count)).iterate()),
                Target::times(1.0, "native"),
            ),
        ],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("diapause", peers::diapause),
            Contestant::new("genawaiter, stack", peers::genawaiter_stack),
            Contestant::new("genawaiter, rc", peers::genawaiter_rc),
            Contestant::new("fauxgen", peers::fauxgen),
            Contestant::new("next-gen", peers::next_gen),
            Contestant::new("async-stream", peers::async_stream),
            Contestant::new("corosensei", peers::corosensei),
        ],
    ],
};

struct ByHand {
    next: u64,
    end: u64,
}

impl Iterator for ByHand {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        if self.next == self.end {
            return None;
        }
        let x = self.next;
        self.next += 1;
        Some(x.wrapping_mul(x) ^ 5)
    }
}

native! {
    mod native {
        pub(super) gen fn squares(count: u64) -> u64 {
            for x in 0..count {
                yield x.wrapping_mul(x) ^ 5;
            }
        }
    }
}

#[cogen::coroutine]
fn squares(count: u64) -> impl Iterator<Item = u64> {
    for x in 0..count {
        yield_!(x.wrapping_mul(x) ^ 5);
    }
}

#[cogen::coroutine]
fn opaque_squares(count: u64) -> Box<dyn Iterator<Item = u64>> {
    for x in 0..count {
        yield_!(x.wrapping_mul(x) ^ 5);
    }
}

#[cogen::coroutine]
fn pinned_squares(count: u64) -> impl Coroutine<(), Yield = u64> {
    for x in 0..count {
        yield_!(x.wrapping_mul(x) ^ 5);
    }
}

#[cfg(feature = "peers")]
mod peers {
    use std::iter::from_fn;
    use std::pin::pin;

    use corosensei::Coroutine;
    use genawaiter::rc::Gen;
    use genawaiter::stack::let_gen;
    use genawaiter::yield_;
    use next_gen::prelude::{generator, mk_gen};

    use crate::contest::{digest, digest_stream};

    pub(super) fn diapause(count: u64) -> u64 {
        #[diapause::coroutine(yield = u64)]
        fn squares(count: u64) {
            for x in 0u64..count {
                yield_!(x.wrapping_mul(x) ^ 5);
            }
        }
        digest(0, squares(count))
    }

    pub(super) fn genawaiter_stack(count: u64) -> u64 {
        let_gen!(squares, {
            for x in 0..count {
                yield_!(x.wrapping_mul(x) ^ 5);
            }
        });
        digest(0, squares)
    }

    pub(super) fn genawaiter_rc(count: u64) -> u64 {
        let squares = Gen::new(|co| async move {
            for x in 0..count {
                co.yield_(x.wrapping_mul(x) ^ 5).await;
            }
        });
        digest(0, squares)
    }

    pub(super) fn fauxgen(count: u64) -> u64 {
        #[fauxgen::generator(yield = u64)]
        fn squares(count: u64) {
            for x in 0..count {
                r#yield!(x.wrapping_mul(x) ^ 5);
            }
        }
        digest(0, pin!(squares(count)))
    }

    pub(super) fn next_gen(count: u64) -> u64 {
        #[generator(yield(u64))]
        fn squares(count: u64) {
            for x in 0..count {
                yield_!(x.wrapping_mul(x) ^ 5);
            }
        }
        mk_gen!(let squares = squares(count));
        digest(0, squares)
    }

    pub(super) fn async_stream(count: u64) -> u64 {
        let squares = async_stream::stream! {
            for x in 0..count {
                yield x.wrapping_mul(x) ^ 5;
            }
        };
        digest_stream(0, pin!(squares), |x| x)
    }

    pub(super) fn corosensei(count: u64) -> u64 {
        let mut squares: Coroutine<(), u64, ()> = Coroutine::new(move |yielder, ()| {
            for x in 0..count {
                yielder.suspend(x.wrapping_mul(x) ^ 5);
            }
        });
        digest(0, from_fn(|| squares.resume(()).as_yield()))
    }
}

//! A loop in a loop.

use std::pin::pin;

use cogen::{Coroutine, CoroutineExt};

use crate::contest::{Contestant, Target, Workload, absorb, digest, native, opaque, rounds};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "rows",
    description: "the numbers of a `Vec<Vec<u64>>` of 100 × 100",
    round: SIDE * SIDE,
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
                run(steps, |sum, all| digest(sum, native::rows(all)))
            }),
            Contestant::new("native, `dyn`", |steps| {
                run(steps, |sum, all| digest(sum, opaque(native::rows(all))))
            }),
        ],
        &[
            Contestant::with_target(
                "cogen, `impl Iterator`",
                |steps| run(steps, |sum, all| digest(sum, rows(all))),
                Target::times(1.0, "native"),
            ),
            Contestant::new("cogen, `impl Iterator`, `fold`", |steps| {
                run(steps, |sum, all| rows(all).fold(sum, absorb))
            }),
            Contestant::with_target(
                "cogen, `impl Iterator`, `dyn`",
                |steps| run(steps, |sum, all| digest(sum, opaque(rows(all)))),
                Target::times(1.0, "native, `dyn`"),
            ),
            Contestant::with_target(
                "cogen, `iterate`",
                |steps| run(steps, |sum, all| digest(sum, pin!(pinned_rows(all)).iterate())),
                Target::times(1.0, "native"),
            ),
            Contestant::with_target(
                "cogen, `iterate`, `yield_from!` of each row",
                |steps| run(steps, |sum, all| digest(sum, pin!(delegated_rows(all)).iterate())),
                Target::times(1.0, "native"),
            ),
        ],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("diapause", |steps| run(steps, peers::diapause)),
            Contestant::new("diapause, `yield_all!` of each row", |steps| {
                run(steps, peers::diapause_delegated)
            }),
            Contestant::new("genawaiter, stack", |steps| run(steps, peers::genawaiter_stack)),
            Contestant::new("genawaiter, rc", |steps| run(steps, peers::genawaiter_rc)),
            Contestant::new("fauxgen", |steps| run(steps, peers::fauxgen)),
            Contestant::new("next-gen", |steps| run(steps, peers::next_gen)),
            Contestant::new("async-stream", |steps| run(steps, peers::async_stream)),
            Contestant::new("corosensei", |steps| run(steps, peers::corosensei)),
        ],
    ],
};

const SIDE: u64 = 100;

#[inline(always)]
fn run(steps: u64, round: impl Fn(u64, &[Vec<u64>]) -> u64) -> u64 {
    let row = |row: u64| (0..SIDE).map(|column| row * column).collect();
    let all: Vec<Vec<_>> = (0..SIDE).map(row).collect();
    rounds(steps, SIDE * SIDE, &*all, round)
}

fn by_hand(all: &[Vec<u64>]) -> impl Iterator<Item = u64> {
    all.iter().flatten().copied()
}

native! {
    mod native {
        pub(super) gen fn rows(all: &[Vec<u64>]) -> u64 {
            for row in all {
                for &x in row {
                    yield x;
                }
            }
        }
    }
}

#[cogen::coroutine]
fn rows(all: &[Vec<u64>]) -> impl Iterator<Item = u64> {
    for row in all {
        for &x in row {
            yield_!(x);
        }
    }
}

#[cogen::coroutine]
fn pinned_rows(all: &[Vec<u64>]) -> impl Coroutine<(), Yield = u64> {
    for row in all {
        for &x in row {
            yield_!(x);
        }
    }
}

#[cogen::coroutine]
fn delegated_rows(all: &[Vec<u64>]) -> impl Coroutine<(), Yield = u64> {
    for row in all {
        yield_from!(pinned_row(row));
    }
}

#[cogen::coroutine]
fn pinned_row(row: &[u64]) -> impl Coroutine<(), Yield = u64> {
    for &x in row {
        yield_!(x);
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

    pub(super) fn diapause(sum: u64, all: &[Vec<u64>]) -> u64 {
        #[diapause::coroutine(yield = u64)]
        fn rows<'a>(all: &'a [Vec<u64>]) {
            let all: Iter<'a, Vec<u64>> = all.iter();
            for row in all {
                let row: Iter<'a, u64> = row.iter();
                for x in row {
                    yield_!(*x);
                }
            }
        }
        digest(sum, rows(all))
    }

    #[diapause::coroutine(yield = u64)]
    fn diapause_rows<'a>(all: &'a [Vec<u64>]) {
        let all: Iter<'a, Vec<u64>> = all.iter();
        for row in all {
            let row: diapause_row::State<'a> = diapause_row(row);
            yield_all!(row);
        }
    }

    #[diapause::coroutine(yield = u64)]
    fn diapause_row<'a>(row: &'a [u64]) {
        let row: Iter<'a, u64> = row.iter();
        for x in row {
            yield_!(*x);
        }
    }

    pub(super) fn diapause_delegated(sum: u64, all: &[Vec<u64>]) -> u64 {
        digest(sum, diapause_rows(all))
    }

    pub(super) fn genawaiter_stack(sum: u64, all: &[Vec<u64>]) -> u64 {
        let_gen!(rows, {
            for row in all {
                for &x in row {
                    yield_!(x);
                }
            }
        });
        digest(sum, rows)
    }

    pub(super) fn genawaiter_rc(sum: u64, all: &[Vec<u64>]) -> u64 {
        let rows = Gen::new(|co| async move {
            for row in all {
                for &x in row {
                    co.yield_(x).await;
                }
            }
        });
        digest(sum, rows)
    }

    pub(super) fn fauxgen(sum: u64, all: &[Vec<u64>]) -> u64 {
        #[fauxgen::generator(yield = u64)]
        fn rows(all: &[Vec<u64>]) {
            for row in all {
                for &x in row {
                    r#yield!(x);
                }
            }
        }
        digest(sum, pin!(rows(all)))
    }

    pub(super) fn next_gen(sum: u64, all: &[Vec<u64>]) -> u64 {
        #[generator(yield(u64))]
        fn rows(all: &[Vec<u64>]) {
            for row in all {
                for &x in row {
                    yield_!(x);
                }
            }
        }
        mk_gen!(let rows = rows(all));
        digest(sum, rows)
    }

    pub(super) fn async_stream(sum: u64, all: &[Vec<u64>]) -> u64 {
        let rows = async_stream::stream! {
            for row in all {
                for &x in row {
                    yield x;
                }
            }
        };
        digest_stream(sum, pin!(rows), |x| x)
    }

    pub(super) fn corosensei(sum: u64, all: &[Vec<u64>]) -> u64 {
        let rows: ScopedCoroutine<'_, (), u64, (), _> = ScopedCoroutine::new(|yielder, ()| {
            for row in all {
                for &x in row {
                    yielder.suspend(x);
                }
            }
        });
        rows.scope(|mut rows| digest(sum, from_fn(|| rows.as_mut().resume(()).as_yield())))
    }
}

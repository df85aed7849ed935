//! A coroutine in a box, from its creation to its end.

use std::hint::black_box;

use cogen::{BoxCoroutine, CoroutineExt, co};

use crate::contest::{Contestant, Target, Workload, absorb, digest, native, opaque, seed};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "life",
    description: "a box is created, gives one item and ends",
    round: 1,
    contestants: &[
        &[Contestant::new("by hand, `Box<dyn Iterator>`", |steps| {
            lives(steps, |item| opaque(std::iter::once(item)))
        })],
        #[cfg(feature = "native")]
        &[Contestant::new("native, `Box<dyn Iterator>`", |steps| {
            lives(steps, |item| opaque(native::once(item)))
        })],
        &[
            Contestant::with_target(
                "cogen, `BoxCoroutine`",
                |steps| lives(steps, |item| boxed(item).iterate()),
                MOST,
            ),
            Contestant::with_target(
                "cogen, `BoxCoroutine` of a recursion",
                |steps| {
                    lives(steps, |item| {
                        recursive(black_box(0)).iterate().map(move |depth| depth + item)
                    })
                },
                MOST,
            ),
            Contestant::new("cogen, `BoxCoroutine` by `Box::pin`", |steps| {
                lives(steps, |item| pinned(item).iterate())
            }),
            Contestant::new("cogen, `Box<dyn Iterator>`", |steps| lives(steps, iterator)),
        ],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("diapause, `Box<dyn Coroutine>`", |steps| {
                lives(steps, peers::diapause)
            }),
            Contestant::new("genawaiter, rc", |steps| lives(steps, peers::genawaiter_rc)),
            Contestant::new("corosensei", |steps| lives(steps, peers::corosensei)),
        ],
    ],
};

const MOST: Target = Target::AtMost(300.0);

/// Creates coroutines one after another, and adds up the items of each.
#[inline(always)]
fn lives<I: IntoIterator<Item = u64>>(steps: u64, begin: impl Fn(u64) -> I) -> u64 {
    (0..steps).fold(seed(), |sum, step| absorb(digest(sum, begin(step)), 1))
}

native! {
    mod native {
        pub(super) gen fn once(item: u64) -> u64 {
            yield item;
        }
    }
}

#[cogen::coroutine]
fn boxed(item: u64) -> BoxCoroutine<'static, (), u64> {
    yield_!(item);
}

#[cogen::coroutine]
fn recursive(depth: u64) -> BoxCoroutine<'static, (), u64> {
    if depth > 0 {
        yield_from!(recursive(depth - 1));
    }
    yield_!(depth);
}

fn pinned(item: u64) -> BoxCoroutine<'static, (), u64> {
    Box::pin(co! {
        yield!(item);
    })
}

#[cogen::coroutine]
fn iterator(item: u64) -> Box<dyn Iterator<Item = u64>> {
    yield_!(item);
}

#[cfg(feature = "peers")]
mod peers {
    use std::hint::black_box;
    use std::iter::from_fn;

    use corosensei::Coroutine as Corosensei;
    use diapause::{Coroutine, Iter};
    use genawaiter::rc::Gen;

    use crate::contest::opaque;

    pub(super) fn diapause(item: u64) -> impl Iterator<Item = u64> {
        #[diapause::coroutine(yield = u64)]
        fn once(item: u64) {
            yield_!(item);
        }
        let once: Box<dyn Coroutine<Yield = u64, Return = ()>> = black_box(Box::new(once(item)));
        Iter::new(once)
    }

    pub(super) fn genawaiter_rc(item: u64) -> impl Iterator<Item = u64> {
        let once = Gen::new(|co| async move {
            co.yield_(item).await;
        });
        opaque(once.into_iter())
    }

    pub(super) fn corosensei(item: u64) -> impl Iterator<Item = u64> {
        let mut once: Corosensei<(), u64, ()> = Corosensei::new(move |yielder, ()| {
            yielder.suspend(item);
        });
        from_fn(move || once.resume(()).as_yield())
    }
}

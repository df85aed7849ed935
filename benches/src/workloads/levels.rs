//! Delegation that the compiler can't optimise away.

use std::cell::Cell;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use cogen::{BoxCoroutine, Coroutine, CoroutineExt};

use crate::contest::{Contestant, Target, Workload, mix, native, seed, total};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "levels",
    description: "the echo through 0 to 4 delegations, behind a box",
    round: 1,
    contestants: &[
        &[
            Contestant::new("`async fn` by hand, depth 0", |steps| poll(steps, futures::depth_0)),
            Contestant::new("`async fn` by hand, depth 1", |steps| poll(steps, futures::depth_1)),
            Contestant::new("`async fn` by hand, depth 2", |steps| poll(steps, futures::depth_2)),
            Contestant::new("`async fn` by hand, depth 3", |steps| poll(steps, futures::depth_3)),
            Contestant::new("`async fn` by hand, depth 4", |steps| poll(steps, futures::depth_4)),
        ],
        #[cfg(feature = "native")]
        &[
            Contestant::new("native, depth 0", |steps| native::run(steps, native::depth_0())),
            Contestant::new("native, depth 1", |steps| native::run(steps, native::depth_1())),
            Contestant::new("native, depth 2", |steps| native::run(steps, native::depth_2())),
            Contestant::new("native, depth 3", |steps| native::run(steps, native::depth_3())),
            Contestant::new("native, depth 4", |steps| native::run(steps, native::depth_4())),
        ],
        &[
            Contestant::new("cogen, depth 0", |steps| send(steps, depth_0(seed()))),
            Contestant::with_target(
                "cogen, depth 1",
                |steps| send(steps, depth_1(seed())),
                Target::above(LEVEL, "cogen, depth 0"),
            ),
            Contestant::with_target(
                "cogen, depth 2",
                |steps| send(steps, depth_2(seed())),
                Target::above(LEVEL, "cogen, depth 1"),
            ),
            Contestant::with_target(
                "cogen, depth 3",
                |steps| send(steps, depth_3(seed())),
                Target::above(LEVEL, "cogen, depth 2"),
            ),
            Contestant::with_target(
                "cogen, depth 4",
                |steps| send(steps, depth_4(seed())),
                Target::above(LEVEL, "cogen, depth 3"),
            ),
        ],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("diapause, depth 0", |steps| peers::run(steps, peers::depth_0(seed()))),
            Contestant::new("diapause, depth 1", |steps| peers::run(steps, peers::depth_1(seed()))),
            Contestant::new("diapause, depth 2", |steps| peers::run(steps, peers::depth_2(seed()))),
            Contestant::new("diapause, depth 3", |steps| peers::run(steps, peers::depth_3(seed()))),
            Contestant::new("diapause, depth 4", |steps| peers::run(steps, peers::depth_4(seed()))),
        ],
    ],
};

/// The most instructions of one level.
const LEVEL: f64 = 15.0;

/// Nested `async fn`s. They and their caller share a cell: the caller stores the argument in it and
/// takes the result out of it.
mod futures {
    use std::future::poll_fn;

    use super::{Cell, Poll, Rc, mix, seed};

    pub(super) async fn depth_0(shared: Rc<Cell<u64>>) {
        let mut state = seed();
        loop {
            shared.set(state);
            let mut suspended = false;
            poll_fn(|_| match std::mem::replace(&mut suspended, true) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            })
            .await;
            state = mix(state, shared.get());
        }
    }

    pub(super) async fn depth_1(shared: Rc<Cell<u64>>) {
        depth_0(shared).await;
    }

    pub(super) async fn depth_2(shared: Rc<Cell<u64>>) {
        depth_1(shared).await;
    }

    pub(super) async fn depth_3(shared: Rc<Cell<u64>>) {
        depth_2(shared).await;
    }

    pub(super) async fn depth_4(shared: Rc<Cell<u64>>) {
        depth_3(shared).await;
    }
}

#[inline(always)]
fn poll<F: Future<Output = ()> + 'static>(
    steps: u64,
    function: impl FnOnce(Rc<Cell<u64>>) -> F,
) -> u64 {
    let shared = Rc::new(Cell::new(0));
    let mut echoes: Pin<Box<dyn Future<Output = ()>>> =
        black_box(Box::pin(function(shared.clone())));
    let mut context = Context::from_waker(Waker::noop());
    let mut step = |argument| {
        shared.set(argument);
        assert!(echoes.as_mut().poll(&mut context).is_pending());
        shared.get()
    };
    step(0);
    total(steps, step)
}

native! {
    mod native {
        use std::hint::black_box;
        use std::ops::{Coroutine, CoroutineState};
        use std::pin::{Pin, pin};

        use crate::contest::{mix, seed, total};

        pub(super) fn depth_0() -> impl Coroutine<u64, Yield = u64, Return = ()> {
            #[coroutine]
            static |_: u64| {
                let mut state = seed();
                loop {
                    let heard = yield state;
                    state = mix(state, heard);
                }
            }
        }

        fn delegating(
            inner: impl Coroutine<u64, Yield = u64, Return = ()>,
        ) -> impl Coroutine<u64, Yield = u64, Return = ()> {
            #[coroutine]
            static move |mut heard: u64| {
                let mut inner = pin!(inner);
                while let CoroutineState::Yielded(value) = inner.as_mut().resume(heard) {
                    heard = yield value;
                }
            }
        }

        pub(super) fn depth_1() -> impl Coroutine<u64, Yield = u64, Return = ()> {
            delegating(depth_0())
        }

        pub(super) fn depth_2() -> impl Coroutine<u64, Yield = u64, Return = ()> {
            delegating(depth_1())
        }

        pub(super) fn depth_3() -> impl Coroutine<u64, Yield = u64, Return = ()> {
            delegating(depth_2())
        }

        pub(super) fn depth_4() -> impl Coroutine<u64, Yield = u64, Return = ()> {
            delegating(depth_3())
        }

        #[inline(always)]
        pub(super) fn run(
            steps: u64,
            echoes: impl Coroutine<u64, Yield = u64, Return = ()> + 'static,
        ) -> u64 {
            let mut echoes: Pin<Box<dyn Coroutine<u64, Yield = u64, Return = ()>>> =
                black_box(Box::pin(echoes));
            let mut step = |argument| match echoes.as_mut().resume(argument) {
                CoroutineState::Yielded(value) => value,
                CoroutineState::Complete(()) => unreachable!(),
            };
            step(0);
            total(steps, step)
        }
    }
}

#[cogen::coroutine]
fn depth_0(mut state: u64) -> impl Coroutine<u64, Yield = u64> {
    loop {
        let heard = yield_!(state);
        state = mix(state, heard);
    }
}

#[cogen::coroutine]
fn depth_1(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(depth_0(state));
}

#[cogen::coroutine]
fn depth_2(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(depth_1(state));
}

#[cogen::coroutine]
fn depth_3(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(depth_2(state));
}

#[cogen::coroutine]
fn depth_4(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(depth_3(state));
}

#[inline(always)]
fn send(steps: u64, echoes: impl Coroutine<u64, Yield = u64, Return = ()> + 'static) -> u64 {
    let mut echoes: BoxCoroutine<'_, u64, u64> = black_box(Box::pin(echoes));
    echoes.start();
    total(steps, |number| echoes.send(number).yielded().unwrap())
}

#[cfg(feature = "peers")]
mod peers {
    use std::hint::black_box;

    use diapause::{Coroutine, CoroutineState};

    use crate::contest::{mix, total};

    #[diapause::coroutine(yield = u64, resume = u64)]
    pub(super) fn depth_0(mut state: u64) {
        loop {
            let heard = yield_!(state);
            state = mix(state, heard);
        }
    }

    #[diapause::coroutine(yield = u64, resume = u64)]
    pub(super) fn depth_1(state: u64) {
        yield_all!(depth_0(state));
    }

    #[diapause::coroutine(yield = u64, resume = u64)]
    pub(super) fn depth_2(state: u64) {
        yield_all!(depth_1(state));
    }

    #[diapause::coroutine(yield = u64, resume = u64)]
    pub(super) fn depth_3(state: u64) {
        yield_all!(depth_2(state));
    }

    #[diapause::coroutine(yield = u64, resume = u64)]
    pub(super) fn depth_4(state: u64) {
        yield_all!(depth_3(state));
    }

    #[inline(always)]
    pub(super) fn run(
        steps: u64,
        echoes: impl Coroutine<u64, Yield = u64, Return = ()> + 'static,
    ) -> u64 {
        let mut echoes: Box<dyn Coroutine<u64, Yield = u64, Return = ()>> =
            black_box(Box::new(echoes));
        let _first = echoes.start();
        total(steps, |number| match echoes.resume(number) {
            CoroutineState::Yielded(value) => value,
            CoroutineState::Complete(()) => unreachable!(),
        })
    }
}

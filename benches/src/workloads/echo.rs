//! A coroutine that is sent numbers.

use std::hint::black_box;
use std::pin::pin;

use cogen::{BoxCoroutine, Coroutine, CoroutineExt};

use crate::contest::{Contestant, Target, Workload, mix, native, seed, total};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "echo",
    description: "a number is sent in, one that depends on all numbers so far comes out",
    round: 1,
    contestants: &[
        &[
            Contestant::new("by hand", |steps| total(steps, by_hand(seed()))),
            Contestant::new("by hand, `dyn`", |steps| {
                let echoes: Box<dyn FnMut(u64) -> u64> = black_box(Box::new(by_hand(seed())));
                total(steps, echoes)
            }),
        ],
        #[cfg(feature = "native")]
        &[
            Contestant::new("native", native::echo),
            Contestant::new("native, three loops that delegate", native::chain),
            Contestant::new("native, `dyn`", native::opaque),
        ],
        &[
            Contestant::with_target("cogen", |steps| run(steps, pin!(echoes(seed()))), INLINED),
            Contestant::with_target(
                "cogen, named struct",
                |steps| run(steps, pin!(named_echoes(seed()))),
                Target::times(1.0, "by hand"),
            ),
            Contestant::with_target(
                "cogen, three `yield_from!`",
                |steps| run(steps, pin!(thrice_removed(seed()))),
                Target::times(1.0, "native, three loops that delegate"),
            ),
            Contestant::with_target(
                "cogen, `dyn`",
                |steps| {
                    let echoes: BoxCoroutine<'_, u64, u64> = Box::pin(echoes(seed()));
                    run(steps, black_box(echoes))
                },
                OPAQUE,
            ),
            Contestant::with_target(
                "cogen, `BoxCoroutine`",
                |steps| run(steps, black_box(boxed(seed()))),
                OPAQUE,
            ),
        ],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("diapause", peers::diapause),
            Contestant::new("diapause, `dyn`", peers::diapause_opaque),
            Contestant::new("genawaiter, stack", peers::genawaiter_stack),
            Contestant::new("genawaiter, rc", peers::genawaiter_rc),
            Contestant::new("fauxgen", peers::fauxgen),
            Contestant::new("next-gen", peers::next_gen),
            Contestant::new("corosensei", peers::corosensei),
        ],
    ],
};

/// The optimiser can see the whole loop.
const INLINED: Target = Target::times(1.02, "native");
/// The optimiser doesn't know the type of the coroutine behind the pointer.
const OPAQUE: Target = Target::times(1.0, "native, `dyn`");

fn by_hand(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |heard| {
        state = mix(state, heard);
        state
    }
}

native! {
    mod native {
        use std::hint::black_box;
        use std::ops::{Coroutine, CoroutineState};
        use std::pin::{Pin, pin};

        use crate::contest::{mix, seed, total};

        fn echoes(mut state: u64) -> impl Coroutine<u64, Yield = u64, Return = ()> + Unpin {
            #[coroutine]
            move |_: u64| {
                loop {
                    let heard = yield state;
                    state = mix(state, heard);
                }
            }
        }

        /// There is no native delegation, so it is written out.
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

        fn yielded(state: CoroutineState<u64, ()>) -> u64 {
            match state {
                CoroutineState::Yielded(value) => value,
                CoroutineState::Complete(()) => unreachable!(),
            }
        }

        pub(super) fn echo(steps: u64) -> u64 {
            let mut echoes = echoes(seed());
            Pin::new(&mut echoes).resume(0);
            total(steps, |number| yielded(Pin::new(&mut echoes).resume(number)))
        }

        pub(super) fn chain(steps: u64) -> u64 {
            let mut echoes = pin!(delegating(delegating(delegating(echoes(seed())))));
            echoes.as_mut().resume(0);
            total(steps, |number| yielded(echoes.as_mut().resume(number)))
        }

        pub(super) fn opaque(steps: u64) -> u64 {
            let mut echoes: Pin<Box<dyn Coroutine<u64, Yield = u64, Return = ()>>> =
                black_box(Box::pin(echoes(seed())));
            echoes.as_mut().resume(0);
            total(steps, |number| yielded(echoes.as_mut().resume(number)))
        }
    }
}

#[cogen::coroutine]
fn echoes(mut state: u64) -> impl Coroutine<u64, Yield = u64> {
    loop {
        let heard = yield_!(state);
        state = mix(state, heard);
    }
}

#[cogen::coroutine(struct = Echoes)]
fn named_echoes(mut state: u64) -> impl Coroutine<u64, Yield = u64> {
    loop {
        let heard = yield_!(state);
        state = mix(state, heard);
    }
}

#[cogen::coroutine]
fn boxed(mut state: u64) -> BoxCoroutine<'static, u64, u64> {
    loop {
        let heard = yield_!(state);
        state = mix(state, heard);
    }
}

#[cogen::coroutine]
fn once_removed(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(echoes(state));
}

#[cogen::coroutine]
fn twice_removed(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(once_removed(state));
}

#[cogen::coroutine]
fn thrice_removed(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(twice_removed(state));
}

#[inline(always)]
fn run(steps: u64, mut echoes: impl CoroutineExt<u64, Yield = u64, Return = ()> + Unpin) -> u64 {
    echoes.start();
    total(steps, |number| echoes.send(number).yielded().unwrap())
}

#[cfg(feature = "peers")]
mod peers {
    use std::hint::black_box;
    use std::pin::pin;

    use diapause::{Coroutine, CoroutineState};
    use fauxgen::Generator as _;
    use genawaiter::GeneratorState;
    use genawaiter::rc::Gen;
    use genawaiter::stack::let_gen;
    use genawaiter::yield_;
    use next_gen::prelude::{generator, mk_gen};

    use crate::contest::{mix, seed, total};

    #[diapause::coroutine(yield = u64, resume = u64)]
    fn echoes(mut state: u64) {
        loop {
            let heard = yield_!(state);
            state = mix(state, heard);
        }
    }

    #[inline(always)]
    fn run_diapause(
        steps: u64,
        echoes: &mut (impl Coroutine<u64, Yield = u64, Return = ()> + ?Sized),
    ) -> u64 {
        let _first = echoes.start();
        total(steps, |number| match echoes.resume(number) {
            CoroutineState::Yielded(value) => value,
            CoroutineState::Complete(()) => unreachable!(),
        })
    }

    pub(super) fn diapause(steps: u64) -> u64 {
        run_diapause(steps, &mut echoes(seed()))
    }

    pub(super) fn diapause_opaque(steps: u64) -> u64 {
        let mut echoes: Box<dyn Coroutine<u64, Yield = u64, Return = ()>> =
            black_box(Box::new(echoes(seed())));
        run_diapause(steps, &mut *echoes)
    }

    fn yielded(state: GeneratorState<u64, ()>) -> u64 {
        match state {
            GeneratorState::Yielded(value) => value,
            GeneratorState::Complete(()) => unreachable!(),
        }
    }

    pub(super) fn genawaiter_stack(steps: u64) -> u64 {
        let mut state = seed();
        let_gen!(echoes, {
            loop {
                let heard = yield_!(state);
                state = mix(state, heard);
            }
        });
        let _first = echoes.resume_with(0);
        total(steps, |number| yielded(echoes.resume_with(number)))
    }

    pub(super) fn genawaiter_rc(steps: u64) -> u64 {
        let mut state = seed();
        let mut echoes = Gen::new(|co| async move {
            loop {
                let heard = co.yield_(state).await;
                state = mix(state, heard);
            }
        });
        let _first = echoes.resume_with(0);
        total(steps, |number| yielded(echoes.resume_with(number)))
    }

    pub(super) fn fauxgen(steps: u64) -> u64 {
        #[fauxgen::generator(yield = u64, arg = u64)]
        fn echoes(mut state: u64) {
            loop {
                let heard = r#yield!(state);
                state = mix(state, heard);
            }
        }
        let mut echoes = pin!(echoes(seed()));
        let _first = echoes.as_mut().resume(0);
        total(steps, |number| match echoes.as_mut().resume(number) {
            fauxgen::GeneratorState::Yielded(value) => value,
            fauxgen::GeneratorState::Complete(()) => unreachable!(),
        })
    }

    pub(super) fn next_gen(steps: u64) -> u64 {
        #[generator(yield(u64), resume(u64))]
        fn echoes(seed: u64) {
            let mut state = seed;
            loop {
                let heard = yield_!(state);
                state = mix(state, heard);
            }
        }
        mk_gen!(let mut echoes = echoes(seed()));
        let _first = echoes.as_mut().resume(0);
        total(steps, |number| match echoes.as_mut().resume(number) {
            next_gen::prelude::GeneratorState::Yielded(value) => value,
            next_gen::prelude::GeneratorState::Returned(()) => unreachable!(),
        })
    }

    pub(super) fn corosensei(steps: u64) -> u64 {
        let mut state = seed();
        let mut echoes: corosensei::Coroutine<u64, u64, ()> =
            corosensei::Coroutine::new(move |yielder, _| {
                loop {
                    let heard = yielder.suspend(state);
                    state = mix(state, heard);
                }
            });
        let _first = echoes.resume(0);
        total(steps, |number| echoes.resume(number).as_yield().unwrap())
    }
}

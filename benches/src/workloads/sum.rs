//! A generator that never ends.

use std::hint::black_box;
use std::pin::pin;

use cogen::{BoxCoroutine, Coroutine, CoroutineExt, CoroutineState};

use crate::contest::{Contestant, Target, Workload, native, opaque, seed, total};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "sum",
    description: "a Fibonacci-like generator, summed in a loop",
    round: 1,
    contestants: &[
        &[
            Contestant::new("by hand", |steps| {
                let mut numbers = ByHand::new(seed());
                total(steps, |_| numbers.next().unwrap())
            }),
            Contestant::new("by hand, `dyn`", |steps| {
                let mut numbers = opaque(ByHand::new(seed()));
                total(steps, |_| numbers.next().unwrap())
            }),
        ],
        #[cfg(feature = "native")]
        &[
            Contestant::new("native", native::sum),
            Contestant::new("native, three loops that delegate", native::chain),
            Contestant::new("native, `dyn`", native::opaque),
        ],
        &[
            Contestant::with_target(
                "cogen",
                |steps| {
                    let mut numbers = pin!(numbers(seed()));
                    total(steps, |_| yielded(numbers.send(())))
                },
                INLINED,
            ),
            Contestant::with_target(
                "cogen, named struct",
                |steps| {
                    let mut numbers = pin!(named_numbers(seed()));
                    total(steps, |_| yielded(numbers.send(())))
                },
                Target::times(1.0, "by hand"),
            ),
            Contestant::with_target(
                "cogen, `iterate`",
                |steps| {
                    let numbers = pin!(numbers(seed()));
                    let mut numbers = numbers.iterate();
                    total(steps, |_| numbers.next().unwrap())
                },
                INLINED,
            ),
            Contestant::new("cogen, three `yield_from!`", |steps| {
                let mut numbers = pin!(thrice_removed(seed()));
                total(steps, |_| yielded(numbers.send(())))
            }),
            Contestant::with_target(
                "cogen, `impl Iterator`",
                |steps| {
                    let mut numbers = iterator(seed());
                    total(steps, |_| numbers.next().unwrap())
                },
                INLINED,
            ),
            Contestant::with_target(
                "cogen, `dyn`",
                |steps| run_box(steps, Box::pin(numbers(seed()))),
                OPAQUE,
            ),
            Contestant::new("cogen, `dyn`, named struct", |steps| {
                run_box(steps, Box::pin(named_numbers(seed())))
            }),
            Contestant::with_target(
                "cogen, `BoxCoroutine`",
                |steps| run_box(steps, boxed(seed())),
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
            Contestant::new("async-stream", peers::async_stream),
            Contestant::new("corosensei", peers::corosensei),
        ],
    ],
};

/// The optimiser can see the whole loop.
const INLINED: Target = Target::times(1.02, "native");
/// The optimiser doesn't know the type of the coroutine behind the pointer.
const OPAQUE: Target = Target::times(1.0, "native, `dyn`");

struct ByHand {
    current: u64,
    next: u64,
}

impl ByHand {
    fn new(seed: u64) -> Self {
        Self { current: seed, next: seed.wrapping_add(1) }
    }
}

impl Iterator for ByHand {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        let number = self.current;
        (self.current, self.next) = (self.next, self.current.wrapping_add(self.next));
        Some(number)
    }
}

native! {
    mod native {
        use std::hint::black_box;
        use std::ops::{Coroutine, CoroutineState};
        use std::pin::{Pin, pin};

        use crate::contest::{seed, total};

        fn numbers(seed: u64) -> impl Coroutine<Yield = u64, Return = ()> + Unpin {
            #[coroutine]
            move || {
                let (mut current, mut next) = (seed, seed.wrapping_add(1));
                loop {
                    yield current;
                    (current, next) = (next, current.wrapping_add(next));
                }
            }
        }

        /// There is no native delegation, so it is written out.
        fn delegating(
            inner: impl Coroutine<Yield = u64, Return = ()>,
        ) -> impl Coroutine<Yield = u64, Return = ()> {
            #[coroutine]
            static move || {
                let mut inner = pin!(inner);
                while let CoroutineState::Yielded(value) = inner.as_mut().resume(()) {
                    yield value;
                }
            }
        }

        fn yielded(state: CoroutineState<u64, ()>) -> u64 {
            match state {
                CoroutineState::Yielded(value) => value,
                CoroutineState::Complete(()) => unreachable!(),
            }
        }

        pub(super) fn sum(steps: u64) -> u64 {
            let mut numbers = numbers(seed());
            total(steps, |_| yielded(Pin::new(&mut numbers).resume(())))
        }

        pub(super) fn chain(steps: u64) -> u64 {
            let mut numbers = pin!(delegating(delegating(delegating(numbers(seed())))));
            total(steps, |_| yielded(numbers.as_mut().resume(())))
        }

        pub(super) fn opaque(steps: u64) -> u64 {
            let mut numbers: Pin<Box<dyn Coroutine<Yield = u64, Return = ()>>> =
                black_box(Box::pin(numbers(seed())));
            total(steps, |_| yielded(numbers.as_mut().resume(())))
        }
    }
}

#[cogen::coroutine]
fn numbers(seed: u64) -> impl Coroutine<(), Yield = u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[cogen::coroutine(struct = Numbers)]
fn named_numbers(seed: u64) -> impl Coroutine<(), Yield = u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[cogen::coroutine]
fn iterator(seed: u64) -> impl Iterator<Item = u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[cogen::coroutine]
fn boxed(seed: u64) -> BoxCoroutine<'static, (), u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[cogen::coroutine]
fn once_removed(seed: u64) -> impl Coroutine<(), Yield = u64> {
    yield_from!(numbers(seed));
}

#[cogen::coroutine]
fn twice_removed(seed: u64) -> impl Coroutine<(), Yield = u64> {
    yield_from!(once_removed(seed));
}

#[cogen::coroutine]
fn thrice_removed(seed: u64) -> impl Coroutine<(), Yield = u64> {
    yield_from!(twice_removed(seed));
}

fn yielded(state: CoroutineState<u64, ()>) -> u64 {
    state.yielded().unwrap()
}

#[inline(always)]
fn run_box(steps: u64, numbers: BoxCoroutine<'_, (), u64>) -> u64 {
    let mut numbers = black_box(numbers);
    total(steps, |_| yielded(numbers.send(())))
}

#[cfg(feature = "peers")]
mod peers {
    use std::hint::black_box;
    use std::pin::pin;

    use diapause::{Coroutine, CoroutineState};
    use genawaiter::rc::Gen;
    use genawaiter::stack::let_gen;
    use genawaiter::yield_;
    use next_gen::prelude::{generator, mk_gen};

    use crate::contest::{add_up, seed, total};

    #[diapause::coroutine(yield = u64)]
    fn numbers(seed: u64) {
        let mut current: u64 = seed;
        let mut next: u64 = seed.wrapping_add(1);
        loop {
            yield_!(current);
            (current, next) = (next, current.wrapping_add(next));
        }
    }

    fn yielded(state: CoroutineState<u64, ()>) -> u64 {
        match state {
            CoroutineState::Yielded(value) => value,
            CoroutineState::Complete(()) => unreachable!(),
        }
    }

    /// The first step of a diapause coroutine is a separate operation, so the loop has one step
    /// less.
    #[inline(always)]
    fn run_diapause(
        steps: u64,
        numbers: &mut (impl Coroutine<Yield = u64, Return = ()> + ?Sized),
    ) -> u64 {
        if steps == 0 {
            return 0;
        }
        yielded(numbers.start()).wrapping_add(total(steps - 1, |_| yielded(numbers.resume(()))))
    }

    pub(super) fn diapause(steps: u64) -> u64 {
        run_diapause(steps, &mut numbers(seed()))
    }

    pub(super) fn diapause_opaque(steps: u64) -> u64 {
        let mut numbers: Box<dyn Coroutine<Yield = u64, Return = ()>> =
            black_box(Box::new(numbers(seed())));
        run_diapause(steps, &mut *numbers)
    }

    pub(super) fn genawaiter_stack(steps: u64) -> u64 {
        let seed = seed();
        let_gen!(numbers, {
            let (mut current, mut next) = (seed, seed.wrapping_add(1));
            loop {
                yield_!(current);
                (current, next) = (next, current.wrapping_add(next));
            }
        });
        let mut numbers = numbers.into_iter();
        total(steps, |_| numbers.next().unwrap())
    }

    pub(super) fn genawaiter_rc(steps: u64) -> u64 {
        let seed = seed();
        let numbers = Gen::new(|co| async move {
            let (mut current, mut next) = (seed, seed.wrapping_add(1));
            loop {
                co.yield_(current).await;
                (current, next) = (next, current.wrapping_add(next));
            }
        });
        let mut numbers = numbers.into_iter();
        total(steps, |_| numbers.next().unwrap())
    }

    pub(super) fn fauxgen(steps: u64) -> u64 {
        #[fauxgen::generator(yield = u64)]
        fn numbers(seed: u64) {
            let (mut current, mut next) = (seed, seed.wrapping_add(1));
            loop {
                r#yield!(current);
                (current, next) = (next, current.wrapping_add(next));
            }
        }
        let mut numbers = pin!(numbers(seed()));
        total(steps, |_| numbers.next().unwrap())
    }

    pub(super) fn next_gen(steps: u64) -> u64 {
        #[generator(yield(u64))]
        fn numbers(seed: u64) {
            let (mut current, mut next) = (seed, seed.wrapping_add(1));
            loop {
                yield_!(current);
                (current, next) = (next, current.wrapping_add(next));
            }
        }
        mk_gen!(let mut numbers = numbers(seed()));
        total(steps, |_| numbers.next().unwrap())
    }

    pub(super) fn async_stream(steps: u64) -> u64 {
        let seed = seed();
        let numbers = pin!(async_stream::stream! {
            let (mut current, mut next) = (seed, seed.wrapping_add(1));
            loop {
                yield current;
                (current, next) = (next, current.wrapping_add(next));
            }
        });
        add_up(steps, numbers)
    }

    pub(super) fn corosensei(steps: u64) -> u64 {
        let seed = seed();
        let mut numbers: corosensei::Coroutine<(), u64, ()> =
            corosensei::Coroutine::new(move |yielder, ()| {
                let (mut current, mut next) = (seed, seed.wrapping_add(1));
                loop {
                    yielder.suspend(current);
                    (current, next) = (next, current.wrapping_add(next));
                }
            });
        total(steps, |_| numbers.resume(()).as_yield().unwrap())
    }
}

//! The compiler's own coroutines.

use std::hint::black_box;
use std::ops::{Coroutine, CoroutineState};
use std::pin::{Pin, pin};

use crate::contest::{Contestant, mix, seed, total};

pub(crate) const SUM: &[Contestant] = &[
    Contestant::new("native", sum),
    Contestant::new("native, three loops that delegate", sum_chain),
    Contestant::new("native, `dyn`", sum_opaque),
];
pub(crate) const ECHO: &[Contestant] = &[
    Contestant::new("native", echo),
    Contestant::new("native, three loops that delegate", echo_chain),
    Contestant::new("native, `dyn`", echo_opaque),
];

pub(crate) fn numbers(seed: u64) -> impl Coroutine<Yield = u64, Return = ()> + Unpin {
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
pub(crate) fn delegating<R>(
    inner: impl Coroutine<R, Yield = u64, Return = ()>,
) -> impl Coroutine<R, Yield = u64, Return = ()> {
    #[coroutine]
    static move |mut argument: R| {
        let mut inner = pin!(inner);
        while let CoroutineState::Yielded(value) = inner.as_mut().resume(argument) {
            argument = yield value;
        }
    }
}

fn yielded(state: CoroutineState<u64, ()>) -> u64 {
    match state {
        CoroutineState::Yielded(value) => value,
        CoroutineState::Complete(()) => unreachable!(),
    }
}

fn sum(steps: u64) -> u64 {
    let mut numbers = numbers(seed());
    total(steps, |_| yielded(Pin::new(&mut numbers).resume(())))
}

fn sum_chain(steps: u64) -> u64 {
    let mut numbers = pin!(delegating(delegating(delegating(numbers(seed())))));
    total(steps, |_| yielded(numbers.as_mut().resume(())))
}

fn sum_opaque(steps: u64) -> u64 {
    let mut numbers: Boxed = black_box(Box::pin(numbers(seed())));
    total(steps, |_| yielded(numbers.as_mut().resume(())))
}

pub(crate) fn echoes(mut state: u64) -> impl Coroutine<u64, Yield = u64, Return = ()> + Unpin {
    #[coroutine]
    move |_: u64| {
        loop {
            let heard = yield state;
            state = mix(state, heard);
        }
    }
}

fn echo(steps: u64) -> u64 {
    let mut echoes = echoes(seed());
    Pin::new(&mut echoes).resume(0);
    total(steps, |number| yielded(Pin::new(&mut echoes).resume(number)))
}

fn echo_chain(steps: u64) -> u64 {
    let mut echoes = pin!(delegating(delegating(delegating(echoes(seed())))));
    echoes.as_mut().resume(0);
    total(steps, |number| yielded(echoes.as_mut().resume(number)))
}

fn echo_opaque(steps: u64) -> u64 {
    let mut echoes: Pin<Box<dyn Coroutine<u64, Yield = u64, Return = ()>>> =
        black_box(Box::pin(echoes(seed())));
    echoes.as_mut().resume(0);
    total(steps, |number| yielded(echoes.as_mut().resume(number)))
}

type Boxed = Pin<Box<dyn Coroutine<Yield = u64, Return = ()>>>;

/// A branch of a tree, walked by a recursion.
pub(crate) fn branch(depth: u32) -> Boxed {
    Box::pin(
        #[coroutine]
        static move || {
            if depth > 1 {
                let mut inner = branch(depth - 1);
                while let CoroutineState::Yielded(item) = inner.as_mut().resume(()) {
                    yield item;
                }
            }
            yield u64::from(depth);
        },
    )
}

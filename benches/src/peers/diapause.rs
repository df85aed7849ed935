//! diapause: the body is rewritten into an enum by its syntax.

use std::hint::black_box;

use diapause::{Coroutine, CoroutineState};

use crate::contest::{Contestant, mix, seed, total};

pub(crate) const SUM: &[Contestant] =
    &[Contestant::new("diapause", sum), Contestant::new("diapause, `dyn`", sum_opaque)];
pub(crate) const ECHO: &[Contestant] =
    &[Contestant::new("diapause", echo), Contestant::new("diapause, `dyn`", echo_opaque)];

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

fn run_sum(steps: u64, numbers: &mut (impl Coroutine<Yield = u64, Return = ()> + ?Sized)) -> u64 {
    // The first step of a diapause coroutine is an operation of its own, so the loop has one step
    // less.
    if steps == 0 {
        return 0;
    }
    yielded(numbers.start()).wrapping_add(total(steps - 1, |_| yielded(numbers.resume(()))))
}

fn sum(steps: u64) -> u64 {
    run_sum(steps, &mut numbers(seed()))
}

fn sum_opaque(steps: u64) -> u64 {
    let mut numbers: Box<dyn Coroutine<Yield = u64, Return = ()>> =
        black_box(Box::new(numbers(seed())));
    run_sum(steps, &mut *numbers)
}

#[diapause::coroutine(yield = u64, resume = u64)]
fn echoes(mut state: u64) {
    loop {
        let heard = yield_!(state);
        state = mix(state, heard);
    }
}

fn run_echo(
    steps: u64,
    echoes: &mut (impl Coroutine<u64, Yield = u64, Return = ()> + ?Sized),
) -> u64 {
    let _first = echoes.start();
    total(steps, |number| yielded(echoes.resume(number)))
}

fn echo(steps: u64) -> u64 {
    run_echo(steps, &mut echoes(seed()))
}

fn echo_opaque(steps: u64) -> u64 {
    let mut echoes: Box<dyn Coroutine<u64, Yield = u64, Return = ()>> =
        black_box(Box::new(echoes(seed())));
    run_echo(steps, &mut *echoes)
}

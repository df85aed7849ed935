//! next-gen: an `async` block, and a cell that the generator owns.

use next_gen::prelude::{GeneratorState, generator, mk_gen};

use crate::contest::{Contestant, mix, seed, total};

pub(crate) const SUM: &[Contestant] = &[Contestant::new("next-gen", sum)];
pub(crate) const ECHO: &[Contestant] = &[Contestant::new("next-gen", echo)];

#[generator(yield(u64))]
fn numbers(seed: u64) {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[generator(yield(u64), resume(u64))]
fn echoes(seed: u64) {
    let mut state = seed;
    loop {
        let heard = yield_!(state);
        state = mix(state, heard);
    }
}

fn sum(steps: u64) -> u64 {
    mk_gen!(let mut numbers = numbers(seed()));
    total(steps, |_| numbers.next().unwrap())
}

fn echo(steps: u64) -> u64 {
    mk_gen!(let mut echoes = echoes(seed()));
    let _first = echoes.as_mut().resume(0);
    total(steps, |number| match echoes.as_mut().resume(number) {
        GeneratorState::Yielded(value) => value,
        GeneratorState::Returned(()) => unreachable!(),
    })
}

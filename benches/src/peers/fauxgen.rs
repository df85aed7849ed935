//! fauxgen: an `async` block, and a token that finds its way back through the waker.

use std::pin::pin;

use fauxgen::{Generator, GeneratorState};

use crate::contest::{Contestant, mix, seed, total};

pub(crate) const SUM: &[Contestant] = &[Contestant::new("fauxgen", sum)];
pub(crate) const ECHO: &[Contestant] = &[Contestant::new("fauxgen", echo)];

#[fauxgen::generator(yield = u64)]
fn numbers(seed: u64) {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        r#yield!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[fauxgen::generator(yield = u64, arg = u64)]
fn echoes(mut state: u64) {
    loop {
        let heard = r#yield!(state);
        state = mix(state, heard);
    }
}

fn sum(steps: u64) -> u64 {
    let mut numbers = pin!(numbers(seed()));
    total(steps, |_| numbers.next().unwrap())
}

fn echo(steps: u64) -> u64 {
    let mut echoes = pin!(echoes(seed()));
    let _first = echoes.as_mut().resume(0);
    total(steps, |number| match echoes.as_mut().resume(number) {
        GeneratorState::Yielded(value) => value,
        GeneratorState::Complete(()) => unreachable!(),
    })
}

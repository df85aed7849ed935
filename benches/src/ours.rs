//! cogen, in each of its shapes.

use std::hint::black_box;
use std::pin::pin;

use cogen::{BoxCoroutine, Coroutine, CoroutineExt, CoroutineState};

use crate::contest::{AS_UNNAMED, Contestant, INLINED, OPAQUE, mix, seed, total};

pub(crate) const SUM: &[Contestant] = &[
    Contestant::with_target("cogen", sum, INLINED),
    Contestant::with_target("cogen, named struct", sum_named, AS_UNNAMED),
    Contestant::with_target("cogen, `iterate`", sum_iterate, INLINED),
    Contestant::new("cogen, three `yield_from!`", sum_chain),
    Contestant::new("cogen, `impl Iterator`", sum_iterator),
    Contestant::with_target("cogen, `dyn`", sum_opaque, OPAQUE),
    Contestant::new("cogen, `dyn`, named struct", sum_opaque_named),
    Contestant::with_target("cogen, `BoxCoroutine`", sum_boxed, OPAQUE),
];
pub(crate) const ECHO: &[Contestant] = &[
    Contestant::with_target("cogen", echo, INLINED),
    Contestant::with_target("cogen, named struct", echo_named, AS_UNNAMED),
    Contestant::new("cogen, three `yield_from!`", echo_chain),
    Contestant::with_target("cogen, `dyn`", echo_opaque, OPAQUE),
    Contestant::with_target("cogen, `BoxCoroutine`", echo_boxed, OPAQUE),
];

#[cogen::coroutine]
pub(crate) fn numbers(seed: u64) -> impl Coroutine<(), Yield = u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[cogen::coroutine(struct = Numbers)]
fn numbers_named(seed: u64) -> impl Coroutine<(), Yield = u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[cogen::coroutine]
fn numbers_iterator(seed: u64) -> impl Iterator<Item = u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

#[cogen::coroutine]
pub(crate) fn numbers_once_removed(seed: u64) -> impl Coroutine<(), Yield = u64> {
    yield_from!(numbers(seed));
}

#[cogen::coroutine]
fn numbers_twice_removed(seed: u64) -> impl Coroutine<(), Yield = u64> {
    yield_from!(numbers_once_removed(seed));
}

#[cogen::coroutine]
fn numbers_thrice_removed(seed: u64) -> impl Coroutine<(), Yield = u64> {
    yield_from!(numbers_twice_removed(seed));
}

fn yielded(state: CoroutineState<u64, ()>) -> u64 {
    state.yielded().unwrap()
}

fn sum(steps: u64) -> u64 {
    let mut numbers = pin!(numbers(seed()));
    total(steps, |_| yielded(numbers.send(())))
}

fn sum_named(steps: u64) -> u64 {
    let mut numbers = pin!(numbers_named(seed()));
    total(steps, |_| yielded(numbers.send(())))
}

fn sum_iterate(steps: u64) -> u64 {
    let numbers = pin!(numbers(seed()));
    let mut numbers = numbers.iterate();
    total(steps, |_| numbers.next().unwrap())
}

fn sum_chain(steps: u64) -> u64 {
    let mut numbers = pin!(numbers_thrice_removed(seed()));
    total(steps, |_| yielded(numbers.send(())))
}

fn sum_iterator(steps: u64) -> u64 {
    let mut numbers = numbers_iterator(seed());
    total(steps, |_| numbers.next().unwrap())
}

fn sum_opaque(steps: u64) -> u64 {
    let mut numbers: BoxCoroutine<'_, (), u64> = black_box(Box::pin(numbers(seed())));
    total(steps, |_| yielded(numbers.send(())))
}

fn sum_opaque_named(steps: u64) -> u64 {
    let mut numbers: BoxCoroutine<'_, (), u64> = black_box(Box::pin(numbers_named(seed())));
    total(steps, |_| yielded(numbers.send(())))
}

#[cogen::coroutine]
fn numbers_boxed(seed: u64) -> BoxCoroutine<'static, (), u64> {
    let (mut current, mut next) = (seed, seed.wrapping_add(1));
    loop {
        yield_!(current);
        (current, next) = (next, current.wrapping_add(next));
    }
}

fn sum_boxed(steps: u64) -> u64 {
    let mut numbers = black_box(numbers_boxed(seed()));
    total(steps, |_| yielded(numbers.send(())))
}

#[cogen::coroutine]
fn echoes_boxed(mut state: u64) -> BoxCoroutine<'static, u64, u64> {
    loop {
        let heard = yield_!(state);
        state = mix(state, heard);
    }
}

fn echo_boxed(steps: u64) -> u64 {
    let mut echoes = black_box(echoes_boxed(seed()));
    echoes.start();
    total(steps, |number| yielded(echoes.send(number)))
}

#[cogen::coroutine(struct = Echoes)]
fn echoes_named(mut state: u64) -> impl Coroutine<u64, Yield = u64> {
    loop {
        let heard = yield_!(state);
        state = mix(state, heard);
    }
}

#[cogen::coroutine]
pub(crate) fn echoes(mut state: u64) -> impl Coroutine<u64, Yield = u64> {
    loop {
        let heard = yield_!(state);
        state = mix(state, heard);
    }
}

#[cogen::coroutine]
fn echoes_once_removed(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(echoes(state));
}

#[cogen::coroutine]
fn echoes_twice_removed(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(echoes_once_removed(state));
}

#[cogen::coroutine]
fn echoes_thrice_removed(state: u64) -> impl Coroutine<u64, Yield = u64> {
    yield_from!(echoes_twice_removed(state));
}

fn echo(steps: u64) -> u64 {
    let mut echoes = pin!(echoes(seed()));
    echoes.start();
    total(steps, |number| yielded(echoes.send(number)))
}

fn echo_named(steps: u64) -> u64 {
    let mut echoes = pin!(echoes_named(seed()));
    echoes.start();
    total(steps, |number| yielded(echoes.send(number)))
}

fn echo_chain(steps: u64) -> u64 {
    let mut echoes = pin!(echoes_thrice_removed(seed()));
    echoes.start();
    total(steps, |number| yielded(echoes.send(number)))
}

fn echo_opaque(steps: u64) -> u64 {
    let mut echoes: BoxCoroutine<'_, u64, u64> = black_box(Box::pin(echoes(seed())));
    echoes.start();
    total(steps, |number| yielded(echoes.send(number)))
}

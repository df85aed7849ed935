//! corosensei: a stack of its own for each coroutine.

use corosensei::{Coroutine, CoroutineResult};

use crate::contest::{Contestant, mix, seed, total};

pub(crate) const SUM: &[Contestant] = &[Contestant::new("corosensei", sum)];
pub(crate) const ECHO: &[Contestant] = &[Contestant::new("corosensei", echo)];

fn yielded(result: CoroutineResult<u64, ()>) -> u64 {
    match result {
        CoroutineResult::Yield(value) => value,
        CoroutineResult::Return(()) => unreachable!(),
    }
}

fn sum(steps: u64) -> u64 {
    let seed = seed();
    let mut numbers: Coroutine<(), u64, ()> = Coroutine::new(move |yielder, ()| {
        let (mut current, mut next) = (seed, seed.wrapping_add(1));
        loop {
            yielder.suspend(current);
            (current, next) = (next, current.wrapping_add(next));
        }
    });
    total(steps, |_| yielded(numbers.resume(())))
}

fn echo(steps: u64) -> u64 {
    let mut state = seed();
    let mut echoes: Coroutine<u64, u64, ()> = Coroutine::new(move |yielder, _| {
        loop {
            let heard = yielder.suspend(state);
            state = mix(state, heard);
        }
    });
    let _first = echoes.resume(0);
    total(steps, |number| yielded(echoes.resume(number)))
}

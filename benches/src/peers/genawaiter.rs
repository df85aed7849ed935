//! genawaiter: an `async` block, and a cell shared with it (on the stack or in an `Rc`).

use genawaiter::{GeneratorState, rc, stack};

use crate::contest::{Contestant, mix, seed, total};

pub(crate) const SUM: &[Contestant] =
    &[Contestant::new("genawaiter, stack", sum_stack), Contestant::new("genawaiter, rc", sum_rc)];
pub(crate) const ECHO: &[Contestant] =
    &[Contestant::new("genawaiter, stack", echo_stack), Contestant::new("genawaiter, rc", echo_rc)];

/// The two flavours differ in their types only.
macro_rules! bodies {
    ($numbers:ident, $echoes:ident, $co:ident $(<$lifetime:lifetime>)?, $module:ident) => {
        async fn $numbers(co: $module::$co<$($lifetime,)? u64>) {
            let seed = seed();
            let (mut current, mut next) = (seed, seed.wrapping_add(1));
            loop {
                co.yield_(current).await;
                (current, next) = (next, current.wrapping_add(next));
            }
        }

        async fn $echoes(co: $module::$co<$($lifetime,)? u64, u64>) {
            let mut state = seed();
            loop {
                let heard = co.yield_(state).await;
                state = mix(state, heard);
            }
        }
    };
}

bodies!(stack_numbers, stack_echoes, Co<'_>, stack);
bodies!(rc_numbers, rc_echoes, Co, rc);

fn yielded(state: GeneratorState<u64, ()>) -> u64 {
    match state {
        GeneratorState::Yielded(value) => value,
        GeneratorState::Complete(()) => unreachable!(),
    }
}

fn sum_stack(steps: u64) -> u64 {
    stack::let_gen_using!(numbers, stack_numbers);
    let mut numbers = numbers.into_iter();
    total(steps, |_| numbers.next().unwrap())
}

fn sum_rc(steps: u64) -> u64 {
    let mut numbers = rc::Gen::new(rc_numbers).into_iter();
    total(steps, |_| numbers.next().unwrap())
}

fn echo_stack(steps: u64) -> u64 {
    stack::let_gen_using!(echoes, stack_echoes);
    let _first = echoes.resume_with(0);
    total(steps, |number| yielded(echoes.resume_with(number)))
}

fn echo_rc(steps: u64) -> u64 {
    let mut echoes = rc::Gen::new(rc_echoes);
    let _first = echoes.resume_with(0);
    total(steps, |number| yielded(echoes.resume_with(number)))
}

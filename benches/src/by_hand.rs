//! What one would write without coroutines: an iterator and a struct with a method.

use std::hint::black_box;

use crate::contest::{Contestant, mix, seed, total};

pub(crate) const SUM: &[Contestant] =
    &[Contestant::new("by hand", sum), Contestant::new("by hand, `dyn`", sum_opaque)];
pub(crate) const ECHO: &[Contestant] =
    &[Contestant::new("by hand", echo), Contestant::new("by hand, `dyn`", echo_opaque)];

struct Numbers {
    current: u64,
    next: u64,
}

impl Numbers {
    fn new(seed: u64) -> Self {
        Self { current: seed, next: seed.wrapping_add(1) }
    }
}

impl Iterator for Numbers {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        let number = self.current;
        (self.current, self.next) = (self.next, self.current.wrapping_add(self.next));
        Some(number)
    }
}

fn sum(steps: u64) -> u64 {
    let mut numbers = Numbers::new(seed());
    total(steps, |_| numbers.next().unwrap())
}

fn sum_opaque(steps: u64) -> u64 {
    let mut numbers: Box<dyn Iterator<Item = u64>> = black_box(Box::new(Numbers::new(seed())));
    total(steps, |_| numbers.next().unwrap())
}

fn echoes(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |heard| {
        state = mix(state, heard);
        state
    }
}

fn echo(steps: u64) -> u64 {
    total(steps, echoes(seed()))
}

fn echo_opaque(steps: u64) -> u64 {
    let echoes: Box<dyn FnMut(u64) -> u64> = black_box(Box::new(echoes(seed())));
    total(steps, echoes)
}

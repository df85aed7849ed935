//! Random sequences of operations.

use std::fmt;

use cogen_conformance_runtime::{Operation, Thrown};
use fastrand::Rng;

use crate::grammar::Family;

/// The operations on a program, from its creation to its drop.
#[derive(Debug)]
pub(crate) struct Sequence {
    pub(crate) program: usize,
    pub(crate) operations: Vec<Operation>,
}

impl Sequence {
    /// Generates the sequence with the given number for a program. The sequence doesn't depend on
    /// the program's behaviour, so it continues after the program has ended.
    pub(crate) fn random(seed: u64, program: usize, family: Family, number: usize) -> Self {
        let mut rng = Rng::with_seed(
            seed ^ ((program as u64) << 32 | number as u64).wrapping_mul(0xD134_2543_DE82_EF95),
        );
        let length = rng.usize(4..=24);
        let mut operations: Vec<Operation> =
            (0..length).map(|_| operation(&mut rng, family)).collect();
        if rng.u8(..4) > 0 {
            operations[0] = Operation::Start;
        }
        operations.push(Operation::Drop);
        Self { program, operations }
    }
}

fn operation(rng: &mut Rng, family: Family) -> Operation {
    let number = rng.i64(0..1000);
    match (rng.u32(..100), family) {
        (0..=3, _) => Operation::Start,
        (4..=5, _) => Operation::Drive(number),
        (6..=7, _) => Operation::Close,
        (8..=11, _) => Operation::Status,
        (12..=19, Family::Nothing) => Operation::Iterate(rng.usize(1..8)),
        (12..=19, _) => Operation::Throw(Thrown::Handled(number)),
        (20..=21, Family::Numbers | Family::Signals) => Operation::Throw(Thrown::Unhandled(number)),
        _ => Operation::Send(number),
    }
}

/// Writes the sequence in the form that both drivers read.
impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program)?;
        self.operations.iter().try_for_each(|operation| write!(f, " {operation}"))
    }
}

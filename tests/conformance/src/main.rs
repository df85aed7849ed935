//! Random coroutines, driven by random operations in CPython and in cogen: both have to do the same, but for the differences that `README.md` lists.
//!
//! ```console
//! $ cargo run --release -p cogen-conformance                                 # as in CI
//! $ cargo run --release -p cogen-conformance -- --programs 3000 --seed 7     # more, of another seed
//! ```

mod difference;
mod grammar;
mod operation;
mod python;
mod run;
mod rust;

use std::process::ExitCode;

use clap::Parser;
use fastrand::Rng;

use crate::difference::{Difference, Expected, Line, Met, translate};
use crate::grammar::{Generator, Program};
use crate::operation::Operation;

#[derive(Parser)]
#[command(about = "Compares cogen with CPython on random coroutines")]
struct Arguments {
    /// How many coroutines.
    #[arg(long, default_value_t = 300)]
    programs: usize,
    /// How many sequences of operations each of them is driven through.
    #[arg(long, default_value_t = 50)]
    sequences: usize,
    /// What the random choices follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// A program by its number, and what is done to it.
struct Sequence {
    program: usize,
    operations: Vec<Operation>,
}

impl Sequence {
    /// The line that tells both drivers.
    fn line(&self) -> String {
        let operations: Vec<_> = self.operations.iter().map(Operation::to_string).collect();
        format!("{} {}\n", self.program, operations.join(" "))
    }
}

fn main() -> ExitCode {
    let Arguments { programs, sequences, seed } = Arguments::parse();
    println!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let programs: Vec<Program> = (0..programs).map(|_| Generator::program(&mut rng)).collect();
    let sequences: Vec<Sequence> = programs
        .iter()
        .enumerate()
        .flat_map(|(number, program)| (0..sequences).map(move |_| (number, program.family)))
        .map(|(program, family)| Sequence { program, operations: Operation::sequence(&mut rng, family) })
        .collect();

    let traces = match run::both(&programs, &sequences) {
        Ok(traces) => traces,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let mut met = Met::new();
    let (mut operations, mut alive) = (0, 0);
    for (sequence, (python, cogen)) in sequences.iter().zip(traces.python.iter().zip(&traces.cogen)) {
        if let Err(at) = compare(sequence, python, cogen, &mut met) {
            report(&programs[sequence.program], sequence, at, python, cogen);
            return ExitCode::FAILURE;
        }
        operations += sequence.operations.len();
        alive += python.iter().filter(|line| !line.ends_with("GEN_CLOSED")).count();
    }
    println!(
        "{} programs, {} sequences, {operations} operations, {alive} of which left the coroutine alive: no difference but",
        programs.len(),
        sequences.len()
    );
    let mut all_met = true;
    for difference in Difference::ALL {
        let times = met.get(&difference).copied().unwrap_or_default();
        println!("    {difference:?}: {times} times");
        all_met &= times > 0;
    }
    if !all_met {
        eprintln!("some difference was never met: the run is too short to say anything of it");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Compares the traces of one sequence; the number of the operation at which they part is the error.
fn compare(sequence: &Sequence, python: &[String], cogen: &[String], met: &mut Met) -> Result<(), usize> {
    let mut before = "GEN_CREATED";
    for (at, operation) in sequence.operations.iter().enumerate() {
        let lines = python.get(at).and_then(|line| Line::parse(line)).zip(cogen.get(at).and_then(|line| Line::parse(line)));
        let Some((python, cogen)) = lines else {
            return Err(at);
        };
        match translate(&operation.to_string(), before, &python, met) {
            Expected::Line { outcome, log, status } if cogen == (Line { outcome: &outcome, log: &log, status }) => {}
            Expected::Line { .. } => return Err(at),
            Expected::ClosedForGood => {
                let is_closed = matches!((cogen.outcome, cogen.status), ("closed", "Closed") | ("dropped", "gone"));
                return if is_closed { Ok(()) } else { Err(at) };
            }
        }
        before = python.status;
    }
    if python.len() == sequence.operations.len() && cogen.len() == python.len() { Ok(()) } else { Err(sequence.operations.len()) }
}

fn report(program: &Program, sequence: &Sequence, at: usize, python: &[String], cogen: &[String]) {
    eprintln!("Program {} in Python:\n\n{}", sequence.program, python::render(sequence.program, program));
    eprintln!("in Rust:\n\n{}", rust::render(program));
    eprintln!("The traces part at operation {at} of: {}", sequence.line());
    for at in 0..sequence.operations.len().max(python.len()).max(cogen.len()) {
        let line = |trace: &[String]| trace.get(at).cloned().unwrap_or_default();
        let operation = sequence.operations.get(at).map(Operation::to_string).unwrap_or_default();
        eprintln!("{operation:20} {:40} {:40}", line(python), line(cogen));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is compared of a small sequence, with one line of cogen's changed.
    fn compare_with(at: usize, line: &str) -> Result<(), usize> {
        let sequence = Sequence { program: 0, operations: vec![Operation::Send(1), Operation::Start, Operation::Close, Operation::Drop] };
        let python = ["TypeError||GEN_CREATED", "yielded 3|1|GEN_SUSPENDED", "closed|7 8|GEN_CLOSED", "dropped||gone"].map(str::to_owned);
        let mut cogen = ["not started 1||Created", "yielded 3|1|Suspended", "closed|7 8|Closed", "dropped||gone"].map(str::to_owned);
        line.clone_into(&mut cogen[at]);
        compare(&sequence, &python, &cogen, &mut Met::new())
    }

    #[test]
    fn traces_that_agree_are_accepted() {
        assert_eq!(compare_with(0, "not started 1||Created"), Ok(()));
    }

    #[test]
    fn whatever_differs_is_seen() {
        let changes = [
            (0, "not started 2||Created"), // the value
            (0, "yielded 3||Created"),
            (1, "yielded 3||Suspended"), // a side effect
            (1, "yielded 3|1|Closed"),   // the state
            (2, "closed|8 7|Closed"),    // the order
            (3, "dropped|9|gone"),
            (3, "no line at all"),
        ];
        for (at, line) in changes {
            assert_eq!(compare_with(at, line), Err(at), "{line}");
        }
    }
}

//! cogen against CPython: random coroutines, driven by random operations in both.
//!
//! The README of this package explains the harness and lists the intended differences.
//!
//! ```console
//! $ # As in CI:
//! $ cargo run --release -p cogen-conformance
//! $ # A longer run, with a new seed:
//! $ cargo run --release -p cogen-conformance -- --programs 3000 --sequences 100 --fresh
//! ```

#![forbid(unsafe_code)]

mod comparison;
mod difference;
mod generate;
mod grammar;
mod languages;
mod python;
mod rust;
mod sabotage;
mod sequence;
mod source;
mod trace;

use std::process::ExitCode;

use clap::Parser;

use comparison::{Figures, Mismatch, compare};
use difference::Difference;
use grammar::Program;
use languages::Workshop;
use sabotage::Sabotage;
use sequence::Sequence;
use trace::Step;

/// The number of mismatches that are printed in full.
const SHOWN: usize = 3;

#[derive(Parser)]
#[command(about = "cogen against CPython: random coroutines, driven by random operations in both")]
struct Arguments {
    /// The number of programs.
    #[arg(long, default_value_t = 300)]
    programs: usize,
    /// The number of sequences of operations to run on each program.
    #[arg(long, default_value_t = 50)]
    sequences: usize,
    /// The seed of the random choices.
    #[arg(long, default_value_t = 2005)]
    seed: u64,
    /// Uses a new seed in each run.
    #[arg(long, conflicts_with = "seed")]
    fresh: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let seed =
        if arguments.fresh { fastrand::Rng::with_seed(clock()).u64(..) } else { arguments.seed };
    println!("seed {seed}, {}", Workshop::python_version()?);
    let programs: Vec<Program> =
        (0..arguments.programs).map(|number| generate::program(seed, number)).collect();
    let sequences: Vec<Sequence> = programs
        .iter()
        .flat_map(|program| {
            (0..arguments.sequences)
                .map(|number| Sequence::random(seed, program.number, program.family, number))
        })
        .collect();
    let workshop = Workshop::new()?;
    let python = workshop.run_python(&programs, &sequences, None)?;
    let cogen = workshop.run_rust(&programs, &sequences)?;

    let mut figures = Figures::default();
    for (sequence, (python, cogen)) in sequences.iter().zip(python.iter().zip(&cogen)) {
        let program = &programs[sequence.program];
        if let Some(mismatch) = compare(program.family, sequence, python, cogen, &mut figures) {
            if figures.mismatches <= SHOWN {
                report(program, sequence, python, cogen, &mismatch);
            }
        }
    }
    println!(
        "{} programs, {} sequences, {} operations compared",
        programs.len(),
        figures.sequences,
        figures.operations
    );
    let outcomes: Vec<String> =
        figures.outcomes.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    println!("what Python did: {}", outcomes.join(", "));
    println!("traces that met each difference:");
    for (difference, count) in Difference::ALL.into_iter().zip(figures.differences) {
        println!("{count:8} {}", difference.name());
    }
    println!("mismatches = {}", figures.mismatches);
    if figures.mismatches > 0 {
        return Err(format!(
            "cogen differs from Python in {} traces of seed {seed}",
            figures.mismatches
        ));
    }
    if let Some(unmet) =
        Difference::ALL.into_iter().zip(figures.differences).find(|(_, count)| *count == 0)
    {
        return Err(format!(
            "no trace of seed {seed} met the difference `{}`: take more programs",
            unmet.0.name()
        ));
    }
    for sabotage in Sabotage::ALL {
        let sabotaged = workshop.run_python(&programs, &sequences, Some(sabotage))?;
        let mut figures = Figures::default();
        for (sequence, (python, cogen)) in sequences.iter().zip(sabotaged.iter().zip(&cogen)) {
            compare(programs[sequence.program].family, sequence, python, cogen, &mut figures);
        }
        println!("mismatches with {sabotage:?} rendered wrongly = {}", figures.mismatches);
        if figures.mismatches == 0 {
            return Err(format!("{sabotage:?} was rendered wrongly, and nobody saw it"));
        }
    }
    Ok(())
}

/// Returns a number that differs from run to run.
fn clock() -> u64 {
    std::time::UNIX_EPOCH
        .elapsed()
        .map_or(0, |elapsed| elapsed.as_secs() ^ u64::from(elapsed.subsec_nanos()) << 32)
}

/// Prints a mismatch in full.
fn report(
    program: &Program,
    sequence: &Sequence,
    python: &[Step],
    cogen: &[Step],
    mismatch: &Mismatch,
) {
    println!("== program {} in Python\n\n{}", program.number, python::program(program));
    println!("== in Rust\n\n{}", rust::module(program));
    println!("== sequence: {sequence}\n");
    for (index, operation) in sequence.operations.iter().enumerate().take(mismatch.index + 1) {
        println!("{operation}\n    Python: {}\n    cogen:  {}", python[index], cogen[index]);
    }
    println!("    must be {}\n", mismatch.expected);
}

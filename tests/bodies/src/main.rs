//! Random bodies, with yields wherever an expression is possible. The expansion of the macros must
//! behave like an interpreter of the same tree, and like the same code with calls in place of the
//! yields. Bodies with a mistake must be rejected with the words of `macros/src/diagnostics.rs`, at
//! the mistake.
//!
//! ```console
//! $ cargo run --release -p cogen-bodies                              # as in CI
//! $ cargo run --release -p cogen-bodies -- --bodies 5000 --seed 7
//! ```

mod generate;
mod grammar;
mod interpreter;
mod mistakes;
mod render;
mod run;

use std::process::ExitCode;

use clap::Parser;
use fastrand::Rng;

use crate::generate::Generator;
use crate::grammar::Body;

#[derive(Parser)]
#[command(about = "Compares what the macros make of random bodies with what these say")]
struct Arguments {
    /// The number of bodies.
    #[arg(long, default_value_t = 400)]
    bodies: usize,
    /// The number of runs of each body. Each run has another sequence of sent numbers.
    #[arg(long, default_value_t = 12)]
    runs: usize,
    /// The number of bodies with a mistake.
    #[arg(long, default_value_t = 60)]
    mistakes: usize,
    /// The seed of the random choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let Arguments { bodies, runs, mistakes, seed } = Arguments::parse();
    println!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let bodies: Vec<Body> = (0..bodies).map(|_| Generator::body(&mut rng)).collect();
    let sent: Vec<Vec<i64>> =
        (0..runs).map(|run| (0..3 * run).map(|_| rng.i64(0..100)).collect()).collect();
    match check(&bodies, &sent).and_then(|()| mistakes::check(&mut rng, mistakes)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs all bodies in their three forms, and compares the results.
fn check(bodies: &[Body], sent: &[Vec<i64>]) -> Result<(), String> {
    let traces = run::traces(bodies, sent)?;
    let (mut yields, mut ended, mut failed) = (0, 0, 0);
    for (number, body) in bodies.iter().enumerate() {
        for (run, sent) in sent.iter().enumerate() {
            let run_of_the_tree = interpreter::run(body, sent);
            let expected = run_of_the_tree.trace.join(", ");
            let [coroutine, plain] = &traces[number][run];
            if expected != *coroutine || expected != *plain {
                return Err(format!(
                    "Body {number}:\n\n{}\nis sent {sent:?}\n\n\
                     interpreted:  {expected}\n\
                     as coroutine: {coroutine}\n\
                     plain:        {plain}",
                    render::module(body)
                ));
            }
            yields += expected.matches("gave").count();
            ended += usize::from(expected.contains("returned"));
            failed += usize::from(run_of_the_tree.failed);
        }
    }
    println!(
        "{} bodies, {} runs of each, {yields} yields, {ended} runs to the end, {failed} to a `?` \
         that gives the last item: each does what it says",
        bodies.len(),
        sent.len()
    );
    Ok(())
}

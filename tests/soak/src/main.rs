//! The event loop under random load.
//!
//! Each round makes a loop and gives it a number of random things to do at once: tasks that sleep,
//! yield, spawn, panic, cancel each other, wait for promises of other threads, talk over
//! sockets; callbacks and timers, of which many are cancelled. Some rounds wait for all of it,
//! others drop the loop in the middle. After each, no task, descriptor or allocation is left over.
//!
//! ```console
//! $ cargo run --release -p cogen-soak -- --minutes 60
//! $ cargo run --release -p cogen-soak -- --rounds 6000 --seed 1     # as in CI
//! ```

mod counting;
mod load;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

#[derive(Parser)]
#[command(about = "The event loop under random load: afterwards nothing is left over")]
struct Arguments {
    /// How many rounds to run.
    #[arg(long, default_value_t = 300)]
    rounds: u64,
    /// Runs for so many minutes, however many rounds these are.
    #[arg(long, conflicts_with = "rounds")]
    minutes: Option<u64>,
    /// What the random choices follow from; a new one each time, if it is left out.
    #[arg(long)]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(|| {
        fastrand::Rng::with_seed(u64::from(std::process::id())).u64(..) ^ clock()
    });
    println!("seed {seed}");
    load::hide_panics();
    let end = arguments.minutes.map(|minutes| Instant::now() + Duration::from_secs(60 * minutes));
    let mut totals = load::Totals::default();
    // What the process keeps for itself is there after these.
    for round in 0..3 {
        load::round(seed, round, &mut totals);
    }
    let (allocations, descriptors) = (counting::live(), descriptors());
    let mut round = 3;
    while end.map_or(round < arguments.rounds, |end| Instant::now() < end) {
        load::round(seed, round, &mut totals);
        let (allocations_now, descriptors_now) = (counting::live(), self::descriptors());
        if (allocations_now, descriptors_now) != (allocations, descriptors) {
            eprintln!(
                "round {round} of seed {seed} has left something over: {allocations_now} \
                 allocations, before {allocations}; {descriptors_now} descriptors, before \
                 {descriptors}"
            );
            return ExitCode::FAILURE;
        }
        round += 1;
    }
    println!("{round} rounds, {totals}: no task, descriptor or allocation is left over");
    ExitCode::SUCCESS
}

/// Something that differs from run to run.
fn clock() -> u64 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.subsec_nanos().into())
}

/// How many descriptors this process has open, where the system tells.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

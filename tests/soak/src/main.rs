//! The event loop under random load.
//!
//! Each round creates a loop and starts a number of random operations at once: tasks that sleep,
//! yield, spawn, panic, cancel each other, wait for promises of other threads, call functions on
//! other threads, use sockets and TLS, send datagrams, and run groups of tasks. It also schedules
//! callbacks and timers, and cancels many of them. Some rounds wait for all operations, others drop
//! the loop in the middle. After each round, no task, descriptor or allocation is left over.
//!
//! ```console
//! $ cargo run --release -p cogen-soak -- --minutes 60
//! $ cargo run --release -p cogen-soak -- --rounds 2000 --seed 1     # as in CI
//! ```

mod counting;
mod load;
mod tls;

use std::process::{Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use cogen::executor::{block_on, to_thread};

/// The variable of the crate `blocking`, which runs the functions of `to_thread`.
const THREADS: &str = "BLOCKING_MAX_THREADS";

#[derive(Parser)]
#[command(about = "The event loop under random load: afterwards nothing is left over")]
struct Arguments {
    /// The number of rounds.
    #[arg(long, default_value_t = 300)]
    rounds: u64,
    /// The number of minutes to run, instead of a number of rounds.
    #[arg(long, conflicts_with = "rounds")]
    minutes: Option<u64>,
    /// The seed of the random choices. Without it, each run has a new seed.
    #[arg(long)]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // With one thread for `to_thread`, the last function to be started is also the last one to end.
    if std::env::var_os(THREADS).is_none() {
        let program = std::env::current_exe().expect("it runs");
        let arguments = std::env::args_os().skip(1);
        let status = Command::new(program).args(arguments).env(THREADS, "1").status();
        let is_fine = status.expect("it runs again").success();
        return if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let seed = arguments.seed.unwrap_or_else(|| {
        fastrand::Rng::with_seed(u64::from(std::process::id())).u64(..) ^ clock()
    });
    println!("seed {seed}");
    load::hide_panics();
    let end = arguments.minutes.map(|minutes| Instant::now() + Duration::from_secs(60 * minutes));
    let mut totals = load::Totals::default();
    // These rounds make the allocations that the process keeps.
    for round in 0..3 {
        load::round(seed, round, &mut totals);
        wait_for_functions();
    }
    thread::sleep(Duration::from_millis(100)); // the last function is just being dropped
    let before = (counting::live(), descriptors());
    let mut round = 3;
    while end.map_or(round < arguments.rounds, |end| Instant::now() < end) {
        load::round(seed, round, &mut totals);
        wait_for_functions();
        let patience = Instant::now() + Duration::from_secs(10);
        loop {
            let now = (counting::live(), descriptors());
            if now == before {
                break;
            }
            if Instant::now() > patience {
                eprintln!(
                    "round {round} of seed {seed} has left something over: (allocations, \
                     descriptors) are {now:?}, before {before:?}"
                );
                return ExitCode::FAILURE;
            }
            // The thread of `to_thread` drops a function after it has sent the result.
            thread::sleep(Duration::from_micros(100));
        }
        round += 1;
    }
    println!("{round} rounds, {totals}: no task, descriptor or allocation is left over");
    ExitCode::SUCCESS
}

/// Waits until the thread of `to_thread` has run everything. Afterwards the thread exists.
fn wait_for_functions() {
    block_on(to_thread(|| ())).expect("it doesn't panic");
}

/// Returns a number that differs from run to run.
fn clock() -> u64 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.subsec_nanos().into())
}

/// Returns the number of open descriptors of this process, or 0 where `/proc` doesn't tell it.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

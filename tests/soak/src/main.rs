//! The event loop under random load.
//!
//! Each round makes a loop and gives it a number of random things to do at once: tasks that sleep,
//! yield, spawn, panic, cancel each other, wait for promises of other threads, call functions on
//! other threads, talk over sockets and over TLS, send datagrams, run groups of tasks; callbacks
//! and timers, of which many are cancelled. Some rounds wait for all of it, others drop the loop in
//! the middle. After each, no task, descriptor or allocation is left over.
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
    // With one thread for `to_thread`, it is known when all functions have ended.
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
    // What the process keeps for itself is there after these.
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
            // The thread drops what it has run after it says so.
            thread::sleep(Duration::from_micros(100));
        }
        round += 1;
    }
    println!("{round} rounds, {totals}: no task, descriptor or allocation is left over");
    ExitCode::SUCCESS
}

/// Waits until the thread of `to_thread` has run everything. It is there then.
fn wait_for_functions() {
    block_on(to_thread(|| ())).expect("it doesn't panic");
}

/// Something that differs from run to run.
fn clock() -> u64 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.subsec_nanos().into())
}

/// How many descriptors this process has open, where the system tells.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

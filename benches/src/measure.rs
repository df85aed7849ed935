//! Counts instructions and measures times.

use std::env;
use std::hint::black_box;
use std::io::{Error, ErrorKind};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use crate::contest::{Contestant, Workload};

/// The numbers of steps whose difference is counted, so that the start of the program and the first
/// step don't count.
const COUNTED: [u64; 2] = [10_000, 110_000];
const TIMED: u64 = 100_000;
const ROUNDS: usize = 21;

/// Returns the instructions per step of each contestant, or nothing where valgrind is missing.
pub(crate) fn instructions(workload: &Workload) -> Result<Option<Vec<f64>>, Error> {
    let program = env::current_exe()?;
    let count = |contestant: &Contestant| {
        let [few, many] = steps(workload);
        let count = |steps: u64| {
            collected(&program, &["measure", workload.name, contestant.name, &steps.to_string()])
        };
        Ok((count(many)? - count(few)?) as f64 / (many - few) as f64)
    };
    match in_parallel(&workload.contestants(), count).into_iter().collect() {
        Ok(counts) => Ok(Some(counts)),
        Err(error) if Error::kind(&error) == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns two different numbers of steps to count, each in whole rounds.
fn steps(workload: &Workload) -> [u64; 2] {
    let [few, many] = COUNTED;
    let few = workload.whole_rounds(few);
    [few, workload.whole_rounds(many.max(few + 1))]
}

/// Counts for several contestants at once. Other work of the machine doesn't change the number of
/// instructions.
fn in_parallel<T: Sync, R: Send>(items: &[T], compute: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut results = Vec::new();
        while let Some((at, item)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            items.get(at).map(|item| (at, item))
        } {
            results.push((at, compute(item)));
        }
        results
    };
    let mut results = thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("counting doesn't panic"))
            .collect::<Vec<_>>()
    });
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Returns the instructions that a whole process takes.
pub(crate) fn collected(program: &Path, arguments: &[&str]) -> Result<i64, Error> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .output()?;
    let messages = String::from_utf8_lossy(&output.stderr);
    let count =
        messages.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    count
        .filter(|_| output.status.success())
        .ok_or_else(|| Error::other(format!("valgrind says: {messages}")))
}

/// Returns the nanoseconds per step of each contestant: the medians of rounds in which all take
/// turns, so that the machine's other work affects all alike.
pub(crate) fn nanoseconds(workload: &Workload) -> Vec<f64> {
    let contestants = workload.contestants();
    let steps = workload.whole_rounds(TIMED);
    let mut times = vec![Vec::with_capacity(ROUNDS); contestants.len()];
    for _ in 0..ROUNDS {
        for (contestant, times) in contestants.iter().zip(&mut times) {
            let start = Instant::now();
            black_box((contestant.run)(black_box(steps)));
            times.push(start.elapsed().as_nanos());
        }
    }
    let median = |mut times: Vec<u128>| {
        times.sort_unstable();
        times[ROUNDS / 2] as f64 / steps as f64
    };
    times.into_iter().map(median).collect()
}

//! Counts instructions and takes times.

use std::env;
use std::hint::black_box;
use std::io::{Error, ErrorKind};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::contest::Workload;

/// The numbers of steps whose difference is counted, so that neither the program's start nor the
/// first step matters.
const COUNTED: [u64; 2] = [10_000, 110_000];
const TIMED: u64 = 1_000_000;
const ROUNDS: usize = 31;

/// The instructions per step of each contestant, or nothing where valgrind is missing.
pub(crate) fn instructions(workload: &Workload) -> Result<Option<Vec<f64>>, Error> {
    let program = env::current_exe()?;
    let counts = workload.contestants().into_iter().map(|contestant| {
        let count = |steps: u64| {
            collected(&program, &["measure", workload.name, contestant.name, &steps.to_string()])
        };
        let [few, many] = COUNTED;
        let more = count(many)? - count(few)?;
        Ok(more as f64 / (many - few) as f64)
    });
    match counts.collect::<Result<_, Error>>() {
        Ok(counts) => Ok(Some(counts)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The instructions that a whole process takes.
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

/// The nanoseconds per step of each contestant: the medians of rounds that all take part in by
/// turns, since whatever else the machine does then hits all alike.
pub(crate) fn nanoseconds(workload: &Workload) -> Vec<f64> {
    let contestants = workload.contestants();
    let mut times = vec![Vec::with_capacity(ROUNDS); contestants.len()];
    for _ in 0..ROUNDS {
        for (contestant, times) in contestants.iter().zip(&mut times) {
            let start = Instant::now();
            black_box((contestant.run)(black_box(TIMED)));
            times.push(start.elapsed().as_nanos());
        }
    }
    let median = |mut times: Vec<u128>| {
        times.sort_unstable();
        times[ROUNDS / 2] as f64 / TIMED as f64
    };
    times.into_iter().map(median).collect()
}

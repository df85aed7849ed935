//! Row C17, measured: what a switch costs between coroutines, between tasks, and between threads with channels.

use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use cogen::executor::{block_on, spawn, yield_now};
use cogen::{Coroutine, CoroutineExt};

use crate::output::say;

/// A round lets each of them run once.
const SWITCHES_OF_COROUTINES: usize = 4_000_000;
const SWITCHES_OF_TASKS: usize = 1_000_000;
const SWITCHES_OF_THREADS: usize = 100_000;

/// Prints the nanoseconds a switch, for two of a kind and for many.
pub(crate) fn run() -> ExitCode {
    say!("nanoseconds a switch");
    say!("{:>6} {:>12} {:>8} {:>9}", "how many", "coroutines", "tasks", "threads");
    for number in [2, 100, 1000] {
        let coroutines = per_switch(SWITCHES_OF_COROUTINES, |switches| coroutines(number, switches));
        let tasks = per_switch(SWITCHES_OF_TASKS, |switches| tasks(number, switches));
        let threads = per_switch(SWITCHES_OF_THREADS, |switches| threads(number, switches));
        say!("{number:>8} {coroutines:>12.1} {tasks:>8.1} {threads:>9.1}");
    }
    ExitCode::SUCCESS
}

fn per_switch(switches: usize, run: impl FnOnce(usize)) -> f64 {
    let start = Instant::now();
    run(switches);
    start.elapsed().as_nanos() as f64 / switches as f64
}

/// Coroutines that run by turns.
fn coroutines(number: usize, switches: usize) {
    #[cogen::coroutine]
    fn player() -> impl Coroutine<usize, Yield = usize> {
        let mut ball = 0;
        loop {
            ball = yield_!(ball + 1);
        }
    }

    let mut players: Vec<_> = (0..number).map(|_| Box::pin(player()).primed()).collect();
    let mut ball = 0;
    for _ in 0..switches / number {
        for player in &mut players {
            ball = player.send(ball).yielded().expect("a player plays for ever");
        }
    }
    assert_eq!(ball, switches / number * number);
}

/// Tasks of one loop that run by turns.
fn tasks(number: usize, switches: usize) {
    block_on(async {
        let tasks: Vec<_> = (0..number)
            .map(|_| {
                spawn(async move {
                    for _ in 0..switches / number {
                        yield_now().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no task panics");
        }
    });
}

/// Threads in a ring that pass a ball on through channels.
fn threads(number: usize, switches: usize) {
    let (ends, starts): (Vec<_>, Vec<_>) = (0..number).map(|_| mpsc::channel::<usize>()).unzip();
    let first = ends[0].clone();
    let mut ends: Vec<_> = ends.into_iter().map(Some).collect();
    thread::scope(|scope| {
        for (at, from) in starts.into_iter().enumerate() {
            let to = ends[(at + 1) % number].take().expect("each thread has one successor");
            scope.spawn(move || {
                // When the ball has come round often enough, the channels close one after another.
                for ball in from {
                    if ball == 0 || to.send(ball - 1).is_err() {
                        break;
                    }
                }
            });
        }
        first.send(switches).expect("the first thread waits for the ball");
        drop(first);
    });
}

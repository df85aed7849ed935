//! Row C17, measured: the cost of a switch between coroutines, between tasks, and between threads
//! with channels.

use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use cogen::executor::{block_on, spawn, yield_now};
use cogen::{Coroutine, CoroutineExt};

use crate::output::say;
use crate::python::yes;

/// A round lets each of them run once.
const SWITCHES_OF_COROUTINES: usize = 4_000_000;
const SWITCHES_OF_TASKS: usize = 1_000_000;
const SWITCHES_OF_THREADS: usize = 100_000;

/// Prints the nanoseconds of a switch, for two of a kind and for many.
pub(crate) fn run() -> ExitCode {
    say!("nanoseconds a switch");
    say!("{:>6} {:>12} {:>8} {:>9}", "how many", "coroutines", "tasks", "threads");
    for number in [2, 100, 1000] {
        let coroutines =
            per_switch(SWITCHES_OF_COROUTINES, |switches| coroutines(number, switches));
        let tasks = per_switch(SWITCHES_OF_TASKS, |switches| tasks(number, switches));
        let threads = per_switch(SWITCHES_OF_THREADS, |switches| threads(number, switches));
        say!("{number:>8} {coroutines:>12.1} {tasks:>8.1} {threads:>9.1}");
    }
    ExitCode::SUCCESS
}

/// C17 (notes 000, 002, 003): a switch between coroutines is far cheaper than one between threads,
/// for any number of them.
pub(crate) fn verdict() {
    for number in [2, 100] {
        let (switches, between_coroutines) = fastest(|| coroutines(number, 2000));
        let (same, between_threads) = fastest(|| threads(number, 2000));
        let cheaper = between_coroutines * 3 < between_threads;
        say!(
            "{number} of them: {switches} and {same} switches, cheaper between coroutines: {}",
            yes(cheaper)
        );
    }
}

/// Returns the fastest of five runs, because other programs on the machine take time, too.
fn fastest(run: impl Fn() -> usize) -> (usize, Duration) {
    let mut elapsed = Duration::MAX;
    let mut switches = 0;
    for _ in 0..5 {
        let start = Instant::now();
        switches = run();
        elapsed = elapsed.min(start.elapsed());
    }
    (switches, elapsed)
}

fn per_switch(switches: usize, run: impl FnOnce(usize) -> usize) -> f64 {
    let start = Instant::now();
    let switches = run(switches);
    start.elapsed().as_nanos() as f64 / switches as f64
}

/// Passes a ball between `number` coroutines, with `switches` switches.
fn coroutines(number: usize, switches: usize) -> usize {
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
    ball
}

/// Runs `number` tasks of one loop in turn, with `switches` switches.
fn tasks(number: usize, switches: usize) -> usize {
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
    switches / number * number
}

/// Passes a ball through channels in a ring of `number` threads, with `switches` switches.
fn threads(number: usize, switches: usize) -> usize {
    let (ends, starts): (Vec<_>, Vec<_>) = (0..number).map(|_| mpsc::channel::<usize>()).unzip();
    let successors: Vec<_> = ends.iter().cycle().skip(1).take(number).cloned().collect();
    thread::scope(|scope| {
        let players: Vec<_> = starts
            .into_iter()
            .zip(successors)
            .map(|(from, to)| {
                scope.spawn(move || {
                    // After the last round, the thread with the ball ends. Then the others end,
                    // because their channels close.
                    for ball in from {
                        if ball == switches || to.send(ball + 1).is_err() {
                            return ball;
                        }
                    }
                    0
                })
            })
            .collect();
        ends[0].send(0).expect("the first thread waits for the ball");
        drop(ends);
        players
            .into_iter()
            .map(|player| player.join().expect("no thread panics"))
            .max()
            .unwrap_or_default()
    })
}

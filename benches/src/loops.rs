//! Event loops: cogen's, and with the feature `peers` tokio's current-thread runtime and smol's
//! `LocalExecutor`.

mod cogen;
pub(crate) mod floods;
#[cfg(feature = "peers")]
mod smol;
#[cfg(feature = "peers")]
mod tokio;

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

/// The contestants take turns in each round, so other work of the machine affects all of them
/// alike.
const ROUNDS: usize = 21;
const TASKS: usize = 100_000;
const SWITCHES: usize = 1_000_000;
const TIMERS: usize = 100_000;
const CONNECTIONS: usize = 64;
const MESSAGE: usize = 64;
const ROUND_TRIPS: usize = 200;
/// The timers are spread over this span.
const SPAN: Duration = Duration::from_millis(100);

/// The operations that are measured. Each call creates a loop, runs it and drops it.
struct Contestant {
    name: &'static str,
    /// Spawns the given number of tasks, and waits for them.
    spawn: fn(usize),
    /// Lets two tasks run in turn, with the `yield_now` of the loop, the given number of times.
    yield_now: fn(usize),
    /// The same, with a future that wakes itself.
    self_wake: fn(usize),
    /// Waits for the given number of timers, spread over the span, each in a task.
    timers: fn(usize),
    /// Creates a timer and cancels it, the given number of times.
    cancel: fn(usize),
    /// Sends the given number of messages over each of several connections to an echo server on
    /// the same loop, and receives them.
    echo: fn(usize),
}

struct Workload {
    title: &'static str,
    run: fn(&Contestant),
    /// The number of counted operations.
    operations: usize,
    /// The time that every loop has to wait.
    wait: Duration,
    /// The most time that cogen may take, as a multiple of tokio's.
    limit: f64,
}

const fn workload(
    title: &'static str,
    run: fn(&Contestant),
    operations: usize,
    wait: Duration,
    limit: f64,
) -> Workload {
    Workload { title, run, operations, wait, limit }
}

const WORKLOADS: [Workload; 6] = [
    workload(
        "spawn and join 100 000 tasks",
        |contestant| (contestant.spawn)(TASKS),
        TASKS,
        Duration::ZERO,
        0.5,
    ),
    workload(
        "a million `yield_now`",
        |contestant| (contestant.yield_now)(SWITCHES),
        SWITCHES,
        Duration::ZERO,
        0.4,
    ),
    workload(
        "a million bare self-wakes",
        |contestant| (contestant.self_wake)(SWITCHES),
        SWITCHES,
        Duration::ZERO,
        1.1,
    ),
    workload(
        "100 000 timers of 0 to 100 ms, beyond the wait",
        |contestant| (contestant.timers)(TIMERS),
        TIMERS,
        SPAN,
        0.8,
    ),
    workload(
        "a timer made and cancelled",
        |contestant| (contestant.cancel)(TIMERS),
        TIMERS,
        Duration::ZERO,
        0.4,
    ),
    workload(
        "TCP echo, 64 connections, 64 bytes",
        |contestant| (contestant.echo)(ROUND_TRIPS),
        CONNECTIONS * ROUND_TRIPS,
        Duration::ZERO,
        1.0,
    ),
];

const CONTESTANTS: &[Contestant] = &[
    cogen::CONTESTANT,
    #[cfg(feature = "peers")]
    tokio::CONTESTANT,
    #[cfg(feature = "peers")]
    smol::CONTESTANT,
];

/// Prints the nanoseconds per operation and the ratios, as Markdown.
pub(crate) fn print() {
    let names: Vec<_> = CONTESTANTS.iter().map(|contestant| contestant.name).collect();
    println!(
        "| workload, ns an operation | {} | cogen / tokio | at most | met | cogen / smol |",
        names.join(" | ")
    );
    println!("|---{}|--:|--:|---|--:|", "|--:".repeat(names.len()));
    for workload in &WORKLOADS {
        let times = nanoseconds(workload);
        let cells: Vec<_> = times.iter().map(|time| format!("{time:.1}")).collect();
        print!("| {} | {} |", workload.title, cells.join(" | "));
        match times[..] {
            [ours, tokio, smol] => {
                let (ratio, limit) = (ours / tokio, workload.limit);
                println!(
                    " {ratio:.2} | {limit:.1} | {} | {:.2} |",
                    if ratio <= limit { "yes" } else { "**no**" },
                    ours / smol
                );
            }
            _ => println!(" – | {:.1} | – | – |", workload.limit),
        }
    }
    println!(
        "\nEcho through the buffered streams of `executor::net`, as asyncio's in `asyncio/`: {:.0} \
         ns a round trip.",
        buffered()
    );
}

/// Returns the medians of the rounds.
fn nanoseconds(workload: &Workload) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(ROUNDS); CONTESTANTS.len()];
    for _ in 0..ROUNDS {
        for (contestant, times) in CONTESTANTS.iter().zip(&mut times) {
            times.push(time(|| (workload.run)(contestant)).saturating_sub(workload.wait));
        }
    }
    times
        .iter_mut()
        .map(|times| median(times).as_nanos() as f64 / workload.operations as f64)
        .collect()
}

fn buffered() -> f64 {
    let mut times: Vec<_> =
        (0..ROUNDS).map(|_| time(|| cogen::echo_through_streams(ROUND_TRIPS))).collect();
    median(&mut times).as_nanos() as f64 / (CONNECTIONS * ROUND_TRIPS) as f64
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Returns the delay of a timer. The delays are not in ascending order.
fn delay(timer: usize) -> Duration {
    SPAN.mul_f64((timer * 7919 % TIMERS) as f64 / TIMERS as f64)
}

/// A future that is pending once, and wakes its task itself.
fn self_wake() -> impl Future<Output = ()> {
    let mut woken = false;
    std::future::poll_fn(move |cx| {
        if std::mem::replace(&mut woken, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Polls a future once and drops it.
async fn once(future: impl Future<Output = ()>) {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        assert!(future.as_mut().poll(cx).is_pending(), "the timer is far off");
        Poll::Ready(())
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_loops_do_the_work() {
        for contestant in CONTESTANTS {
            (contestant.spawn)(10);
            (contestant.yield_now)(10);
            (contestant.self_wake)(10);
            (contestant.timers)(10);
            (contestant.cancel)(10);
            (contestant.echo)(2);
        }
        cogen::echo_through_streams(2);
    }
}

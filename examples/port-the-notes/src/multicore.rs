//! Row C16, for many cores: one event loop a core, on shared work.
//!
//! Within a loop nothing needs a lock, because its tasks take turns. The loops share one counter,
//! from which each task takes the next piece.

use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cogen::executor::{block_on, gather, yield_now};

use crate::output::say;

/// The upper bound of the counted primes.
const END: u32 = 4_000_000;
const PIECE: u32 = 10_000;
const TASKS_PER_LOOP: usize = 4;

/// Counts primes on one loop, and then on one a core.
pub(crate) fn run() -> ExitCode {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (primes, alone) = count(1);
    say!("1 loop: {primes} primes below {END} in {:.2} s", alone.as_secs_f64());
    let (again, together) = count(cores);
    assert_eq!(again, primes, "the loops count what one loop counts");
    say!("{cores} loops: {again} primes below {END} in {:.2} s", together.as_secs_f64());
    say!("speed-up: {:.2} on {cores} cores", alone.as_secs_f64() / together.as_secs_f64());
    ExitCode::SUCCESS
}

/// Returns the number of primes, counted by this number of loops, and the time.
fn count(loops: usize) -> (usize, Duration) {
    let next = AtomicU32::new(0);
    let start = Instant::now();
    let primes = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..loops).map(|_| scope.spawn(|| block_on(count_on_this_loop(&next)))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no loop panics")).sum()
    });
    (primes, start.elapsed())
}

async fn count_on_this_loop(next: &AtomicU32) -> usize {
    gather((0..TASKS_PER_LOOP).map(|_| count_pieces(next))).await.into_iter().sum()
}

/// Takes pieces until none is left, and lets the loop's other tasks run after each.
async fn count_pieces(next: &AtomicU32) -> usize {
    let mut primes = 0;
    loop {
        let start = next.fetch_add(PIECE, Ordering::Relaxed);
        if start >= END {
            return primes;
        }
        primes += (start..(start + PIECE).min(END)).filter(|&number| is_prime(number)).count();
        yield_now().await;
    }
}

fn is_prime(number: u32) -> bool {
    number >= 2
        && (2..)
            .take_while(|divisor| divisor * divisor <= number)
            .all(|divisor| number % divisor != 0)
}

//! Delays that are caused by peers that send or receive without pause: how late a timer fires, and
//! how long an echo takes.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::MESSAGE;

/// The contestants take turns in each round.
const ROUNDS: usize = 5;
/// The number of timers, or of echoed messages, in a round.
const SAMPLES: usize = 300;
/// The delay of a timer.
pub(super) const DELAY: Duration = Duration::from_millis(1);
/// The number of bytes that a handler reads or writes at once.
pub(super) const CHUNK: usize = 64 * 1024;

/// The action of the handler of a flooding connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flood {
    /// Reads into its own buffer.
    Read,
    /// Copies from a buffered reader and discards the bytes.
    Copy,
    /// Writes, and waits until there is room.
    Write,
}

/// The operations that are measured. Each runs on its own loop.
pub(super) struct Flooded {
    pub(super) name: &'static str,
    /// Runs the given number of timers one after another, beside the given number of floods.
    /// Returns how late each timer fires.
    pub(super) timers: fn(usize, Flood, usize) -> Vec<Duration>,
    /// Echoes the messages of a [`Client`] beside the given number of floods.
    pub(super) echo: fn(usize, Flood, usize) -> Vec<Duration>,
}

struct Workload {
    title: &'static str,
    run: fn(&Flooded) -> Vec<Duration>,
}

const WORKLOADS: [Workload; 7] = [
    Workload {
        title: "timer beside a peer that sends, read",
        run: |flooded| (flooded.timers)(SAMPLES, Flood::Read, 1),
    },
    Workload {
        title: "timer beside three peers that send, read",
        run: |flooded| (flooded.timers)(SAMPLES, Flood::Read, 3),
    },
    Workload {
        title: "timer beside a peer that sends, copied",
        run: |flooded| (flooded.timers)(SAMPLES, Flood::Copy, 1),
    },
    Workload {
        title: "timer beside three peers that send, copied",
        run: |flooded| (flooded.timers)(SAMPLES, Flood::Copy, 3),
    },
    Workload {
        title: "timer beside three downloads",
        run: |flooded| (flooded.timers)(SAMPLES, Flood::Write, 3),
    },
    Workload {
        title: "echo beside three peers that send, read",
        run: |flooded| (flooded.echo)(SAMPLES, Flood::Read, 3),
    },
    Workload {
        title: "echo beside three downloads",
        run: |flooded| (flooded.echo)(SAMPLES, Flood::Write, 3),
    },
];

const CONTESTANTS: &[Flooded] = &[
    super::cogen::FLOODED,
    #[cfg(feature = "peers")]
    super::tokio::FLOODED,
];

/// Prints the delays, as Markdown.
pub(crate) fn print() {
    println!("| milliseconds late | | mean | median | 99 % | worst |\n|---|---|--:|--:|--:|--:|");
    for workload in &WORKLOADS {
        let mut samples = vec![Vec::new(); CONTESTANTS.len()];
        for _ in 0..ROUNDS {
            for (contestant, samples) in CONTESTANTS.iter().zip(&mut samples) {
                samples.extend((workload.run)(contestant));
            }
        }
        for (contestant, samples) in CONTESTANTS.iter().zip(&mut samples) {
            samples.sort_unstable();
            let at = |part: f64| {
                samples[((samples.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3
            };
            let mean = samples.iter().sum::<Duration>().as_secs_f64() * 1e3 / samples.len() as f64;
            println!(
                "| {} | {} | {mean:.2} | {:.2} | {:.2} | {:.2} |",
                workload.title,
                contestant.name,
                at(0.5),
                at(0.99),
                at(1.0)
            );
        }
    }
}

/// Threads that send to the loop, or receive from it, until it closes the connections.
pub(super) struct Peers(Vec<JoinHandle<()>>);

impl Peers {
    pub(super) fn start(address: SocketAddr, flood: Flood, count: usize) -> Self {
        let threads = (0..count).map(|_| {
            let stream = TcpStream::connect(address).unwrap(); // which the system accepts
            std::thread::spawn(move || run(stream, flood))
        });
        Self(threads.collect())
    }

    /// Waits for the threads. The connections have to be closed before.
    pub(super) fn join(self) {
        for thread in self.0 {
            thread.join().unwrap();
        }
    }
}

fn run(mut stream: TcpStream, flood: Flood) {
    if flood == Flood::Write {
        // An error ends the connection, too.
        let _ = io::copy(&mut stream, &mut io::sink());
        return;
    }
    let mebibyte = vec![0; 1 << 20];
    while stream.write_all(&mebibyte).is_ok() {}
}

/// A thread that sends messages to an echo server, one after another.
pub(super) struct Client {
    thread: JoinHandle<Vec<Duration>>,
    is_done: Arc<AtomicBool>,
}

impl Client {
    pub(super) fn start(address: SocketAddr, messages: usize) -> Self {
        let is_done = Arc::new(AtomicBool::new(false));
        let done = is_done.clone();
        let thread = std::thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_nodelay(true).unwrap();
            let mut message = [1; MESSAGE];
            let times = (0..messages)
                .map(|_| {
                    let start = Instant::now();
                    stream.write_all(&message).unwrap();
                    stream.read_exact(&mut message).unwrap();
                    start.elapsed()
                })
                .collect();
            done.store(true, Ordering::Release);
            times
        });
        Self { thread, is_done }
    }

    pub(super) fn is_done(&self) -> bool {
        self.is_done.load(Ordering::Acquire)
    }

    /// Returns how long each message took.
    pub(super) fn join(self) -> Vec<Duration> {
        self.thread.join().unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_loops_go_on_beside_floods() {
        for contestant in CONTESTANTS {
            for flood in [Flood::Read, Flood::Copy, Flood::Write] {
                assert_eq!((contestant.timers)(2, flood, 2).len(), 2);
                assert_eq!((contestant.echo)(2, flood, 2).len(), 2);
            }
        }
    }
}

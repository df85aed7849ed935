//! The drivers of the protocol. Each accepts clients and carries out the requests of their
//! coroutines.

pub(crate) mod ending;
pub(crate) mod event_loop;
pub(crate) mod threads;
pub(crate) mod tokio;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

/// How long a driver waits before it accepts again when the system has no more descriptors.
const RETRY: Duration = Duration::from_millis(100);

/// The outcome of a server.
pub(crate) enum Outcome {
    /// All requests that had begun were finished.
    Finished,
    /// The time for that was over.
    Unfinished,
}

/// Prints the address of the server. Errors of the output are ignored.
fn announce(address: SocketAddr) {
    let _ = writeln!(io::stdout(), "listening on {address}");
}

//! What drives the protocol: each driver accepts clients and does what their coroutines want.

pub(crate) mod ending;
pub(crate) mod event_loop;
pub(crate) mod threads;
pub(crate) mod tokio;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

/// How long a driver waits before it accepts again when the system has no more descriptors.
const RETRY: Duration = Duration::from_millis(100);

/// How a server has ended.
pub(crate) enum Outcome {
    /// All requests that had begun were finished.
    Finished,
    /// The time for that was over before.
    Unfinished,
}

/// Says where the server listens. Nobody has to read that.
fn announce(address: SocketAddr) {
    let _ = writeln!(io::stdout(), "listening on {address}");
}

//! The workflow of `checkout` as a service of [Restate](https://restate.dev). This engine keeps a
//! journal of each order, and runs the order on any process that is alive. The embedded program
//! drives the same coroutine.

mod ledger;
mod order;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use restate_sdk::prelude::{Endpoint, HttpServer};
use tokio::net::{TcpListener, TcpSocket};

use crate::ledger::Ledger;
use crate::order::Checkout;

/// Serves orders for a Restate server. Start as many of these as you like, on one address.
#[derive(Parser)]
struct Arguments {
    /// The directory with the actions of the bank and the carrier
    ledger: PathBuf,
    /// Where the Restate server finds this service
    #[arg(long, default_value = "127.0.0.1:9080")]
    listen: SocketAddr,
    /// How many times faster the clock goes
    #[arg(long, default_value_t = 1, hide = true)]
    hurry: u32,
    /// How many milliseconds the bank and the carrier take to reply after an action
    #[arg(long, default_value_t = 0, hide = true)]
    latency: u64,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let Arguments { ledger, listen, hurry, latency } = Arguments::parse();
    let checkout =
        Checkout { ledger: Ledger::new(ledger), hurry, latency: Duration::from_millis(latency) };
    let server = HttpServer::new(Endpoint::builder().bind(checkout).build());
    server.serve(shared_listener(listen)?).await;
    Ok(())
}

/// Listens on an address on which other processes may listen, too. The system distributes the
/// connections among them, like a load balancer among machines.
fn shared_listener(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    #[cfg(unix)]
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

//! A key-value server for the clients of Redis. One coroutine implements the protocol
//! ([`protocol::serve`]), and a driver of your choice does its input and output.
//!
//! ```text
//! cargo run -p kv -- serve --on loop --listen 127.0.0.1:6379
//! redis-cli set greeting hello
//! ```

mod drivers;
mod protocol;
mod reply;
mod store;
mod wire;
mod words;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};

use crate::drivers::{Outcome, ending};
use crate::store::{Limits, Store};

/// A key-value server that speaks the protocol of Redis.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until SIGTERM or SIGINT, and finishes the requests that have begun by then
    Serve(Options),
}

#[derive(clap::Args)]
struct Options {
    /// The driver of the protocol: a thread for each client, cogen's event loop, or tokio
    #[arg(long)]
    on: Driver,
    /// The address, such as `127.0.0.1:6379`; with port 0 the system chooses a port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:6379")]
    listen: String,
    /// The most bytes of a value
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    max_value: usize,
    /// The most bytes of all keys, values, requests and replies
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 30)]
    max_memory: usize,
    /// The most clients at a time
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    max_clients: usize,
    /// How many seconds the requests have to finish when the server shuts down
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    grace: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Driver {
    Threads,
    Loop,
    Tokio,
}

fn main() -> ExitCode {
    let Command::Serve(options) = Arguments::parse().command;
    match serve(&options) {
        Ok(Outcome::Finished) => ExitCode::SUCCESS,
        Ok(Outcome::Unfinished) => {
            eprintln!("kv: some requests were not finished after {} seconds", options.grace);
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("kv: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(options: &Options) -> io::Result<Outcome> {
    let Options { max_value, max_memory, max_clients, .. } = *options;
    let store = Arc::new(Store::new(Limits { max_value, max_memory, max_clients }));
    let ending = ending::on_signal()?;
    let run = match options.on {
        Driver::Threads => drivers::threads::run,
        Driver::Loop => drivers::event_loop::run,
        Driver::Tokio => drivers::tokio::run,
    };
    run(&options.listen, store, ending, Duration::from_secs(options.grace))
}

//! The coroutine system of five sets of Python notes, in Rust. Each row runs one behaviour and
//! prints the same as its original. `python/` has the originals, written for the comparison, and
//! `expected/` their output.

mod averager;
mod delegation;
mod endings;
mod event_loop;
mod generators;
mod lines;
mod mixing;
mod multicore;
mod output;
mod python;
mod report;
mod rows;
mod streams;
mod switch;
mod tasks;
mod wget;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output::{complain, say};
use crate::rows::{ROWS, Row};
use crate::wget::Target;

/// Runs the behaviours that the Python notes show.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    /// The rows to run, such as `A7 B5`; all rows by default
    rows: Vec<String>,
    /// Lists the rows
    #[arg(long, conflicts_with = "rows")]
    list: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Averages lines `group,unit,value` by group and unit, like row B5
    Report {
        /// The CSV file; `-` is standard input
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Counts primes on one event loop, then on one a core, and prints the speed-up (row C16)
    Multicore,
    /// Fetches the headers of hosts' pages concurrently, and prints each line as it arrives (row
    /// C12)
    Wget {
        /// The hosts, with a port if it isn't 80, or 443 after `https://`: `HOST[:PORT]`,
        /// `[ADDRESS]:PORT`, `https://HOST[:PORT]`
        #[arg(required = true, value_name = "[https://]HOST[:PORT]")]
        targets: Vec<Target>,
        /// A file with the certificates to trust, as PEM, instead of those that browsers trust
        #[arg(long, value_name = "FILE")]
        ca: Option<PathBuf>,
        /// How many seconds each host has to answer
        #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
        timeout: f64,
    },
    /// Prints the cost of a switch between coroutines, between tasks and between threads (row C17)
    Switch,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Report { file }) => return report::run(&file),
        Some(Command::Multicore) => return multicore::run(),
        Some(Command::Switch) => return switch::run(),
        Some(Command::Wget { targets, ca, timeout }) => {
            return wget::run(&targets, ca.as_deref(), timeout);
        }
        None => {}
    }
    if arguments.list {
        for Row { id, title, .. } in &ROWS {
            say!("{id:3} {title}");
        }
        return ExitCode::SUCCESS;
    }
    let mut chosen = Vec::new();
    for id in &arguments.rows {
        let Some(row) = rows::find(id) else {
            complain(format_args!("port-the-notes: there is no row `{id}`; `--list` lists them"));
            return ExitCode::from(2);
        };
        chosen.push(row);
    }
    if chosen.is_empty() {
        chosen.extend(&ROWS);
    }
    let headings = chosen.len() > 1;
    for (number, row) in chosen.into_iter().enumerate() {
        if number > 0 {
            say!("");
        }
        if headings {
            say!("== {}: {} ==", row.id, row.title);
        }
        (row.run)();
    }
    ExitCode::SUCCESS
}

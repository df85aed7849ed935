//! A checkout in several steps that survives the end of its process. Each run resumes the order,
//! carries out its commands, and leaves the order in the database.
//!
//! ```text
//! cargo run -p checkout -- orders.redb A-17 --item tea=450 --item cup=1200
//! cargo run -p checkout -- orders.redb A-17 "12 Dock Road"
//! cargo run -p checkout -- orders.redb A-17 standard 4111-1111 yes
//! cargo run -p checkout -- orders.redb A-17 --cancel "it is too late"
//! ```

mod desk;
mod hold;
mod store;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;

use checkout::Item;
use clap::Parser;

use crate::desk::Desk;
use crate::hold::Hold;
use crate::store::Store;

/// Resumes an order, sends it the answers, and prints its next question.
#[derive(Parser)]
struct Arguments {
    /// The file of the database, which is created if it doesn't exist
    database: PathBuf,
    /// The number of the order
    order: String,
    /// The answers to its next questions
    answers: Vec<String>,
    /// An item in the cart of a new order, with its price in cents
    #[arg(long = "item", value_name = "NAME=CENTS")]
    items: Vec<Item>,
    /// Cancels the order, with this reason
    #[arg(long, value_name = "REASON")]
    cancel: Option<String>,
    /// The current time, in seconds since 1970
    #[arg(long, value_name = "SECONDS", hide = true)]
    clock: Option<u64>,
    /// Holds the process at this point, to be killed: there is a point before each commit and one
    /// after it
    #[arg(long, value_name = "POINT", hide = true)]
    hold: Option<u32>,
}

fn main() -> ExitCode {
    let Arguments { database, order, answers, items, cancel, clock, hold } = Arguments::parse();
    let done = Store::open(&database).and_then(|store| {
        let clock = clock.map_or_else(now, Ok)?;
        Desk::new(&store, &order, clock, Hold::at(hold)).serve(items, answers, cancel)
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("checkout: {error}");
            ExitCode::FAILURE
        }
    }
}

fn now() -> Result<u64, Box<dyn Error>> {
    Ok(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs())
}

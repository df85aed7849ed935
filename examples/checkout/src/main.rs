//! A checkout in several steps which survives the death of its process: each run takes the order up
//! where it stands, carries its commands out, and leaves it in the database.
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

/// Takes an order up where it stands, gives it the answers, and prints what it asks next.
#[derive(Parser)]
struct Arguments {
    /// The file of the database, which is made if it isn't there
    database: PathBuf,
    /// The number of the order
    order: String,
    /// The answers to its next questions
    answers: Vec<String>,
    /// What is in the cart of a new order, with its price in cents
    #[arg(long = "item", value_name = "NAME=CENTS")]
    items: Vec<Item>,
    /// Cancels the order, for this reason
    #[arg(long, value_name = "REASON")]
    cancel: Option<String>,
    /// What the clock shows, in seconds since 1970
    #[arg(long, value_name = "SECONDS", hide = true)]
    clock: Option<u64>,
    /// Stands still at this point, to be killed: there is one before each commit and one after it
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

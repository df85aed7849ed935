//! A checkout in several steps which survives the death of its process: each run takes the order up
//! where it stands, answers what it asks, and leaves it in the database.
//!
//! ```text
//! cargo run -p checkout -- orders.redb A-17 --item tea=450 --item cup=1200
//! cargo run -p checkout -- orders.redb A-17 "12 Dock Road"
//! cargo run -p checkout -- orders.redb A-17 express 4111-1111 yes
//! ```

mod checkout;
mod desk;
mod hold;
mod store;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::checkout::Item;
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
    /// Stands still at this point, to be killed: each step has one before its save and one after
    /// it
    #[arg(long, value_name = "POINT", hide = true)]
    hold: Option<u32>,
}

fn main() -> ExitCode {
    let Arguments { database, order, answers, items, hold } = Arguments::parse();
    let done = Store::open(&database).and_then(|store| {
        let mut desk = Desk::new(&store, &order, Hold::at(hold));
        desk.serve(items, answers)
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("checkout: {error}");
            ExitCode::FAILURE
        }
    }
}

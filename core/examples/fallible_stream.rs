//! A stream that can fail: the payments of a bank statement, which are read as they arrive. `?`
//! ends the stream with the error as its last item, so half a statement can't be mistaken for a
//! whole one.
//!
//! ```console
//! $ printf 'rent;-700\nsalary;2100.50\n' | cargo run -p cogen --example fallible_stream
//!   -700.00  rent
//!   2100.50  salary
//!   1400.50  in all
//! $ printf 'rent;-700\nsalary 2100.50\nfood;-80\n' | cargo run -p cogen --example fallible_stream
//!   -700.00  rent
//! line 2 has no semicolon
//! ```

use std::error::Error;
use std::io::{self, BufReader};
use std::pin::pin;

use futures::executor::block_on;
use futures::io::{AllowStdIo, AsyncBufRead, AsyncBufReadExt};
use futures::{Stream, StreamExt};

struct Payment {
    what: String,
    cents: i64,
}

/// Reads a payment from each line of `statement`: what it was for, a semicolon, and the amount.
#[cogen::coroutine]
fn payments(
    mut statement: impl AsyncBufRead + Unpin,
) -> impl Stream<Item = Result<Payment, Box<dyn Error>>> {
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        if statement.read_line(&mut line).await? == 0 {
            return;
        }
        let (what, amount) =
            line.trim_end().split_once(';').ok_or(format!("line {number} has no semicolon"))?;
        let amount: f64 =
            amount.parse().map_err(|error| format!("line {number}, `{amount}`: {error}"))?;
        yield_!(Ok(Payment { what: what.to_owned(), cents: (amount * 100.0).round() as i64 }));
    }
}

fn show(cents: i64, what: &str) {
    println!("{:>9.2}  {what}", cents as f64 / 100.0);
}

async fn add_up(statement: impl AsyncBufRead + Unpin) -> Result<i64, Box<dyn Error>> {
    let mut payments = pin!(payments(statement));
    let mut sum = 0;
    while let Some(payment) = payments.next().await {
        let Payment { what, cents } = payment?;
        show(cents, &what);
        sum += cents;
    }
    Ok(sum)
}

fn main() {
    match block_on(add_up(AllowStdIo::new(BufReader::new(io::stdin())))) {
        Ok(sum) => show(sum, "in all"),
        Err(error) => println!("{error}"),
    }
}

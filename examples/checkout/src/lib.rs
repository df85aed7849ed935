//! The steps of an order, from its cart to its parcel, as one coroutine. Its yields are commands,
//! which it doesn't carry out itself. So two programs share it: `main.rs` keeps the orders in an
//! embedded database, and `restate/` is a service of a distributed engine.

use std::fmt;
use std::str::FromStr;

use cogen::{Coroutine, Fingerprint};
use serde::{Deserialize, Serialize};

/// An article in the cart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    name: String,
    cents: u64,
}

impl FromStr for Item {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (name, cents) = text.split_once('=').ok_or("write NAME=CENTS")?;
        let cents = cents.parse().map_err(|_| "the price is a number of cents")?;
        Ok(Self { name: name.to_owned(), cents })
    }
}

/// A command of an order, which a driver carries out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// A question to the customer.
    Ask(String),
    /// A payment. The reply is the number of its receipt.
    Charge {
        /// The number of the card, as the customer wrote it.
        card: String,
        /// The amount, in cents.
        cents: u64,
    },
    /// Undoes a payment.
    Refund {
        /// The number of the payment's receipt.
        receipt: String,
    },
    /// A wait. The reply is empty.
    Wait {
        /// The duration.
        seconds: u64,
    },
    /// A parcel. The reply is its number.
    Ship {
        /// The destination.
        address: String,
        /// The contents.
        contents: String,
    },
}

/// The reply to a command, or an error that is thrown into the order instead.
pub type Reply = Result<String, Problem>;

/// An error that can be thrown into an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Problem {
    /// The card was not accepted.
    Declined,
    /// The customer has cancelled the order, with this reason.
    Cancelled(String),
    /// The price is too large.
    TooDear,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declined => f.write_str("the card is not accepted"),
            Self::Cancelled(reason) => write!(f, "cancelled: {reason}"),
            Self::TooDear => f.write_str("refused: its price can't be counted"),
        }
    }
}

/// The fingerprint of all code that decides the next step of an order. (`names` and `price` only
/// affect the text of commands, and commands are compared.)
pub const CODE: Fingerprint = CHECKOUT.and(DELIVER).and(ASK);

/// How long an order with standard shipping can be cancelled.
const TWO_DAYS: u64 = 2 * 24 * 60 * 60;

/// Runs an order from its cart to its end, and refunds the payment if the order fails. Returns the
/// outcome.
#[cogen::coroutine(fingerprint = CHECKOUT)]
pub fn checkout(cart: Vec<Item>) -> impl Coroutine<Reply, Yield = Command, Return = String> {
    let mut paid = None;
    match yield_from!(deliver(&cart, &mut paid)) {
        Ok(delivered) => delivered,
        Err(problem) => match paid {
            Some(receipt) => {
                // The refund is repeated if an error is thrown in.
                while yield_!(Command::Refund { receipt: receipt.clone() }).is_err() {}
                format!("{problem}; receipt {receipt} is refunded")
            }
            None => problem.to_string(),
        },
    }
}

/// Asks, charges, waits and ships. Leaves the receipt in `paid` as soon as there is one.
#[cogen::coroutine(fingerprint = DELIVER)]
fn deliver(
    cart: &[Item],
    paid: &mut Option<String>,
) -> impl Coroutine<Reply, Yield = Command, Return = Result<String, Problem>> {
    // Borrowed until the end.
    let dearest = cart.iter().max_by_key(|item| item.cents).map_or("nothing", |item| &item.name);
    let mut cents = cart.iter().try_fold(0_u64, |sum, item| sum.checked_add(item.cents));
    if cents.is_none() {
        return Err(Problem::TooDear);
    }

    let address =
        yield_from!(ask(format!("Where shall the {dearest} go?"), |text| !text.is_empty()))?;
    let shipping = yield_from!(ask("Shipping: standard or express?".to_owned(), |text| {
        ["standard", "express"].contains(&text)
    }))?;
    let express = shipping == "express";
    if express {
        cents = cents.and_then(|cents| cents.checked_add(990));
    }
    let cents = cents.ok_or(Problem::TooDear)?;

    let receipt = loop {
        let card = yield_from!(ask("The number of your card?".to_owned(), |text| {
            text.chars().any(|c| c.is_ascii_digit())
        }))?;
        let question =
            format!("Pay {} for {} and ship to {address}, yes or no?", price(cents), names(cart));
        if yield_from!(ask(question, |text| ["yes", "no"].contains(&text)))? == "no" {
            return Ok("cancelled".to_owned());
        }
        match yield_!(Command::Charge { card, cents }) {
            Ok(receipt) => break receipt,
            Err(Problem::Declined) => {} // another card
            Err(problem) => return Err(problem),
        }
    };
    *paid = Some(receipt.clone());

    if !express {
        yield_!(Command::Wait { seconds: TWO_DAYS })?;
    }
    let parcel = yield_!(Command::Ship { address, contents: names(cart) })?;
    Ok(format!("the {dearest} is on its way: receipt {receipt}, parcel {parcel}"))
}

/// Repeats the question until `accept` accepts the answer.
#[cogen::coroutine(fingerprint = ASK)]
fn ask(
    question: String,
    accept: fn(&str) -> bool,
) -> impl Coroutine<Reply, Yield = Command, Return = Reply> {
    loop {
        let answer = yield_!(Command::Ask(question.clone()))?;
        if accept(&answer) {
            return Ok(answer);
        }
    }
}

/// Returns whether the bank of this example accepts a card: every card whose number is not zero.
pub fn accepts(card: &str) -> bool {
    card.contains(|c| ('1'..='9').contains(&c))
}

fn names(cart: &[Item]) -> String {
    let names: Vec<_> = cart.iter().map(|item| item.name.as_str()).collect();
    names.join(", ")
}

fn price(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

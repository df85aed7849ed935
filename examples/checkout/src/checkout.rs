//! The steps of an order, from its cart to its parcel, as one coroutine: it asks and it requests,
//! and touches nothing itself.

use std::str::FromStr;

use cogen::{Coroutine, Fingerprint};
use serde::{Deserialize, Serialize};

/// Something to be bought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
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

/// What an order needs from outside to go on. The reply to each is a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Request {
    /// A question to the customer.
    Ask(String),
    /// A payment; the reply is the number of its receipt.
    Charge { card: String, cents: u64 },
    /// A parcel; the reply is its number.
    Ship { address: String, contents: String },
}

/// Of the code that decides what an order does next: a record meets no other. (`names` only words a
/// request, and requests are compared.)
pub(crate) const CODE: Fingerprint = CHECKOUT.and(ASK);

/// Leads an order from its cart to its parcel. Returns how it ended.
#[cogen::coroutine(fingerprint = CHECKOUT)]
pub(crate) fn checkout(
    cart: Vec<Item>,
) -> impl Coroutine<String, Yield = Request, Return = String> {
    // Borrowed until the end.
    let dearest = cart.iter().max_by_key(|item| item.cents).map_or("nothing", |item| &item.name);
    let mut cents: u64 = cart.iter().map(|item| item.cents).sum();

    let address =
        yield_from!(ask(format!("Where shall the {dearest} go?"), |text| !text.is_empty()));
    if yield_from!(ask("Shipping: standard or express?".to_owned(), |text| ["standard", "express"]
        .contains(&text)))
        == "express"
    {
        cents += 990;
    }
    let card = yield_from!(ask("The number of your card?".to_owned(), |text| text
        .chars()
        .any(|c| c.is_ascii_digit())));
    let price = format!("{}.{:02}", cents / 100, cents % 100);
    if yield_from!(ask(
        format!("Pay {price} for {} and ship to {address}, yes or no?", names(&cart)),
        |text| ["yes", "no"].contains(&text)
    )) == "no"
    {
        return "cancelled".to_owned();
    }

    let receipt = yield_!(Request::Charge { card, cents });
    let parcel = yield_!(Request::Ship { address, contents: names(&cart) });
    format!("the {dearest} is on its way: receipt {receipt}, parcel {parcel}")
}

/// Asks until the answer is one of those that `accept` takes.
#[cogen::coroutine(fingerprint = ASK)]
fn ask(
    question: String,
    accept: fn(&str) -> bool,
) -> impl Coroutine<String, Yield = Request, Return = String> {
    loop {
        let answer = yield_!(Request::Ask(question.clone()));
        if accept(&answer) {
            return answer;
        }
    }
}

fn names(cart: &[Item]) -> String {
    let names: Vec<_> = cart.iter().map(|item| item.name.as_str()).collect();
    names.join(", ")
}

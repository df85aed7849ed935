//! What stands between an order and the world: it carries out what the order requests, and keeps
//! its record.

use std::error::Error;

use cogen::CoroutineExt;
use cogen::CoroutineState::{Complete, Yielded};
use cogen::replay::Recorded;

use crate::checkout::{CODE, Item, Request, checkout};
use crate::hold::Hold;
use crate::store::{Store, Transaction};

/// Where one order is served.
pub(crate) struct Desk<'a> {
    store: &'a Store,
    order: &'a str,
    hold: Hold,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(store: &'a Store, order: &'a str, hold: Hold) -> Self {
        Self { store, order, hold }
    }

    /// Takes the order up, or begins it with `items`, and goes on as far as the answers suffice.
    /// Prints what it asks then, or how it ended.
    ///
    /// Each step is one transaction: what is done for the order, and the record that says so. A
    /// process that dies has done both or neither.
    pub(crate) fn serve(
        &mut self,
        items: Vec<Item>,
        answers: Vec<String>,
    ) -> Result<(), Box<dyn Error>> {
        // In a statement of its own: the transaction must have ended when the next one begins,
        // which would wait for it.
        let begun = self.store.begin()?.record(self.order)?.is_some();
        match (begun, items.is_empty()) {
            (false, false) => self.begin(items)?,
            (false, true) => {
                return Err(format!(
                    "there is no order {} yet: say with --item what is in its cart",
                    self.order
                )
                .into());
            }
            (true, false) => {
                return Err(format!(
                    "the order {} has its cart already: leave --item out",
                    self.order
                )
                .into());
            }
            (true, true) => {}
        }
        let transaction = self.store.begin()?;
        if let Some(outcome) = transaction.outcome(self.order)? {
            println!("Order {}: {outcome}", self.order);
            return Ok(());
        }
        let record = transaction
            .record(self.order)?
            .ok_or("the order has just been begun, and is not there")?;
        let mut order = record.replay(CODE, checkout)?;
        let Some(Yielded(request)) = order.replayed() else {
            return Err("the order waits for nothing".into());
        };
        let mut request = request.clone();
        drop(transaction);

        let mut answers = answers.into_iter();
        loop {
            let transaction = self.store.begin()?;
            let reply = match &request {
                Request::Ask(question) => match answers.next() {
                    Some(answer) => answer,
                    None => {
                        println!("{question}");
                        return Ok(());
                    }
                },
                Request::Charge { card, cents } => transaction.charge(self.order, card, *cents)?,
                Request::Ship { address, contents } => {
                    transaction.ship(self.order, address, contents)?
                }
            };
            let state = order.send(reply);
            transaction.save(self.order, order.record())?;
            match state {
                Yielded(next) => {
                    self.commit(transaction)?;
                    request = next;
                }
                Complete(outcome) => {
                    transaction.end(self.order, &outcome)?;
                    self.commit(transaction)?;
                    println!("Order {}: {outcome}", self.order);
                    return Ok(());
                }
            }
        }
    }

    fn begin(&mut self, items: Vec<Item>) -> Result<(), Box<dyn Error>> {
        let transaction = self.store.begin()?;
        let mut order = Recorded::new(CODE, checkout, (items,));
        order.start();
        transaction.save(self.order, order.record())?;
        self.commit(transaction)
    }

    fn commit(&mut self, transaction: Transaction) -> Result<(), Box<dyn Error>> {
        self.hold.pass();
        transaction.commit()?;
        self.hold.pass();
        Ok(())
    }
}

//! The connection between an order and the world: it carries out the commands of the order, and
//! keeps its record.

use std::cell::RefCell;
use std::error::Error;

use checkout::{CODE, Command, Item, Problem, Reply, accepts, checkout};
use cogen::replay::Recorded;

use crate::hold::Hold;
use crate::store::{OrderStep, Store, Transaction};

/// The desk of one order.
pub(crate) struct Desk<'a> {
    store: &'a Store,
    order: &'a str,
    /// The time, in seconds since 1970.
    clock: u64,
    hold: RefCell<Hold>,
    /// The transaction of the current step.
    open: RefCell<Option<Transaction>>,
}

/// The reason why an order doesn't continue.
enum Stop {
    /// The order waits for this. The program must be run again later.
    Waits(String),
    Failed(Box<dyn Error>),
}

impl<E: Into<Box<dyn Error>>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl<'a> Desk<'a> {
    pub(crate) fn new(store: &'a Store, order: &'a str, clock: u64, hold: Hold) -> Self {
        Self { store, order, clock, hold: RefCell::new(hold), open: RefCell::new(None) }
    }

    /// Resumes the order, or begins it with `items`, and drives it as far as the answers suffice.
    /// Prints its next question, or its outcome. `cancel` is thrown in first.
    ///
    /// It is an error if the order doesn't use all answers, or if it has ended before it could be
    /// cancelled.
    ///
    /// Each step is one transaction: the action for the order, and the reply on its record. A
    /// process that is killed has done both or neither.
    pub(crate) fn serve(
        &self,
        items: Vec<Item>,
        answers: Vec<String>,
        cancel: Option<String>,
    ) -> Result<(), Box<dyn Error>> {
        // A separate statement, so that the transaction ends here. The next transaction would wait
        // for it.
        let known = self.store.begin()?.record(self.order)?;
        let record = match (known, items.is_empty()) {
            (None, false) => self.begin(items)?,
            (None, true) => {
                return Err(format!(
                    "there is no order {} yet: say with --item what is in its cart",
                    self.order
                )
                .into());
            }
            (Some(_), false) => {
                return Err(format!(
                    "the order {} has its cart already: leave --item out",
                    self.order
                )
                .into());
            }
            (Some(record), true) => record,
        };
        let mut order = record.replay(CODE, checkout)?;
        let (mut answers, mut cancel) = (answers.into_iter(), cancel);
        let ended = order.drive_saved_blocking(
            |number, command| match cancel.take() {
                Some(reason) => Ok(Err(Problem::Cancelled(reason))),
                None => self.carry_out(number, command, &mut answers),
            },
            |step| self.save(&step),
        );
        // The last yielded command, or the return value.
        if let Some(transaction) = self.open.take() {
            self.commit(transaction)?;
        }
        let state = match ended {
            Ok(outcome) => {
                println!("Order {}: {outcome}", self.order);
                "has ended"
            }
            Err(Stop::Waits(text)) => {
                println!("{text}");
                "asks for nothing now"
            }
            Err(Stop::Failed(error)) => return Err(error),
        };
        let cancel = cancel.map(|reason| format!("--cancel {reason:?}"));
        let unused: Vec<_> =
            cancel.into_iter().chain(answers.map(|answer| format!("{answer:?}"))).collect();
        if unused.is_empty() {
            return Ok(());
        }
        Err(format!("the order {} {state}, so this was not used: {}", self.order, unused.join(" "))
            .into())
    }

    /// Saves the record of a new order, which has no steps.
    fn begin(&self, items: Vec<Item>) -> Result<crate::store::OrderRecord, Box<dyn Error>> {
        let record = Recorded::new(CODE, checkout, (items,)).into_record();
        let transaction = self.store.begin()?;
        transaction.begin(self.order, &record)?;
        self.commit(transaction)?;
        Ok(record)
    }

    fn carry_out(
        &self,
        number: u64,
        command: Command,
        answers: &mut impl Iterator<Item = String>,
    ) -> Result<Reply, Stop> {
        let transaction = self.transaction()?;
        let order = self.order;
        let reply = match command {
            Command::Ask(question) => answers.next().ok_or(Stop::Waits(question)).map(Ok),
            Command::Charge { card, .. } if !accepts(&card) => Ok(Err(Problem::Declined)),
            Command::Charge { card, cents } => Ok(Ok(transaction.charge(order, &card, cents)?)),
            Command::Refund { receipt } => Ok(Ok(transaction.refund(order, &receipt)?)),
            Command::Wait { seconds } => {
                let due = transaction.due(order, number, self.clock.saturating_add(seconds))?;
                match due.checked_sub(self.clock) {
                    None | Some(0) => Ok(Ok(String::new())),
                    Some(left) => Err(Stop::Waits(format!(
                        "Order {order}: waits for {left} seconds, and can be cancelled"
                    ))),
                }
            }
            Command::Ship { address, contents } => {
                Ok(Ok(transaction.ship(order, &address, &contents)?))
            }
        };
        self.open.replace(Some(transaction));
        reply
    }

    /// A step with a reply commits its transaction before the body runs. The next transaction
    /// begins with the command that the body yields then.
    fn save(&self, step: &OrderStep) -> Result<(), Stop> {
        let transaction = self.transaction()?;
        transaction.save(self.order, step)?;
        if step.is_unfinished() {
            self.commit(transaction)?;
        } else {
            self.open.replace(Some(transaction));
        }
        Ok(())
    }

    fn transaction(&self) -> Result<Transaction, Box<dyn Error>> {
        match self.open.take() {
            Some(transaction) => Ok(transaction),
            None => self.store.begin(),
        }
    }

    fn commit(&self, transaction: Transaction) -> Result<(), Box<dyn Error>> {
        self.hold.borrow_mut().pass();
        transaction.commit()?;
        self.hold.borrow_mut().pass();
        Ok(())
    }
}

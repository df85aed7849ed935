//! The database: the records of the orders, and the actions for them.

use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;
use std::{fs, process};

use checkout::{Command, Item, Reply};
use cogen::replay::{ByValue, Record, Saved, Step};
use redb::{Database, ReadableTable, TableDefinition, WriteTransaction};

/// The record of an order: its cart, the replies, and its commands.
pub(crate) type OrderRecord = Record<(Vec<Item>,), Reply, ByValue<Command>>;
/// One step of a record.
pub(crate) type OrderStep = Step<Reply, ByValue<Command>>;

/// The records as they were when the orders began.
const RECORDS: TableDefinition<'_, &str, &str> = TableDefinition::new("records");
/// The later steps of the orders, by order and number.
const STEPS: TableDefinition<'_, (&str, u64), &str> = TableDefinition::new("steps");
/// The end of each wait of an order, by order and number of the step.
const TIMERS: TableDefinition<'_, (&str, u64), u64> = TableDefinition::new("timers");
const PAYMENTS: TableDefinition<'_, u64, &str> = TableDefinition::new("payments");
const REFUNDS: TableDefinition<'_, u64, &str> = TableDefinition::new("refunds");
const PARCELS: TableDefinition<'_, u64, &str> = TableDefinition::new("parcels");

/// The open database.
pub(crate) struct Store(Database);

impl Store {
    pub(crate) fn open(path: &Path) -> Result<Self, Box<dyn Error>> {
        if !path.exists() {
            Self::create(path)?;
        }
        Ok(Self(Database::open(path)?))
    }

    /// Creates the database. The file is first created at another path, because a process that is
    /// killed meanwhile would leave half a file.
    fn create(path: &Path) -> Result<(), Box<dyn Error>> {
        let fresh = path.with_extension(format!("new-{}", process::id()));
        fs::remove_file(&fresh).ok(); // left by a killed process with this id
        drop(Database::create(&fresh)?);
        let linked = fs::hard_link(&fresh, path);
        fs::remove_file(&fresh)?;
        match linked {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()), // a race
            linked => Ok(linked?),
        }
    }

    pub(crate) fn begin(&self) -> Result<Transaction, Box<dyn Error>> {
        Ok(Transaction(self.0.begin_write()?))
    }
}

/// A transaction: all of its changes are made, or none.
pub(crate) struct Transaction(WriteTransaction);

impl Transaction {
    /// Returns the record of an order, assembled from the saved parts.
    pub(crate) fn record(&self, order: &str) -> Result<Option<OrderRecord>, Box<dyn Error>> {
        let records = self.0.open_table(RECORDS)?;
        let Some(saved) = records.get(order)? else {
            return Ok(None);
        };
        let mut record = serde_json::from_str::<Saved<OrderRecord>>(saved.value())?.open()?;
        let steps = self.0.open_table(STEPS)?;
        for step in steps.range((order, 0)..=(order, u64::MAX))? {
            let (_, saved) = step?;
            record.push(serde_json::from_str::<Saved<OrderStep>>(saved.value())?.open()?)?;
        }
        Ok(Some(record))
    }

    /// Saves the record of a new order.
    pub(crate) fn begin(&self, order: &str, record: &OrderRecord) -> Result<(), Box<dyn Error>> {
        self.0.open_table(RECORDS)?.insert(order, serde_json::to_string(record)?.as_str())?;
        Ok(())
    }

    /// Saves a step of an order. It replaces the step that was saved before the body ran.
    pub(crate) fn save(&self, order: &str, step: &OrderStep) -> Result<(), Box<dyn Error>> {
        let text = serde_json::to_string(step)?;
        self.0.open_table(STEPS)?.insert((order, step.number()), text.as_str())?;
        Ok(())
    }

    /// Returns the end of this wait: `due`, if the wait begins now.
    pub(crate) fn due(&self, order: &str, number: u64, due: u64) -> Result<u64, Box<dyn Error>> {
        let mut timers = self.0.open_table(TIMERS)?;
        if let Some(known) = timers.get((order, number))? {
            return Ok(known.value());
        }
        timers.insert((order, number), due)?;
        Ok(due)
    }

    /// Takes a payment, and returns the number of its receipt.
    pub(crate) fn charge(
        &self,
        order: &str,
        card: &str,
        cents: u64,
    ) -> Result<String, Box<dyn Error>> {
        Ok(format!(
            "R-{}",
            self.append(PAYMENTS, &format!("order {order}: {cents} cents from {card}"))?
        ))
    }

    /// Refunds the payment of a receipt.
    pub(crate) fn refund(&self, order: &str, receipt: &str) -> Result<String, Box<dyn Error>> {
        Ok(format!("B-{}", self.append(REFUNDS, &format!("order {order}: receipt {receipt}"))?))
    }

    /// Ships a parcel, and returns its number.
    pub(crate) fn ship(
        &self,
        order: &str,
        address: &str,
        contents: &str,
    ) -> Result<String, Box<dyn Error>> {
        Ok(format!(
            "P-{}",
            self.append(PARCELS, &format!("order {order}: {contents} to {address}"))?
        ))
    }

    fn append(
        &self,
        table: TableDefinition<'_, u64, &str>,
        line: &str,
    ) -> Result<u64, Box<dyn Error>> {
        let mut table = self.0.open_table(table)?;
        let number = table.last()?.map_or(1, |(number, _)| number.value() + 1);
        table.insert(number, line)?;
        Ok(number)
    }

    pub(crate) fn commit(self) -> Result<(), Box<dyn Error>> {
        Ok(self.0.commit()?)
    }
}

//! The database: the records of the orders, and what was done for them.

use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;
use std::{fs, process};

use checkout::{Command, Item, Reply};
use cogen::replay::{ByValue, Record, Saved, Step};
use redb::{Database, ReadableTable, TableDefinition, WriteTransaction};

/// What is known of an order: its cart, the replies it was given, and its commands.
pub(crate) type OrderRecord = Record<(Vec<Item>,), Reply, ByValue<Command>>;
/// One step of it.
pub(crate) type OrderStep = Step<Reply, ByValue<Command>>;

/// The records as they were when the orders began.
const RECORDS: TableDefinition<'_, &str, &str> = TableDefinition::new("records");
/// Their steps since, by order and number.
const STEPS: TableDefinition<'_, (&str, u64), &str> = TableDefinition::new("steps");
/// When a wait of an order is over, by order and number of the step.
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

    /// Makes the file elsewhere first: a process that is killed in the middle would leave half of
    /// one.
    fn create(path: &Path) -> Result<(), Box<dyn Error>> {
        let fresh = path.with_extension(format!("new-{}", process::id()));
        fs::remove_file(&fresh).ok(); // of a killed process that had this number
        drop(Database::create(&fresh)?);
        let linked = fs::hard_link(&fresh, path);
        fs::remove_file(&fresh)?;
        match linked {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()), // another was faster
            linked => Ok(linked?),
        }
    }

    pub(crate) fn begin(&self) -> Result<Transaction, Box<dyn Error>> {
        Ok(Transaction(self.0.begin_write()?))
    }
}

/// Everything that happens in it happens, or nothing.
pub(crate) struct Transaction(WriteTransaction);

impl Transaction {
    /// The record of an order, put together of what was saved.
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

    /// Saves a step of an order, in the place of what it was before the body ran.
    pub(crate) fn save(&self, order: &str, step: &OrderStep) -> Result<(), Box<dyn Error>> {
        let text = serde_json::to_string(step)?;
        self.0.open_table(STEPS)?.insert((order, step.number()), text.as_str())?;
        Ok(())
    }

    /// When this wait is over: at `due`, if it begins now.
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

    /// Pays back what a receipt is for.
    pub(crate) fn refund(&self, order: &str, receipt: &str) -> Result<String, Box<dyn Error>> {
        Ok(format!("B-{}", self.append(REFUNDS, &format!("order {order}: receipt {receipt}"))?))
    }

    /// Hands a parcel in, and returns its number.
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

//! The database: the records of the orders, and what was done for them.

use std::error::Error;
use std::path::Path;

use cogen::replay::{ByValue, Record};
use redb::{Database, ReadableTable, TableDefinition, WriteTransaction};

use crate::checkout::{Item, Request};

/// What is known of an order: its cart, the replies it was given, and its requests.
pub(crate) type OrderRecord = Record<(Vec<Item>,), String, ByValue<Request>>;

const RECORDS: TableDefinition<'_, &str, &str> = TableDefinition::new("records");
const OUTCOMES: TableDefinition<'_, &str, &str> = TableDefinition::new("outcomes");
const PAYMENTS: TableDefinition<'_, u64, &str> = TableDefinition::new("payments");
const PARCELS: TableDefinition<'_, u64, &str> = TableDefinition::new("parcels");

/// The open database.
pub(crate) struct Store(Database);

impl Store {
    pub(crate) fn open(path: &Path) -> Result<Self, Box<dyn Error>> {
        Ok(Self(Database::create(path)?))
    }

    pub(crate) fn begin(&self) -> Result<Transaction, Box<dyn Error>> {
        Ok(Transaction(self.0.begin_write()?))
    }
}

/// Everything that happens in it happens, or nothing.
pub(crate) struct Transaction(WriteTransaction);

impl Transaction {
    pub(crate) fn record(&self, order: &str) -> Result<Option<OrderRecord>, Box<dyn Error>> {
        let table = self.0.open_table(RECORDS)?;
        let Some(saved) = table.get(order)? else {
            return Ok(None);
        };
        Ok(Some(serde_json::from_str(saved.value())?))
    }

    pub(crate) fn save(&self, order: &str, record: &OrderRecord) -> Result<(), Box<dyn Error>> {
        self.0.open_table(RECORDS)?.insert(order, serde_json::to_string(record)?.as_str())?;
        Ok(())
    }

    pub(crate) fn outcome(&self, order: &str) -> Result<Option<String>, Box<dyn Error>> {
        let table = self.0.open_table(OUTCOMES)?;
        Ok(table.get(order)?.map(|outcome| outcome.value().to_owned()))
    }

    pub(crate) fn end(&self, order: &str, outcome: &str) -> Result<(), Box<dyn Error>> {
        self.0.open_table(OUTCOMES)?.insert(order, outcome)?;
        Ok(())
    }

    /// Takes a payment, and gives the number of its receipt.
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

    /// Hands a parcel in, and gives its number.
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

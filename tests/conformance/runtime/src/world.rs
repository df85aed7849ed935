//! What a program has an effect on.

use std::cell::{Cell, RefCell};

/// How many calls and turns of loops a program gets, so that each ends soon. `python/world.py` has
/// the same number.
const FUEL: u32 = 400;

/// The log of a program's side effects, and its fuel.
#[derive(Debug)]
pub struct World {
    log: RefCell<Vec<String>>,
    fuel: Cell<u32>,
    /// Whether an error is on its way in, from outside.
    pub(crate) throwing: Cell<bool>,
}

impl World {
    /// A fresh one.
    #[expect(clippy::new_without_default, reason = "it is made in one place")]
    pub fn new() -> Self {
        Self { log: RefCell::default(), fuel: Cell::new(FUEL), throwing: Cell::new(false) }
    }

    /// Adds to the log.
    pub fn log(&self, entry: impl Into<String>) {
        self.log.borrow_mut().push(entry.into());
    }

    /// A guard that logs when it is dropped.
    pub fn guard(&self, entry: &'static str) -> Guard<'_> {
        Guard { world: self, entry }
    }

    /// Whether the program may go on to call something, or to loop.
    pub fn tick(&self) -> bool {
        let fuel = self.fuel.get();
        self.fuel.set(fuel.saturating_sub(1));
        fuel > 0
    }

    /// What was logged since the last time.
    pub fn take_log(&self) -> Vec<String> {
        self.log.take()
    }
}

/// What stands for Python's `finally` and `with`.
#[derive(Debug)]
pub struct Guard<'a> {
    world: &'a World,
    entry: &'static str,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.world.log(self.entry);
    }
}

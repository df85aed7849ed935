//! The side effects of a program.

use std::cell::{Cell, RefCell};

/// The number of calls and turns of loops that a program may run, so that each program ends soon.
/// `python/world.py` has the same number.
const FUEL: u32 = 400;

/// The log of a program's side effects, and its fuel.
#[derive(Debug)]
pub struct World {
    log: RefCell<Vec<String>>,
    fuel: Cell<u32>,
    /// Whether an error is being thrown in from outside.
    pub(crate) throwing: Cell<bool>,
}

impl World {
    /// Returns a world with an empty log and full fuel.
    #[expect(clippy::new_without_default, reason = "it is made in one place")]
    pub fn new() -> Self {
        Self { log: RefCell::default(), fuel: Cell::new(FUEL), throwing: Cell::new(false) }
    }

    /// Adds an entry to the log.
    pub fn log(&self, entry: impl Into<String>) {
        self.log.borrow_mut().push(entry.into());
    }

    /// Returns a guard that logs `entry` when it is dropped.
    pub fn guard(&self, entry: &'static str) -> Guard<'_> {
        Guard { world: self, entry }
    }

    /// Uses a unit of fuel. Returns whether the program may call or loop once more.
    pub fn tick(&self) -> bool {
        let fuel = self.fuel.get();
        self.fuel.set(fuel.saturating_sub(1));
        fuel > 0
    }

    /// Takes the entries that were logged since the last call.
    pub fn take_log(&self) -> Vec<String> {
        self.log.take()
    }
}

/// The counterpart of Python's `finally` and `with`.
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

//! The averaging coroutine of the notes, and the one that delegates to it. The rows and the report
//! share them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use cogen::Coroutine;

use crate::python;

/// The number of terms, and their average, if there are any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Average {
    pub(crate) count: u64,
    pub(crate) average: Option<f64>,
}

impl fmt::Display for Average {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Result(count={}, average={})", self.count, python::optional(self.average))
    }
}

/// Averages the sent terms, until it is told to stop.
#[cogen::coroutine]
pub(crate) fn averager() -> impl Coroutine<Option<f64>, Return = Average> {
    let (mut total, mut count) = (0.0, 0);
    while let Some(term) = yield_!() {
        total += term;
        count += 1;
    }
    Average { count, average: (count > 0).then(|| total / count as f64) }
}

/// The notes' key, `group;unit`, and sorted like it. It stores the end of the group, because a
/// group may contain a `;`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    text: String,
    group_length: usize,
}

impl Key {
    pub(crate) fn new(group: &str, unit: &str) -> Self {
        Self { text: format!("{group};{unit}"), group_length: group.len() }
    }

    pub(crate) fn group(&self) -> &str {
        &self.text[..self.group_length]
    }

    pub(crate) fn unit(&self) -> &str {
        &self.text[self.group_length + 1..]
    }
}

/// The results of each group and unit.
pub(crate) type Results = BTreeMap<Key, Average>;

/// Writes the average of the sent terms into `results`, each time it is told to stop. It never sees
/// the terms.
#[cogen::coroutine]
pub(crate) fn grouper(results: &RefCell<Results>, key: Key) -> impl Coroutine<Option<f64>> {
    loop {
        let average = yield_from!(averager());
        results.borrow_mut().insert(key.clone(), average);
    }
}

//! Compares traces, and counts.

use std::collections::BTreeMap;

use crate::difference::{Difference, translate};
use crate::grammar::Family;
use crate::sequence::Sequence;
use crate::trace::Step;

/// What was compared so far.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) sequences: usize,
    pub(crate) operations: usize,
    pub(crate) mismatches: usize,
    /// How many traces met each difference, in the order of [`Difference::ALL`].
    pub(crate) differences: [usize; Difference::ALL.len()],
    /// How often Python's generators did what.
    pub(crate) outcomes: BTreeMap<String, usize>,
}

/// The first step that isn't as it must be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) index: usize,
    pub(crate) expected: Step,
}

/// Compares what both have done in one sequence.
pub(crate) fn compare(family: Family, sequence: &Sequence, python: &[Step], cogen: &[Step], figures: &mut Figures) -> Option<Mismatch> {
    figures.sequences += 1;
    let mut met = [false; Difference::ALL.len()];
    let mut before = "created";
    let mut mismatch = None;
    for (index, (operation, (python, cogen))) in sequence.operations.iter().zip(python.iter().zip(cogen)).enumerate() {
        figures.operations += 1;
        *figures.outcomes.entry(python.outcome.split([' ', ':']).next().unwrap_or_default().to_owned()).or_default() += 1;
        let (expected, differences) = translate(family, *operation, before, python);
        for difference in differences {
            met[difference as usize] = true;
        }
        if expected != *cogen {
            mismatch = Some(Mismatch { index, expected });
            break;
        }
        before = &python.status;
    }
    figures.mismatches += usize::from(mismatch.is_some());
    for (count, met) in figures.differences.iter_mut().zip(met) {
        *count += usize::from(met);
    }
    mismatch
}

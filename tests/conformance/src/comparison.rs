//! Compares traces, and counts the differences.

use std::collections::BTreeMap;

use crate::difference::{Difference, translate};
use crate::grammar::Family;
use crate::sequence::Sequence;
use crate::trace::Step;

/// The figures of all comparisons.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) sequences: usize,
    pub(crate) operations: usize,
    pub(crate) mismatches: usize,
    /// The number of traces with each difference, in the order of [`Difference::ALL`].
    pub(crate) differences: [usize; Difference::ALL.len()],
    /// The number of times that Python's generators had each outcome.
    pub(crate) outcomes: BTreeMap<String, usize>,
}

/// The first step that differs from the expected one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) index: usize,
    pub(crate) expected: Step,
}

/// Compares both traces of one sequence.
pub(crate) fn compare(
    family: Family,
    sequence: &Sequence,
    python: &[Step],
    cogen: &[Step],
    figures: &mut Figures,
) -> Option<Mismatch> {
    figures.sequences += 1;
    let mut met = [false; Difference::ALL.len()];
    let mut before = "created";
    let mut mismatch = None;
    for (index, (operation, (python, cogen))) in
        sequence.operations.iter().zip(python.iter().zip(cogen)).enumerate()
    {
        figures.operations += 1;
        *figures
            .outcomes
            .entry(python.outcome.split([' ', ':']).next().unwrap_or_default().to_owned())
            .or_default() += 1;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::parse;

    const PYTHON: &str = "yielded 1|suspended|log1 5\tyielded 2|suspended|\t\
                          ignored 1|closed|saw-exit,cleanup2,cleanup1\tdropped|gone|";
    const COGEN: &str = "yielded 1|suspended|log1 5\tyielded 2|suspended|\t\
                         closed|closed|cleanup2,cleanup1\tdropped|gone|";

    /// Returns the first step at which the traces differ, if they do.
    fn mismatch(cogen: &str) -> Option<usize> {
        let operations = ["start", "send:3", "close", "drop"]
            .map(|operation| operation.parse().unwrap())
            .to_vec();
        let sequence = Sequence { program: 0, operations };
        let mut figures = Figures::default();
        let mismatch = compare(
            Family::Numbers,
            &sequence,
            &parse(PYTHON).unwrap(),
            &parse(cogen).unwrap(),
            &mut figures,
        );
        assert_eq!(figures.mismatches, usize::from(mismatch.is_some()));
        mismatch.map(|mismatch| mismatch.index)
    }

    #[test]
    fn what_the_table_says_is_no_mismatch() {
        assert_eq!(mismatch(COGEN), None);
    }

    #[test]
    fn every_change_of_a_trace_is_one() {
        for (index, from, to) in [
            (0, "yielded 1", "yielded 2"),
            (0, "yielded 1|suspended", "returned 1|closed"),
            (0, "log1 5", "log1 6"),
            (0, "log1 5", ""),
            (1, "yielded 2|suspended|", "yielded 2|suspended|cleanup2"),
            (1, "yielded 2", "refused closed 3"),
            (2, "closed|closed", "ignored 1|closed"),
            (2, "closed|closed", "closed|suspended"),
            (2, "cleanup2,cleanup1", "cleanup1,cleanup2"),
            (2, "cleanup2,cleanup1", "saw-exit,cleanup2,cleanup1"),
            (3, "dropped|gone|", "dropped|gone|cleanup1"),
        ] {
            let changed = COGEN.replacen(from, to, 1);
            assert_ne!(changed, COGEN);
            assert_eq!(mismatch(&changed), Some(index), "{changed}");
        }
    }
}

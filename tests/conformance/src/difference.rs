//! Where cogen differs from Python on purpose, and what a trace of Python is in cogen's terms.

use std::collections::BTreeMap;

/// A row of the table in `README.md`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Difference {
    SendBeforeStart,
    SendAfterEnd,
    StartAfterEnd,
    StartAgain,
    EmptySendBeforeStart,
    ThrowBeforeStart,
    ThrowAfterEnd,
    ReentrantUse,
    CloseIgnored,
}

impl Difference {
    pub(crate) const ALL: [Self; 9] = [
        Self::SendBeforeStart,
        Self::SendAfterEnd,
        Self::StartAfterEnd,
        Self::StartAgain,
        Self::EmptySendBeforeStart,
        Self::ThrowBeforeStart,
        Self::ThrowAfterEnd,
        Self::ReentrantUse,
        Self::CloseIgnored,
    ];
}

/// How often each row was met.
pub(crate) type Met = BTreeMap<Difference, u64>;

/// One operation's line of a trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) outcome: &'a str,
    pub(crate) log: &'a str,
    pub(crate) status: &'a str,
}

impl<'a> Line<'a> {
    pub(crate) fn parse(line: &'a str) -> Option<Self> {
        let mut parts = line.split('|');
        let line = Self { outcome: parts.next()?, log: parts.next()?, status: parts.next()? };
        parts.next().is_none().then_some(line)
    }
}

/// What cogen has to show for one operation.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Expected {
    Line {
        outcome: String,
        log: String,
        status: &'static str,
    },
    /// The close succeeds, and there is nothing to compare from here on.
    ClosedForGood,
}

/// Translates Python's line of `operation`, which found the generator in the state `before`.
pub(crate) fn translate(operation: &str, before: &str, python: &Line<'_>, met: &mut Met) -> Expected {
    let mut meet = |difference| *met.entry(difference).or_default() += 1;
    let (name, number) = operation.split_once(':').unwrap_or((operation, ""));
    let outcome = match (name, before, python.outcome) {
        (_, _, "RuntimeError") => {
            meet(Difference::CloseIgnored);
            return Expected::ClosedForGood;
        }
        ("send", "GEN_CREATED", "TypeError") => {
            meet(Difference::SendBeforeStart);
            format!("not started {number}")
        }
        ("send", "GEN_CLOSED", "StopIteration") => {
            meet(Difference::SendAfterEnd);
            format!("closed {number}")
        }
        ("start", "GEN_CLOSED", "StopIteration") => {
            meet(Difference::StartAfterEnd);
            "panicked".to_owned()
        }
        ("start", "GEN_SUSPENDED", "would send None") => {
            meet(Difference::StartAgain);
            "panicked".to_owned()
        }
        ("send", "GEN_CREATED", "would start") => {
            meet(Difference::EmptySendBeforeStart);
            format!("not started {number}")
        }
        ("throw-handled" | "throw-unhandled", "GEN_CREATED", raised) => {
            meet(Difference::ThrowBeforeStart);
            raised.replacen("raised", "not started", 1)
        }
        ("throw-handled" | "throw-unhandled", "GEN_CLOSED", raised) => {
            meet(Difference::ThrowAfterEnd);
            raised.replacen("raised", "closed", 1)
        }
        ("status", _, state) => status(state).to_owned(),
        (_, _, outcome) => outcome.to_owned(),
    };
    let mut log = Vec::new();
    for entry in python.log.split_whitespace() {
        log.push(match entry {
            "send:ValueError" => {
                meet(Difference::ReentrantUse);
                "running"
            }
            "close:ValueError" => {
                meet(Difference::ReentrantUse);
                "panicked"
            }
            state if state.starts_with("GEN_") => status(state),
            number => number,
        });
    }
    Expected::Line { outcome, log: log.join(" "), status: status(python.status) }
}

/// The same states under cogen's names.
fn status(state: &str) -> &'static str {
    match state {
        "GEN_CREATED" => "Created",
        "GEN_RUNNING" => "Running",
        "GEN_SUSPENDED" => "Suspended",
        "GEN_CLOSED" => "Closed",
        _ => "gone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_row_for_each_difference() {
        let rows: Vec<_> =
            include_str!("../README.md").lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|row| row.0).collect();
        assert_eq!(rows, Difference::ALL.map(|difference| format!("{difference:?}")));
    }

    #[test]
    fn nothing_else_is_translated() {
        let python = Line { outcome: "TypeError", log: "1 2", status: "GEN_SUSPENDED" };
        let mut met = Met::new();
        let expected = translate("send:5", "GEN_SUSPENDED", &python, &mut met);
        assert_eq!(expected, Expected::Line { outcome: "TypeError".to_owned(), log: "1 2".to_owned(), status: "Suspended" });
        assert!(met.is_empty());
    }
}

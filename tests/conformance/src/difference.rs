//! The intended differences between cogen and Python: the table of the README, and nothing else.

use cogen_conformance_runtime::Operation;

use crate::grammar::Family;
use crate::trace::Step;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    ErrorLetOut,
    StartAgain,
    StartClosed,
    SendNotStarted,
    NothingSentNotStarted,
    SendClosed,
    ThrowNotStarted,
    ThrowClosed,
    ExitSeen,
    CloseIgnored,
    DropIgnored,
    ReentrantRefused,
    ReentrantPanic,
}

impl Difference {
    pub(crate) const ALL: [Self; 13] = [
        Self::ErrorLetOut,
        Self::StartAgain,
        Self::StartClosed,
        Self::SendNotStarted,
        Self::NothingSentNotStarted,
        Self::SendClosed,
        Self::ThrowNotStarted,
        Self::ThrowClosed,
        Self::ExitSeen,
        Self::CloseIgnored,
        Self::DropIgnored,
        Self::ReentrantRefused,
        Self::ReentrantPanic,
    ];

    /// Returns the name in the README.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ErrorLetOut => "error-let-out",
            Self::StartAgain => "start-again",
            Self::StartClosed => "start-closed",
            Self::SendNotStarted => "send-not-started",
            Self::NothingSentNotStarted => "nothing-sent-not-started",
            Self::SendClosed => "send-closed",
            Self::ThrowNotStarted => "throw-not-started",
            Self::ThrowClosed => "throw-closed",
            Self::ExitSeen => "exit-seen",
            Self::CloseIgnored => "close-ignored",
            Self::DropIgnored => "drop-ignored",
            Self::ReentrantRefused => "reentrant-refused",
            Self::ReentrantPanic => "reentrant-panic",
        }
    }
}

/// Translates a step of Python into the step that cogen must make, and returns the rows that
/// require the difference. A step without a row stays unchanged.
///
/// `before` is the status of Python's generator before the step.
pub(crate) fn translate(
    family: Family,
    operation: Operation,
    before: &str,
    python: &Step,
) -> (Step, Vec<Difference>) {
    let mut differences = Vec::new();
    let outcome = match outcome(family, operation, before, &python.outcome) {
        Some((outcome, difference)) => {
            differences.push(difference);
            outcome
        }
        None => python.outcome.clone(),
    };
    let mut log = Vec::new();
    for entry in &python.log {
        match log_entry(entry) {
            Some((entry, difference)) => {
                differences.push(difference);
                log.extend(entry.map(str::to_owned));
            }
            None => log.push(entry.clone()),
        }
    }
    (Step { outcome, status: python.status.clone(), log }, differences)
}

fn outcome(
    family: Family,
    operation: Operation,
    before: &str,
    python: &str,
) -> Option<(String, Difference)> {
    use Difference::*;
    use Operation::*;
    let (outcome, difference) = match (operation, before, python) {
        (Start | Drive(_), "suspended", "went-on") => {
            ("panicked has-started".to_owned(), StartAgain)
        }
        (Start | Drive(_), "closed", "stopped") => ("panicked closed".to_owned(), StartClosed),
        (Send(value), "created", "type-error") => {
            (format!("refused not-started {value}"), SendNotStarted)
        }
        (Send(_), "created", "went-on") => {
            ("refused not-started nothing".to_owned(), NothingSentNotStarted)
        }
        (Send(value), "closed", "stopped") if family == Family::Numbers => {
            (format!("refused closed {value}"), SendClosed)
        }
        (Send(_), "closed", "stopped") => ("refused closed nothing".to_owned(), SendClosed),
        (Throw(error), "created", raised) if is_raised(raised, &error) => {
            (format!("refused not-started {error}"), ThrowNotStarted)
        }
        (Throw(error), "closed", raised) if is_raised(raised, &error) => {
            (format!("refused closed {error}"), ThrowClosed)
        }
        (Close, "suspended", ignored) if ignored.starts_with("ignored ") => {
            ("closed".to_owned(), CloseIgnored)
        }
        (Drop, "suspended", "dropped unraisable") => ("dropped".to_owned(), DropIgnored),
        (Start | Send(_) | Throw(_) | Iterate(_) | Drive(_), "created" | "suspended", _) => {
            (returned_error(python)?, ErrorLetOut)
        }
        _ => return None,
    };
    Some((outcome, difference))
}

fn is_raised(outcome: &str, error: &impl std::fmt::Display) -> bool {
    outcome.strip_prefix("raised ") == Some(error.to_string().as_str())
}

/// Returns the outcome with the error returned instead of raised, if an error was raised.
fn returned_error(python: &str) -> Option<String> {
    let (before, error) = python.split_once("raised ")?;
    Some(format!("{before}returned error {error}"))
}

fn log_entry(python: &str) -> Option<(Option<&'static str>, Difference)> {
    Some(match python {
        "saw-exit" => (None, Difference::ExitSeen),
        "touch-send value-error" => {
            (Some("touch-send refused running"), Difference::ReentrantRefused)
        }
        "touch-throw value-error" => {
            (Some("touch-throw refused running"), Difference::ReentrantRefused)
        }
        "touch-start value-error" => {
            (Some("touch-start panicked running"), Difference::ReentrantPanic)
        }
        "touch-close value-error" => {
            (Some("touch-close panicked running"), Difference::ReentrantPanic)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_exactly_these_rows() {
        let table = include_str!("../README.md").split("## The differences").nth(1).unwrap();
        let rows: Vec<&str> =
            table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        assert_eq!(rows, Difference::ALL.map(Difference::name));
    }

    #[test]
    fn differences_are_counted_at_their_places() {
        assert!(
            Difference::ALL
                .iter()
                .enumerate()
                .all(|(index, difference)| *difference as usize == index)
        );
    }

    #[test]
    fn what_no_row_names_stays_as_it_is() {
        let step = |outcome: &str| Step {
            outcome: outcome.to_owned(),
            status: "closed".to_owned(),
            log: vec!["cleanup1".to_owned()],
        };
        for (operation, before, outcome) in [
            (Operation::Start, "created", "yielded 1"),
            (Operation::Send(2), "suspended", "stopped"),
            (Operation::Send(2), "created", "stopped"),
            (Operation::Close, "closed", "ignored 1"),
            (Operation::Close, "suspended", "raised Handled 1"),
        ] {
            let step = step(outcome);
            assert_eq!(translate(Family::Numbers, operation, before, &step), (step, Vec::new()));
        }
        let raised = step("raised Handled 1");
        let error = cogen_conformance_runtime::Thrown::Handled(2);
        let (_, differences) =
            translate(Family::Numbers, Operation::Throw(error), "closed", &raised);
        assert!(differences.is_empty(), "another error than the one that was thrown");
    }
}

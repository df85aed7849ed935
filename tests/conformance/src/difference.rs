//! Where cogen differs from Python on purpose: the table of the README, and nothing else.

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

    /// Its name in the README.
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

/// What cogen must do where Python has done this, and the rows that say so. All that no row names stays as it is.
///
/// `before` is where Python's generator stood.
pub(crate) fn translate(family: Family, operation: Operation, before: &str, python: &Step) -> (Step, Vec<Difference>) {
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

fn outcome(family: Family, operation: Operation, before: &str, python: &str) -> Option<(String, Difference)> {
    use Difference::*;
    use Operation::*;
    let (outcome, difference) = match (operation, before, python) {
        (Start | Drive(_), "suspended", "went-on") => ("panicked has-started".to_owned(), StartAgain),
        (Start | Drive(_), "closed", "stopped") => ("panicked closed".to_owned(), StartClosed),
        (Send(value), "created", "type-error") => (format!("refused not-started {value}"), SendNotStarted),
        (Send(_), "created", "went-on") => ("refused not-started nothing".to_owned(), NothingSentNotStarted),
        (Send(value), "closed", "stopped") if family == Family::Numbers => (format!("refused closed {value}"), SendClosed),
        (Send(_), "closed", "stopped") => ("refused closed nothing".to_owned(), SendClosed),
        (Throw(error), "created", raised) if is_raised(raised, &error) => (format!("refused not-started {error}"), ThrowNotStarted),
        (Throw(error), "closed", raised) if is_raised(raised, &error) => (format!("refused closed {error}"), ThrowClosed),
        (Close, "suspended", ignored) if ignored.starts_with("ignored ") => ("closed".to_owned(), CloseIgnored),
        (Drop, "suspended", "dropped unraisable") => ("dropped".to_owned(), DropIgnored),
        (Start | Send(_) | Throw(_) | Iterate(_) | Drive(_), "created" | "suspended", _) => (python.strip_raised()?, ErrorLetOut),
        _ => return None,
    };
    Some((outcome, difference))
}

fn is_raised(outcome: &str, error: &impl std::fmt::Display) -> bool {
    outcome.strip_prefix("raised ") == Some(error.to_string().as_str())
}

trait Outcome {
    /// With the error returned instead of raised.
    fn strip_raised(&self) -> Option<String>;
}

impl Outcome for str {
    fn strip_raised(&self) -> Option<String> {
        let (before, error) = self.split_once("raised ")?;
        Some(format!("{before}returned error {error}"))
    }
}

fn log_entry(python: &str) -> Option<(Option<&'static str>, Difference)> {
    Some(match python {
        "saw-exit" => (None, Difference::ExitSeen),
        "touch-send value-error" => (Some("touch-send refused running"), Difference::ReentrantRefused),
        "touch-throw value-error" => (Some("touch-throw refused running"), Difference::ReentrantRefused),
        "touch-start value-error" => (Some("touch-start panicked running"), Difference::ReentrantPanic),
        "touch-close value-error" => (Some("touch-close panicked running"), Difference::ReentrantPanic),
        _ => return None,
    })
}

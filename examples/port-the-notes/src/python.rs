//! Python's names for statuses, errors and values, so that the rows print the same as the
//! originals.

use std::fmt::{Debug, Display};

use cogen::{CoroutineState, SendError, Status};

use crate::output::say;

/// Returns the name of a status in `inspect.getgeneratorstate`.
pub(crate) fn state(status: Status) -> &'static str {
    match status {
        Status::Created => "GEN_CREATED",
        Status::Running => "GEN_RUNNING",
        Status::Suspended => "GEN_SUSPENDED",
        Status::Closed => "GEN_CLOSED",
    }
}

/// Returns the exception that Python raises where `try_send` hands the value back.
pub(crate) fn exception<R>(error: &SendError<R>) -> &'static str {
    match error {
        SendError::NotStarted(_) => {
            "TypeError: can't send non-None value to a just-started generator"
        }
        SendError::Running(_) => "ValueError: generator already executing",
        SendError::Closed(_) => "StopIteration",
        _ => "RuntimeError",
    }
}

/// Prints the value that was yielded.
pub(crate) fn say_yielded<Y: Display, T>(state: CoroutineState<Y, T>) {
    if let CoroutineState::Yielded(value) = state {
        say!("{value}");
    }
}

/// Prints the exception that Python raises when a generator ends.
pub(crate) fn say_if_ended<Y, T>(state: CoroutineState<Y, T>) {
    if state.is_complete() {
        say!("StopIteration");
    }
}

/// Formats `None` and a value like `print`.
pub(crate) fn optional(value: Option<impl Debug>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("{value:?}"))
}

/// Formats a truth value like `print`.
pub(crate) fn boolean(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// Formats a truth value in words.
pub(crate) fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

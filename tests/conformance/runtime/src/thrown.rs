//! The errors of the programs.

use std::fmt;

/// An error that is thrown into a program, or raised by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thrown {
    /// The kind that most handlers catch.
    Handled(i64),
    /// The kind that only a handler of all errors catches.
    Unhandled(i64),
}

impl Thrown {
    /// Returns the number that the error contains.
    pub fn value(self) -> i64 {
        match self {
            Self::Handled(value) | Self::Unhandled(value) => value,
        }
    }
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handled(value) => write!(f, "Handled {value}"),
            Self::Unhandled(value) => write!(f, "Unhandled {value}"),
        }
    }
}

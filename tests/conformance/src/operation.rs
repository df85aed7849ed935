//! What is done to a coroutine from outside.

use std::fmt;

use fastrand::Rng;

use crate::grammar::{Family, Thrown};

/// An operation. The same text says it to both languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Operation {
    Start,
    Send(i64),
    Throw(Thrown, i64),
    Close,
    Status,
    /// Takes so many items at most.
    Iterate(u32),
    Drop,
}

impl Operation {
    fn random(rng: &mut Rng, family: Family) -> Self {
        match (rng.u32(..20), family) {
            (0, _) => Self::Start,
            (3..=5, Family::Nothing) => Self::Iterate(rng.u32(..4)),
            (3..=4, Family::Numbers | Family::Errors) => {
                let thrown = if rng.u32(..6) == 0 { Thrown::Unhandled } else { Thrown::Handled };
                Self::Throw(thrown, rng.i64(0..100))
            }
            (7, _) if rng.bool() => Self::Close,
            (8, _) => Self::Status,
            (9, _) if rng.bool() => Self::Drop,
            (_, Family::Numbers) => Self::Send(rng.i64(0..100)),
            _ => Self::Send(0),
        }
    }

    /// Operations on a coroutine of this family, the first of which starts it more often than not.
    pub(crate) fn sequence(rng: &mut Rng, family: Family) -> Vec<Self> {
        let mut sequence = Vec::new();
        if rng.u32(..5) != 0 {
            sequence.push(Self::Start);
        }
        for _ in 0..rng.u32(3..20) {
            sequence.push(Self::random(rng, family));
        }
        if let Some(end) = sequence.iter().position(|operation| *operation == Self::Drop) {
            sequence.truncate(end);
        }
        sequence.push(Self::Drop);
        sequence
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => write!(f, "start"),
            Self::Send(number) => write!(f, "send:{number}"),
            Self::Throw(Thrown::Handled, number) => write!(f, "throw-handled:{number}"),
            Self::Throw(Thrown::Unhandled, number) => write!(f, "throw-unhandled:{number}"),
            Self::Close => write!(f, "close"),
            Self::Status => write!(f, "status"),
            Self::Iterate(items) => write!(f, "iterate:{items}"),
            Self::Drop => write!(f, "drop"),
        }
    }
}

//! Operations on a coroutine.

use std::fmt;
use std::str::FromStr;

use crate::Thrown;

/// One operation on a coroutine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `next(g)` on a new generator.
    Start,
    /// `g.send(value)`, or `g.send(None)` where nothing is sent.
    Send(i64),
    /// `g.throw(error)`.
    Throw(Thrown),
    /// `g.close()`.
    Close,
    /// `inspect.getgeneratorstate(g)`.
    Status,
    /// `for value in g`, with at most this number of turns.
    Iterate(usize),
    /// Starts the coroutine and sends the same value until it ends.
    Drive(i64),
    /// `del g`. The last operation.
    Drop,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("start"),
            Self::Send(value) => write!(f, "send:{value}"),
            Self::Throw(Thrown::Handled(value)) => write!(f, "handled:{value}"),
            Self::Throw(Thrown::Unhandled(value)) => write!(f, "unhandled:{value}"),
            Self::Close => f.write_str("close"),
            Self::Status => f.write_str("status"),
            Self::Iterate(limit) => write!(f, "iterate:{limit}"),
            Self::Drive(value) => write!(f, "drive:{value}"),
            Self::Drop => f.write_str("drop"),
        }
    }
}

impl FromStr for Operation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once(':').unwrap_or((text, "0"));
        let value: i64 = value.parse().map_err(|error| format!("{text}: {error}"))?;
        Ok(match name {
            "start" => Self::Start,
            "send" => Self::Send(value),
            "handled" => Self::Throw(Thrown::Handled(value)),
            "unhandled" => Self::Throw(Thrown::Unhandled(value)),
            "close" => Self::Close,
            "status" => Self::Status,
            "iterate" => {
                Self::Iterate(usize::try_from(value).map_err(|error| format!("{text}: {error}"))?)
            }
            "drive" => Self::Drive(value),
            "drop" => Self::Drop,
            _ => return Err(format!("{text} is no operation")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_read_as_they_are_written() {
        for text in [
            "start",
            "send:3",
            "handled:4",
            "unhandled:5",
            "close",
            "status",
            "iterate:6",
            "drive:7",
            "drop",
        ] {
            assert_eq!(text.parse::<Operation>().unwrap().to_string(), text);
        }
        assert!("jump".parse::<Operation>().is_err());
    }
}

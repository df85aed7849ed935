//! The parser of the commands that the serial line receives.

use cogen::Coroutine;

/// The longest command, in bytes.
const LONGEST: usize = 16;

/// A line that was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `lamp INDEX PERIOD`
    Lamp {
        /// The index of the lamp.
        index: u8,
        /// Its new period, in ticks.
        period: u8,
    },
    /// `motor SPEED`
    Motor {
        /// The target speed of the motor.
        speed: u8,
    },
    /// `jam`: the motor is stuck.
    Jam,
}

/// The error for a line that is not a command, or is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadCommand;

/// Parses commands. It is sent the bytes one by one, and yields a command after the last byte of
/// each line, otherwise `None`.
#[cogen::coroutine(struct = Commands, send)]
pub fn commands() -> impl Coroutine<u8, Yield = Option<Result<Command, BadCommand>>> {
    let mut parsed = None;
    loop {
        let mut line = [0; LONGEST];
        let mut length = 0u8;
        loop {
            let byte = yield_!(parsed);
            parsed = None;
            if byte == b'\n' {
                break;
            }
            if let Some(place) = line.get_mut(usize::from(length)) {
                *place = byte;
            }
            length = length.saturating_add(1);
        }
        parsed = Some(line.get(..length.into()).and_then(parse).ok_or(BadCommand));
    }
}

/// Parses a whole line.
pub fn parse(line: &[u8]) -> Option<Command> {
    let mut words = line.split(|byte| *byte == b' ');
    let command = match words.next()? {
        b"lamp" => Command::Lamp { index: number(words.next()?)?, period: number(words.next()?)? },
        b"motor" => Command::Motor { speed: number(words.next()?)? },
        b"jam" => Command::Jam,
        _ => return None,
    };
    words.next().is_none().then_some(command)
}

fn number(digits: &[u8]) -> Option<u8> {
    let mut number = 0u8;
    for digit in digits {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(number)
}

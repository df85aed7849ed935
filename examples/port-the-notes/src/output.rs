//! Printing, for a program whose output somebody may cut off: `port-the-notes | head`.

use std::fmt::Arguments;
use std::io::{self, Write};
use std::process;

/// Prints a line to standard output.
pub(crate) fn line(text: Arguments<'_>) {
    written(writeln!(io::stdout().lock(), "{text}"));
}

/// Ends the program quietly if nobody reads on, and with a message if the output can't be written for another reason.
pub(crate) fn written(result: io::Result<()>) {
    match result {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => process::exit(0),
        Err(error) => {
            eprintln!("port-the-notes: can't write the output: {error}");
            process::exit(2);
        }
    }
}

/// Python's `print`.
macro_rules! say {
    ($($argument:tt)*) => {
        $crate::output::line(format_args!($($argument)*))
    };
}

pub(crate) use say;

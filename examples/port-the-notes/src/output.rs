//! Printing, for a program whose output somebody may cut off: `port-the-notes | head`.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::process;

/// Prints a line to standard output, and ends the program quietly if nobody reads on.
pub(crate) fn line(text: Arguments<'_>) {
    if !written(writeln!(io::stdout().lock(), "{text}")) {
        process::exit(0);
    }
}

/// Whether somebody still reads the output. Ends the program with a message if it can't be written
/// for another reason.
pub(crate) fn written(result: io::Result<()>) -> bool {
    match result {
        Ok(()) => true,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => false,
        Err(error) => {
            complain(format_args!("port-the-notes: can't write the output: {error}"));
            process::exit(2);
        }
    }
}

/// Prints a line to standard error, where nobody has to listen: unlike `eprintln!`, it doesn't
/// panic.
pub(crate) fn complain(text: Arguments<'_>) {
    // In one piece, because standard error isn't buffered. The exit status tells, too, so nothing
    // is lost with the message.
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Python's `print`.
macro_rules! say {
    ($($argument:tt)*) => {
        $crate::output::line(format_args!($($argument)*))
    };
}

pub(crate) use say;

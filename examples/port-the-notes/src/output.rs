//! Printing, for a program whose output may be cut off: `port-the-notes | head`.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::process;

/// Prints a line to standard output, and ends the program quietly if the output is closed.
pub(crate) fn line(text: Arguments<'_>) {
    if !written(writeln!(io::stdout().lock(), "{text}")) {
        process::exit(0);
    }
}

/// Returns whether the output is still open. Ends the program with a message if writing fails for
/// another reason.
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

/// Prints a line to standard error. Unlike `eprintln!`, it doesn't panic if standard error is
/// closed.
pub(crate) fn complain(text: Arguments<'_>) {
    // In one piece, because standard error isn't buffered. If the message is lost, the exit status
    // still reports the failure.
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Python's `print`.
macro_rules! say {
    ($($argument:tt)*) => {
        $crate::output::line(format_args!($($argument)*))
    };
}

pub(crate) use say;

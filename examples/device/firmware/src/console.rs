//! The output of the firmware, by semihosting: the emulator prints it on its own standard output.

use core::fmt::{self, Write};

use cortex_m_semihosting::debug::{self, EXIT_FAILURE, EXIT_SUCCESS};
use cortex_m_semihosting::hprint;

/// A writer that prints to the console.
pub struct Console;

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        hprint!("{text}");
        Ok(())
    }
}

/// Prints `text`.
pub fn print(text: fmt::Arguments<'_>) {
    hprint!("{text}");
}

/// Ends the emulator.
pub fn exit(success: bool) {
    debug::exit(if success { EXIT_SUCCESS } else { EXIT_FAILURE });
}

//! Points for the tests at which the process waits to be killed.

use std::io::Write;
use std::thread;

/// The number of points that are still to pass.
pub(crate) struct Hold(Option<u32>);

impl Hold {
    /// Holds the process at the point with this number, counted from 0, or at none.
    pub(crate) fn at(point: Option<u32>) -> Self {
        Self(point)
    }

    /// Passes a point, or says `held` and never returns.
    pub(crate) fn pass(&mut self) {
        match &mut self.0 {
            None => {}
            Some(0) => {
                println!("held");
                std::io::stdout().flush().ok(); // a test waits for it
                loop {
                    thread::park();
                }
            }
            Some(left) => *left -= 1,
        }
    }
}

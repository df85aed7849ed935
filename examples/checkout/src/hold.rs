//! Standing still, for the tests: at a chosen point the process waits to be killed.

use std::io::Write;
use std::thread;

/// The points that are still to pass.
pub(crate) struct Hold(Option<u32>);

impl Hold {
    /// Stands still at the point with this number, from 0, or at none.
    pub(crate) fn at(point: Option<u32>) -> Self {
        Self(point)
    }

    /// Passes a point, or says `held` and never returns.
    pub(crate) fn pass(&mut self) {
        match &mut self.0 {
            None => {}
            Some(0) => {
                println!("held");
                std::io::stdout().flush().ok(); // whoever waits for it is a test
                loop {
                    thread::park();
                }
            }
            Some(left) => *left -= 1,
        }
    }
}

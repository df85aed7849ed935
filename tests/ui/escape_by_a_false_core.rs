// A crate may call itself `core`, which syn's errors are written with. Where a yield is refused
// under a condition only, nothing else stands in its way, and the item around it may be an
// attribute macro's, which would get the names of the ends.
#![forbid(unsafe_code)]

extern crate self as core;

pub use std::{fmt, marker, ops, pin, task};

#[macro_export]
macro_rules! compile_error {
    ($($message:tt)*) => { () };
}

#[cogen::coroutine]
fn in_an_item() -> impl cogen::Coroutine<(), Yield = usize> {
    yield_!(1);
    #[cfg(all())]
    {
        mod item {
            fn inner() {
                yield_!(2);
            }
        }
    }
}

#[cogen::coroutine]
fn lost(grid: [[u64; 2]; 4], row: usize) -> impl cogen::Coroutine<usize, Yield = (), Return = u64> {
    #[cfg_attr(all(), cfg(all()))]
    let element = grid[row][yield_!()];
    element
}

fn main() {}

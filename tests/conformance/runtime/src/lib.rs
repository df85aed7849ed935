//! The library that the generated Rust programs of the conformance harness are linked with: their
//! world, the operations, and the driver.
//!
//! `python/` of the harness contains the same in Python.

#![forbid(unsafe_code)]

mod advance;
mod by_hand;
mod drive;
mod family;
mod operation;
mod subject;
mod thrown;
mod touch;
mod world;

pub use advance::advance;
pub use by_hand::ByHand;
pub use drive::{Program, main};
pub use family::Family;
pub use operation::Operation;
pub use subject::{Subject, hold, hold_shared};
pub use thrown::Thrown;
pub use touch::{Me, Touch, touch};
pub use world::{Guard, World};

/// The return value of each generated coroutine: a number, or an error that it did not handle.
pub type Returned = Result<i64, Thrown>;

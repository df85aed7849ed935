//! What the generated Rust programs of the conformance harness are linked with: their world, the
//! operations, and what drives them.
//!
//! `python/` of the harness is its twin on the other side.

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

/// What each generated coroutine returns: a number, or an error that it has let out.
pub type Returned = Result<i64, Thrown>;

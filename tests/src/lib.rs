//! The tests of cogen are in `tests/`, one file per behaviour. This crate contains the code that
//! they share, and runs the Rust blocks of the README.

pub mod allocations;
pub mod connections;
pub mod observe;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

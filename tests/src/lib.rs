//! The tests of cogen are in `tests/`, a file for each behaviour. This crate contains what they
//! share, and runs the Rust blocks of the README.

pub mod allocations;
pub mod connections;
pub mod observe;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

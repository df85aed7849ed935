//! The tests of cogen stand in `tests/`, a file a behaviour. Here is what they watch the event loop
//! with, and the Rust blocks of the README run.

pub mod connections;
pub mod observe;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

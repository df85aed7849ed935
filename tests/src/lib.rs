//! The tests of cogen stand in `tests/`, a file a behaviour. Here the Rust blocks of the README run.

#![cfg(doctest)]

#[doc = include_str!("../../README.md")]
mod readme {}

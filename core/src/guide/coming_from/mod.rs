//! Coming from other crates, from Python or from `gen` blocks. Each page has a table of names, and
//! the same program in both.
//!
//! - [genawaiter]
//! - [async-stream](async_stream)
//! - [fauxgen and next-gen](fauxgen)
//! - [diapause]
//! - [Python's generators](python)
//! - [`gen` blocks and the language's own coroutines](gen_blocks)

#[doc = include_str!("genawaiter.md")]
pub mod genawaiter {}

#[doc = include_str!("async_stream.md")]
pub mod async_stream {}

#[doc = include_str!("fauxgen.md")]
pub mod fauxgen {}

#[doc = include_str!("diapause.md")]
pub mod diapause {}

#[doc = include_str!("python.md")]
pub mod python {}

#[doc = include_str!("gen_blocks.md")]
pub mod gen_blocks {}

//! The guide: one page for each task.
//!
//! **Start here**
//!
//! - [First steps](first_steps): from an empty package to an iterator and a coroutine.
//! - [Troubleshooting](troubleshooting): what the first error messages mean, and what to write.
//! - [Coming from](coming_from) other crates, Python or `gen` blocks: which names correspond, and
//!   programs in both.
//!
//! **Iterators and coroutines**
//!
//! - [Errors](errors): `?` in iterators and streams, and the other ways to report an error.
//! - [Talking to a coroutine](talking): send values, throw errors, close it, and read its return
//!   value.
//! - [Delegation and recursion](delegation): coroutines that run other coroutines.
//! - [Named structs and `no_std`](named): a coroutine with a type that you can write down, without
//!   an allocator.
//! - [Limits](limits): the traits that coroutines and iterators can't implement, and what to write
//!   instead.
//!
//! **With I/O**
//!
//! - [Streams and async](streams): bodies that yield and `.await`.
//! - [Sans-io protocols](sans_io): protocols that contain no I/O, and how async code, blocking code
//!   and tests run them.
#![cfg_attr(
    feature = "executor",
    doc = "- [The event loop](event_loop), compared with Python's asyncio."
)]
#![cfg_attr(
    feature = "alloc",
    doc = "- [Replay](replay): coroutines that are saved step by step and restored."
)]
//!
//! **Before you depend on it**
//!
//! - [Costs](costs): build time, dependencies, sizes, minimum Rust version.

#[doc = include_str!("first_steps.md")]
pub mod first_steps {}

#[doc = include_str!("troubleshooting.md")]
pub mod troubleshooting {}

pub mod coming_from;

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("talking.md")]
pub mod talking {}

#[doc = include_str!("delegation.md")]
#[doc(alias = "recursion")]
pub mod delegation {}

#[doc = include_str!("named.md")]
pub mod named {}

#[doc = include_str!("limits.md")]
pub mod limits {}

#[doc = include_str!("streams.md")]
pub mod streams {}

#[doc = include_str!("sans_io.md")]
pub mod sans_io {}

#[cfg(feature = "executor")]
#[doc = include_str!("event_loop.md")]
#[doc(alias = "spawn_local")]
pub mod event_loop {}

#[cfg(feature = "alloc")]
#[doc = include_str!("replay.md")]
pub mod replay {}

#[doc = include_str!("costs.md")]
pub mod costs {}

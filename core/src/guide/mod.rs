//! The guide: how to do things with this crate, a page for each.
//!
//! - [Errors](errors): `?` in iterators and streams, and the other ways to report what went wrong.
//! - [Limits](limits): what a coroutine, an iterator or a stream with a body can't be, and what to
//!   write instead.

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("limits.md")]
pub mod limits {}

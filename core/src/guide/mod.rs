//! The guide: how to do things with this crate, a page for each.
//!
//! - [Errors](errors): `?` in iterators and streams, and the other ways to report what went wrong.
//! - [Limits](limits): what a coroutine, an iterator or a stream with a body can't be, and what to
//!   write instead.
//! - [Replay](replay): recorded coroutines in production: saving step by step, and changing the
//!   code while coroutines are under way.

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("limits.md")]
pub mod limits {}

#[cfg(feature = "alloc")]
#[doc = include_str!("replay.md")]
pub mod replay {}

//! The guide: how to do things with this crate, a page for each.
//!
//! - [Errors](errors): `?` in iterators and streams, and the other ways to report what went wrong.

#[doc = include_str!("errors.md")]
pub mod errors {}

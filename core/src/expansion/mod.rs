//! What the macros expand to. Not part of the public interface.
//!
//! The macros of `cogen-macros` check a body and hand its tokens to the macros here, which hold all
//! that is `unsafe` in a user's crate. They name everything by `$crate`, which can't be redirected,
//! and their locals and labels by names of their own hygiene, which nobody else can mention.
//!
//! Anybody can call them, with whatever tokens, and gets a coroutine or an error. For that,
//!
//! - no token from outside stands in an `unsafe` block, and what decides whether one is right comes
//!   in as a whole type, name or lifetime (a `ty`, an `ident`, …), so that it can't end the item or
//!   statement that it stands in and begin another;
//! - a macro with an `unsafe` block is given the names in it by nobody: it defines them.
//!
//! An *item* of the body could still capture a local's name, as those of items are not hygienic.
//! The invariants in [`engine`](crate::engine) say why that does no harm.

#[cfg(rust_analyzer)]
pub(crate) mod editor;
mod machine;
mod named;

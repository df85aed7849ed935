//! What the macros expand to. Not part of the public interface.
//!
//! The macros of `cogen-macros` read the signature and hand the tokens of the body to the macros
//! here, which hold all that is `unsafe` in a user's crate. They name everything by `$crate`, which
//! can't be redirected, and give their locals and labels names that nobody else can mention. These
//! names go to one other macro, `body!` of `cogen-macros`, which writes the yields with them and
//! gives out nothing but an `async` block.
//!
//! Anybody can call these macros with whatever tokens, and gets a coroutine or an error:
//!
//! - No token from outside stands in an `unsafe` block. What stands beside one in the same
//!   statement or item comes in as a whole type, name or lifetime (a `ty`, an `ident`, …), so that
//!   it can't end that and begin another. The exception are the bounds of a struct's parameters,
//!   which also stand at the head of the struct and of a function. To end something, they need
//!   braces that are the fields of the one and the body of the other. Only empty braces are both,
//!   and the function has to return a value.
//! - Of the items in the block that has the `unsafe` ones of a named struct, all are defined here.
//!   Items from outside, and those that implement the traits, have an inner block of their own.
//! - `body!` takes an `async`, two names, a label and braces, and nothing else for them. It writes
//!   the names into no yield that it refuses.
//!
//! An *item* of the body could still capture a local's name, as those of items are not hygienic.
//! The invariants in [`engine`](crate::engine) say why that does no harm.

#[cfg(rust_analyzer)]
pub(crate) mod editor;
mod machine;
mod named;

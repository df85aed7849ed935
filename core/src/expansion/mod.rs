//! The macros that an expansion consists of. Not part of the public interface.
//!
//! The macros of `cogen-macros` read the signature and pass the tokens of the body to the macros
//! here. These contain all `unsafe` code that cogen puts into a user's crate. They name everything
//! by `$crate`, which can't be redirected, and their locals and labels have names that no other
//! code can mention. They pass these names to only one other macro, `body!` of `cogen-macros`,
//! which writes the yields with them and returns nothing but an `async` block.
//!
//! Any code can call these macros with any tokens, and gets a coroutine or an error:
//!
//! - No token from outside is in an `unsafe` block. Tokens next to an `unsafe` block, in the same
//!   statement or item, come in as a whole type, name or lifetime (a `ty`, an `ident`, …). So they
//!   can't end the statement or item and begin another. There are two exceptions. The tokens of the
//!   function of a named struct are in braces, as an argument. The bounds of a struct's parameters
//!   are also in the heads of the struct and of its implementations. To end these items, the bounds
//!   need braces that are the fields of the struct and the items of each implementation as well.
//!   Only empty braces are all of these, and the implementations need items.
//! - In the block that contains the `unsafe` items of a named struct, all items are defined here.
//!   The word for the struct's shape selects those that implement the traits, and the hidden trait.
//! - `body!` takes an `async`, two names, a label and braces, and accepts nothing else in their
//!   place. It writes the names into no yield that it refuses.
//!
//! An *item* of the body could still capture a local's name, because the names of items are not
//! hygienic. The invariants in [`engine`](crate::engine) explain why this does no harm.

#[cfg(rust_analyzer)]
pub(crate) mod editor;
mod machine;
mod named;

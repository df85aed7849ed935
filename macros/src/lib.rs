//! The macros of the crate `cogen`, which re-exports and documents them: depend on `cogen`.
//!
//! The folders are the steps of an expansion:
//!
//! 1. `parse` reads the attribute's options, the item under it, and the shape of the coroutine from
//!    the return type.
//! 2. `body` rewrites the yields of a body.
//! 3. `emit` writes the code that users' crates get.
//!
//! `diagnostics` has a sentence for everything that a step refuses.

#![forbid(unsafe_code)]

mod body;
mod diagnostics;
mod emit;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// See the documentation of `cogen`.
#[proc_macro_attribute]
pub fn coroutine(options: TokenStream, item: TokenStream) -> TokenStream {
    emit::attribute(options.into(), item.into()).into()
}

/// Expands a call by `cogen::co!`: the path of the crate, a semicolon, and the body.
#[proc_macro]
pub fn co(input: TokenStream) -> TokenStream {
    emit::block(input.into()).into()
}

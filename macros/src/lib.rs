//! The macros of the crate `cogen`, which re-exports and documents them: depend on that one.
//!
//! The way through: `options` (what stands in the attribute's parentheses) → `signature` (the
//! shape, from the return type) → `body` (the yields) → `expand` (the function that users' crates
//! get) → `named` (its struct, if that is to have a name); beside them `fingerprint` (the constant
//! that stands for its code), `attributes` (which are certainly no macros) and `diagnostics` (what
//! is refused, in words).

#![forbid(unsafe_code)]

mod attributes;
mod body;
mod diagnostics;
mod expand;
mod fingerprint;
#[cfg(test)]
mod hostile;
mod named;
mod options;
mod signature;
#[cfg(test)]
mod snapshots;

use proc_macro::TokenStream;

/// See the documentation of `cogen`.
#[proc_macro_attribute]
pub fn coroutine(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(options.into(), item.into()).into()
}

/// What `cogen::co!` calls: the path of the crate, a semicolon, and the body.
#[proc_macro]
pub fn co(input: TokenStream) -> TokenStream {
    expand::block(input.into()).into()
}

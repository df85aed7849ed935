//! The macros of the crate `cogen`, which re-exports and documents them: depend on `cogen`.
//!
//! The folders are the steps of an expansion:
//!
//! 1. `parse` reads the attribute's options, the item under it, and the shape of the coroutine from
//!    the return type.
//! 2. `body` rewrites the yields of a body.
//! 3. `emit` writes the code that users' crates get. The code that is the same for all of them, and
//!    all `unsafe` code, is in macros of `cogen` that it calls (`expansion` there).
//!
//! `diagnostics` has a message for everything that a step refuses.

#![forbid(unsafe_code)]

mod body;
mod diagnostics;
mod emit;
mod fragments;
mod parse;
mod tokens;
mod visitor;

use proc_macro::TokenStream;

// The documentation is that of the re-export in `cogen`, which rust-analyzer doesn't show.
#[cfg_attr(
    rust_analyzer,
    doc = "Turns a function into a coroutine.\n\n\
           Calling the function doesn't run its body yet. It returns a `Coroutine`, an `Iterator`, \
           an `AsyncCoroutine` or a `Stream`, as the return type says. In the body, \
           `yield_!(value)` yields `value`, suspends the coroutine, and evaluates to the value \
           that is sent next. `yield_from!(other)` delegates to another coroutine, or to an \
           iterator.\n\n\
           Options: `priming`, `struct = Name`, `send`, `sync`, `size = N`, `align = N`, \
           `fingerprint = NAME`, `iterator`, `stream`, `async`, `crate = path`."
)]
#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn coroutine(options: TokenStream, item: TokenStream) -> TokenStream {
    emit::attribute(options.into(), fragments::keep_together(item.into())).into()
}

/// Expands a call by `cogen::co!`: the path of the crate, a semicolon, and the body.
#[proc_macro]
pub fn co(input: TokenStream) -> TokenStream {
    emit::block(fragments::keep_together(input.into())).into()
}

/// Expands a call by `cogen::__machine!`: the `async` block of a state machine.
#[proc_macro]
pub fn body(input: TokenStream) -> TokenStream {
    emit::body(input.into()).into()
}

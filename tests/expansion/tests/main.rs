//! The tests of the macros. This crate includes the modules of `cogen-macros`, because a package of
//! macros exports no other items that a test could call. The unit tests of these modules run here,
//! too.

// The macro `body!` is called by `lib.rs` only.
#![allow(dead_code, unused_imports)]

#[path = "../../../macros/src/body/mod.rs"]
mod body;
#[path = "../../../macros/src/diagnostics.rs"]
mod diagnostics;
#[path = "../../../macros/src/emit/mod.rs"]
mod emit;
#[path = "../../../macros/src/parse/mod.rs"]
mod parse;
#[path = "../../../macros/src/tokens.rs"]
mod tokens;
#[path = "../../../macros/src/visitor.rs"]
mod visitor;

mod hostile;
mod snapshots;

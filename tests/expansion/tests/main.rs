//! The tests of the macros. This crate contains the modules of `cogen-macros`, as a package of
//! macros exports nothing else that a test could call. Their unit tests run here, too.

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
#[path = "../../../macros/src/visitor.rs"]
mod visitor;

mod hostile;
mod snapshots;

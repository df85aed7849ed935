//! The tests of the macros, with the modules of the macros in the same crate: a package of macros
//! exports nothing else that a test could call. The published package has none of this.

// The macro `body!` is called by `lib.rs` only.
#![allow(dead_code, unused_imports)]

#[path = "../../src/body/mod.rs"]
mod body;
#[path = "../../src/diagnostics.rs"]
mod diagnostics;
#[path = "../../src/emit/mod.rs"]
mod emit;
#[path = "../../src/parse/mod.rs"]
mod parse;

mod hostile;
mod snapshots;

//! What the compiler says about mistakes: a file each in `ui/`, or in `ui/built/`.
//!
//! The messages are compared to the letter, and each version of the compiler words them anew. The
//! test therefore runs with the version in `rust-toolchain.toml` only, and elsewhere says that it
//! doesn't.

use std::env;
use std::io::{Write, stderr};
use std::process::Command;

/// The version whose messages `ui/` holds.
fn expected_version() -> &'static str {
    let toolchain = include_str!("../../rust-toolchain.toml");
    let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = "));
    channel.expect("`rust-toolchain.toml` names a channel").trim_matches('"')
}

/// The version of the compiler that cargo runs for trybuild.
fn version() -> String {
    let configured = env::var_os("RUSTC").or_else(|| env::var_os("CARGO_BUILD_RUSTC"));
    let rustc = configured.unwrap_or_else(|| "rustc".into());
    let output = Command::new(&rustc).arg("--version").output().expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("the version is text");
    let version = text.split_whitespace().nth(1);
    version.unwrap_or_else(|| panic!("no version in {text:?} of {rustc:?}")).to_owned()
}

/// Whether the messages are those of this compiler.
fn is_expected_version() -> bool {
    let (expected, version) = (expected_version(), version());
    if version != expected {
        // Not `eprintln`, which libtest shows for failed tests only.
        let skipped = format!("tests/ui is skipped: it needs rustc {expected}, not {version}\n");
        stderr().write_all(skipped.as_bytes()).unwrap();
    }
    version == expected
}

#[test]
fn mistakes_are_refused_where_they_stand() {
    if is_expected_version() {
        trybuild::TestCases::new().compile_fail("ui/*.rs");
    }
}

/// `cargo check` doesn't find these. trybuild builds them, as one of the cases has to run.
#[test]
fn mistakes_are_refused_where_a_generic_function_is_called() {
    if is_expected_version() {
        let cases = trybuild::TestCases::new();
        cases.pass("ui/built/fits.rs");
        cases.compile_fail("ui/built/named_*.rs");
        cases.compile_fail("ui/built/escape_*.rs");
    }
}

//! The compiler's messages about mistakes: each mistake has a file in `ui/` or in `ui/built/`.
//!
//! The messages are compared exactly, and they differ between versions of the compiler. So the test
//! runs only with the version in `rust-toolchain.toml`. With other versions it prints that it is
//! skipped.

use std::io::{Write, stderr};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Returns the version of the messages in `ui/`.
fn expected_version() -> &'static str {
    let toolchain = include_str!("../../rust-toolchain.toml");
    let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = "));
    channel.expect("`rust-toolchain.toml` names a channel").trim_matches('"')
}

/// Returns the version of the compiler that cargo runs for trybuild.
fn version() -> String {
    let configured = env::var_os("RUSTC").or_else(|| env::var_os("CARGO_BUILD_RUSTC"));
    let rustc = configured.unwrap_or_else(|| "rustc".into());
    let output = Command::new(&rustc).arg("--version").output().expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("the version is text");
    let version = text.split_whitespace().nth(1);
    version.unwrap_or_else(|| panic!("no version in {text:?} of {rustc:?}")).to_owned()
}

/// Returns whether the compiler has the version of the messages in `ui/`. Otherwise, prints that
/// the test is skipped.
fn is_expected_version() -> bool {
    let (expected, version) = (expected_version(), version());
    if version != expected {
        // Not `eprintln`, whose output libtest shows only for failed tests.
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

/// `cargo check` doesn't find these. trybuild builds them, because one of the cases must run.
#[test]
fn mistakes_are_refused_where_a_generic_function_is_called() {
    if is_expected_version() {
        let cases = trybuild::TestCases::new();
        cases.pass("ui/built/fits.rs");
        cases.compile_fail("ui/built/named_*.rs");
        cases.compile_fail("ui/built/escape_*.rs");
    }
}

/// trybuild compiles its cases with the features of this package, so this case has a package of its
/// own. Its errors are one line each.
#[test]
fn without_alloc_nothing_is_advised_that_is_not_there() {
    if !is_expected_version() {
        return;
    }
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (root, ui) = (tests.parent().unwrap(), tests.join("ui/without_alloc"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("without_alloc");
    fs::create_dir_all(package.join("src")).unwrap();
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    fs::copy(ui.join("mistakes.rs"), package.join("src/main.rs")).unwrap();
    let manifest = format!(
        "[package]\nname = \"without-alloc\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         cogen = {{ path = {:?}, default-features = false }}\n",
        root.join("core")
    );
    fs::write(package.join("Cargo.toml"), manifest).unwrap();

    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--message-format", "short"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let errors: String = text
        .lines()
        .filter_map(|line| line.strip_prefix("src/main.rs:"))
        .map(|line| format!("{line}\n"))
        .collect();
    let expected = ui.join("mistakes.stderr");
    if env::var_os("TRYBUILD").is_some_and(|mode| mode == "overwrite") {
        fs::write(&expected, &errors).unwrap();
    }
    assert_eq!(errors, fs::read_to_string(expected).unwrap(), "all of it:\n{text}");
}

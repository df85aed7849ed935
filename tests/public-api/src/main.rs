//! `cogen.txt` and `cogen-executor.txt` list the public API of these packages:
//!
//! ```text
//! cargo run -p cogen-public-api               # compares
//! cargo run -p cogen-public-api -- --update   # writes the files again
//! ```
//!
//! The list is that of Linux with all features. It contains the impls of `Send`, `Sync` and
//! `Unpin`, and names no crate but those of [`KNOWN`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use clap::Parser;

const PACKAGES: [&str; 2] = ["cogen", "cogen-executor"];

/// The crates whose items the public API may name. A new major version of one of them would need a
/// new major version of cogen.
const KNOWN: [&str; 8] = [
    "alloc",
    "cogen",
    "cogen_executor",
    "core",
    "futures_core",
    "futures_io",
    "serde_core", // where `serde` defines its traits
    "std",
];

/// Auto traits that users neither implement nor write as bounds.
const LEFT_OUT: [&str; 3] =
    ["core::marker::Freeze for", "core::marker::UnsafeUnpin for", "core::panic::unwind_safe::"];

/// Compares the public API with the committed lists.
#[derive(Parser)]
struct Arguments {
    /// Writes the lists again.
    #[arg(long)]
    update: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if !cfg!(target_os = "linux") {
        println!("SKIPPED: the public API is listed and compared on Linux only.");
        return ExitCode::SUCCESS;
    }
    let mut good = true;
    for package in PACKAGES {
        let api = public_api(package);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{package}.txt"));
        if arguments.update {
            fs::write(&path, &api).expect("the file can be written");
        } else {
            let committed = fs::read_to_string(&path).unwrap_or_default();
            good &= same(package, &committed, &api);
        }
        good &= names_known_crates_only(package, &api);
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Returns the public API of `package`, one item per line.
fn public_api(package: &str) -> String {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/public-api");
    let status = Command::new(env::var_os("CARGO").expect("cargo runs this program"))
        .args(["rustdoc", "--quiet", "--package", package, "--lib", "--all-features"])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        // rustdoc's JSON is unstable. The versions of the toolchain and of the crate that reads the
        // JSON are fixed, so the list doesn't change from day to day.
        .env("RUSTC_BOOTSTRAP", "1")
        .status()
        .expect("cargo can be run");
    assert!(status.success(), "rustdoc has failed for {package}");
    let json: PathBuf = target.join("doc").join(package.replace('-', "_") + ".json");
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .build()
        .unwrap_or_else(|error| panic!("the JSON of {package} can't be read: {error}"));
    let mut text = String::new();
    for line in api.to_string().lines() {
        if LEFT_OUT.iter().any(|left_out| line.contains(left_out)) {
            continue;
        }
        // The condition under which a projected struct is `Unpin` names a hidden type of the crate
        // pin-project-lite. The condition is that the pinned fields are `Unpin`.
        let line =
            line.split(" where pin_project_lite::__private::PinnedFieldsOf<").next().unwrap();
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// Compares the lists, and prints the lines that are in only one of the two.
fn same(package: &str, committed: &str, api: &str) -> bool {
    if committed == api {
        println!("{package}: the public API has {} lines, as committed", api.lines().count());
        return true;
    }
    let (before, now): (BTreeSet<_>, BTreeSet<_>) =
        (committed.lines().collect(), api.lines().collect());
    println!("The public API of {package} is not the committed one:");
    before.difference(&now).for_each(|line| println!("- {line}"));
    now.difference(&before).for_each(|line| println!("+ {line}"));
    println!("If that is meant, run `cargo run -p cogen-public-api -- --update` and commit.");
    false
}

fn names_known_crates_only(package: &str, api: &str) -> bool {
    let mut good = true;
    for line in api.lines() {
        for unknown in crates(line).filter(|name| !KNOWN.contains(name)) {
            println!("The public API of {package} names the crate {unknown}: {line}");
            good = false;
        }
    }
    good
}

/// Returns the first segments of the paths in `line`.
fn crates(line: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices("::").filter_map(move |(end, _)| {
        let before = &line[..end];
        let start = before.rfind(|c| !is_part(c)).map_or(0, |at| at + 1);
        let name = &before[start..];
        let first = !before[..start].ends_with("::") && !name.is_empty();
        // `C::Yield` and `Self::Yield` don't start with a crate.
        (first && name.starts_with(char::is_lowercase)).then_some(name)
    })
}

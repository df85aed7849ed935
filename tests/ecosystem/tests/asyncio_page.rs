//! Tests of the page on asyncio, `executor/src/asyncio.md`: it has every name of asyncio, and each
//! crate on it is tested.

use std::collections::BTreeSet;
use std::process::Command;

const PAGE: &str = include_str!("../../../executor/src/asyncio.md");

/// The names of CPython 3.11, as [`SCRIPT`] prints them.
const NAMES: &str = include_str!("asyncio-3.11.txt");

const SCRIPT: &str = "
import asyncio, sys
if sys.version_info[:2] != (3, 11) or sys.platform != 'linux':
    sys.exit('this is another Python')
names = {*asyncio.__all__, 'TaskGroup'} # which 3.11 leaves out
classes = 'Barrier Condition Event Future Handle Lock Queue Runner Semaphore Server StreamReader '
classes += 'StreamWriter Task TaskGroup Timeout TimerHandle'
for name, type in [('loop', asyncio.AbstractEventLoop)] + [
    (name, getattr(asyncio, name)) for name in classes.split()
]:
    names |= {f'{name}.{method}' for method in dir(type) if method[0] != '_'}
print('\\n'.join(sorted(names)))
";

/// Returns the first and the second column of each row of the tables.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGE.lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "))
        .filter(|(names, _)| *names != "asyncio")
}

/// Returns the texts between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_page_has_each_name_of_asyncio_once() {
    let on_page: Vec<_> = rows().flat_map(|(names, _)| quoted(names)).collect();
    let unique: BTreeSet<_> = on_page.iter().copied().collect();
    let names: BTreeSet<_> = NAMES.lines().collect();
    let missing: Vec<_> = names.difference(&unique).collect();
    let others: Vec<_> = unique.difference(&names).collect();
    assert!(missing.is_empty() && others.is_empty(), "missing: {missing:?}, others: {others:?}");
    assert_eq!(on_page.len(), unique.len(), "one is there twice");
}

#[test]
fn each_row_says_what_to_use_or_why_there_is_nothing() {
    for (names, ours) in rows() {
        let is_reason = ours.strip_prefix("no: ").is_some_and(|reason| reason.len() > 10);
        assert!(is_reason || ours.contains('`'), "{names}: {ours}");
    }
}

#[test]
fn the_names_are_those_of_python() {
    match Command::new("python3").arg("-c").arg(SCRIPT).output() {
        Ok(output) if output.status.success() => {
            assert_eq!(String::from_utf8_lossy(&output.stdout), NAMES);
        }
        _ => eprintln!("SKIPPED: there is no Python 3.11"),
    }
}

/// A crate is a name with a hyphen. `futures-rustls` is tested in `examples/tls`.
#[test]
fn each_crate_on_the_page_has_a_test() {
    let tests = include_str!("ecosystem.rs");
    let crates: BTreeSet<_> = quoted(PAGE)
        .filter(|name| {
            name.contains('-') && name.bytes().all(|b| b"-".contains(&b) || b.is_ascii_lowercase())
        })
        .filter(|&name| name != "futures-rustls")
        .collect();
    assert!(crates.len() >= 10, "{crates:?}");
    for name in crates {
        let test = format!("\nfn {}() ", name.replace('-', "_"));
        assert!(tests.contains(&test), "{name} has no test");
    }
}

//! The README shows the current code.

use std::fs;
use std::path::Path;

#[test]
fn the_code_in_the_readme_is_the_code_of_the_programs() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path| fs::read_to_string(package.join(path)).expect("it is there");
    let unindented = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let programs = unindented(&(read("src/lib.rs") + &read("restate/src/order.rs")));
    let readme = read("README.md");
    let blocks = readme
        .split("```rust,ignore\n")
        .skip(1)
        .map(|rest| rest.split_once("```").expect("the block has an end").0);
    let mut count = 0;
    for block in blocks {
        assert!(programs.contains(&unindented(block)), "this is elsewhere or nowhere:\n{block}");
        count += 1;
    }
    assert_eq!(count, 2);
}

//! The README shows the current code.

#[test]
fn the_code_of_the_readme_is_that_of_the_program() {
    let readme = include_str!("../../README.md");
    let sources =
        [include_str!("../../src/protocol.rs"), include_str!("../../src/drivers/threads.rs")];
    let blocks: Vec<_> = readme.split("```rust\n").skip(1).collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        let (code, _) = block.split_once("```").expect("a block has an end");
        assert!(sources.iter().any(|source| source.contains(code)), "{code}");
    }
}

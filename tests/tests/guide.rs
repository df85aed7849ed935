//! The documentation: its quotes are the messages of the compiler and of panics, and its search
//! finds common words.

use std::fs;
use std::path::{Path, PathBuf};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Returns the contents of the files below `folder` with this extension, concatenated.
fn text_below(folder: &Path, ending: &str) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.is_dir() {
            true => text_below(&path, ending),
            false if path.extension().is_some_and(|found| found == ending) => {
                fs::read_to_string(path).unwrap()
            }
            false => String::new(),
        })
        .collect()
}

/// Returns the quoted paragraphs of a page, each in one line.
fn quotations(page: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in page.lines() {
        match line.strip_prefix("> ") {
            Some(text) => {
                let last = found.last_mut().unwrap();
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(text);
            }
            None => found.push(String::new()),
        }
    }
    found.retain(|quotation| !quotation.is_empty());
    found
}

#[test]
fn the_messages_in_the_page_on_troubleshooting_are_real() {
    let page = fs::read_to_string(project("core/src/guide/troubleshooting.md")).unwrap();
    let said = text_below(&project("tests/ui"), "stderr")
        + &fs::read_to_string(project("core/src/protocol/misuse.rs")).unwrap();
    let quotations = quotations(&page);
    assert!(quotations.len() > 25, "the page quotes messages");
    for quotation in quotations {
        assert!(said.contains(&quotation), "nothing says this any more: {quotation}");
    }
}

#[test]
fn the_search_of_the_documentation_knows_what_people_type() {
    let sources = text_below(&project("core/src"), "rs");
    for typed in [
        "async generator",
        "boxed",
        "dyn",
        "gen",
        "generator",
        "next",
        "recursion",
        "spawn_local",
        "stream!",
        "try_stream",
        "yield",
    ] {
        let alias = format!("#[doc(alias = \"{typed}\")]");
        assert!(sources.contains(&alias), "no item has the alias {typed:?}");
    }
}

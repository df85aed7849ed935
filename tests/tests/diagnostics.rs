//! Every message in which cogen refuses something occurs in the expected output of a case of `ui/`.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Returns the files below `folder` with this extension.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => files(&path, ending),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect()
}

fn tokens(path: &Path) -> Vec<TokenTree> {
    fs::read_to_string(path).unwrap().parse::<TokenStream>().unwrap().into_iter().collect()
}

/// Returns the strings among the tokens, without those of attributes.
fn strings(tokens: impl IntoIterator<Item = TokenTree>) -> Vec<String> {
    let mut found = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                tokens.find(|token| matches!(token, TokenTree::Group(_)));
            }
            TokenTree::Group(group) => found.extend(strings(group.stream())),
            TokenTree::Literal(literal) => found.extend(
                syn::parse_str(&literal.to_string())
                    .ok()
                    .map(|literal: syn::LitStr| literal.value()),
            ),
            _ => {}
        }
    }
    found
}

/// Returns the strings in `compile_error!` and `#[diagnostic::on_unimplemented]`.
fn said(tokens: Vec<TokenTree>) -> Vec<String> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        let says = match &tokens[..at] {
            [.., TokenTree::Ident(name), TokenTree::Punct(_)] => name == "compile_error",
            [.., TokenTree::Ident(name)] => name == "on_unimplemented",
            _ => false,
        };
        found.extend(if says {
            strings(group.stream())
        } else {
            said(group.stream().into_iter().collect())
        });
    }
    found
}

/// Returns whether `line` matches `template`, whose `{…}` match anything.
fn matches(template: &str, mut line: &str) -> bool {
    let escaped = template.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let literal = |part: &str| part.replace('\u{1}', "{").replace('\u{2}', "}");
    escaped.split('{').enumerate().all(|(at, part)| {
        let part = literal(if at == 0 { part } else { part.split_once('}').unwrap().1 });
        match line.find(&part) {
            Some(found) => {
                line = &line[found + part.len()..];
                true
            }
            None => false,
        }
    })
}

#[test]
fn every_sentence_has_a_case() {
    let mut sentences = strings(tokens(&project("macros/src/diagnostics.rs")));
    assert!(sentences.len() > 40, "the sentences are there");
    for path in files(&project("core/src"), "rs") {
        sentences.extend(said(tokens(&path)));
    }
    assert!(sentences.iter().any(|sentence| sentence.contains("works only in a coroutine")));
    assert!(sentences.iter().any(|sentence| sentence.contains("is not a coroutine that takes")));

    let expected: String = files(&project("tests/ui"), "stderr")
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let missing: Vec<_> = sentences
        .iter()
        .filter(|sentence| !expected.lines().any(|line| matches(sentence, line)))
        .collect();
    assert!(missing.is_empty(), "no case of `tests/ui` shows {missing:#?}");
}

#[test]
fn the_macros_say_nothing_else() {
    for path in files(&project("macros/src"), "rs") {
        let makes_errors = fs::read_to_string(&path).unwrap().contains("Error::new");
        assert_eq!(makes_errors, path.ends_with("diagnostics.rs"), "{}", path.display());
    }
}

#[test]
fn templates_match_what_they_make() {
    assert!(matches("`{name}!` takes {{ … }}", "error: `yield_!` takes { … }"));
    assert!(!matches("`{name}!` takes {{ … }}", "error: `yield_!` takes one"));
}

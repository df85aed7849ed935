//! The expansions in users' crates, for reading: a file for each in `snapshots/`. `UPDATE_EXPECT=1
//! cargo test -p cogen-expansion` writes the files again.

use std::fmt::Write;

use expect_test::{ExpectFile, expect_file};
use quote::quote;

use crate::emit;

/// Compares the expansion of `#[cogen::coroutine(options)]` on `item`.
fn attribute(options: &str, item: &str, expected: &ExpectFile) {
    let expanded = emit::attribute(options.parse().unwrap(), item.parse().unwrap());
    let options = if options.is_empty() { String::new() } else { format!("({options})") };
    compare(
        &format!("#[cogen::coroutine{options}]\n{item}"),
        &syn::parse2(expanded).unwrap(),
        expected,
    );
}

/// Compares the expansion of `cogen::co! { body }`, as the value of a function.
fn block(body: &str, expected: &ExpectFile) {
    let parsed: proc_macro2::TokenStream = body.parse().unwrap();
    let expanded = emit::block(quote!(cogen; #parsed));
    compare(&format!("co! {{ {body} }}"), &syn::parse_quote!(fn block() { #expanded }), expected);
}

fn compare(written: &str, made: &syn::File, expected: &ExpectFile) {
    let mut text = String::from("// Written:\n//\n");
    for line in written.lines() {
        writeln!(text, "//     {line}").unwrap();
    }
    write!(text, "//\n// Made of it:\n\n{}", prettyplease::unparse(made)).unwrap();
    expected.assert_eq(&text);
}

#[test]
fn a_coroutine() {
    attribute(
        "",
        "fn averager(scale: f64) -> impl Coroutine<f64, Yield = f64> {
    let mut total = 0.0;
    for count in 1.. {
        total += scale * yield_!(total / f64::from(count));
    }
}",
        &expect_file!["../../../macros/snapshots/coroutine.rs"],
    );
}

#[test]
fn an_async_coroutine() {
    attribute(
        "",
        "fn replies(mut client: Client) -> impl AsyncCoroutine<Request, Yield = Reply> {
    loop {
        let request = yield_!(client.receive().await);
        yield_from!(client.send(request));
    }
}",
        &expect_file!["../../../macros/snapshots/async_coroutine.rs"],
    );
}

#[test]
fn a_boxed_coroutine() {
    attribute(
        "",
        "fn walk(tree: &Tree) -> BoxCoroutine<'_, (), u32> {
    for child in &tree.children {
        yield_from!(walk(child));
    }
    yield_!(tree.value);
}",
        &expect_file!["../../../macros/snapshots/boxed_coroutine.rs"],
    );
}

#[test]
fn an_iterator() {
    attribute(
        "",
        "fn lines((first, second): (&str, &str)) -> impl Iterator<Item = String> {
    println!(\"{:?}\", yield_!(first.to_owned()));
    yield_!(second.to_owned());
}",
        &expect_file!["../../../macros/snapshots/iterator.rs"],
    );
}

#[test]
fn a_named_coroutine() {
    attribute(
        "struct = Words<'a>, send",
        "pub fn words<'a>(text: &'a str) -> impl Coroutine<(), Yield = &'a str> {
    yield_from!(text.split(' '));
}",
        &expect_file!["../../../macros/snapshots/named_coroutine.rs"],
    );
}

#[test]
fn a_generic_named_iterator_in_a_trait() {
    attribute(
        "",
        "impl<'a, T: Ord, const N: usize> IntoIterator for &'a Row<T, N> {
    type Item = &'a T;
    type IntoIter = Sorted<'a, T, N>;
    #[cogen::coroutine(struct = pub Sorted<'a, T, N>, size = 64, align = 8)]
    fn into_iter(self) -> impl Iterator<Item = Self::Item> {
        yield_from!(self.sorted());
    }
}",
        &expect_file!["../../../macros/snapshots/named_in_a_trait.rs"],
    );
}

#[test]
fn a_block() {
    block(
        "let name = yield!(greeting); name.len()",
        &expect_file!["../../../macros/snapshots/block.rs"],
    );
}

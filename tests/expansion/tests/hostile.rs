//! Hostile input. For all tokens, the macros don't panic, the expansion is Rust, and errors point
//! at the user's code.
//!
//! The input is a coroutine of `corpus.rs` with random damage, or a sequence of random tokens. This
//! command tests more inputs, with another seed, also of the coroutines in all of cogen's tests:
//!
//! ```text
//! COGEN_HOSTILE_INPUTS=1000000 COGEN_HOSTILE_SEED=7 \
//!     COGEN_HOSTILE_CORPUS=../tests:../ui \
//!     cargo test --release -p cogen-expansion hostile -- --nocapture
//! ```

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;

use fastrand::Rng;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};

use crate::emit;

/// The tokens that are inserted: keywords, cogen's names, and punctuation.
const WORDS: &str = "\
    fn impl struct trait async await const unsafe extern where for in if else match loop \
    while break continue return let mut ref move dyn static type yield yield_ yield_from co \
    cogen coroutine Coroutine AsyncCoroutine Iterator Stream BoxCoroutine SendBoxCoroutine \
    Yield Return Item Self self Send Unpin priming send sync fingerprint crate u8 x y _ 'a \
    '_ 'static 1 2.5 \"text\" b'b' ! # ? . .. ... , ; : :: = == => -> < > & && | || + - * / \
    @ $ union raw r#fn macro_rules cfg the_caller";

/// The input of one call of a macro.
struct Input {
    options: TokenStream,
    item: TokenStream,
}

/// Functions with the options of their attributes, and the bodies of `co!`.
#[derive(Default)]
struct Corpus {
    inputs: Vec<Input>,
    bodies: Vec<TokenStream>,
}

impl Corpus {
    fn read() -> Self {
        let mut corpus = Self::default();
        corpus.add_source(include_str!("corpus.rs"));
        let folders = env::var_os("COGEN_HOSTILE_CORPUS");
        for folder in folders.iter().flat_map(env::split_paths) {
            let mut paths: Vec<_> =
                fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
            paths.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
            paths.sort();
            for path in paths {
                corpus.add_source(&fs::read_to_string(path).unwrap());
            }
        }
        assert!(corpus.inputs.len() > 30 && corpus.bodies.len() > 30, "the corpus has both");
        corpus
    }

    fn add_source(&mut self, source: &str) {
        if let Ok(mut file) = syn::parse_file(source) {
            self.visit_file_mut(&mut file);
            self.add_bodies(file.into_token_stream());
        }
    }

    fn add(&mut self, attributes: &[syn::Attribute], item: impl ToTokens) {
        let ours = |attribute: &&syn::Attribute| {
            attribute.path().segments.last().is_some_and(|last| last.ident == "coroutine")
        };
        if let Some(attribute) = attributes.iter().find(ours) {
            let options = attribute
                .meta
                .require_list()
                .map_or_else(|_| TokenStream::new(), |list| list.tokens.clone());
            self.inputs.push(Input { options, item: item.into_token_stream() });
        }
    }

    /// Adds the body of each `co! { … }`, also among the tokens of other macros.
    fn add_bodies(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            if let TokenTree::Group(group) = token {
                let is_block = matches!(
                    &tokens[..at],
                    [.., TokenTree::Ident(name), TokenTree::Punct(_)] if name == "co"
                );
                if is_block {
                    self.bodies.push(group.stream());
                }
                self.add_bodies(group.stream());
            }
        }
    }
}

impl VisitMut for Corpus {
    fn visit_item_fn_mut(&mut self, function: &mut syn::ItemFn) {
        let syn::ItemFn { vis, sig, block, .. } = &*function;
        self.add(&function.attrs, quote!(#vis #sig #block));
        visit_mut::visit_item_fn_mut(self, function);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        let mut bare = block.clone();
        bare.attrs.clear();
        self.add(&block.attrs, bare);
        visit_mut::visit_item_impl_mut(self, block);
    }
}

/// Damages tokens, at random depths.
struct Vandal<'a> {
    rng: Rng,
    corpus: &'a Corpus,
    words: Vec<TokenStream>,
}

impl<'a> Vandal<'a> {
    fn new(seed: u64, corpus: &'a Corpus) -> Self {
        let words =
            WORDS.split_whitespace().map(|word| TokenStream::from_str(word).unwrap()).collect();
        Self { rng: Rng::with_seed(seed), corpus, words }
    }

    fn word(&mut self) -> TokenStream {
        let at = self.rng.usize(..self.words.len());
        self.words[at].clone()
    }

    fn delimiter(&mut self) -> Delimiter {
        self.rng
            .choice([Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None])
            .unwrap()
    }

    /// Returns a sequence of random tokens.
    fn soup(&mut self, depth: u32) -> TokenStream {
        let mut soup = TokenStream::new();
        for _ in 0..self.rng.u32(..12) {
            if depth > 0 && self.rng.u32(..4) == 0 {
                let group = Group::new(self.delimiter(), self.soup(depth - 1));
                soup.extend([TokenTree::Group(group)]);
            } else {
                soup.extend(self.word());
            }
        }
        soup
    }

    fn input(&mut self) -> &'a Input {
        let inputs = &self.corpus.inputs;
        &inputs[self.rng.usize(..inputs.len())]
    }

    fn body(&mut self) -> TokenStream {
        let bodies = &self.corpus.bodies;
        bodies[self.rng.usize(..bodies.len())].clone()
    }

    /// Returns a token of the corpus.
    fn fragment(&mut self) -> TokenTree {
        let mut tokens: Vec<TokenTree> = self.input().item.clone().into_iter().collect();
        loop {
            match tokens.swap_remove(self.rng.usize(..tokens.len())) {
                TokenTree::Group(group) if !group.stream().is_empty() && self.rng.bool() => {
                    tokens = group.stream().into_iter().collect()
                }
                token => return token,
            }
        }
    }

    /// Returns the tokens with one change at some depth.
    fn damage(&mut self, tokens: TokenStream) -> TokenStream {
        let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let at = self.rng.usize(..=tokens.len());
        if let Some(TokenTree::Group(group)) = tokens.get(at) {
            if self.rng.u32(..5) != 0 {
                let damaged = self.damage(group.stream());
                tokens[at] = TokenTree::Group(Group::new(group.delimiter(), damaged));
                return tokens.into_iter().collect();
            }
        }
        let present = at < tokens.len();
        match self.rng.u32(..8) {
            0 if present => drop(tokens.remove(at)),
            1 if present => tokens.insert(at, tokens[at].clone()),
            2 if present => {
                let other = self.rng.usize(..tokens.len());
                tokens.swap(at, other);
            }
            3 => {
                let end = self.rng.usize(at..=tokens.len());
                let inner = tokens.drain(at..end).collect();
                tokens.insert(at, TokenTree::Group(Group::new(self.delimiter(), inner)));
            }
            4 => match tokens.get(at) {
                Some(TokenTree::Group(group)) => {
                    let inner = group.stream();
                    tokens.splice(at..=at, inner);
                }
                _ => tokens.truncate(at),
            },
            5 => tokens.insert(at, self.fragment()),
            6 => drop(tokens.splice(at..at, self.soup(2))),
            _ => drop(tokens.splice(at..at, self.word())),
        }
        tokens.into_iter().collect()
    }

    fn damage_often(&mut self, mut tokens: TokenStream) -> TokenStream {
        for _ in 0..self.rng.u32(..3) {
            tokens = self.damage(tokens);
        }
        tokens
    }
}

/// Parses the tokens from text, so that each has a span. Returns `None` if the text can't be
/// parsed. The result has no groups without delimiters.
fn as_written(tokens: &TokenStream) -> Option<TokenStream> {
    TokenStream::from_str(&tokens.to_string()).ok()
}

/// Calls `found` with the span of each error in an expansion.
fn for_each_error(expansion: TokenStream, found: &mut impl FnMut(Span, String)) {
    let tokens: Vec<TokenTree> = expansion.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        match &tokens[..at] {
            [.., TokenTree::Ident(name), TokenTree::Punct(bang)] if name == "compile_error" => {
                let (start, end) = (name.span(), bang.span());
                found(start.join(end).unwrap_or(start), group.stream().to_string());
            }
            _ => for_each_error(group.stream(), found),
        }
    }
}

/// Checks one expansion of tokens with spans.
fn check(what: &str, expansion: &TokenStream, is_rust: impl FnOnce(TokenStream) -> bool) -> bool {
    let mut refused = false;
    for_each_error(expansion.clone(), &mut |span, message| {
        refused = true;
        // An error of syn about a missing token at the end of the input has an empty span.
        let is_of_syn = ["expected ", "unexpected end of input"]
            .iter()
            .any(|start| message.trim_start_matches('"').starts_with(start));
        assert!(
            is_of_syn || !span.byte_range().is_empty(),
            "{message} stands nowhere, for: {what}"
        );
    });
    assert!(refused || is_rust(expansion.clone()), "{what}\nbecomes what is no Rust:\n{expansion}");
    refused
}

fn attribute(options: &TokenStream, item: &TokenStream) -> bool {
    let what = format!("#[coroutine({options})] {item}");
    let expand = |options, item| {
        catch_unwind(AssertUnwindSafe(|| emit::attribute(options, item)))
            .unwrap_or_else(|_| panic!("for: {what}"))
    };
    expand(options.clone(), item.clone());
    let (Some(options), Some(item)) = (as_written(options), as_written(item)) else {
        return false;
    };
    check(&what, &expand(options, item), |expansion| {
        syn::parse2::<syn::File>(quote!(impl X { #expansion })).is_ok()
            || syn::parse2::<syn::File>(expansion).is_ok()
    })
}

fn block(body: &TokenStream) -> bool {
    let what = format!("co! {{ {body} }}");
    let expand = |body: TokenStream| {
        catch_unwind(AssertUnwindSafe(|| emit::block(quote!(cogen; #body))))
            .unwrap_or_else(|_| panic!("for: {what}"))
    };
    expand(body.clone());
    let Some(body) = as_written(body) else {
        return false;
    };
    check(&what, &expand(body), |expansion| syn::parse2::<syn::Expr>(expansion).is_ok())
}

fn setting(name: &str, default: u64) -> u64 {
    env::var(name)
        .map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn hostile_input_is_refused_where_it_stands() {
    let (inputs, seed) =
        (setting("COGEN_HOSTILE_INPUTS", 20_000), setting("COGEN_HOSTILE_SEED", 1));
    let corpus = Corpus::read();
    let mut vandal = Vandal::new(seed, &corpus);
    let mut refused = 0;
    for _ in 0..inputs {
        let is_refused = match vandal.rng.u32(..10) {
            0 => attribute(&vandal.soup(1), &vandal.soup(4)),
            1 => block(&vandal.soup(4)),
            2 | 3 => {
                let body = vandal.body();
                block(&vandal.damage_often(body))
            }
            _ => {
                let (options, item) = (vandal.input().options.clone(), vandal.input().item.clone());
                let options =
                    if vandal.rng.u32(..4) == 0 { vandal.damage(options) } else { options };
                attribute(&options, &vandal.damage_often(item))
            }
        };
        refused += u64::from(is_refused);
    }
    println!("{inputs} inputs with the seed {seed}, {refused} of them refused");
    assert!(refused > inputs / 10 && refused < inputs);
}

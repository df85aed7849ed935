//! The option `fingerprint = NAME`: a constant that identifies the code of a function.
//!
//! The number must be the same wherever and whenever the same code is compiled. So it depends only
//! on the tokens: not on spans, spaces, or a standard hasher, whose results may change. Tokens that
//! rustfmt adds and removes are left out: see [`Hash::tokens`].

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::Attribute;

use crate::parse::attributes::conditions;
use crate::parse::item::Function;
use crate::parse::options::Options;

/// Returns the constant for a function that is unchanged yet, if the options have one.
pub(crate) fn constant(function: &Function, options: &Options) -> TokenStream {
    let Some(name) = &options.fingerprint else {
        return TokenStream::new();
    };
    let Function { attrs, vis, sig, body } = function;
    // The name of the function doesn't change its behaviour.
    let signature = syn::Signature { ident: format_ident!("_"), ..sig.clone() };
    let mut hash = Hash::new();
    hash.tokens(signature.to_token_stream());
    hash.tokens(body.to_token_stream());
    if options.priming.is_some() {
        hash.token("priming"); // its first step is another one
    }
    define(name, vis.to_token_stream(), attrs, &sig.ident, hash.number, &options.krate())
}

fn define(
    name: &Ident,
    visibility: TokenStream,
    attributes: &[Attribute],
    function: &Ident,
    hash: u64,
    krate: &TokenStream,
) -> TokenStream {
    let conditions = conditions(attributes);
    let documentation = format!("The fingerprint of the code of `{function}`.");
    quote_spanned! {Span::mixed_site()=>
        #(#conditions)*
        #[doc = #documentation]
        #visibility const #name: #krate::Fingerprint = #krate::Fingerprint::new(#hash);
    }
}

/// The 64-bit FNV-1a hash of tokens.
struct Hash {
    number: u64,
    last: Last,
}

/// The token that was hashed last.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// A keyword, an opening bracket, or nothing yet.
    Start,
    /// A name, a literal, or a closing bracket, all of which can be called.
    Callable,
    Brace,
    Sign(char),
    /// `=>` or `->`.
    Arrow(char),
}

/// The separators between the elements of a group that are not hashed yet. At the end of the group
/// they don't count.
#[derive(Default)]
struct Separators {
    comma: bool,
    semicolon: bool,
    /// Whether the statement is a `return`, `break` or `continue`, which rustfmt ends with `;`.
    jump: bool,
    /// Whether the next brace ends a `where` clause.
    clause: bool,
}

/// After these a parenthesis is no call.
const KEYWORDS: [&str; 24] = [
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "for", "if", "impl", "in",
    "let", "loop", "match", "move", "mut", "ref", "return", "static", "unsafe", "where", "while",
    "yield",
];

impl Hash {
    fn new() -> Self {
        Self { number: 0xcbf2_9ce4_8422_2325, last: Last::Start }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.number = (self.number ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Hashes a token's text, and an end mark that no token contains.
    fn token(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(&[0]);
    }

    fn sign(&mut self, sign: char) {
        self.token(sign.encode_utf8(&mut [0; 4]));
        self.last = match (self.last, sign) {
            (Last::Sign(first @ ('=' | '-')), '>') => Last::Arrow(first),
            _ => Last::Sign(sign),
        };
    }

    /// Hashes the separators before a further token.
    fn separate(&mut self, separators: &mut Separators) {
        if std::mem::take(&mut separators.semicolon) {
            self.sign(';');
            separators.jump = false;
        }
        // rustfmt removes the comma after the block of an arm. Everywhere else two elements need a
        // comma.
        if std::mem::take(&mut separators.comma) && self.last != Last::Brace {
            self.sign(',');
        }
    }

    /// Hashes all tokens except documentation and those that rustfmt adds or removes: commas at the
    /// end, braces around the only expression of an arm or a closure, `;` after a `return` at the
    /// end, `|` at the start of a pattern, and parentheses in parentheses.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut separators = Separators::default();
        let mut tokens = tokens.into_iter().peekable();
        let mut first = true;
        while let Some(token) = tokens.next() {
            let starts = std::mem::take(&mut first)
                || separators.comma
                || separators.semicolon
                || self.last == Last::Brace;
            match token {
                // Here a documentation comment is the attribute `#[doc = "…"]` or `#![doc = "…"]`.
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    let inner = tokens.next_if(
                        |next| matches!(next, TokenTree::Punct(mark) if mark.as_char() == '!'),
                    );
                    if tokens.next_if(is_documentation).is_none() {
                        self.separate(&mut separators);
                        self.sign('#');
                        inner.into_iter().for_each(|_| self.sign('!'));
                    }
                }
                TokenTree::Punct(sign) => match sign.as_char() {
                    ',' => separators.comma = true,
                    ';' => separators.semicolon = true,
                    '|' if starts => {
                        self.separate(&mut separators);
                        self.last = Last::Sign('|');
                    }
                    sign => {
                        if sign == '>' {
                            separators.comma = false; // at the end of type arguments
                        }
                        self.separate(&mut separators);
                        // Only spaces decide whether another sign follows directly.
                        self.sign(sign);
                    }
                },
                TokenTree::Ident(ident) => {
                    self.separate(&mut separators);
                    let ident = ident.to_string();
                    let jumps = ["return", "break", "continue"].contains(&&*ident);
                    separators.jump |= starts && jumps;
                    separators.clause |= ident == "where";
                    self.token(&ident);
                    let keyword = KEYWORDS.contains(&&*ident);
                    self.last = if keyword { Last::Start } else { Last::Callable };
                }
                TokenTree::Literal(literal) => {
                    self.separate(&mut separators);
                    self.token(&literal.to_string());
                    self.last = Last::Callable;
                }
                TokenTree::Group(group) => {
                    if group.delimiter() == Delimiter::Brace
                        && std::mem::take(&mut separators.clause)
                    {
                        separators.comma = false;
                    }
                    self.separate(&mut separators);
                    separators.comma =
                        self.last == Last::Arrow('=') && group.delimiter() == Delimiter::Brace;
                    self.group(&group);
                }
            }
        }
        if separators.semicolon && !separators.jump {
            self.sign(';');
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close, last) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")", Last::Callable),
            Delimiter::Brace => ("{", "}", Last::Brace),
            Delimiter::Bracket => ("[", "]", Last::Callable),
            // The invisible group around tokens that a macro inserted.
            Delimiter::None => return self.tokens(group.stream()),
        };
        let before = std::mem::replace(&mut self.last, Last::Start);
        let called = matches!(before, Last::Callable | Last::Sign('>' | '?' | '!'));
        let arm_or_closure = matches!(before, Last::Arrow('=') | Last::Sign('|'));
        match group.delimiter() {
            Delimiter::Brace if arm_or_closure && is_expression(group) => {
                return self.tokens(group.stream());
            }
            Delimiter::Parenthesis if !called && is_parenthesis(group) => {
                self.last = before;
                return self.tokens(group.stream());
            }
            _ => {}
        }
        self.token(open);
        self.tokens(group.stream());
        if group.delimiter() == Delimiter::Parenthesis && !called && is_tuple_of_one(group) {
            self.token(",");
        }
        self.token(close);
        self.last = last;
    }
}

/// Returns whether a block seems to have no statements, judging by its signs.
fn is_expression(group: &Group) -> bool {
    let mut tokens = group.stream().into_iter().peekable();
    let jumps = matches!(
        tokens.peek(),
        Some(TokenTree::Ident(ident)) if ["return", "break", "continue"].iter().any(|j| ident == j)
    );
    let (mut count, mut semicolons) = (0, 0);
    let mut ends = false;
    for token in tokens {
        ends = is_sign(&token, ';');
        semicolons += usize::from(ends);
        count += 1;
    }
    count > 0 && semicolons == usize::from(jumps && ends)
}

/// Returns whether it contains only another parenthesis.
fn is_parenthesis(group: &Group) -> bool {
    let tokens: Vec<_> = group.stream().into_iter().collect();
    match &*tokens {
        [TokenTree::Group(inner)] => inner.delimiter() == Delimiter::Parenthesis,
        _ => false,
    }
}

/// Returns whether its only comma is at the end.
fn is_tuple_of_one(group: &Group) -> bool {
    let tokens: Vec<_> = group.stream().into_iter().collect();
    tokens.iter().position(|token| is_sign(token, ',')) == tokens.len().checked_sub(1)
        && !tokens.is_empty()
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == sign)
}

fn is_documentation(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let mut tokens = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "doc")
        && matches!(tokens.next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(code: &str) -> u64 {
        let mut hash = Hash::new();
        hash.tokens(code.parse().unwrap());
        hash.number
    }

    #[test]
    fn spaces_and_comments_do_not_matter() {
        let plain = hash("fn f(a: u8) { let b = -a; g(b) }");
        assert_eq!(
            plain,
            hash("fn f ( a:u8 ) {\n // why\n let b =-a;\n /// documented\n g( b )\n}")
        );
        assert_eq!(plain, hash("fn f(a: u8) { #![doc = \"inner\"] let b = - a; g(b) }"));
    }

    #[test]
    fn everything_else_does() {
        let variants = [
            "fn f(a: u8) { g(a) }",
            "fn f(b: u8) { g(a) }",
            "fn f(a: u8) { g((a,)) }",
            "fn f(a: u8) { g((a)) }",
            "fn f(a: u8) { g(a, -b) }",
            "fn f(a: u8) { g(a - b) }",
            "fn f(a: u8) { let c = || { a; b }; }",
            "fn f(a: u8) { let c = || a; b }",
            "fn f(a: u8) { match a { b => { c; } } }",
            "fn f(a: u8) { match a { b => c } }",
            "fn f(a: u8) { match a { b => c, d => e } }",
            "fn f(a: u8) { match a { b => {} } }",
            "fn f(a: u8) { match a { b => () } }",
            "fn f(a: u8) { return a; b }",
            "fn f(a: u8) { return a }",
            "fn f(a: u8) { a; }",
            "fn f(a: u8) { a }",
            "fn f(a: u8) { b | a }",
            "fn f(a: u8) { let b: (u8,) = a; }",
            "fn f(a: u8) { let b: (u8) = a; }",
            "fn f(a: u8) { g[a] }",
            "fn f(a: u8) { ga() }",
            "fn f(a: u8) { #[cold] g(a) }",
            "fn f(a: u8) { g(a); }",
            "fn f(a: u8) { g(\"a\") }",
            "fn f(a: u8) { g(\"a \") }",
        ];
        let hashes: std::collections::HashSet<_> = variants.map(hash).into();
        assert_eq!(hashes.len(), variants.len());
    }

    /// On the left a possible form, on the right the form that rustfmt writes.
    #[test]
    fn what_rustfmt_changes_does_not_matter() {
        let pairs = [
            ("g(a, b,)", "g(a, b)"),
            ("let (a, b,) = [a, b,];", "let (a, b) = [a, b];"),
            ("S { a, b: c, }", "S { a, b: c }"),
            ("let a: Vec<u8,> = f::<u8, u16,>(a,);", "let a: Vec<u8> = f::<u8, u16>(a);"),
            ("fn g<T>(a: T,) where T: A, { a }", "fn g<T>(a: T) where T: A { a }"),
            ("match a { b => { c } d => { e } }", "match a { b => c, d => e, }"),
            ("match a { b => { c }, d => e }", "match a { b => c, d => e, }"),
            ("match a { b => { S {} } d => e }", "match a { b => S {}, d => e, }"),
            ("match a { b => { c; }, d => {}, }", "match a { b => { c; } d => {} }"),
            ("match a { b => loop {} d => e }", "match a { b => loop {}, d => e, }"),
            ("match a { | b | c => d }", "match a { b | c => d, }"),
            ("match a { b => c, | d | e => f }", "match a { b => c, d | e => f, }"),
            ("match a { b => { return c } }", "match a { b => return c, }"),
            ("a.map(|b| { b + 1 })", "a.map(|b| b + 1)"),
            ("f(move || { S {} }, b)", "f(move || S {}, b)"),
            ("if a { return b }", "if a { return b; }"),
            (
                "for a in b { if c { continue } else { break 'd e } }",
                "for a in b { if c { continue; } else { break 'd e; } }",
            ),
            ("let a = ((b + c)) * d;;", "let a = (b + c) * d;"),
            ("let a = ((b,));", "let a = (b,);"),
            ("println!(\"{}\", a,);", "println!(\"{}\", a);"),
        ];
        for (written, formatted) in pairs {
            assert_eq!(hash(written), hash(formatted), "{written}");
        }
    }

    /// Our own sources, with the widths that change the most code.
    #[test]
    fn rustfmt_changes_no_fingerprint() {
        let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../../macros/src");
        let mut directories = vec![std::path::PathBuf::from(sources)];
        let (mut functions, mut changed) = (0, 0);
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    directories.push(path);
                    continue;
                }
                let written = std::fs::read_to_string(&path).unwrap();
                for options in ["max_width=50", "max_width=400,use_small_heuristics=Max"] {
                    let formatted = rustfmt(&path, options);
                    let (before, after) = (hashes(&written), hashes(&formatted));
                    functions += before.len();
                    changed += usize::from(tokens(&written) != tokens(&formatted));
                    assert_eq!(before, after, "{}, {options}", path.display());
                }
            }
        }
        assert!(functions > 500 && changed > 30, "{functions} {changed}");
    }

    fn rustfmt(path: &std::path::Path, options: &str) -> String {
        let mut command = std::process::Command::new("rustfmt");
        command.args(["--edition", "2024", "--quiet", "--config", options]);
        let source = std::fs::File::open(path).unwrap();
        let output = command.stdin(source).output().expect("rustfmt is installed");
        String::from_utf8(output.stdout).unwrap()
    }

    fn tokens(source: &str) -> String {
        source.parse::<TokenStream>().unwrap().to_string()
    }

    /// Returns the names and the hashes of all functions of a file.
    fn hashes(source: &str) -> Vec<(String, u64)> {
        struct Functions(Vec<(String, u64)>);
        impl<'a> syn::visit::Visit<'a> for Functions {
            fn visit_item_fn(&mut self, function: &'a syn::ItemFn) {
                let code = function.to_token_stream();
                self.0.push((function.sig.ident.to_string(), hash(&code.to_string())));
                syn::visit::visit_item_fn(self, function);
            }

            fn visit_impl_item_fn(&mut self, function: &'a syn::ImplItemFn) {
                let code = function.to_token_stream();
                self.0.push((function.sig.ident.to_string(), hash(&code.to_string())));
                syn::visit::visit_impl_item_fn(self, function);
            }
        }
        let mut functions = Functions(Vec::new());
        syn::visit::Visit::visit_file(&mut functions, &syn::parse_file(source).unwrap());
        functions.0
    }

    #[test]
    fn the_number_stays_the_same() {
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("yield_ ! (a)"), hash("yield_!(a)"));
        assert_eq!(hash("a"), 0x089b_e207_b544_f1e4); // of the bytes `a` and 0
    }
}

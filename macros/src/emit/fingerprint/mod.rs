//! The option `fingerprint = NAME`: a constant that identifies the code of a function.
//!
//! The number must be the same wherever and whenever the same code is compiled. So it depends only
//! on the tokens of the function's normal form: not on spans, spaces, what rustfmt changes, or a
//! standard hasher, whose results may change.

mod normal;
#[cfg(test)]
mod tests;

use proc_macro2::{Delimiter, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
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
    let mut hash = Hash::new();
    hash.tokens(normal::form(sig, body.to_token_stream()));
    if options.priming.is_some() {
        hash.token("priming"); // its first step is another one
    }
    define(name, vis.to_token_stream(), attrs, &sig.ident, hash.0, &options.krate())
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
struct Hash(u64);

/// Signs that mean something else if a space is between them.
const PAIRS: [&str; 22] = [
    "!=", "%=", "&&", "&=", "*=", "+=", "-=", "->", "..", ".=", "/=", "::", "<-", "<<", "<=", "==",
    "=>", ">=", ">>", "^=", "|=", "||",
];

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Hashes a token's text, and an end mark that no token contains.
    fn token(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(&[0]);
    }

    /// Hashes all tokens except documentation.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                // Here a documentation comment is the attribute `#[doc = "…"]` or `#![doc = "…"]`.
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    let inner = tokens.next_if(|next| is_sign(next, '!'));
                    if tokens.next_if(is_documentation).is_none() {
                        self.token("#");
                        inner.into_iter().for_each(|_| self.token("!"));
                    }
                }
                TokenTree::Punct(sign) => {
                    self.bytes(sign.as_char().encode_utf8(&mut [0; 4]).as_bytes());
                    if !is_continued(&sign, tokens.peek()) {
                        self.bytes(&[0]);
                    }
                }
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        // The invisible group around tokens that a macro inserted.
                        Delimiter::None => ("(none", ")none"),
                    };
                    self.token(open);
                    self.tokens(group.stream());
                    self.token(close);
                }
                TokenTree::Ident(_) | TokenTree::Literal(_) => self.token(&token.to_string()),
            }
        }
    }
}

/// Returns whether a sign and the next one are one operator, or a part of one.
fn is_continued(sign: &Punct, next: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Punct(next)) = next else {
        return false;
    };
    let pair = String::from_iter([sign.as_char(), next.as_char()]);
    sign.spacing() == Spacing::Joint && PAIRS.contains(&pair.as_str())
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
        && matches!(tokens.next(), Some(token) if is_sign(&token, '='))
}

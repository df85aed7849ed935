//! The option `fingerprint = NAME`: a constant that tells the code of a function from any other.
//!
//! The number must be the same wherever and whenever the same code is compiled, so it comes from
//! nothing but the tokens: no spans, no spaces, and no standard hasher, whose results may change.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Attribute;

use crate::parse::attributes::conditions;
use crate::parse::item::Function;
use crate::parse::options::Options;

/// The constant that stands beside a function, which is as the user wrote it, if the options ask
/// for one.
pub(crate) fn constant(function: &Function, options: &Options) -> TokenStream {
    let Some(name) = &options.fingerprint else {
        return TokenStream::new();
    };
    let Function { attrs, vis, sig, body } = function;
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    hash.tokens(sig.to_token_stream());
    hash.tokens(body.to_token_stream());
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

impl Hash {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// A token's text, and an end that no token has in it.
    fn token(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(&[0]);
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                // A documentation comment is the attribute `#[doc = "…"]` or `#![doc = "…"]` by
                // now.
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    let inner = tokens.next_if(
                        |next| matches!(next, TokenTree::Punct(mark) if mark.as_char() == '!'),
                    );
                    if tokens.next_if(is_documentation).is_none() {
                        self.token("#");
                        inner.into_iter().for_each(|_| self.token("!"));
                    }
                }
                // Whether another sign follows directly is a matter of spaces.
                TokenTree::Punct(sign) => self.token(sign.as_char().encode_utf8(&mut [0; 4])),
                TokenTree::Ident(ident) => self.token(&ident.to_string()),
                TokenTree::Literal(literal) => self.token(&literal.to_string()),
                TokenTree::Group(group) => self.group(&group),
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            // Around what a macro has put in: not written anywhere.
            Delimiter::None => return self.tokens(group.stream()),
        };
        self.token(open);
        self.tokens(group.stream());
        self.token(close);
    }
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
        let mut hash = Hash(0xcbf2_9ce4_8422_2325);
        hash.tokens(code.parse().unwrap());
        hash.0
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
            "fn f(a: u8) { g(a,) }",
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

    #[test]
    fn the_number_stays_the_same() {
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("yield_ ! (a)"), hash("yield_!(a)"));
        assert_eq!(hash("a"), 0x089b_e207_b544_f1e4); // of the bytes `a` and 0
    }
}

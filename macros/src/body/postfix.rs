//! The postfix form, `value.yield`, which has the precedence of `.await`.
//!
//! syn doesn't parse it. Before a body is parsed, each `.yield` is replaced by a method call.
//! Afterwards the calls among the tokens of other macros are replaced back.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};

use crate::tokens::has_word;

/// The name of the method.
pub(super) const NAME: &str = "__cogen_postfix_yield";

/// Returns whether there is a `.yield` among the tokens, at any depth.
pub(super) fn is_in(tokens: &TokenStream) -> bool {
    let mut before = Before::default();
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => {
            before.see(&token);
            is_in(&group.stream())
        }
        _ => before.see(&token),
    })
}

/// Replaces each `.yield` by a method call.
pub(super) fn hide(tokens: TokenStream) -> TokenStream {
    let mut before = Before::default();
    let mut hidden = TokenStream::new();
    for token in tokens {
        match &token {
            TokenTree::Ident(word) if before.see(&token) => {
                let mut arguments = Group::new(Delimiter::Parenthesis, TokenStream::new());
                arguments.set_span(word.span());
                hidden.extend([
                    TokenTree::Ident(Ident::new(NAME, word.span())),
                    TokenTree::Group(arguments),
                ]);
                continue;
            }
            TokenTree::Group(group) if is_in(&group.stream()) => {
                before.see(&token);
                hidden.extend([within(group, hide(group.stream()))]);
                continue;
            }
            TokenTree::Ident(_) => {}
            _ => {
                before.see(&token);
            }
        }
        hidden.extend([token]);
    }
    hidden
}

/// Replaces the remaining method calls by `.yield`.
pub(super) fn show(tokens: TokenStream) -> TokenStream {
    let mut shown = TokenStream::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        shown.extend([match token {
            TokenTree::Ident(word) if word == NAME => {
                tokens.next(); // its arguments
                TokenTree::Ident(Ident::new("yield", word.span()))
            }
            TokenTree::Group(group) if has_word(&group.stream(), &[NAME]) => {
                within(&group, show(group.stream()))
            }
            token => token,
        }]);
    }
    shown
}

fn within(group: &Group, tokens: TokenStream) -> TokenTree {
    let mut other = Group::new(group.delimiter(), tokens);
    other.set_span(group.span());
    TokenTree::Group(other)
}

/// The tokens before a word: a dot that is not the end of a range.
#[derive(Default)]
struct Before {
    is_dot: bool,
    in_range: bool,
}

impl Before {
    /// Moves past `token`. Returns whether it is the word of a `.yield`.
    fn see(&mut self, token: &TokenTree) -> bool {
        let is_postfix = self.is_dot && matches!(token, TokenTree::Ident(word) if word == "yield");
        (self.is_dot, self.in_range) = match token {
            TokenTree::Punct(sign) if sign.as_char() == '.' => (
                !self.in_range && sign.spacing() == Spacing::Alone,
                sign.spacing() == Spacing::Joint,
            ),
            _ => (false, false),
        };
        is_postfix
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(source: &str) -> TokenStream {
        source.parse().unwrap()
    }

    #[test]
    fn only_what_follows_a_single_dot_is_postfix() {
        for (source, written) in [
            ("a.yield", "a.m()"),
            ("-a.b.yield?.c", "-a.b.m()?.c"),
            ("1.yield + 1.0.yield", "1.m() + 1.0.m()"),
            ("f(a.yield).yield(2)", "f(a.m()).m()(2)"),
            ("{ a }.yield.yield", "{ a }.m().m()"),
            ("yield a.yield", "yield a.m()"),
        ] {
            let expected = tokens(&written.replace("m()", &format!("{NAME}()"))).to_string();
            assert!(is_in(&tokens(source)), "{source}");
            assert_eq!(hide(tokens(source)).to_string(), expected, "{source}");
            assert_eq!(show(tokens(&expected)).to_string(), tokens(source).to_string());
        }
        for source in ["a..yield 1", "a..=yield 1", "yield a.b", "a.r#yield()", "[yield 1, a.b]"] {
            assert!(!is_in(&tokens(source)), "{source}");
        }
    }
}

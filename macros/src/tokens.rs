//! Searches among tokens.

use proc_macro2::{TokenStream, TokenTree};

/// Returns whether there is such a token at any depth. Groups are no tokens of their own.
pub(crate) fn has_token(tokens: &TokenStream, is_wanted: fn(&TokenTree) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => has_token(&group.stream(), is_wanted),
        token => is_wanted(token),
    })
}

/// Returns whether one of the words is among the tokens, at any depth.
pub(crate) fn has_word(tokens: &TokenStream, words: &[&str]) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => has_word(&group.stream(), words),
        TokenTree::Ident(found) => words.iter().any(|word| found == *word),
        _ => false,
    })
}

//! The input of `co!`.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::format_ident;
use syn::parse::{Parse, ParseStream};
use syn::token::Brace;
use syn::{Result, Token};

use crate::parse::item::Body;
use crate::parse::signature::Shape;

/// A call of `co!`, which comes with the path of the crate before its own tokens.
pub(crate) struct Input {
    pub(crate) krate: TokenTree,
    pub(crate) shape: Shape,
    pub(crate) body: Body,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let krate = input.parse()?;
        input.parse::<Token![;]>()?;
        let shape = parse_shape(input)?;
        // The first token is of the user's edition, by which temporaries are dropped.
        let span = input.span();
        Ok(Self { krate, shape, body: Body::new(accept_yield_bang(input.parse()?), span) })
    }
}

/// Reads the word `async` before the statements of `co!`.
///
/// Where the language gives it a meaning of its own, as the beginning of a block, a closure or a
/// function, it keeps that and belongs to the first statement.
fn parse_shape(input: ParseStream<'_>) -> Result<Shape> {
    let after = input.fork();
    if after.parse::<Token![async]>().is_err() {
        return Ok(Shape::Coroutine);
    }
    let own = after.peek(Brace)
        || after.peek(Token![move])
        || after.peek(Token![|])
        || after.peek(Token![||])
        || after.peek(Token![fn])
        || after.peek(Token![unsafe])
        || after.peek(Token![extern]);
    if own {
        return Ok(Shape::Coroutine);
    }
    input.parse::<Token![async]>()?;
    Ok(Shape::AsyncCoroutine)
}

/// Turns `yield ! (…)` into `yield_ ! (…)`, at every depth: in `co!`, nothing has been parsed
/// before.
fn accept_yield_bang(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens
        .iter()
        .enumerate()
        .map(|(at, token)| match token {
            TokenTree::Group(group) => {
                let mut accepted = Group::new(group.delimiter(), accept_yield_bang(group.stream()));
                accepted.set_span(group.span());
                TokenTree::Group(accepted)
            }
            TokenTree::Ident(ident) if is_yield_bang(ident, &tokens[at + 1..]) => {
                TokenTree::Ident(format_ident!("yield_", span = ident.span()))
            }
            token => token.clone(),
        })
        .collect()
}

fn is_yield_bang(ident: &Ident, rest: &[TokenTree]) -> bool {
    ident == "yield"
        && matches!(
            rest,
            [TokenTree::Punct(bang), TokenTree::Group(group), ..]
                if bang.as_char() == '!' && group.delimiter() != Delimiter::None
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(source: &str) -> TokenStream {
        source.parse().unwrap()
    }

    #[test]
    fn the_literal_macro_form_is_accepted_at_every_depth() {
        let accepted = accept_yield_bang(tokens("yield!(a); vec![yield![b]]; yield !c; yield (d)"));
        assert_eq!(
            accepted.to_string(),
            tokens("yield_!(a); vec![yield_![b]]; yield !c; yield (d)").to_string()
        );
    }
}

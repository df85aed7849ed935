//! The input of `co!`.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::token::Brace;
use syn::{Result, Token, Type};

use crate::body;
use crate::diagnostics::{Diagnostic, HAS_ALLOC};
use crate::parse::item::{Body, split_braces};
use crate::parse::signature::{self, Coroutine, Placement, Shape};

/// A call of `co!`. The path of the crate precedes its own tokens.
pub(crate) struct Input {
    pub(crate) krate: TokenTree,
    pub(crate) coroutine: Coroutine,
    pub(crate) body: Body,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let krate = input.parse()?;
        input.parse::<Token![;]>()?;
        let (coroutine, body) =
            if input.peek(Token![->]) { parse_typed(input)? } else { parse_inferred(input)? };
        Ok(Self { krate, coroutine, body })
    }
}

/// Reads `-> impl Coroutine<R, Yield = Y, Return = T> { … }`, as after the arguments of a function
/// or a closure.
fn parse_typed(input: ParseStream<'_>) -> Result<(Coroutine, Body)> {
    input.parse::<Token![->]>()?;
    let mut written: Type = input.parse()?;
    let coroutine = match &mut written {
        Type::ImplTrait(opaque) if opaque.bounds.len() == 1 => {
            signature::read_bounds(&mut opaque.bounds)
        }
        _ => None,
    };
    let Some(coroutine) = coroutine else {
        return Err(Diagnostic::BlockType.on(written));
    };
    if let Some(error) = signature::check_sizes(&coroutine) {
        return Err(error);
    }
    if coroutine.shape == Shape::Iterator && !HAS_ALLOC {
        return Err(Diagnostic::BlockWithoutAlloc.on(written));
    }
    if !input.peek(Brace) {
        return Err(Diagnostic::BlockWithoutBraces.at(input.span()));
    }
    // All remaining tokens, so that none is lost.
    match split_braces(input.parse()?) {
        Some((before, braces)) if before.is_empty() => {
            let accepted = accept_yield_bang(braces.stream());
            Ok((coroutine, Body::new(accepted, braces.span())))
        }
        _ => Err(Diagnostic::BlockWithoutBraces.on(written)),
    }
}

/// Reads the words that determine the shape, and the statements.
fn parse_inferred(input: ParseStream<'_>) -> Result<(Coroutine, Body)> {
    let shape = parse_shape(input)?;
    // The first token has the user's edition, which determines when temporaries are dropped.
    let span = input.span();
    let body = Body::new(accept_yield_bang(input.parse()?), span);
    let (unit, inferred): (Type, Type) = (signature::unit(span), signature::infer(span));
    let takes_nothing = shape.gives_items() || !body::may_use_what_is_sent(&body);
    let coroutine = Coroutine {
        shape,
        placement: Placement::Bare,
        argument: if takes_nothing { unit.clone() } else { inferred.clone() },
        yielded: inferred.clone(),
        returned: if shape.gives_items() { unit } else { inferred },
    };
    Ok((coroutine, body))
}

/// Reads the words `async`, `gen` and `async gen` before the statements of `co!`.
///
/// If `async` begins a block, a closure or a function, it keeps that meaning and belongs to the
/// first statement. So does `gen` if it could be the name of a variable or of a macro.
fn parse_shape(input: ParseStream<'_>) -> Result<Shape> {
    let after = input.fork();
    let is_async = after.parse::<Option<Token![async]>>()?.is_some();
    if after.call(Ident::parse_any).is_ok_and(|word| word == "gen") {
        let braces = after.fork();
        braces.parse::<Option<Token![move]>>()?;
        if braces.peek(Brace) {
            braces.parse::<TokenTree>()?;
            // Alone, it could only be a block within a block.
            if braces.is_empty() {
                return Err(Diagnostic::BlockInBlock { is_async }.at(input.span()));
            }
            return Ok(Shape::Coroutine);
        }
        if begins_statement(&after) {
            after.parse::<Option<Token![;]>>()?;
            let word = input.span();
            input.advance_to(&after);
            return match is_async {
                true => Ok(Shape::Stream),
                false if HAS_ALLOC => Ok(Shape::Iterator),
                false => Err(Diagnostic::BlockWithoutAlloc.at(word)),
            };
        }
    }
    if !is_async {
        return Ok(Shape::Coroutine);
    }
    let after = input.fork();
    after.parse::<Token![async]>()?;
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

/// Returns whether the token after a word can't continue an expression that begins with the word.
fn begins_statement(after: ParseStream<'_>) -> bool {
    let next = after.cursor().token_tree().map(|(next, _)| next);
    match next {
        Some(TokenTree::Ident(word)) => word != "as" && word != "move",
        Some(TokenTree::Punct(sign)) => matches!(sign.as_char(), ';' | '#' | '\''),
        Some(TokenTree::Literal(_)) => true,
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::None,
        None => false,
    }
}

/// Turns `yield ! (…)` into `yield_ ! (…)`, at every depth. This works in `co!` because rustc
/// doesn't parse its tokens first.
fn accept_yield_bang(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut accepted = TokenStream::new();
    for (at, token) in tokens.iter().enumerate() {
        accepted.extend([match token {
            TokenTree::Group(group) => {
                let mut accepted = Group::new(group.delimiter(), accept_yield_bang(group.stream()));
                accepted.set_span(group.span());
                TokenTree::Group(accepted)
            }
            TokenTree::Ident(ident) if is_yield_bang(ident, &tokens[at + 1..]) => {
                TokenTree::Ident(format_ident!("yield_", span = ident.span()))
            }
            token => token.clone(),
        }]);
    }
    accepted
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

    /// Returns the shape of a block, with the types that it is sent, yields and returns.
    fn read(source: &str) -> (Shape, String) {
        let input: Input = syn::parse2(tokens(&format!("cogen; {source}"))).unwrap();
        let Coroutine { shape, argument, yielded, returned, .. } = &input.coroutine;
        (*shape, quote::quote!(#argument | #yielded | #returned).to_string())
    }

    #[test]
    fn words_and_types_tell_the_shape() {
        let inferred = "_ | _ | _";
        for (source, shape, types) in [
            ("f(yield!(1))", Shape::Coroutine, inferred),
            ("async f(yield!(1))", Shape::AsyncCoroutine, inferred),
            ("gen yield!(1);", Shape::Iterator, "() | _ | ()"),
            ("gen; (a, b) = (b, a);", Shape::Iterator, "() | _ | ()"),
            ("gen 'all: loop {}", Shape::Iterator, "() | _ | ()"),
            ("async gen yield!(1);", Shape::Stream, "() | _ | ()"),
            ("-> impl Coroutine<u8, Yield = _> { 1 }", Shape::Coroutine, "u8 | _ | ()"),
            ("-> impl cogen::AsyncCoroutine { 1 }", Shape::AsyncCoroutine, "() | () | ()"),
            ("-> impl Iterator<Item = u8> { 1 }", Shape::Iterator, "() | u8 | ()"),
            ("-> impl Stream<Item = u8> { 1 }", Shape::Stream, "() | u8 | ()"),
        ] {
            assert_eq!(read(source), (shape, types.to_owned()), "{source}");
        }
        // These are the language's own, or names.
        for source in [
            "async { yield 1 }",
            "async gen { yield 1 }.next()",
            "gen { yield 1 }.next()",
            "gen move { yield 1 }; 2",
            "gen!(1);",
            "gen = f(yield!(1));",
            "gen.next();",
            "gen as u8",
            "gen",
        ] {
            assert_eq!(read(source).0, Shape::Coroutine, "{source}");
        }
    }
}

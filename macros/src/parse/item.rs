//! The item under the attribute.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Block, Error, Expr, ImplItem, ItemImpl, Meta, Result, Signature, Stmt, TraitItemFn,
    Visibility,
};

use crate::diagnostics::Diagnostic;
use crate::parse::options::Options;

/// An item that may have the attribute.
pub(crate) enum Item {
    Function(Function),
    /// An `impl` that has functions with named structs.
    Impl(Implementation),
}

/// A function with a body.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
}

/// The tokens between the braces of a function, and the braces. They are passed on unchanged, even
/// if they are not (yet) valid Rust, so that the compiler and editors can handle them.
#[derive(Clone)]
pub(crate) struct Body(Group);

/// An `impl`: the part before its items, and the items.
pub(crate) struct Implementation {
    pub(crate) head: ItemImpl,
    pub(crate) items: Vec<Associated>,
}

/// An item of an `impl`.
pub(crate) enum Associated {
    Function(Box<Function>),
    Other(Box<ImplItem>),
}

impl Body {
    pub(crate) fn new(tokens: TokenStream, span: Span) -> Self {
        let mut group = Group::new(Delimiter::Brace, tokens);
        group.set_span(span);
        Self(group)
    }

    pub(crate) fn tokens(&self) -> TokenStream {
        self.0.stream()
    }

    pub(crate) fn span(&self) -> Span {
        self.0.span()
    }

    /// Returns the span of the closing brace.
    pub(crate) fn end(&self) -> Span {
        self.0.span_close()
    }

    /// Replaces the tokens.
    pub(crate) fn replace(&mut self, tokens: TokenStream) {
        *self = Self::new(tokens, self.span());
    }

    pub(crate) fn parse(&self) -> Result<Vec<Stmt>> {
        Block::parse_within.parse2(self.tokens())
    }
}

impl From<Group> for Body {
    fn from(braces: Group) -> Self {
        Self(braces)
    }
}

impl ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig, body } = self;
        tokens.append_all(attrs);
        vis.to_tokens(tokens);
        sig.to_tokens(tokens);
        body.to_tokens(tokens);
    }
}

/// Splits the braces at the end from the tokens before them. syn copies all tokens that it parses,
/// so a body that isn't read is not passed to it.
pub(crate) fn split_braces(tokens: TokenStream) -> Option<(TokenStream, Group)> {
    let mut head: Vec<TokenTree> = tokens.into_iter().collect();
    match head.pop() {
        Some(TokenTree::Group(braces)) if braces.delimiter() == Delimiter::Brace => {
            Some((head.into_iter().collect(), braces))
        }
        _ => None,
    }
}

/// Reads the item, and refuses any other than a function with a body or an `impl`.
pub(crate) fn read(item: &TokenStream) -> Result<Item> {
    if let Some(function) = read_function(item) {
        return Ok(Item::Function(function));
    }
    match parse_function.parse2(item.clone()) {
        Ok(function) => Ok(Item::Function(function)),
        Err(error) => match parse_implementation(item.clone()) {
            Some(implementation) => implementation.map(Item::Impl),
            None => Err(not_a_function(item).unwrap_or(error)),
        },
    }
}

/// Reads a function without attributes at the beginning of its body.
fn read_function(item: &TokenStream) -> Option<Function> {
    let (head, braces) = split_braces(item.clone())?;
    let first = braces.stream().into_iter().next();
    if matches!(first, Some(TokenTree::Punct(sign)) if sign.as_char() == '#') {
        return None;
    }
    let parse = |input: ParseStream<'_>| {
        Ok((input.call(Attribute::parse_outer)?, input.parse()?, input.parse()?))
    };
    let (attrs, vis, sig) = parse.parse2(head).ok()?;
    Some(Function { attrs, vis, sig, body: Body(braces) })
}

fn parse_function(input: ParseStream<'_>) -> Result<Function> {
    let (mut attrs, vis, sig) =
        (input.call(Attribute::parse_outer)?, input.parse()?, input.parse()?);
    let content;
    let braces = syn::braced!(content in input);
    attrs.extend(content.call(Attribute::parse_inner)?);
    Ok(Function { attrs, vis, sig, body: Body::new(content.parse()?, braces.span.join()) })
}

/// Reads an `impl`, or returns `None` for any other item.
fn parse_implementation(item: TokenStream) -> Option<Result<Implementation>> {
    let (head, body) = split_braces(item)?;
    let empty = Body::new(TokenStream::new(), body.span());
    let head = syn::parse2(quote!(#head #empty)).ok()?;
    let items = parse_items.parse2(body.stream());
    Some(items.map(|items| Implementation { head, items }))
}

fn parse_items(input: ParseStream<'_>) -> Result<Vec<Associated>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        let ahead = input.fork();
        items.push(if parse_function(&ahead).is_ok() {
            Associated::Function(Box::new(parse_function(input)?))
        } else {
            Associated::Other(Box::new(input.parse()?))
        });
    }
    Ok(items)
}

/// Returns whether `item` is an expression. Then its expansion has to be one, too.
pub(crate) fn is_expression(item: &TokenStream) -> bool {
    syn::parse2::<Expr>(item.clone()).is_ok()
}

/// Returns a better message for a complete item that is not a function with a body.
fn not_a_function(item: &TokenStream) -> Option<Error> {
    if let Ok(method) = syn::parse2::<TraitItemFn>(item.clone()) {
        return Some(Diagnostic::NoBody.on(&method.sig.ident));
    }
    if is_expression(item) {
        return Some(Diagnostic::Expression.on(item));
    }
    let statements = Block::parse_within.parse2(item.clone()).ok()?;
    (!statements.is_empty()).then(|| Diagnostic::NoFunction.on(item))
}

/// Removes our attribute from a function in an `impl`, if it has the option `struct`.
pub(crate) fn take_options(function: &mut Function) -> Option<Options> {
    let (at, options) = function.attrs.iter().enumerate().find_map(|(at, attribute)| {
        let Meta::List(list) = &attribute.meta else {
            return None;
        };
        let options: Options = syn::parse2(list.tokens.clone()).ok()?;
        options.named.is_some().then_some((at, options))
    })?;
    function.attrs.remove(at);
    Some(options)
}

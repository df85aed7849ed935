//! The input of `body!`, which the library's macro `__machine!` calls.

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, Parser};
use syn::{Block, Error, Expr, Lifetime, Result, Stmt, Token, Type, TypePath};

use crate::diagnostics::Diagnostic;
use crate::parse::item::Body;
use crate::parse::signature::has_elided_lifetime;

/// The hidden names through which a body yields. `__machine!` chose them, and no other code can
/// mention them.
pub(crate) struct Ends {
    /// The path of the crate.
    krate: TokenTree,
    /// The hygiene of the word `async`.
    pub(crate) keyword: Span,
    /// The label of the body's block. Its name appears in the error about a yield that can't reach
    /// it. The underscore prevents a warning in a body that doesn't yield.
    label: Lifetime,
    /// The variable through which a body yields: the slot pointer, which a sync body keeps from one
    /// yield to the next, or the handle of an async body.
    caller: Ident,
    /// The handle of a sync body.
    handle: Option<Ident>,
    /// The type that the body yields.
    pub(crate) yielded: Type,
    pub(crate) is_inferred: bool,
    /// Whether the type that the body yields has an elided lifetime.
    pub(crate) yields_elided: bool,
    /// Whether the body is that of an iterator or a stream, which a `?` ends with a last item.
    pub(crate) gives_items: bool,
    /// Whether the return type says, or leaves it to the default, that the body returns `()`.
    pub(crate) returns_unit: bool,
    /// The return type of the function, if it is an alias that the attribute can't see through.
    pub(crate) alias: Option<Type>,
    /// Whether the body is that of an iterator that calls its own function.
    pub(crate) is_recursive: bool,
    /// Whether the body is that of an iterator that can be the root of a recursion.
    pub(crate) is_in_box: bool,
}

impl Ends {
    /// Returns the hygiene of `__machine!`, at a place. All code that is written into the body has
    /// it, because the compiler would take an expression with parts from different macros for the
    /// user's.
    pub(crate) fn site(&self, span: Span) -> Span {
        self.caller.span().located_at(span)
    }

    /// Returns the hygiene of `__machine!`, at its own place.
    pub(crate) fn own_site(&self) -> Span {
        self.caller.span()
    }

    /// Returns the path of the crate, at a place.
    pub(crate) fn krate(&self, span: Span) -> TokenTree {
        let mut krate = self.krate.clone();
        krate.set_span(krate.span().located_at(span));
        krate
    }

    /// Returns a hidden name, at a place. An item of that name in the body would capture it. The
    /// prefix prevents this from happening by accident, and the check at the start of each yield
    /// makes it harmless.
    pub(crate) fn hidden(&self, name: &str, span: Span) -> Ident {
        Ident::new(&format!("__{name}"), self.site(span))
    }

    /// Returns the label of the body's block, at a place.
    pub(crate) fn label(&self, span: Span) -> Lifetime {
        let mut label = self.label.clone();
        label.set_span(label.span().located_at(span));
        label
    }

    /// Returns whether the return type says, or leaves it to the default, that a coroutine yields
    /// `()`.
    pub(crate) fn yields_unit(&self) -> bool {
        !self.gives_items && is_unit(&self.yielded)
    }

    pub(crate) fn is_async(&self) -> bool {
        self.handle.is_none()
    }

    pub(crate) fn handle(&self, span: Span) -> Ident {
        located(self.handle.as_ref().unwrap_or(&self.caller), span)
    }

    /// Returns the variable with the slot pointer of a sync body.
    pub(crate) fn slot(&self, span: Span) -> Option<Ident> {
        (!self.is_async()).then(|| self.caller(span))
    }

    /// Returns the variable through which a yield reaches the caller.
    pub(crate) fn caller(&self, span: Span) -> Ident {
        located(&self.caller, span)
    }
}

/// Returns the same name, at another place.
fn located(name: &Ident, span: Span) -> Ident {
    let mut name = name.clone();
    name.set_span(name.span().located_at(span));
    name
}

/// An argument of a function.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    /// Its conditions and lint levels.
    pub(crate) attributes: TokenStream,
}

/// The input of `body!`.
pub(crate) struct Input {
    pub(crate) ends: Ends,
    /// The word `async`.
    pub(crate) keyword: Ident,
    pub(crate) under_attribute: bool,
    /// The place of the type that the body returns.
    pub(crate) returns: Span,
    pub(crate) returned: Type,
    pub(crate) arguments: Vec<Argument>,
    /// The code that runs before the body.
    pub(crate) first: TokenStream,
}

/// Reads the input, and the body at its end. syn would copy all tokens.
pub(crate) fn read(input: TokenStream) -> Result<(Input, Body)> {
    let mut tokens = Tokens(input.into_iter());
    let (krate, keyword) = (tokens.any()?, tokens.word()?);
    if keyword != "async" {
        return Err(unexpected(keyword.span()));
    }
    let label = tokens.lifetime()?;
    let mut names = tokens.list()?;
    let caller = names.word()?;
    let handle = match names.any() {
        Ok(_comma) => Some(names.word()?),
        Err(_) => None,
    };
    let origin = tokens.word()?.to_string();
    let is_recursive = origin == "recursive_items";
    let returns = tokens.group(Delimiter::Parenthesis)?.span();
    let yielded: Type = tokens.list()?.parse()?;
    let returned: Type = tokens.list()?.parse()?;
    let mut listed = tokens.list()?;
    let mut arguments = Vec::new();
    while let Some(token) = listed.0.next() {
        let name = word(token)?;
        arguments.push(Argument { name, attributes: listed.group(Delimiter::Brace)?.stream() });
    }
    let first = complete_statements(tokens.list()?.0.collect())?;
    let body = Body::from(tokens.group(Delimiter::Brace)?);
    let ends = Ends {
        krate,
        keyword: keyword.span(),
        label,
        caller,
        handle,
        is_inferred: is_inferred(&yielded),
        yields_elided: has_elided_lifetime(&yielded),
        yielded,
        gives_items: origin.ends_with("items"),
        returns_unit: is_unit(&returned),
        alias: alias(&returned),
        is_recursive,
        is_in_box: is_recursive || origin == "boxed_items",
    };
    let under_attribute = !origin.starts_with("block");
    Ok((Input { ends, keyword, under_attribute, returns, returned, arguments, first }, body))
}

/// The tokens of the input.
struct Tokens(IntoIter);

impl Tokens {
    fn any(&mut self) -> Result<TokenTree> {
        self.0.next().ok_or_else(|| unexpected(Span::call_site()))
    }

    fn word(&mut self) -> Result<Ident> {
        word(self.any()?)
    }

    fn lifetime(&mut self) -> Result<Lifetime> {
        match self.any()? {
            TokenTree::Punct(apostrophe) if apostrophe.as_char() == '\'' => {
                Ok(Lifetime { apostrophe: apostrophe.span(), ident: self.word()? })
            }
            other => Err(unexpected(other.span())),
        }
    }

    fn group(&mut self, delimiter: Delimiter) -> Result<Group> {
        match self.any()? {
            TokenTree::Group(group) if group.delimiter() == delimiter => Ok(group),
            other => Err(unexpected(other.span())),
        }
    }

    /// Returns the tokens in brackets.
    fn list(&mut self) -> Result<Self> {
        Ok(Self(self.group(Delimiter::Bracket)?.stream().into_iter()))
    }

    fn parse<T: Parse>(self) -> Result<T> {
        syn::parse2(self.0.collect())
    }
}

fn word(token: TokenTree) -> Result<Ident> {
    match token {
        TokenTree::Ident(word) => Ok(word),
        other => Err(unexpected(other.span())),
    }
}

fn unexpected(span: Span) -> Error {
    Diagnostic::HiddenMacro.at(span)
}

/// Completes statements. An attribute at their end would get what is written after them, and so
/// would an expression such as `return` without its semicolon.
fn complete_statements(tokens: TokenStream) -> Result<TokenStream> {
    let last = tokens.clone().into_iter().last();
    if last.is_none_or(|last| matches!(last, TokenTree::Punct(sign) if sign.as_char() == ';')) {
        return Ok(tokens);
    }
    let mut statements = Block::parse_within.parse2(tokens)?;
    if let Some(Stmt::Expr(last, semicolon @ None)) = statements.last_mut() {
        if !matches!(last, Expr::Block(_)) {
            *semicolon = Some(Token![;](Span::mixed_site()));
        }
    }
    Ok(quote!(#(#statements)*))
}

/// Returns whether the compiler infers the type.
pub(crate) fn is_inferred(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_inferred(&group.elem),
        ty => matches!(ty, Type::Infer(_)),
    }
}

fn is_unit(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_unit(&group.elem),
        ty => matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty()),
    }
}

/// Returns the alias in `<Alias as BoxedShape>::Returned`, the type that its body returns.
fn alias(returned: &Type) -> Option<Type> {
    match returned {
        Type::Path(TypePath { qself: Some(qself), path, .. })
            if path.segments.last().is_some_and(|last| last.ident == "Returned") =>
        {
            Some((*qself.ty).clone())
        }
        Type::Group(group) => alias(&group.elem),
        _ => None,
    }
}

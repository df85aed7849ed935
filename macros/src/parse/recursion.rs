//! Functions that call themselves. An iterator of such a function is boxed, and a coroutine that
//! delegates to itself without a box is refused.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    Error, Expr, Lifetime, Macro, Receiver, ReceiverKind, Signature, Token, Type,
    parse_quote_spanned,
};

use crate::diagnostics::{Diagnostic, HAS_ALLOC};
use crate::emit::tidy;
use crate::parse::boxed;
use crate::parse::item::Function;
use crate::parse::signature::{Coroutine, Placement, Shape, has_bound, peel_opaque};
use crate::tokens::has_word;
use crate::visitor::{Node, Visitor};

/// Boxes the iterator of a function that calls itself, and adds a bound that tells this to the
/// compiler. The type of the box has at most one lifetime, so a function that borrows for several
/// is left to the compiler, which refuses it.
pub(crate) fn box_iterator(
    signature: &mut Signature,
    coroutine: &mut Coroutine,
    krate: &TokenStream,
) {
    let is_bare_iterator =
        (coroutine.shape, coroutine.placement) == (Shape::Iterator, Placement::Bare);
    let is_inferred = has_hole(&coroutine.yielded);
    if !HAS_ALLOC || !is_bare_iterator || is_inferred || Lifetimes::of(signature).number() > 1 {
        return;
    }
    let Some(opaque) = peel_opaque(&mut signature.output) else {
        return;
    };
    let (send, sync) = (has_bound(&opaque.bounds, "Send"), has_bound(&opaque.bounds, "Sync"));
    coroutine.placement = Placement::Recursive { send, sync };
    let site = Span::mixed_site();
    let mut bounds = Vec::new();
    if send {
        bounds.push(quote_spanned!(site=> ::core::marker::Send));
    }
    if sync {
        bounds.push(quote_spanned!(site=> ::core::marker::Sync));
    }
    let yielded = &coroutine.yielded;
    opaque.bounds.push(parse_quote_spanned! {site=>
        #krate::__private::RecursiveIterator<Yield = #yielded, Coroutine: #(#bounds)+*>
    });
}

/// Chooses the box that other boxes can delegate to at the cost of one level. An iterator in such a
/// box costs more, so the body must have a `yield_from!`.
pub(crate) fn choose_box(function: &mut Function, coroutine: &mut Coroutine) {
    let placement = match (coroutine.shape, coroutine.placement) {
        (Shape::Iterator, Placement::Box { pinned: false, .. }) => {
            boxed::plain_iterator(&mut function.sig.output)
        }
        (Shape::Iterator | Shape::Coroutine, Placement::Alias) => Some(Placement::DelegatingAlias),
        _ => None,
    };
    if let Some(placement) = placement {
        if has_word(&function.body.tokens(), &["yield_from"]) {
            coroutine.placement = placement;
        }
    }
}

/// Returns whether the compiler has to infer a part of a type.
fn has_hole(ty: &Type) -> bool {
    struct Holes(bool);

    impl Visitor for Holes {
        fn visit(&mut self, node: &mut Node<'_>) {
            match node {
                Node::TypeInfer(_) => self.0 = true,
                _ => node.walk(self),
            }
        }
    }

    let mut holes = Holes(false);
    holes.visit(&mut Node::Type(&mut ty.clone()));
    holes.0
}

/// The lifetimes that a function borrows for.
#[derive(Default)]
struct Lifetimes {
    elided: usize,
    named: Vec<Lifetime>,
}

impl Lifetimes {
    fn of(signature: &Signature) -> Self {
        let mut lifetimes = Self::default();
        for input in &mut signature.inputs.clone() {
            lifetimes.visit(&mut Node::FnArg(input));
        }
        lifetimes
    }

    fn number(&self) -> usize {
        self.elided + self.named.len()
    }

    /// Returns the lifetime of a box that the function returns, unless the arguments need a name.
    fn of_box(&self) -> Option<String> {
        match (self.elided, &self.named[..]) {
            (0, []) => Some("'static".to_owned()),
            (1, []) => Some("'_".to_owned()),
            (0, [named]) => Some(named.to_string()),
            _ => None,
        }
    }
}

impl Visitor for Lifetimes {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::TypeReference(reference) => {
                self.elided += usize::from(reference.lifetime.is_none());
            }
            Node::Receiver(Receiver { kind: ReceiverKind::Reference(_, None, _), .. }) => {
                self.elided += 1;
            }
            Node::Lifetime(lifetime) => match lifetime.ident.to_string().as_str() {
                "_" => self.elided += 1,
                "static" => {}
                _ if self.named.contains(lifetime) => {}
                _ => self.named.push(lifetime.clone()),
            },
            _ => {}
        }
        node.walk(self);
    }
}

/// Returns whether `tokens` visibly call the function `name`: as `name`, `Self::name` or
/// `self.name`.
pub(crate) fn calls(tokens: &TokenStream, name: &Ident) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let word = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(word)) => Some(word),
        _ => None,
    };
    let sign = |at: usize, sign: char| match tokens.get(at) {
        Some(TokenTree::Punct(found)) => found.as_char() == sign,
        _ => false,
    };
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => calls(&group.stream(), name),
        TokenTree::Ident(found) if found == name => {
            let is_called = sign(at + 1, ':')
                || matches!(
                    tokens.get(at + 1),
                    Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis
                );
            let before = |back: usize| at.checked_sub(back);
            let is_own = match before(1) {
                Some(last) if sign(last, '.') => {
                    before(2).and_then(word).is_some_and(|word| word == "self")
                        && !before(3).is_some_and(|at| sign(at, '.'))
                }
                Some(last) if sign(last, ':') => {
                    before(3).and_then(word).is_some_and(|word| word == "Self")
                }
                Some(last) => word(last).is_none_or(|word| word != "fn"),
                None => true,
            };
            is_called && is_own
        }
        _ => false,
    })
}

/// Refuses a function that visibly delegates to itself and returns no box, because its type would
/// contain itself. The message of rustc would mention the `async` block and `Box::pin`.
pub(crate) fn check(function: &Function, coroutine: &Coroutine, has_struct: bool) -> Option<Error> {
    if !matches!(coroutine.placement, Placement::Bare | Placement::Unpin) {
        return None;
    }
    let Signature { ident: name, inputs, .. } = &function.sig;
    let is_method = function.sig.receiver().is_some();
    // In an `impl`, the name alone means another function.
    let is_plain = !is_method && !has_word(&function.sig.to_token_stream(), &["Self"]);
    let mut own = OwnDelegates { name, is_plain, is_method, is_bound: false, found: None };
    inputs.clone().iter_mut().for_each(|input| own.visit(&mut Node::FnArg(input)));
    function.body.parse().ok()?.iter_mut().for_each(|stmt| own.visit(&mut Node::Stmt(stmt)));
    let span = own.found.filter(|_| !own.is_bound)?;
    let lifetimes = Lifetimes::of(&function.sig);
    Some(match coroutine.shape {
        shape if has_struct => {
            let new = if shape == Shape::Iterator { "new" } else { "pin" };
            Diagnostic::NamedRecursion { name, new }.at(span)
        }
        Shape::Iterator if HAS_ALLOC && lifetimes.number() > 1 => {
            Diagnostic::RecursionWithLifetimes.at(span)
        }
        _ => {
            let has_types = function.sig.generics.type_params().next().is_some();
            let lifetime = lifetimes.of_box().filter(|_| !has_types || lifetimes.number() > 0);
            let boxed = boxed(coroutine, lifetime.as_deref().unwrap_or("'a"));
            Diagnostic::RecursionWithoutBox { boxed, is_named: lifetime.is_none() }.at(span)
        }
    })
}

/// Returns the boxed type that the function should return.
fn boxed(coroutine: &Coroutine, lifetime: &str) -> String {
    let written = |ty: &Type| tidy(&ty.to_token_stream());
    let (argument, yielded) = (written(&coroutine.argument), written(&coroutine.yielded));
    let returned = written(&coroutine.returned);
    let name = match coroutine.shape {
        Shape::Stream => return format!("Pin<Box<dyn Stream<Item = {yielded}> + {lifetime}>>"),
        Shape::AsyncCoroutine => "BoxAsyncCoroutine",
        Shape::Coroutine | Shape::Iterator => "BoxCoroutine",
    };
    match &*returned {
        "()" => format!("{name}<{lifetime}, {argument}, {yielded}>"),
        _ => format!("{name}<{lifetime}, {argument}, {yielded}, {returned}>"),
    }
}

/// The `yield_from!`s of a function whose operand is a call of the function itself.
struct OwnDelegates<'a> {
    name: &'a Ident,
    /// Whether the name alone means the function.
    is_plain: bool,
    /// Whether the function has a parameter `self`.
    is_method: bool,
    /// Whether a variable or an item of the body may have the name.
    is_bound: bool,
    /// The place of the first one.
    found: Option<Span>,
}

impl OwnDelegates<'_> {
    /// Returns the place of the name, if `operand` is a call of the function.
    fn call(&self, operand: &Expr) -> Option<Span> {
        let name = match operand {
            Expr::Paren(inner) => return self.call(&inner.expr),
            Expr::MethodCall(call) => match &*call.receiver {
                Expr::Path(of) if self.is_method && of.path.is_ident("self") => &call.method,
                _ => return None,
            },
            Expr::Call(call) => match &*call.func {
                Expr::Path(function) if function.qself.is_none() => {
                    let names: Vec<_> =
                        function.path.segments.iter().map(|segment| &segment.ident).collect();
                    match names[..] {
                        [name] if self.is_plain => name,
                        [of, name] if of == "Self" => name,
                        _ => return None,
                    }
                }
                _ => return None,
            },
            _ => return None,
        };
        (name == self.name).then(|| name.span())
    }
}

impl Visitor for OwnDelegates<'_> {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Macro(call) => self.visit_macro(call),
            Node::PatIdent(pattern) => {
                self.is_bound |= pattern.ident == *self.name;
                node.walk(self);
            }
            Node::Item(item) => {
                self.is_bound |= has_word(&item.to_token_stream(), &[&self.name.to_string()]);
            }
            _ => node.walk(self),
        }
    }
}

impl OwnDelegates<'_> {
    fn visit_macro(&mut self, call: &Macro) {
        if call.path.segments.last().is_none_or(|last| last.ident != "yield_from") {
            return;
        }
        let operands = Punctuated::<Expr, Token![,]>::parse_terminated;
        let operands = operands.parse2(call.tokens.clone()).ok();
        let own = operands.and_then(|operands| self.call(operands.first()?));
        self.found = self.found.or(own);
    }
}

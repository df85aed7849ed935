//! Functions that return an iterator and call themselves. Their iterator is boxed.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::visit;
use syn::{
    Lifetime, Receiver, ReceiverKind, Signature, Type, TypeInfer, TypeReference,
    parse_quote_spanned,
};

use crate::diagnostics::HAS_ALLOC;
use crate::parse::signature::{Coroutine, Placement, Shape, has_bound, peel_opaque};
use crate::visitor::{Visitor, Walk};

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
    if !HAS_ALLOC || !is_bare_iterator || is_inferred || Lifetimes::of(signature) > 1 {
        return;
    }
    let Some(opaque) = peel_opaque(&mut signature.output) else {
        return;
    };
    let (send, sync) = (has_bound(&opaque.bounds, "Send"), has_bound(&opaque.bounds, "Sync"));
    coroutine.placement = Placement::Recursive { send, sync };
    let site = Span::mixed_site();
    let send = send.then(|| quote_spanned!(site=> ::core::marker::Send));
    let sync = sync.then(|| quote_spanned!(site=> ::core::marker::Sync));
    let (bounds, yielded) = (send.into_iter().chain(sync), &coroutine.yielded);
    opaque.bounds.push(parse_quote_spanned! {site=>
        #krate::__private::RecursiveIterator<Yield = #yielded, Coroutine: #(#bounds)+*>
    });
}

/// Returns whether the compiler has to infer a part of a type.
fn has_hole(ty: &Type) -> bool {
    struct Holes(bool);

    impl Visitor for Holes {
        fn visit_type_infer(&mut self, _: &TypeInfer) {
            self.0 = true;
        }
    }

    let mut holes = Holes(false);
    holes.visit_type(ty);
    holes.0
}

/// The lifetimes that a function borrows for.
#[derive(Default)]
struct Lifetimes {
    elided: usize,
    named: HashSet<Lifetime>,
}

impl Lifetimes {
    /// Returns their number.
    fn of(signature: &Signature) -> usize {
        let mut lifetimes = Self::default();
        signature.inputs.iter().for_each(|input| lifetimes.visit_fn_arg(input));
        lifetimes.elided + lifetimes.named.len()
    }
}

impl Visitor for Lifetimes {
    fn visit_type_reference(&mut self, reference: &TypeReference) {
        self.elided += usize::from(reference.lifetime.is_none());
        visit::visit_type_reference(&mut Walk(self), reference);
    }

    fn visit_receiver(&mut self, receiver: &Receiver) {
        if let ReceiverKind::Reference(_, None, _) = &receiver.kind {
            self.elided += 1;
        }
        visit::visit_receiver(&mut Walk(self), receiver);
    }

    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        match lifetime.ident.to_string().as_str() {
            "_" => self.elided += 1,
            "static" => {}
            _ => _ = self.named.insert(lifetime.clone()),
        }
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

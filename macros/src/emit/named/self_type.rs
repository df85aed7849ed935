//! `self` and `Self`, which can't be written outside of an `impl`.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{Path, PathSegment, Receiver, ReceiverKind, Token, Type, parse_quote};

use crate::visitor::{Node, Visitor};

/// Returns the type of `self`, for every form of the receiver.
pub(super) fn receiver_type(receiver: &Receiver) -> Type {
    let own = Ident::new("Self", receiver.self_token.span);
    match &receiver.kind {
        ReceiverKind::Reference(and, lifetime, mutability) => {
            parse_quote!(#and #lifetime #mutability #own)
        }
        ReceiverKind::Typed(_, ty) => (**ty).clone(),
        _ => parse_quote!(#own),
    }
}

/// Returns the path without its first segment.
fn rest(path: &Path) -> Punctuated<PathSegment, Token![::]> {
    path.segments.iter().skip(1).cloned().collect()
}

/// Writes the trait of an associated type.
pub(super) struct OfTrait<'a>(pub(super) &'a Path);

impl Visitor for OfTrait<'_> {
    fn visit(&mut self, node: &mut Node<'_>) {
        node.walk(self);
        let Node::Type(ty) = node else {
            return;
        };
        let Type::Path(path) = &**ty else {
            return;
        };
        let segments = &path.path.segments;
        if path.qself.is_some() || segments.len() < 2 || segments[0].ident != "Self" {
            return;
        }
        let (of_trait, own, rest) = (self.0, &segments[0], rest(&path.path));
        **ty = parse_quote!(<#own as #of_trait>::#rest);
    }
}

/// Replaces `Self` by its type.
pub(super) struct WithoutSelf<'a>(pub(super) &'a Type);

impl Visitor for WithoutSelf<'_> {
    fn visit(&mut self, node: &mut Node<'_>) {
        let self_type = self.0;
        node.walk(self);
        if let Node::ExprPath(path) = node {
            let segments = &path.path.segments;
            if path.qself.is_none() && segments.len() > 1 && segments[0].ident == "Self" {
                let rest = rest(&path.path);
                **path = parse_quote!(<#self_type>::#rest);
            }
            return;
        }
        let Node::Type(ty) = node else {
            return;
        };
        let Type::Path(path) = &**ty else {
            return;
        };
        let segments = &path.path.segments;
        if path.qself.is_some() || segments.first().is_none_or(|first| first.ident != "Self") {
            return;
        }
        **ty = if segments.len() == 1 {
            self_type.clone()
        } else {
            let rest = rest(&path.path);
            parse_quote!(<#self_type>::#rest)
        };
    }
}

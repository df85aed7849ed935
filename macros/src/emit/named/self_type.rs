//! `self` and `Self`, which can't be written outside of an `impl`.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::visit_mut;
use syn::{ExprPath, Path, Receiver, ReceiverKind, Token, Type, TypePath, parse_quote};

use crate::visitor::{VisitorMut, WalkMut};

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

/// Writes the trait of an associated type.
pub(super) struct OfTrait<'a>(pub(super) &'a Path);

impl VisitorMut for OfTrait<'_> {
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        visit_mut::visit_type_path_mut(&mut WalkMut(self), ty);
        let segments = &ty.path.segments;
        if ty.qself.is_some() || segments.len() < 2 || segments[0].ident != "Self" {
            return;
        }
        let (of_trait, own) = (self.0, &segments[0]);
        let rest: Punctuated<_, Token![::]> = segments.iter().skip(1).cloned().collect();
        *ty = parse_quote!(<#own as #of_trait>::#rest);
    }
}

/// Replaces `Self` by its type.
pub(super) struct WithoutSelf<'a>(pub(super) &'a Type);

impl VisitorMut for WithoutSelf<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(&mut WalkMut(self), ty);
        let Type::Path(path) = ty else {
            return;
        };
        if path.qself.is_some()
            || path.path.segments.first().is_none_or(|first| first.ident != "Self")
        {
            return;
        }
        if path.path.segments.len() == 1 {
            *ty = self.0.clone();
            return;
        }
        let rest: Punctuated<_, Token![::]> = path.path.segments.iter().skip(1).cloned().collect();
        let self_type = self.0;
        *ty = parse_quote!(<#self_type>::#rest);
    }

    fn visit_expr_path_mut(&mut self, path: &mut ExprPath) {
        if path.qself.is_none()
            && path.path.segments.len() > 1
            && path.path.segments[0].ident == "Self"
        {
            let rest: Punctuated<_, Token![::]> =
                path.path.segments.iter().skip(1).cloned().collect();
            let self_type = self.0;
            *path = parse_quote!(<#self_type>::#rest);
        }
    }
}

//! The hidden function, which makes the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::VisitMut;
use syn::{GenericParam, Visibility, parse_quote};

use crate::emit::Owner;
use crate::emit::named::parameters::{Inferred, parameter_name};
use crate::parse::item::Function;

/// The function that makes bodies. A bound makes each of its lifetimes one that its path can name.
pub(super) fn define(function: &Function, name: &Ident) -> Function {
    let mut hidden = function.clone();
    hidden.attrs.retain(|attribute| {
        ["allow", "expect", "warn", "deny", "forbid", "cfg", "cfg_attr"]
            .iter()
            .any(|name| attribute.path().is_ident(name))
    });
    hidden.attrs.push(parse_quote!(#[doc(hidden)]));
    hidden.attrs.push(parse_quote!(#[inline]));
    hidden.attrs.push(parse_quote!(#[allow(clippy::implied_bounds_in_impls)]));
    hidden.vis = Visibility::Inherited;
    hidden.sig.ident = name.clone();
    let lifetimes: Vec<_> =
        hidden.sig.generics.lifetimes().map(|parameter| parameter.lifetime.clone()).collect();
    for lifetime in lifetimes {
        hidden.sig.generics.make_where_clause().predicates.push(parse_quote!(#lifetime: #lifetime));
    }
    hidden
}

/// The path of the function, with its parameters.
pub(super) fn path(name: &Ident, function: &Function, owner: Option<&Owner<'_>>) -> TokenStream {
    let site = Span::mixed_site();
    let own: Vec<_> = function
        .sig
        .generics
        .params
        .iter()
        .map(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => parameter.lifetime.to_token_stream(),
            parameter => parameter_name(parameter).to_token_stream(),
        })
        .collect();
    let turbofish =
        if own.is_empty() { TokenStream::new() } else { quote_spanned!(site=> ::<#(#own),*>) };
    match owner {
        None => quote_spanned!(site=> #name #turbofish),
        Some(Owner { self_type, .. }) => quote_spanned!(site=> <#self_type>::#name #turbofish),
    }
}

/// The path for constants. Lifetimes can't be named in them, and are no part of a size.
pub(super) fn constant_path(name: &Ident, owner: Option<&Owner<'_>>) -> TokenStream {
    match owner {
        None => name.to_token_stream(),
        Some(owner) => {
            let mut self_type = owner.self_type.clone();
            Inferred.visit_type_mut(&mut self_type);
            quote_spanned!(Span::mixed_site()=> <#self_type>::#name)
        }
    }
}

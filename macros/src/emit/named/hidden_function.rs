//! The hidden function, which makes the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, GenericParam, LifetimeParam, Visibility, WherePredicate, parse_quote};

use crate::emit::Owner;
use crate::emit::named::forward_arguments;
use crate::emit::named::parameters::{Inferred, parameter_name};
use crate::emit::named::self_type::WithoutSelf;
use crate::parse::attributes::is_one_of;
use crate::parse::item::Function;
use crate::parse::options::Named;
use crate::visitor::{Node, Visitor};

/// Returns the function that makes bodies. A bound makes each of its lifetimes early bound, so its
/// path can name it.
pub(super) fn define(function: &Function, name: &Ident) -> Function {
    let mut hidden = function.clone();
    let kept = ["allow", "expect", "warn", "deny", "forbid", "cfg", "cfg_attr"];
    hidden.attrs.retain(|attribute| is_one_of(attribute.path(), &kept));
    hidden.vis = Visibility::Inherited;
    hidden.sig.ident = name.clone();
    let mut predicates: Vec<WherePredicate> = Vec::new();
    for LifetimeParam { lifetime, bounds, .. } in hidden.sig.generics.lifetimes_mut() {
        if bounds.is_empty() {
            predicates.push(parse_quote!(#lifetime: #lifetime));
        } else {
            // clippy requires all bounds of one parameter in one place.
            bounds.push(lifetime.clone());
        }
    }
    if !predicates.is_empty() {
        hidden.sig.generics.make_where_clause().predicates.extend(predicates);
    }
    hidden
}

/// Returns the function as tokens. The library's macro adds the attributes that all of them have.
pub(super) fn item(hidden: &Function, krate: &TokenStream) -> TokenStream {
    let Function { attrs, sig, body, .. } = hidden;
    quote!(#krate::__hidden_function! { { #(#attrs)* } #sig #body })
}

/// Returns the path of the function, with its parameters.
pub(super) fn path(
    name: &Ident,
    function: &Function,
    named: &Named,
    owner: Option<&Owner<'_>>,
) -> TokenStream {
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
        Some(Owner { self_type, of_trait: None, .. }) => {
            quote_spanned!(site=> <#self_type>::#name #turbofish)
        }
        Some(Owner { self_type, generics, .. }) => {
            let (hidden, (_, arguments, _)) = (trait_name(named), generics.split_for_impl());
            quote_spanned!(site=> <#self_type as #hidden #arguments>::#name #turbofish)
        }
    }
}

fn trait_name(named: &Named) -> Ident {
    format_ident!("__CogenBodyOf{}", named.name.unraw(), span = Span::mixed_site())
}

/// Returns a hidden trait that contains only the function, and its implementation. It is for an
/// `impl` of a trait, which can't have further functions. The user's trait is its supertrait, so
/// `Self::Item` in the body means the same.
pub(super) fn define_trait(
    mut hidden: Function,
    krate: &TokenStream,
    named: &Named,
    owner: &Owner<'_>,
    implied: &[WherePredicate],
    conditions: &[Attribute],
) -> TokenStream {
    let Owner { generics, self_type, of_trait } = owner;
    let (mut generics, name) = ((*generics).clone(), trait_name(named));
    generics.make_where_clause().predicates.extend(implied.iter().cloned());
    hidden.sig.inputs.iter_mut().for_each(|argument| {
        if let FnArg::Typed(typed) = argument {
            WithoutSelf(self_type).visit(&mut Node::Type(&mut typed.ty));
        }
    });
    WithoutSelf(self_type).visit(&mut Node::ReturnType(&mut hidden.sig.output));
    WithoutSelf(self_type).visit(&mut Node::Generics(&mut hidden.sig.generics));
    let mut declared = hidden.sig.clone();
    forward_arguments(&mut declared);
    let hidden = item(&hidden, krate);
    let parameters = &generics.params;
    let (of_impl, arguments, clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #(#conditions)*
        #[doc(hidden)]
        #[cfg_attr(clippy, allow(
            clippy::implied_bounds_in_impls,
            clippy::too_many_arguments,
            clippy::type_complexity,
        ))]
        trait #name<#parameters>: #of_trait #clause {
            #declared;
        }

        #(#conditions)*
        impl #of_impl #name #arguments for #self_type #clause {
            #hidden
        }
    }
}

/// Returns the path for constants. Constants can't name lifetimes, and a size doesn't depend on
/// them.
pub(super) fn constant_path(name: &Ident, named: &Named, owner: Option<&Owner<'_>>) -> TokenStream {
    match owner {
        None => name.to_token_stream(),
        Some(owner) => {
            let mut self_type = owner.self_type.clone();
            Inferred.visit(&mut Node::Type(&mut self_type));
            let hidden = owner.of_trait.map(|_| {
                let hidden = trait_name(named);
                quote!(as #hidden)
            });
            quote_spanned!(Span::mixed_site()=> <#self_type #hidden>::#name)
        }
    }
}

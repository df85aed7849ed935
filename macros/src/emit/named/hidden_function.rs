//! The hidden function, which makes the body, and the expressions by which the struct reaches it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit_mut::VisitMut;
use syn::{ItemFn, Type, Visibility, parse_quote};

use crate::emit::Owner;
use crate::emit::named::lifetimes::Inferred;

/// The function that makes bodies. A bound makes each of its lifetimes one that its path can name.
pub(super) fn define(function: &ItemFn, name: &Ident) -> ItemFn {
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

/// How the struct reaches its body.
pub(super) struct HiddenFunction<'a> {
    /// The hidden function, with its lifetimes.
    pub(super) path: TokenStream,
    pub(super) ty: &'a Type,
    pub(super) krate: &'a TokenStream,
    /// One `_` for each of its arguments.
    pub(super) arguments: Vec<TokenStream>,
    /// The size and the alignment of what it returns.
    pub(super) constants: [TokenStream; 2],
}

impl<'a> HiddenFunction<'a> {
    /// The hidden function of this name, which stands beside `function`.
    pub(super) fn new(
        name: &Ident,
        function: &ItemFn,
        ty: &'a Type,
        krate: &'a TokenStream,
        owner: Option<&Owner<'_>>,
    ) -> Self {
        let site = Span::mixed_site();
        let own: Vec<_> =
            function.sig.generics.lifetimes().map(|parameter| &parameter.lifetime).collect();
        let turbofish =
            if own.is_empty() { TokenStream::new() } else { quote_spanned!(site=> ::<#(#own),*>) };
        let path = match owner {
            None => quote_spanned!(site=> #name #turbofish),
            Some(Owner { self_type, .. }) => {
                quote_spanned!(site=> <#self_type>::#name #turbofish)
            }
        };
        let arguments: Vec<_> = function.sig.inputs.iter().map(|_| quote!(_)).collect();
        let constants = constants(krate, name, owner, &arguments);
        Self { path, ty, krate, arguments, constants }
    }

    /// The arguments that all functions of a storage take, besides the body.
    pub(super) fn proof(&self) -> TokenStream {
        let Self { path, ty, .. } = self;
        quote_spanned!(Span::mixed_site()=> |_: #ty| {}, #path)
    }

    pub(super) fn turbofish(&self) -> TokenStream {
        let arguments = &self.arguments;
        quote_spanned!(Span::mixed_site()=> ::<(#(#arguments,)*), _>)
    }

    /// The pinned body, of `this`, which is a pinned mutable reference to the struct.
    pub(super) fn pinned(&self, this: &TokenStream) -> TokenStream {
        let (proof, turbofish) = (self.proof(), self.turbofish());
        let (pinned, storage) = (self.pinned_struct(this), Self::storage());
        quote_spanned! {Span::mixed_site()=> {
            #pinned
            unsafe { #storage.body #turbofish(#proof) }
        }}
    }

    /// The statement before the `unsafe` block that uses [`storage`](Self::storage). It isn't in
    /// the block, as its path could lead to an unsafe function.
    pub(super) fn pinned_struct(&self, this: &TokenStream) -> TokenStream {
        let krate = self.krate;
        quote_spanned! {Span::mixed_site()=>
            let __cogen_pinned = #krate::__private::PinnedStruct::new(#this);
        }
    }

    /// The pinned storage, for an `unsafe` block.
    pub(super) fn storage() -> TokenStream {
        quote_spanned! {Span::mixed_site()=>
            __cogen_pinned.__cogen_storage(|__cogen_this| &mut __cogen_this.__cogen_storage)
        }
    }

    /// The body of `self`, which is a reference to the struct.
    pub(super) fn shared(&self) -> TokenStream {
        let (proof, turbofish) = (self.proof(), self.turbofish());
        quote_spanned! {Span::mixed_site()=>
            unsafe { self.__cogen_storage.body_ref #turbofish(#proof) }
        }
    }
}

/// The size and the alignment of what the hidden function returns. Lifetimes can't be named in
/// constants, and are no part of a size.
fn constants(
    krate: &TokenStream,
    hidden_name: &Ident,
    owner: Option<&Owner<'_>>,
    arguments: &[TokenStream],
) -> [TokenStream; 2] {
    let site = Span::mixed_site();
    let path = match owner {
        None => hidden_name.to_token_stream(),
        Some(owner) => {
            let mut self_type = owner.self_type.clone();
            Inferred.visit_type_mut(&mut self_type);
            quote_spanned!(site=> <#self_type>::#hidden_name)
        }
    };
    ["size", "alignment"].map(|name| {
        let function = Ident::new(name, site);
        quote_spanned!(site=> { #krate::__private::#function::<(#(#arguments,)*), _>(#path) })
    })
}

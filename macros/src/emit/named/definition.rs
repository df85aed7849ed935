//! The struct, its constructor, and what keeps it from misuse.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::visit_mut::VisitMut;
use syn::{Block, FnArg, Generics, ItemFn, Type, parse_quote_spanned};

use crate::body::yields::hidden;
use crate::emit::Owner;
use crate::emit::named::hidden_function::HiddenFunction;
use crate::emit::named::self_type::{WithoutSelf, receiver_type};
use crate::emit::named::tidy;
use crate::parse::options::{Named, Options};
use crate::parse::signature::{Coroutine, Shape};

/// The struct and what belongs to it.
pub(super) struct Definition<'a> {
    pub(super) body: HiddenFunction<'a>,
    pub(super) generics: &'a Generics,
    pub(super) named: &'a Named,
    pub(super) coroutine: &'a Coroutine,
    pub(super) options: &'a Options,
    pub(super) owner: Option<&'a Owner<'a>>,
}

impl Definition<'_> {
    /// A type of the signature, as it can be written outside of the `impl`.
    pub(super) fn outside(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        if let Some(owner) = self.owner {
            WithoutSelf(owner.self_type).visit_type_mut(&mut ty);
        }
        ty
    }

    fn is_unpin(&self) -> bool {
        self.options.priming.is_some() || self.coroutine.shape == Shape::Iterator
    }

    pub(super) fn structure(&self, function: &ItemFn) -> TokenStream {
        let (Self { generics, named: Named { name, lifetimes }, .. }, krate) =
            (self, self.body.krate);
        let site = Span::mixed_site();
        let (vis, clause, params) = (&function.vis, &generics.where_clause, &generics.params);
        let ty = self.body.ty;
        let (send, sync, unpin) =
            (self.options.send.is_some(), self.options.sync.is_some(), self.is_unpin());
        let [size, alignment] = &self.body.constants;
        // Every type that the body gets: where one leaves a lifetime out, the compiler says so
        // here. And the struct is invariant in its lifetimes.
        let mut types: Vec<Type> =
            self.owner.map(|owner| owner.self_type.clone()).into_iter().collect();
        types.extend(function.sig.inputs.iter().map(|argument| match argument {
            FnArg::Receiver(receiver) => self.outside(&receiver_type(receiver)),
            FnArg::Typed(typed) => self.outside(&typed.ty),
        }));
        let (docs, must_use) = (self.documentation(function), self.must_use());
        quote_spanned! {site=>
            #[doc = #docs]
            #[must_use = #must_use]
            #vis struct #name <#params> #clause {
                __cogen_storage: #krate::__private::Storage<
                    #ty,
                    #size,
                    #alignment,
                    #krate::__private::AutoTraits<#send, #sync, #unpin>,
                    (fn() -> (#(#types,)*), #(fn(&#lifetimes ()) -> &#lifetimes (),)*),
                >,
            }
        }
    }

    fn must_use(&self) -> &'static str {
        match self.coroutine.shape {
            Shape::Iterator => "iterators do nothing unless consumed",
            Shape::Stream => "streams do nothing unless polled",
            _ => "coroutines do nothing until started",
        }
    }

    fn documentation(&self, function: &ItemFn) -> String {
        let name = function.sig.ident.unraw();
        let path = match self.owner {
            Some(owner) => format!(
                "{}::{name}",
                tidy(&owner.self_type.to_token_stream()).split('<').next().unwrap_or_default()
            ),
            None => name.to_string(),
        };
        let [argument, yielded, returned] =
            [&self.coroutine.argument, &self.coroutine.yielded, &self.coroutine.returned]
                .map(|ty| tidy(&self.outside(ty).to_token_stream()));
        match self.coroutine.shape {
            Shape::Coroutine | Shape::AsyncCoroutine | Shape::Boxed => {
                format!(
                    "The coroutine that [`{path}`] makes: it takes `{argument}`, yields \
                     `{yielded}` and returns `{returned}`."
                )
            }
            Shape::Iterator => {
                format!("The iterator that [`{path}`] makes: its items are `{yielded}`.")
            }
            Shape::Stream => {
                format!("The stream that [`{path}`] makes: its items are `{yielded}`.")
            }
        }
    }

    /// What keeps the struct's own crate from doing wrong: nobody else drops it, and nobody makes
    /// it `Unpin`. A crate may call itself `core`, so the path leads through ours; that it leads to
    /// the real traits, `CoreTypes` proves.
    pub(super) fn protection(&self) -> TokenStream {
        let site = Span::mixed_site();
        let (ty, krate, generics) = (self.body.ty, self.body.krate, self.generics);
        let (params, _, clause) = generics.split_for_impl();
        let (proof, turbofish) = (self.body.proof(), self.body.turbofish());
        let unpin = (!self.is_unpin()).then(|| {
            let mut pinned = generics.clone();
            pinned.params.insert(0, parse_quote_spanned!(site=> '__pin));
            let clause = pinned.make_where_clause();
            clause.predicates.push(parse_quote_spanned! {site=>
                (
                    #krate::__private::core::marker::PhantomData<&'__pin ()>,
                    #krate::__private::core::marker::PhantomPinned
                ): #krate::__private::core::marker::Unpin
            });
            let (params, _, clause) = pinned.split_for_impl();
            quote_spanned! {site=>
                impl #params #krate::__private::core::marker::Unpin for #ty #clause {}
            }
        });
        quote_spanned! {site=>
            #unpin
            impl #params #krate::__private::core::ops::Drop for #ty #clause {
                #[inline(always)]
                fn drop(&mut self) {
                    let __cogen_storage = &self.__cogen_storage;
                    unsafe { __cogen_storage.__cogen_drop_body #turbofish(#proof) };
                }
            }
        }
    }

    pub(super) fn constructor(&self, arguments: &[Ident]) -> Block {
        let site = Span::mixed_site();
        let (krate, name) = (self.body.krate, &self.named.name);
        let (proof, turbofish, path) = (self.body.proof(), self.body.turbofish(), &self.body.path);
        let [body, storage] = ["body", "storage"].map(|name| hidden(name, site));
        let core = quote_spanned! {site=>
            |_: &dyn #krate::__private::core::ops::Drop,
             _: &dyn #krate::__private::core::marker::Unpin,
             _: #krate::__private::core::marker::PhantomPinned| {}
        };
        parse_quote_spanned! {site=> {
            #name {
                __cogen_storage: {
                    let #body = #path(#(#arguments),*);
                    let #storage = #krate::__private::Storage::__cogen_empty();
                    unsafe { #storage.__cogen_fill #turbofish(#core, #proof, #body) }
                },
            }
        }}
    }
}

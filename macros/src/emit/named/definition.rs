//! The struct: what the library's macro is given to define it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::visit_mut::VisitMut;
use syn::{FnArg, Generics, Type};

use crate::emit::Owner;
use crate::emit::named::self_type::{WithoutSelf, receiver_type};
use crate::emit::named::tidy;
use crate::parse::item::Function;
use crate::parse::options::{Named, Options};
use crate::parse::signature::{Coroutine, Shape};

/// The struct of a function.
pub(super) struct Definition<'a> {
    pub(super) function: &'a Function,
    pub(super) generics: &'a Generics,
    pub(super) named: &'a Named,
    pub(super) coroutine: &'a Coroutine,
    pub(super) options: &'a Options,
    pub(super) owner: Option<&'a Owner<'a>>,
}

impl Definition<'_> {
    /// What `__named!` gets, but for the hidden function.
    pub(super) fn structure(&self) -> TokenStream {
        let Self { generics, named: Named { name, lifetimes }, .. } = self;
        let (visibility, text) = (&self.function.vis, name.unraw().to_string());
        let (parameters, predicates) = (
            generics.params.iter(),
            generics.where_clause.iter().flat_map(|clause| &clause.predicates),
        );
        let arguments: Vec<Type> = self
            .function
            .sig
            .inputs
            .iter()
            .map(|argument| match argument {
                FnArg::Receiver(receiver) => self.outside(&receiver_type(receiver)),
                FnArg::Typed(typed) => self.outside(&typed.ty),
            })
            .collect();
        let self_type = self.owner.map(|owner| owner.self_type);
        let borrowed = self_type.into_iter().chain(&arguments);
        let coroutine = self.coroutine;
        let [sent, yielded, returned] =
            [&coroutine.argument, &coroutine.yielded, &coroutine.returned]
                .map(|ty| self.outside(ty));
        let traits = [self.options.send.is_some(), self.options.sync.is_some(), self.is_unpin()];
        let holes = arguments.iter().map(|_| quote!(_));
        let (shape, docs, must_use) = (self.shape(), self.documentation(), self.must_use());
        let awaited = self.awaited();
        quote! {
            #shape #text [#name [#(#parameters,)*] [#(#lifetimes)*] [#(#predicates,)*]]
            [#sent] [#yielded] [#returned] [#awaited] [#docs #must_use #visibility struct]
            [#(#borrowed,)*] [#(#arguments,)*] [#(#traits)*] [#(#holes)*]
        }
    }

    /// The word that lets the struct be awaited.
    fn awaited(&self) -> Option<Ident> {
        let takes_nothing =
            matches!(&self.coroutine.argument, Type::Tuple(tuple) if tuple.elems.is_empty());
        (takes_nothing && !self.coroutine.shape.gives_items())
            .then(|| Ident::new("awaited", Span::mixed_site()))
    }

    /// A type of the signature, as it can be written outside of the `impl`.
    fn outside(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        if let Some(owner) = self.owner {
            WithoutSelf(owner.self_type).visit_type_mut(&mut ty);
        }
        ty
    }

    fn is_unpin(&self) -> bool {
        self.options.priming.is_some() || self.coroutine.shape == Shape::Iterator
    }

    /// The name of what the struct implements, in `__named!`.
    fn shape(&self) -> TokenStream {
        match self.coroutine.shape {
            Shape::Coroutine => quote!(coroutine),
            Shape::AsyncCoroutine => quote!(async_coroutine),
            Shape::Stream => quote!(stream),
            Shape::Iterator => quote!(iterator),
        }
    }

    fn must_use(&self) -> &'static str {
        match self.coroutine.shape {
            Shape::Iterator => "iterators do nothing unless consumed",
            Shape::Stream => "streams do nothing unless polled",
            _ => "coroutines do nothing until started",
        }
    }

    fn documentation(&self) -> String {
        let name = self.function.sig.ident.unraw();
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
            Shape::Coroutine | Shape::AsyncCoroutine => {
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
}

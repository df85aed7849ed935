//! The struct: the input of the library's macro that defines it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{FnArg, Meta, Path, Type, parse_quote};

use crate::emit::Owner;
use crate::emit::named::parameters::Parameters;
use crate::emit::named::self_type::{WithoutSelf, receiver_type};
use crate::emit::tidy;
use crate::parse::attributes::{is_one_of, metas};
use crate::parse::item::Function;
use crate::parse::options::{Named, Options};
use crate::parse::signature::{Coroutine, Shape};
use crate::visitor::{Node, Visitor};

/// The struct of a function.
pub(super) struct Definition<'a> {
    pub(super) function: &'a Function,
    pub(super) parameters: &'a Parameters,
    pub(super) named: &'a Named,
    pub(super) coroutine: &'a Coroutine,
    pub(super) options: &'a Options,
    pub(super) owner: Option<&'a Owner<'a>>,
}

impl Definition<'_> {
    /// Returns the input of `__named!`, except the hidden function, whose path in constants is
    /// `constant`.
    pub(super) fn structure(&self, constant: &TokenStream) -> TokenStream {
        let (Parameters { lifetimes, outlives, bounds, .. }, name) =
            (self.parameters, &self.named.name);
        let others = self.parameters.others();
        let visibility = self.named.visibility.as_ref().unwrap_or(&self.function.vis);
        let text = name.unraw().to_string();
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
        let coroutine = self.coroutine;
        let (sent, yielded) = (self.outside(&coroutine.argument), self.outside(&coroutine.yielded));
        let returned = self.outside(&coroutine.returned);
        let traits = [self.options.send.is_some(), self.options.sync.is_some(), self.is_unpin()];
        let room = self.room(constant);
        let (shape, docs, must_use) = (self.shape(), self.documentation(), self.must_use());
        let (awaited, allowed) = (self.awaited(), self.allowed());
        quote! {
            #shape #text
            [#name [#(#lifetimes)*] [#(#others)*] [#(#outlives)*] [#(#bounds,)*]]
            [#sent] [#yielded] [#returned] [#awaited] [#docs #must_use #visibility struct #allowed]
            [#(#arguments,)*] [#(#traits)*] [#room]
        }
    }

    /// Returns whether the struct has exactly the body's size, and its size and alignment.
    fn room(&self, constant: &TokenStream) -> TokenStream {
        let krate = self.options.krate();
        match (&self.options.size, &self.options.align) {
            (Some(size), Some(align)) => quote!(false #size, #align),
            (Some(size), None) => quote!(false #size, #krate::__private::ALIGNMENT),
            (None, _) => {
                let holes = self.function.sig.inputs.iter().map(|_| quote!(_));
                let holes = quote!(::<(#(#holes,)*), _>);
                quote! {
                    true #krate::__private::size #holes(#constant),
                    #krate::__private::alignment #holes(#constant)
                }
            }
        }
    }

    /// Returns the lints that the function allows, because the struct has the types of its
    /// signature, and one that the implementations may trigger.
    fn allowed(&self) -> Option<TokenStream> {
        let mut lints: Vec<Path> = Vec::new();
        if !self.parameters.lifetimes.is_empty() {
            lints.push(parse_quote!(single_use_lifetimes));
        }
        for attribute in &self.function.attrs {
            match &attribute.meta {
                Meta::List(list) if is_one_of(&list.path, &["allow", "expect"]) => {
                    lints.extend(metas(list)?.into_iter().filter_map(|lint| match lint {
                        Meta::Path(lint) => Some(lint),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        (!lints.is_empty()).then(|| quote!(allow #(#lints),*))
    }

    /// Returns the word that makes the struct awaitable.
    fn awaited(&self) -> Option<Ident> {
        let takes_nothing =
            matches!(&self.coroutine.argument, Type::Tuple(tuple) if tuple.elems.is_empty());
        (takes_nothing && !self.coroutine.shape.gives_items())
            .then(|| Ident::new("awaited", Span::mixed_site()))
    }

    /// Returns a type of the signature in a form that is valid outside of the `impl`.
    fn outside(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        if let Some(owner) = self.owner {
            WithoutSelf(owner.self_type).visit(&mut Node::Type(&mut ty));
        }
        ty
    }

    fn is_unpin(&self) -> bool {
        self.options.priming.is_some() || self.coroutine.shape == Shape::Iterator
    }

    /// Returns the name of the struct's shape in `__named!`.
    pub(super) fn shape(&self) -> TokenStream {
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
        let path = |ty: &dyn ToTokens| {
            let ty = tidy(&ty.to_token_stream());
            format!("[`{}::{name}`] makes", ty.split('<').next().unwrap_or_default())
        };
        let makes = match self.owner {
            Some(Owner { of_trait: Some(of_trait), self_type, .. }) => {
                format!("{} for `{}`", path(of_trait), tidy(&self_type.to_token_stream()))
            }
            Some(owner) => path(owner.self_type),
            None => format!("[`{name}`] makes"),
        };
        let written = |ty: &Type| tidy(&self.outside(ty).to_token_stream());
        let argument = written(&self.coroutine.argument);
        let yielded = written(&self.coroutine.yielded);
        let returned = written(&self.coroutine.returned);
        match self.coroutine.shape {
            Shape::Coroutine | Shape::AsyncCoroutine => {
                format!(
                    "The coroutine that {makes}: it takes `{argument}`, yields \
                     `{yielded}` and returns `{returned}`."
                )
            }
            Shape::Iterator => {
                format!("The iterator that {makes}: its items are `{yielded}`.")
            }
            Shape::Stream => {
                format!("The stream that {makes}: its items are `{yielded}`.")
            }
        }
    }
}

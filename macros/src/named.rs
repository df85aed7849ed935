//! The option `struct = Name`: a struct for the state machine of one function.
//!
//! The function moves to a hidden place under another name. What stands in its place stores what
//! that one makes in the struct, whose size and alignment are computed from it; `Storage` in
//! `cogen` says why that is sound. What it needs to be sound is checked here: the struct has all
//! lifetimes that the arguments have, since none of them may be left out anywhere.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Error, FnArg, GenericParam, Generics, ItemFn, Lifetime, Pat, Receiver, ReceiverKind,
    Safety, Signature, Token, Type, TypeImplTrait, TypeReference, WherePredicate, parse_quote,
    parse_quote_spanned,
};

use crate::diagnostics::Diagnostic;
use crate::expand::{conditions, peel_opaque};
use crate::options::{Named, Options};
use crate::signature::{Coroutine, Shape};

/// The `impl` that an associated function stands in.
pub(crate) struct Owner<'a> {
    pub(crate) generics: &'a Generics,
    pub(crate) self_type: &'a Type,
}

/// What becomes of one function.
#[derive(Default)]
pub(crate) struct Expanded {
    /// The function, and the hidden one.
    pub(crate) functions: TokenStream,
    /// The struct and what it implements.
    pub(crate) items: TokenStream,
}

/// Refuses what a named struct can't be made of, and adds the bounds that the options ask for.
pub(crate) fn check(
    signature: &mut Signature,
    coroutine: &Coroutine,
    options: &Options,
    named: &Named,
    owner: Option<&Owner<'_>>,
    errors: &mut Vec<Error>,
) {
    if coroutine.shape == Shape::Boxed {
        errors.push(Diagnostic::NamedBox.at(named.name.span()));
        return;
    }
    let mut refused = Refused { errors: Vec::new(), has_owner: owner.is_some() };
    refused.visit_signature(signature);
    for ty in [&coroutine.argument, &coroutine.yielded, &coroutine.returned] {
        refused.visit_type(ty);
    }
    if let Some(owner) = owner {
        refused.visit_generics(owner.generics);
        refused.visit_type(owner.self_type);
        let mut mentioned = Mentioned(Vec::new());
        mentioned.visit_type(owner.self_type);
        for parameter in owner
            .generics
            .lifetimes()
            .filter(|parameter| !mentioned.0.contains(&parameter.lifetime))
        {
            refused.refuse(parameter, Diagnostic::UnnamedImplLifetime);
        }
    }
    let (mut declared, mut listed) = (lifetimes(signature, owner), named.lifetimes.clone());
    declared.sort();
    listed.sort();
    if refused.errors.is_empty() && declared != listed {
        let list = lifetimes(signature, owner);
        let list = if list.is_empty() { TokenStream::new() } else { quote!(<#(#list),*>) };
        refused.errors.push(
            Diagnostic::OtherLifetimes { name: &named.name, list: tidy(&list) }
                .at(named.name.span()),
        );
    }
    if signature.inputs.len() > 12 {
        refused.refuse(&signature.inputs, Diagnostic::TooManyArguments);
    }
    errors.append(&mut refused.errors);
    add_bounds(signature, coroutine, options);
}

/// All lifetimes that the function can mention, but for `'static`.
fn lifetimes(signature: &Signature, owner: Option<&Owner<'_>>) -> Vec<Lifetime> {
    let owner = owner.into_iter().flat_map(|owner| owner.generics.lifetimes());
    owner
        .chain(signature.generics.lifetimes())
        .map(|parameter| parameter.lifetime.clone())
        .collect()
}

/// Lets the compiler check the body of the hidden function for what the struct will claim.
fn add_bounds(signature: &mut Signature, coroutine: &Coroutine, options: &Options) {
    let Some(opaque) = peel_opaque(&mut signature.output) else {
        return;
    };
    if let Some(span) = options.send {
        opaque.bounds.push(parse_quote_spanned!(span=> ::core::marker::Send));
    }
    if let Some(span) = options.sync {
        opaque.bounds.push(parse_quote_spanned!(span=> ::core::marker::Sync));
    }
    match coroutine.shape {
        Shape::Iterator => opaque.bounds.push(parse_quote!(::core::iter::FusedIterator)),
        Shape::Stream => {
            let krate = options.krate();
            opaque.bounds.push(parse_quote!(#krate::__private::FusedStream));
        }
        _ => {}
    }
}

/// Looks for what a named struct can't be made of.
struct Refused {
    errors: Vec<Error>,
    has_owner: bool,
}

impl Refused {
    fn refuse(&mut self, tokens: impl ToTokens, reason: Diagnostic<'_>) {
        self.errors.push(reason.on(tokens));
    }
}

impl Visit<'_> for Refused {
    fn visit_signature(&mut self, signature: &Signature) {
        if let Safety::Unsafe(keyword) = &signature.safety {
            self.refuse(keyword, Diagnostic::NamedUnsafe);
        }
        self.visit_generics(&signature.generics);
        for input in &signature.inputs {
            self.visit_fn_arg(input);
        }
    }

    fn visit_generic_param(&mut self, parameter: &GenericParam) {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            self.refuse(parameter, Diagnostic::NamedGeneric);
        }
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        if attribute.path().is_ident("cfg") {
            self.refuse(attribute, Diagnostic::ConditionalArgument);
        }
    }

    fn visit_receiver(&mut self, receiver: &Receiver) {
        if !self.has_owner {
            self.refuse(receiver, Diagnostic::NamedInImpl);
            return;
        }
        match &receiver.kind {
            ReceiverKind::Reference(_, None, _) => {
                self.refuse(receiver, Diagnostic::UnnamedLifetime)
            }
            ReceiverKind::Typed(_, ty) => self.visit_type(ty),
            _ => {}
        }
    }

    fn visit_type_reference(&mut self, reference: &TypeReference) {
        if reference.lifetime.is_none() {
            self.refuse(reference, Diagnostic::UnnamedLifetime);
        }
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        if lifetime.ident == "_" {
            self.refuse(lifetime, Diagnostic::UnnamedLifetime);
        }
    }

    fn visit_type_fn_ptr(&mut self, _: &syn::TypeFnPtr) {} // has lifetimes of its own

    fn visit_parenthesized_generic_arguments(&mut self, _: &syn::ParenthesizedGenericArguments) {}

    fn visit_type_impl_trait(&mut self, opaque: &TypeImplTrait) {
        self.refuse(opaque, Diagnostic::NamedGeneric);
    }

    fn visit_type_infer(&mut self, infer: &syn::TypeInfer) {
        self.refuse(infer, Diagnostic::NamedInferred);
    }
}

/// Expands a function whose body is the machine's expression already.
pub(crate) fn expand(
    mut function: ItemFn,
    coroutine: &Coroutine,
    options: &Options,
    named: &Named,
    owner: Option<&Owner<'_>>,
) -> Expanded {
    let krate = options.krate();
    let site = Span::mixed_site();
    let hidden_name = format_ident!("__cogen_body_of_{}", function.sig.ident.unraw(), span = site);
    let hidden = hidden_function(&function, &hidden_name);
    let generics = generics(&function.sig, named, owner);
    let ty = struct_type(named);

    let own: Vec<_> =
        function.sig.generics.lifetimes().map(|parameter| parameter.lifetime.clone()).collect();
    let turbofish =
        if own.is_empty() { TokenStream::new() } else { quote_spanned!(site=> ::<#(#own),*>) };
    let path = match owner {
        None => quote_spanned!(site=> #hidden_name #turbofish),
        Some(Owner { self_type, .. }) => {
            quote_spanned!(site=> <#self_type>::#hidden_name #turbofish)
        }
    };
    let arguments: Vec<_> = function.sig.inputs.iter().map(|_| quote!(_)).collect();
    let definition = Definition {
        body: HiddenFunction {
            path,
            ty: &ty,
            krate: &krate,
            constants: constants(&krate, &hidden_name, owner, &arguments),
            arguments,
        },
        generics: &generics,
        named,
        coroutine,
        options,
        owner,
    };
    let structure = definition.structure(&function);
    let (protection, implementations) = (definition.protection(), definition.implementations());
    let conditions = conditions(&function.attrs);
    let items = quote_spanned! {site=>
        #(#conditions)*
        #structure
        #(#conditions)*
        #[allow(single_use_lifetimes)]
        const _: () = {
            extern crate core as __cogen_core;
            #protection
            #implementations
        };
    };

    let calls = forward_arguments(&mut function.sig);
    function.sig.output = parse_quote_spanned!(named.name.span()=> -> #ty);
    *function.block = definition.constructor(&calls);
    function.attrs.retain(|attribute| !attribute.path().is_ident("expect")); // which is for the body
    function.attrs.push(parse_quote!(#[allow(clippy::used_underscore_binding)]));
    Expanded { functions: quote!(#hidden #function), items }
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

/// The function that makes bodies. A bound makes each of its lifetimes one that its path can name.
fn hidden_function(function: &ItemFn, name: &Ident) -> ItemFn {
    let mut hidden = function.clone();
    hidden.attrs.retain(|attribute| {
        ["allow", "expect", "warn", "deny", "forbid", "cfg", "cfg_attr"]
            .iter()
            .any(|name| attribute.path().is_ident(name))
    });
    hidden.attrs.push(parse_quote!(#[doc(hidden)]));
    hidden.attrs.push(parse_quote!(#[inline]));
    hidden.attrs.push(parse_quote!(#[allow(clippy::implied_bounds_in_impls)]));
    hidden.vis = syn::Visibility::Inherited;
    hidden.sig.ident = name.clone();
    let lifetimes: Vec<_> =
        hidden.sig.generics.lifetimes().map(|parameter| parameter.lifetime.clone()).collect();
    for lifetime in lifetimes {
        hidden.sig.generics.make_where_clause().predicates.push(parse_quote!(#lifetime: #lifetime));
    }
    hidden
}

/// The parameters of the struct, in the order in which it lists them, and what is said of them.
fn generics(signature: &Signature, named: &Named, owner: Option<&Owner<'_>>) -> Generics {
    let all = || owner.into_iter().map(|owner| owner.generics).chain([&signature.generics]);
    let mut generics = Generics::default();
    for lifetime in &named.lifetimes {
        let found =
            all().flat_map(Generics::lifetimes).find(|parameter| parameter.lifetime == *lifetime);
        generics.params.extend(found.cloned().map(GenericParam::Lifetime));
    }
    let mut implied = Implied { predicates: Vec::new() };
    for argument in &signature.inputs {
        match argument {
            FnArg::Receiver(receiver) => implied.visit_type(&receiver_type(receiver)),
            FnArg::Typed(typed) => implied.visit_type(&typed.ty),
        }
    }
    let clauses: Vec<_> = all()
        .filter_map(|generics| generics.where_clause.as_ref())
        .flat_map(|clause| clause.predicates.clone())
        .collect();
    if !clauses.is_empty() || !implied.predicates.is_empty() {
        generics
            .make_where_clause()
            .predicates
            .extend(clauses.into_iter().chain(implied.predicates));
    }
    if let Some(owner) = owner {
        WithoutSelf(owner.self_type).visit_generics_mut(&mut generics);
    }
    generics
}

/// Collects what a function's arguments say of its lifetimes: behind a `&'a T`, `T` lives as long
/// as `'a`. A struct has to say it.
struct Implied {
    predicates: Vec<WherePredicate>,
}

impl Visit<'_> for Implied {
    fn visit_type_reference(&mut self, reference: &TypeReference) {
        let (lifetime, ty) = (&reference.lifetime, &reference.elem);
        if HasLifetime::in_type(ty) {
            self.predicates.push(parse_quote!(#ty: #lifetime));
        }
        visit::visit_type_reference(self, reference);
    }

    fn visit_type_fn_ptr(&mut self, _: &syn::TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments(&mut self, _: &syn::ParenthesizedGenericArguments) {}
}

/// The lifetimes in a type.
struct Mentioned(Vec<Lifetime>);

impl Visit<'_> for Mentioned {
    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        self.0.push(lifetime.clone());
    }
}

/// Whether a type mentions a lifetime, or what may have one.
struct HasLifetime(bool);

impl HasLifetime {
    fn in_type(ty: &Type) -> bool {
        let mut found = Self(false);
        found.visit_type(ty);
        found.0
    }
}

impl Visit<'_> for HasLifetime {
    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        self.0 |= lifetime.ident != "static";
    }

    fn visit_ident(&mut self, ident: &Ident) {
        self.0 |= ident == "Self";
    }
}

/// The type of `self`, however it is written.
fn receiver_type(receiver: &Receiver) -> Type {
    let own = Ident::new("Self", receiver.self_token.span);
    match &receiver.kind {
        ReceiverKind::Reference(and, lifetime, mutability) => {
            parse_quote!(#and #lifetime #mutability #own)
        }
        ReceiverKind::Typed(_, ty) => (**ty).clone(),
        _ => parse_quote!(#own),
    }
}

fn struct_type(named: &Named) -> Type {
    let Named { name, lifetimes } = named;
    if lifetimes.is_empty() { parse_quote!(#name) } else { parse_quote!(#name<#(#lifetimes),*>) }
}

/// Gives every argument a plain name, and lists them for a call.
fn forward_arguments(signature: &mut Signature) -> Vec<Ident> {
    let mut names = Vec::new();
    for (at, argument) in signature.inputs.iter_mut().enumerate() {
        match argument {
            FnArg::Receiver(receiver) => {
                receiver.mutability = None;
                names.push(Ident::from(receiver.self_token));
            }
            FnArg::Typed(typed) => {
                let name = match &*typed.pat {
                    Pat::Ident(pattern) if pattern.subpat.is_none() => pattern.ident.clone(),
                    _ => format_ident!("argument{at}"),
                };
                *typed.pat = parse_quote!(#name);
                names.push(name);
            }
        }
    }
    names
}

/// How the struct reaches its body.
struct HiddenFunction<'a> {
    /// The hidden function, with its lifetimes.
    path: TokenStream,
    ty: &'a Type,
    krate: &'a TokenStream,
    /// One `_` for each of its arguments.
    arguments: Vec<TokenStream>,
    /// The size and the alignment of what it returns.
    constants: [TokenStream; 2],
}

impl HiddenFunction<'_> {
    /// The arguments that all functions of a storage take, besides the body.
    fn proof(&self) -> TokenStream {
        let Self { path, ty, .. } = self;
        quote_spanned!(Span::mixed_site()=> |_: #ty| {}, #path)
    }

    fn turbofish(&self) -> TokenStream {
        let arguments = &self.arguments;
        quote_spanned!(Span::mixed_site()=> ::<(#(#arguments,)*), _>)
    }

    /// The pinned body, of `this`, which is a pinned mutable reference to the struct.
    fn pinned(&self, this: &TokenStream) -> TokenStream {
        let (proof, turbofish, storage) = (self.proof(), self.turbofish(), Self::storage(this));
        quote_spanned!(Span::mixed_site()=> unsafe { #storage.body #turbofish(#proof) })
    }

    /// The pinned storage, of `this`, for an `unsafe` block. Whatever its type is, it is pinned for
    /// ever, as the destructor keeps it so.
    fn storage(this: &TokenStream) -> TokenStream {
        quote_spanned!(Span::mixed_site()=> __cogen_core::pin::Pin::map_unchecked_mut(#this, |this| &mut this.__cogen_storage))
    }

    /// The body of `self`, which is a reference to the struct.
    fn shared(&self) -> TokenStream {
        let (proof, turbofish) = (self.proof(), self.turbofish());
        quote_spanned!(Span::mixed_site()=> unsafe { self.__cogen_storage.body_ref #turbofish(#proof) })
    }
}

/// The struct and what belongs to it.
struct Definition<'a> {
    body: HiddenFunction<'a>,
    generics: &'a Generics,
    named: &'a Named,
    coroutine: &'a Coroutine,
    options: &'a Options,
    owner: Option<&'a Owner<'a>>,
}

impl Definition<'_> {
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

    fn structure(&self, function: &ItemFn) -> TokenStream {
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
                    "The coroutine that [`{path}`] makes: it takes `{argument}`, yields `{yielded}` and returns `{returned}`."
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
    /// it `Unpin`. The path `::core` could lead elsewhere.
    fn protection(&self) -> TokenStream {
        let site = Span::mixed_site();
        let (ty, generics) = (self.body.ty, self.generics);
        let (params, _, clause) = generics.split_for_impl();
        let (proof, turbofish) = (self.body.proof(), self.body.turbofish());
        let unpin = (!self.is_unpin()).then(|| {
            let mut pinned = generics.clone();
            pinned.params.insert(0, parse_quote_spanned!(site=> '__pin));
            let clause = pinned.make_where_clause();
            clause.predicates.push(parse_quote_spanned! {site=>
                (__cogen_core::marker::PhantomData<&'__pin ()>, __cogen_core::marker::PhantomPinned): __cogen_core::marker::Unpin
            });
            let (params, _, clause) = pinned.split_for_impl();
            quote_spanned!(site=> impl #params __cogen_core::marker::Unpin for #ty #clause {})
        });
        quote_spanned! {site=>
            #unpin
            impl #params __cogen_core::ops::Drop for #ty #clause {
                #[inline(always)]
                fn drop(&mut self) {
                    unsafe { __cogen_core::pin::Pin::new_unchecked(&mut self.__cogen_storage).drop_body #turbofish(#proof) };
                }
            }
        }
    }

    fn constructor(&self, arguments: &[Ident]) -> syn::Block {
        let site = Span::mixed_site();
        let (krate, name) = (self.body.krate, &self.named.name);
        let (proof, turbofish, path) = (self.body.proof(), self.body.turbofish(), &self.body.path);
        parse_quote_spanned! {site=> {
            #name {
                __cogen_storage: unsafe { #krate::__private::Storage::__cogen_new #turbofish(#proof, #path(#(#arguments),*)) },
            }
        }}
    }

    fn implementations(&self) -> TokenStream {
        let site = Span::mixed_site();
        let (ty, krate) = (self.body.ty, self.body.krate);
        let (params, _, clause) = self.generics.split_for_impl();
        let name = self.named.name.unraw().to_string();
        let [argument, yielded, returned] =
            [&self.coroutine.argument, &self.coroutine.yielded, &self.coroutine.returned]
                .map(|ty| self.outside(ty));
        let (pinned, shared) = (self.body.pinned(&quote_spanned!(site=> self)), self.body.shared());
        let (storage, proof, arguments) = (
            HiddenFunction::storage(&quote_spanned!(site=> self)),
            self.body.proof(),
            &self.body.arguments,
        );
        // A `_` for a constant needs rustc 1.89.
        let [size, alignment] = &self.body.constants;
        let delegation =
            quote_spanned!(site=> ::<(#(#arguments,)*), _, _, #size, #alignment, _, _>);
        let this = quote_spanned!(site=> self: ::core::pin::Pin<&mut Self>);
        let state = quote_spanned!(site=> #krate::CoroutineState<#yielded, #returned>);
        let cx = quote_spanned!(site=> cx: &mut ::core::task::Context<'_>);
        let (of_trait, methods, status) = match self.coroutine.shape {
            Shape::Coroutine | Shape::Boxed => {
                let of_trait = quote_spanned!(site=> #krate::Coroutine::<#argument>);
                (
                    of_trait.clone(),
                    quote_spanned! {site=>
                        type Yield = #yielded;
                        type Return = #returned;
                        #[inline(always)]
                        fn begin(#this) -> #state {
                            #of_trait::begin(#pinned)
                        }
                        #[inline(always)]
                        fn resume(#this, argument: #argument) -> #state {
                            #of_trait::resume(#pinned, argument)
                        }
                        #[inline(always)]
                        fn terminate(#this) {
                            #of_trait::terminate(#pinned);
                        }
                        #[inline(always)]
                        fn status(&self) -> #krate::Status {
                            #of_trait::status(#shared)
                        }
                        #[inline(always)]
                        unsafe fn __delegate(
                            #this,
                            channel: &mut #krate::__private::Channel<'_, '_, #argument, #yielded>,
                        ) -> ::core::task::Poll<#returned> {
                            unsafe { channel.delegate_to_storage #delegation(#storage, #proof) }
                        }
                    },
                    Some(quote_spanned!(site=> "status", &#of_trait::status(self))),
                )
            }
            Shape::AsyncCoroutine => {
                let of_trait = quote_spanned!(site=> #krate::AsyncCoroutine::<#argument>);
                (
                    of_trait.clone(),
                    quote_spanned! {site=>
                        type Yield = #yielded;
                        type Return = #returned;
                        #[inline(always)]
                        fn poll_resume(
                            #this,
                            #cx,
                            argument: &mut ::core::option::Option<#argument>,
                        ) -> ::core::task::Poll<#state> {
                            #of_trait::poll_resume(#pinned, cx, argument)
                        }
                        #[inline(always)]
                        fn terminate(#this) {
                            #of_trait::terminate(#pinned);
                        }
                        #[inline(always)]
                        fn status(&self) -> #krate::Status {
                            #of_trait::status(#shared)
                        }
                    },
                    Some(quote_spanned!(site=> "status", &#of_trait::status(self))),
                )
            }
            Shape::Stream => (
                quote_spanned!(site=> #krate::__private::Stream),
                quote_spanned! {site=>
                    type Item = #yielded;
                    #[inline(always)]
                    fn poll_next(#this, #cx) -> ::core::task::Poll<::core::option::Option<#yielded>> {
                        #krate::__private::Stream::poll_next(#pinned, cx)
                    }
                    #[inline(always)]
                    fn size_hint(&self) -> (usize, ::core::option::Option<usize>) {
                        #krate::__private::Stream::size_hint(#shared)
                    }
                },
                None,
            ),
            Shape::Iterator => {
                let pinned = self.body.pinned(&quote_spanned!(site=> ::core::pin::Pin::new(self)));
                (
                    quote_spanned!(site=> ::core::iter::Iterator),
                    quote_spanned! {site=>
                        type Item = #yielded;
                        #[inline(always)]
                        fn next(&mut self) -> ::core::option::Option<#yielded> {
                            ::core::iter::Iterator::next(#pinned.get_mut())
                        }
                        #[inline(always)]
                        fn size_hint(&self) -> (usize, ::core::option::Option<usize>) {
                            ::core::iter::Iterator::size_hint(#shared)
                        }
                    },
                    None,
                )
            }
        };
        let fused = match self.coroutine.shape {
            Shape::Iterator => {
                quote_spanned!(site=> impl #params ::core::iter::FusedIterator for #ty #clause {})
            }
            Shape::Stream => quote_spanned! {site=>
                impl #params #krate::__private::FusedStream for #ty #clause {
                    fn is_terminated(&self) -> bool {
                        #krate::__private::FusedStream::is_terminated(#shared)
                    }
                }
            },
            _ => TokenStream::new(),
        };
        let field = status.map(|status| quote_spanned!(site=> .field(#status)));
        quote_spanned! {site=>
            impl #params #of_trait for #ty #clause {
                #methods
            }
            #fused
            impl #params ::core::fmt::Debug for #ty #clause {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#name)#field.finish_non_exhaustive()
                }
            }
        }
    }
}

/// Writes the type that `Self` stands for.
struct WithoutSelf<'a>(&'a Type);

impl VisitMut for WithoutSelf<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
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

    fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
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

/// Leaves all lifetimes but `'static` to the compiler.
struct Inferred;

impl VisitMut for Inferred {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            lifetime.ident = Ident::new("_", lifetime.ident.span());
        }
    }
}

/// A type as one would write it.
fn tidy(tokens: &TokenStream) -> String {
    let mut text = tokens.to_string();
    for (from, to) in [
        (" :: ", "::"),
        ("& ", "&"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        (" ;", ";"),
    ] {
        text = text.replace(from, to);
    }
    text
}

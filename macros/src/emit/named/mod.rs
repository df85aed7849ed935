//! The option `struct = Name`: a struct for the state machine of one function.
//!
//! The function becomes a hidden function. The visible function calls it and stores its result in
//! the struct. The size and alignment of the struct are computed from the hidden function, or are a
//! capacity that the user writes. The library's macro `__named!` defines the struct, and `Storage`
//! in `cogen` says why that is sound. `checks` has better messages than the compiler for
//! unsupported functions.

mod checks;
mod definition;
mod hidden_function;
mod parameters;
mod self_type;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, Meta, Pat, Path, ReturnType, Signature, Token, Type, parse_quote};

use crate::emit::Owner;
pub(crate) use crate::emit::named::checks::check;
use crate::emit::named::definition::Definition;
use crate::emit::named::parameters::{Parameters, list};
use crate::emit::named::self_type::OfTrait;
use crate::parse::attributes::conditions;
use crate::parse::captures;
use crate::parse::item::Function;
use crate::parse::options::{Named, Options};
use crate::parse::signature::Coroutine;
use crate::visitor::{Node, Visitor};

/// Expands a function whose body is already the machine's expression. Returns the functions for the
/// compiler, and the struct. The function for editors, `shown`, returns the struct, too.
pub(crate) fn expand(
    mut function: Function,
    shown: &mut Function,
    coroutine: &Coroutine,
    options: &Options,
    named: &Named,
    owner: Option<&Owner<'_>>,
) -> (TokenStream, TokenStream) {
    let krate = options.krate();
    let hidden_name =
        format_ident!("__cogen_body_of_{}", function.sig.ident.unraw(), span = Span::mixed_site());
    let mut hidden = hidden_function::define(&function, &hidden_name);
    // A function of a trait captures all lifetimes in every edition.
    let is_own = owner.is_none_or(|owner| owner.of_trait.is_none());
    if let Some(captures) = is_own.then(|| captures::signature(&hidden.sig, &krate)).flatten() {
        hidden.sig = captures;
    }
    let parameters = Parameters::read(&function.sig, named, owner);
    let constant = hidden_function::constant_path(&hidden_name, named, owner);
    let definition = Definition {
        function: &function,
        parameters: &parameters,
        named,
        coroutine,
        options,
        owner,
    };
    let (structure, shape) = (definition.structure(&constant), definition.shape());
    let path = hidden_function::path(&hidden_name, &function, named, owner);
    let conditions = conditions(&function.attrs);
    let mut items = quote! {
        #(#conditions)*
        #krate::__named! { #structure [#path] }
    };
    let hidden = match owner {
        Some(owner) if owner.of_trait.is_some() => {
            let hidden_trait = hidden_function::define_trait(
                hidden,
                &krate,
                named,
                owner,
                &parameters.implied,
                &conditions,
            );
            items.extend(quote!(#krate::__functions! { { #hidden_trait } {} }));
            TokenStream::new()
        }
        _ => hidden_function::item(&hidden, &krate),
    };

    let output = output(named);
    let body = shown.body.tokens();
    shown.body.replace(quote!(let _ = || { #body }; loop {}));
    shown.sig.output = output.clone();

    let arguments = forward_arguments(&mut function.sig);
    function.sig.output = output;
    function.body.replace(quote_spanned! {Span::mixed_site()=>
        return #krate::__private::#shape::new((#(#arguments,)*))
    });
    // The body fulfils an `expect`, and the signature may, too.
    for attribute in &mut function.attrs {
        if let (true, Meta::List(list)) = (attribute.path().is_ident("expect"), &mut attribute.meta)
        {
            list.path = parse_quote!(allow);
        }
    }
    if arguments.iter().any(|name| name.to_string().starts_with('_')) {
        function
            .attrs
            .push(parse_quote!(#[cfg_attr(clippy, allow(clippy::used_underscore_binding))]));
    }
    if !named.lifetimes.is_empty() {
        // They can't be elided, as the struct has them. clippy 1.85 doesn't know the second lint.
        function.attrs.push(parse_quote! {
            #[cfg_attr(clippy, allow(
                clippy::needless_lifetimes,
                unknown_lints,
                clippy::elidable_lifetime_names,
            ))]
        });
    }
    (quote!(#hidden #function), items)
}

/// Writes the trait of each associated type into a signature, because the signature is copied to
/// places where `Self` alone is ambiguous.
pub(crate) fn name_trait(signature: &mut Signature, path: &Path) {
    OfTrait(path).visit(&mut Node::Signature(signature));
}

/// The return type of the function in the place of the user's: the struct.
pub(crate) fn output(named: &Named) -> ReturnType {
    let ty = struct_type(named);
    ReturnType::Type(Token![->](named.name.span()), Box::new(ty))
}

fn struct_type(named: &Named) -> Type {
    let Named { name, lifetimes, parameters, .. } = named;
    let lifetimes: Vec<_> = lifetimes.iter().collect();
    let list = list(&lifetimes, &parameters.iter().collect::<Vec<_>>());
    parse_quote!(#name #list)
}

/// Replaces the pattern of every argument by a plain name. Returns the names, for a call.
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

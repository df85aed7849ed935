//! The option `struct = Name`: a struct for the state machine of one function.
//!
//! The function moves to a hidden place under another name. What stands in its place stores what
//! that one makes in the struct, whose size and alignment are computed from it; `Storage` in
//! `cogen` says why that is sound. What it needs to be sound is checked here (`checks`): the struct
//! has all lifetimes that the arguments have, since none of them may be left out anywhere.

mod checks;
mod definition;
mod hidden_function;
mod implementations;
mod lifetimes;
mod self_type;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, ItemFn, Pat, Signature, Type, parse_quote, parse_quote_spanned};

pub(crate) use crate::emit::named::checks::check;
use crate::emit::named::definition::Definition;
use crate::emit::named::hidden_function::HiddenFunction;
use crate::emit::{Expanded, Owner};
use crate::parse::attributes::conditions;
use crate::parse::options::{Named, Options};
use crate::parse::signature::Coroutine;

/// Expands a function whose body is the machine's expression already.
pub(crate) fn expand(
    mut function: ItemFn,
    coroutine: &Coroutine,
    options: &Options,
    named: &Named,
    owner: Option<&Owner<'_>>,
) -> Expanded {
    let krate = options.krate();
    let hidden_name =
        format_ident!("__cogen_body_of_{}", function.sig.ident.unraw(), span = Span::mixed_site());
    let hidden = hidden_function::define(&function, &hidden_name);
    let generics = lifetimes::generics(&function.sig, named, owner);
    let ty = struct_type(named);
    let body = HiddenFunction::new(&hidden_name, &function, &ty, &krate, owner);
    let definition = Definition { body, generics: &generics, named, coroutine, options, owner };
    let items = items(&definition, &function);

    let calls = forward_arguments(&mut function.sig);
    function.sig.output = parse_quote_spanned!(named.name.span()=> -> #ty);
    *function.block = definition.constructor(&calls);
    // `expect` is for the body.
    function.attrs.retain(|attribute| !attribute.path().is_ident("expect"));
    function.attrs.push(parse_quote!(#[allow(clippy::used_underscore_binding)]));
    Expanded { functions: quote!(#hidden #function), items }
}

/// The struct and all that it implements.
fn items(definition: &Definition<'_>, function: &ItemFn) -> TokenStream {
    let structure = definition.structure(function);
    let (protection, implementations) = (definition.protection(), definition.implementations());
    let conditions = conditions(&function.attrs);
    quote_spanned! {Span::mixed_site()=>
        #(#conditions)*
        #structure
        #(#conditions)*
        #[allow(single_use_lifetimes)]
        const _: () = {
            #protection
            #implementations
        };
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

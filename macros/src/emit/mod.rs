//! The code that users' crates get.

mod block;
mod fingerprint;
mod function;
mod machine;
mod named;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Generics, ImplItem, ItemImpl, Type};

use crate::diagnostics::Diagnostic;
pub(crate) use crate::emit::block::block;
use crate::parse::attributes::refuse_other_macros;
use crate::parse::item::{self, Item};
use crate::parse::options::Options;

/// The `impl` that an associated function stands in.
struct Owner<'a> {
    generics: &'a Generics,
    self_type: &'a Type,
}

/// What becomes of one function.
#[derive(Default)]
struct Expanded {
    /// The function, and the hidden one.
    functions: TokenStream,
    /// The struct and what it implements.
    items: TokenStream,
}

/// Expands `#[cogen::coroutine(options)]`.
pub(crate) fn attribute(options: TokenStream, item: TokenStream) -> TokenStream {
    let (function, error) = match item::read(&item) {
        Ok(Item::Function(function, error)) => (function, error),
        Ok(Item::Impl(block)) => return implementation(options, *block),
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#error #item);
        }
    };
    let mut errors = Vec::from_iter(error);
    let options = syn::parse2::<Options>(options).unwrap_or_else(|error| {
        errors.push(error);
        Options::default()
    });
    let Expanded { functions, items } = function::expand(*function, &options, None, errors);
    quote!(#items #functions)
}

/// Expands the attribute on an `impl`: the structs of its functions are defined outside.
fn implementation(options: TokenStream, mut block: ItemImpl) -> TokenStream {
    let mut items = TokenStream::new();
    if !options.is_empty() {
        items.extend(Diagnostic::ImplOptions.on(options).into_compile_error());
    }
    let mut errors = Vec::new();
    refuse_other_macros(&mut block.attrs, false, &mut errors);
    items.extend(errors.into_iter().map(Error::into_compile_error));
    let (generics, self_type) = (block.generics.clone(), (*block.self_ty).clone());
    let owner = Owner { generics: &generics, self_type: &self_type };
    let mut found = false;
    for item in &mut block.items {
        let ImplItem::Fn(function) = item else {
            continue;
        };
        let Some(options) = item::take_options(function) else {
            continue;
        };
        found = true;
        if let Some((path, _)) = &block.trait_ {
            return Diagnostic::TraitMethod.on(path).into_compile_error();
        }
        let function = item::into_function(function.clone());
        let expanded = function::expand(function, &options, Some(&owner), Vec::new());
        *item = ImplItem::Verbatim(expanded.functions);
        items.extend(expanded.items);
    }
    if !found {
        items.extend(Diagnostic::ImplWithoutStructs.on(&block.self_ty).into_compile_error());
    }
    quote!(#items #block)
}

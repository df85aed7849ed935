//! The code that users' crates get.

mod arguments;
mod block;
mod fingerprint;
mod function;
mod machine;
mod named;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Generics, ImplItem, Path, Type};

use crate::diagnostics::{Diagnostic, compile_error};
pub(crate) use crate::emit::block::block;
pub(crate) use crate::emit::machine::body;
use crate::parse::item::{self, Associated, Implementation, Item};
use crate::parse::options::Options;

/// The `impl` that contains an associated function.
struct Owner<'a> {
    generics: &'a Generics,
    self_type: &'a Type,
    /// The trait that is implemented, if any.
    of_trait: Option<&'a Path>,
}

/// The expansion of one function.
#[derive(Default)]
struct Expanded {
    /// The function, and its hidden function.
    functions: TokenStream,
    /// The struct and its implementations.
    items: TokenStream,
}

/// Expands `#[cogen::coroutine(options)]`.
pub(crate) fn attribute(options: TokenStream, item: TokenStream) -> TokenStream {
    let function = match item::read(&item) {
        Ok(Item::Function(function)) => function,
        Ok(Item::Impl(block)) => return implementation(options, block),
        Err(error) => {
            let error = compile_error(error);
            return if item::is_expression(&item) { error } else { quote!(#error #item) };
        }
    };
    let mut errors = Vec::new();
    let options = syn::parse2::<Options>(options).unwrap_or_else(|error| {
        errors.push(error);
        Options::default()
    });
    let Expanded { functions, mut items } = function::expand(function, &options, None, errors);
    items.extend(functions);
    items
}

/// Expands the attribute on an `impl`, and defines the structs of its functions outside.
fn implementation(options: TokenStream, block: Implementation) -> TokenStream {
    let Implementation { mut head, items: associated } = block;
    let (mut items, mut functions) = (TokenStream::new(), TokenStream::new());
    if !options.is_empty() {
        items.extend(compile_error(Diagnostic::ImplOptions.on(options)));
    }
    let (generics, self_type) = (head.generics.clone(), (*head.self_ty).clone());
    let of_trait = head.trait_.as_ref().map(|(path, _)| path.clone());
    let owner = Owner { generics: &generics, self_type: &self_type, of_trait: of_trait.as_ref() };
    let mut found = false;
    for item in associated {
        let mut function = match item {
            Associated::Function(function) => *function,
            Associated::Other(item) => {
                item.to_tokens(&mut functions);
                continue;
            }
        };
        let Some(options) = item::take_options(&mut function) else {
            function.to_tokens(&mut functions);
            continue;
        };
        found = true;
        let expanded = function::expand(function, &options, Some(&owner), Vec::new());
        functions.extend(expanded.functions);
        items.extend(expanded.items);
    }
    if !found {
        items.extend(compile_error(Diagnostic::ImplWithoutStructs.on(&head.self_ty)));
    }
    head.items.push(ImplItem::Verbatim(functions));
    quote!(#items #head)
}

/// Formats a type as source code.
pub(crate) fn tidy(tokens: &TokenStream) -> String {
    let mut text = String::new();
    for word in tokens.to_string().split(' ') {
        let (last, first) = (text.chars().next_back(), word.chars().next());
        let is_joined = matches!(last, None | Some('&' | '<' | '('))
            || matches!(first, Some('<' | '>' | ',' | '(' | ')' | ';'))
            || text.ends_with("::")
            || word == "::";
        if !is_joined {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

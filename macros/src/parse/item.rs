//! The item under the attribute.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Block, Error, FnModifiers, ImplItemFn, ItemFn, ItemImpl, Meta, Result, TraitItemFn,
};

use crate::diagnostics::Diagnostic;
use crate::parse::options::Options;

/// An item that the attribute can stand on.
pub(crate) enum Item {
    /// A function. If its body can't be parsed, it is empty here, and the error says why: the
    /// signature is of use all the same.
    Function(Box<ItemFn>, Option<Error>),
    /// An `impl` that has functions with named structs.
    Impl(Box<ItemImpl>),
}

/// Reads the item, and refuses any other than a function with a body or an `impl`.
pub(crate) fn read(item: &TokenStream) -> Result<Item> {
    match parse_function.parse2(item.clone()) {
        Ok((function, error)) => Ok(Item::Function(Box::new(function), error)),
        Err(error) => match syn::parse2(item.clone()) {
            Ok(block) => Ok(Item::Impl(Box::new(block))),
            Err(_) => Err(not_a_function(item).unwrap_or(error)),
        },
    }
}

fn parse_function(input: ParseStream<'_>) -> Result<(ItemFn, Option<Error>)> {
    let (attrs, vis, sig) = (input.call(Attribute::parse_outer)?, input.parse()?, input.parse()?);
    let body;
    let brace_token = syn::braced!(body in input);
    let attrs = [attrs, body.call(Attribute::parse_inner)?].concat();
    let (stmts, error) = match Block::parse_within.parse2(body.parse()?) {
        Ok(stmts) => (stmts, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let block = Box::new(Block { brace_token, stmts });
    Ok((ItemFn { attrs, vis, modifiers: FnModifiers::default(), sig, block }, error))
}

/// A better message for something that is whole but no function with a body.
fn not_a_function(item: &TokenStream) -> Option<Error> {
    if let Ok(method) = syn::parse2::<TraitItemFn>(item.clone()) {
        return Some(Diagnostic::NoBody.on(&method.sig.ident));
    }
    let item: syn::Item = syn::parse2(item.clone()).ok()?;
    Some(Diagnostic::NoFunction.on(item))
}

/// Takes our attribute from a function in an `impl`, if it has the option `struct`.
pub(crate) fn take_options(function: &mut ImplItemFn) -> Option<Options> {
    let (at, options) = function.attrs.iter().enumerate().find_map(|(at, attribute)| {
        let Meta::List(list) = &attribute.meta else {
            return None;
        };
        let options: Options = syn::parse2(list.tokens.clone()).ok()?;
        options.named.is_some().then_some((at, options))
    })?;
    function.attrs.remove(at);
    Some(options)
}

/// The function in an `impl`, as one that stands alone.
pub(crate) fn into_function(function: ImplItemFn) -> ItemFn {
    let ImplItemFn { attrs, vis, sig, block, .. } = function;
    ItemFn { attrs, vis, modifiers: FnModifiers::default(), sig, block: Box::new(block) }
}

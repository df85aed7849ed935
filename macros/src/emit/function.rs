//! One function under the attribute.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, Ident, parse_quote};

use crate::diagnostics::Diagnostic;
use crate::emit::arguments::{Captured, capture};
use crate::emit::machine::machine;
use crate::emit::{Expanded, Owner, fingerprint, named};
use crate::parse::attributes::refuse_ours;
use crate::parse::item::Function;
use crate::parse::options::Options;
use crate::parse::signature::{self, Coroutine, Shape};

/// Expands a function, in whose options `errors` have been found already.
pub(crate) fn expand(
    function: Function,
    options: &Options,
    owner: Option<&Owner<'_>>,
    errors: Vec<Error>,
) -> Expanded {
    let constant = match (&options.fingerprint, owner.and_then(|owner| owner.of_trait)) {
        (Some(name), Some(_)) => Diagnostic::FingerprintInTrait.on(name).into_compile_error(),
        _ => fingerprint::constant(&function, options),
    };
    let mut expanded = expand_coroutine(function, options, owner, errors);
    expanded.functions.extend(constant);
    expanded
}

fn expand_coroutine(
    mut function: Function,
    options: &Options,
    owner: Option<&Owner<'_>>,
    mut errors: Vec<Error>,
) -> Expanded {
    signature::check_qualifiers(&function.sig, &mut errors);
    if let Some(path) = owner.and_then(|owner| owner.of_trait) {
        named::name_trait(&mut function.sig, path);
    }
    refuse_ours(&mut function.attrs, &mut errors);
    let coroutine = match signature::read(&mut function.sig, options.priming) {
        Ok(coroutine) => coroutine,
        Err(error) => {
            errors.push(error);
            return without_body(function, None, options, owner, errors);
        }
    };
    if let Some(error) = signature::check_sizes(&coroutine) {
        // The compiler would say the same of the function.
        errors.push(error);
        return only_errors(errors);
    }
    if let Some(named) = &options.named {
        let before = errors.len();
        named::check(&mut function.sig, &coroutine, options, named, owner, &mut errors);
        if errors.len() > before {
            // There is no struct for its callers.
            return only_errors(errors);
        }
    }
    if !errors.is_empty() {
        return without_body(function, Some(&coroutine), options, owner, errors);
    }
    let captured = capture(&mut function.sig);
    replace_body(function, captured, &coroutine, options, owner)
}

fn only_errors(errors: Vec<Error>) -> Expanded {
    Expanded {
        functions: TokenStream::new(),
        items: errors.into_iter().map(Error::into_compile_error).collect(),
    }
}

/// The errors, and the function with the signature that it was meant to have, so that its callers
/// cause no further ones.
fn without_body(
    mut function: Function,
    coroutine: Option<&Coroutine>,
    options: &Options,
    owner: Option<&Owner<'_>>,
    errors: Vec<Error>,
) -> Expanded {
    let errors: TokenStream = errors.into_iter().map(Error::into_compile_error).collect();
    let signature = &mut function.sig;
    (signature.asyncness, signature.constness, signature.abi, signature.variadic) =
        (None, None, None, None);
    function.attrs.push(parse_quote!(#[allow(unused)]));
    function.body.replace(quote!(::core::unreachable!()));
    let mut expanded = match coroutine {
        Some(coroutine) => replace_body(function, Captured::default(), coroutine, options, owner),
        None if function.sig.output.to_token_stream().to_string().contains("impl ") => {
            Expanded::default()
        }
        None => Expanded { functions: function.into_token_stream(), items: TokenStream::new() },
    };
    expanded.items.extend(errors);
    expanded
}

/// Puts the coroutine that the body becomes into the place of the body, and that into a struct if
/// it is to have a name. Editors get the signature that was written, if it was another.
fn replace_body(
    mut function: Function,
    captured: Captured,
    coroutine: &Coroutine,
    options: &Options,
    owner: Option<&Owner<'_>>,
) -> Expanded {
    let Captured { first, unused, written } = captured;
    let (krate, body) = (options.krate(), &function.body);
    let origin = if coroutine.shape.gives_items() { "items" } else { "function" };
    let machine = machine(coroutine, origin, &unused, &first, body);
    let shape = shape(coroutine.shape, options.priming.is_some());
    function.body.replace(quote!(#krate::__coroutine!(#shape #machine)));
    if options.named.is_none() && written.is_none() {
        return Expanded { functions: function.into_token_stream(), items: TokenStream::new() };
    }
    let mut shown = function.clone();
    if let Some(written) = written {
        shown.sig = written;
    }
    let (compiled, items) = match &options.named {
        Some(named) => named::expand(function, &mut shown, coroutine, options, named, owner),
        None => (function.into_token_stream(), TokenStream::new()),
    };
    let functions = quote!(#krate::__functions! { { #compiled } { #shown } });
    Expanded { functions, items }
}

/// The name of the shape in `__coroutine!`.
fn shape(shape: Shape, is_primed: bool) -> Ident {
    let name = match (shape, is_primed) {
        (Shape::Coroutine, true) => "primed",
        (Shape::Coroutine, false) | (Shape::AsyncCoroutine, _) => "coroutine",
        (Shape::Stream, _) => "stream",
        (Shape::Iterator, _) => "iterator",
        (Shape::Boxed, true) => "primed_boxed",
        (Shape::Boxed, false) => "boxed",
    };
    Ident::new(name, Span::mixed_site())
}

//! One function under the attribute.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Error, Expr, FnArg, ItemFn, Pat, PatIdent, PatType, Signature, Stmt, parse_quote};

use crate::body::{
    self,
    yields::{YieldLowering, hidden},
};
use crate::emit::machine::machine;
use crate::emit::{Expanded, Owner, fingerprint, named};
use crate::parse::attributes::{conditions, refuse_other_macros};
use crate::parse::options::Options;
use crate::parse::signature::{self, Coroutine, Shape};

/// Expands a function, in whose item `errors` have been found already.
pub(crate) fn expand(
    function: ItemFn,
    options: &Options,
    owner: Option<&Owner<'_>>,
    errors: Vec<Error>,
) -> Expanded {
    let constant = fingerprint::constant(&function, options);
    let mut expanded = expand_coroutine(function, options, owner, errors);
    expanded.functions.extend(constant);
    expanded
}

fn expand_coroutine(
    mut function: ItemFn,
    options: &Options,
    owner: Option<&Owner<'_>>,
    mut errors: Vec<Error>,
) -> Expanded {
    signature::check_qualifiers(&function.sig, &mut errors);
    refuse_other_macros(&mut function.attrs, owner.is_some(), &mut errors);
    let coroutine = match signature::read(&mut function.sig, options.priming) {
        Ok(coroutine) => coroutine,
        Err(error) => {
            errors.push(error);
            return without_body(function, None, options, owner, errors);
        }
    };
    if let Some(named) = &options.named {
        let before = errors.len();
        named::check(&mut function.sig, &coroutine, options, named, owner, &mut errors);
        if errors.len() > before {
            // There is no struct for its callers.
            return Expanded {
                functions: TokenStream::new(),
                items: errors.into_iter().map(Error::into_compile_error).collect(),
            };
        }
    }
    let lowering = YieldLowering::of(coroutine.shape.is_async());
    errors.extend(body::rewrite(&mut function.block, &coroutine.yielded, lowering, true));
    if !errors.is_empty() {
        return without_body(function, Some(&coroutine), options, owner, errors);
    }
    let arguments = capture(&mut function.sig);
    replace_body(function, &coroutine, options, owner, &arguments)
}

/// The errors, and the function with the signature that it was meant to have, so that its callers
/// cause no further ones.
fn without_body(
    mut function: ItemFn,
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
    *function.block = parse_quote!({ ::core::unreachable!() });
    let mut expanded = match coroutine {
        Some(coroutine) => replace_body(function, coroutine, options, owner, &TokenStream::new()),
        None if function.sig.output.to_token_stream().to_string().contains("impl ") => {
            Expanded::default()
        }
        None => Expanded { functions: function.into_token_stream(), items: TokenStream::new() },
    };
    expanded.items.extend(errors);
    expanded
}

/// Lets every argument be captured whole, and dropped as in an `async fn`: after the locals, the
/// last one first.
///
/// Captured variables are dropped in the order in which the body mentions them, so the last one is
/// mentioned first. From the first argument with a pattern on they are moved into locals, as all
/// arguments of an `async fn` are: a pattern makes locals, which are dropped before what is
/// captured. Captured ones take their room in the frame once, moved ones twice.
fn capture(signature: &mut Signature) -> TokenStream {
    let mut captures = Vec::new();
    let mut locals = TokenStream::new();
    for (at, argument) in signature.inputs.iter_mut().enumerate() {
        let (name, attributes) = match argument {
            FnArg::Receiver(receiver) => {
                (Ident::from(receiver.self_token), conditions(&receiver.attrs))
            }
            FnArg::Typed(typed) => {
                (capture_typed(typed, at, &mut locals), conditions(&typed.attrs))
            }
        };
        captures.push(quote_spanned! {Span::mixed_site()=>
            #(#attributes)* #[allow(clippy::used_underscore_binding)] let _ = &#name;
        });
    }
    captures.reverse();
    quote!(#(#captures)* #locals)
}

/// The name of the argument number `at`. Adds its local, if it is moved into one, to the `locals`
/// of the arguments before it.
fn capture_typed(argument: &mut PatType, at: usize, locals: &mut TokenStream) -> Ident {
    let attributes = conditions(&argument.attrs);
    let plain = match &*argument.pat {
        Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) => Some(ident.clone()),
        _ => None,
    };
    let name =
        plain.clone().unwrap_or_else(|| hidden(&format!("argument{at}"), Span::mixed_site()));
    if plain.is_none() || !locals.is_empty() {
        let pattern = std::mem::replace(&mut *argument.pat, parse_quote!(#name));
        if plain.is_none() {
            locals.extend(quote!(#(#attributes)* let #name = #name;));
        }
        if !matches!(pattern, Pat::Wild(_)) {
            locals.extend(quote! {
                #(#attributes)*
                #[allow(clippy::no_effect_underscore_binding)]
                let #pattern = #name;
            });
        }
    }
    name
}

/// Puts the coroutine that the body becomes into the place of the body, and that into a struct if
/// it is to have a name.
fn replace_body(
    mut function: ItemFn,
    coroutine: &Coroutine,
    options: &Options,
    owner: Option<&Owner<'_>>,
    arguments: &TokenStream,
) -> Expanded {
    let krate = options.krate();
    let machine = machine(&krate, &function.block, coroutine, arguments);
    let value = shaped(machine, coroutine.shape, options.priming.is_some(), &krate);
    function.block.stmts = vec![Stmt::Expr(Expr::Verbatim(value), None)];
    match &options.named {
        Some(named) => named::expand(function, coroutine, options, named, owner),
        None => Expanded { functions: function.into_token_stream(), items: TokenStream::new() },
    }
}

/// The value that the function returns: the machine in what its shape puts around it.
fn shaped(machine: TokenStream, shape: Shape, is_primed: bool, krate: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    match (shape, is_primed) {
        (Shape::Coroutine, false) | (Shape::AsyncCoroutine, _) => machine,
        (Shape::Stream, _) => quote_spanned! {site=>
            #krate::__private::Flat::new(#krate::CoroutineStream::new(#machine))
        },
        (Shape::Coroutine, true) => {
            quote_spanned! {site=>
                #krate::__private::Flat::new(
                    #krate::Primed::new(#krate::__private::Box::pin(#machine))
                )
            }
        }
        (Shape::Iterator, _) => {
            quote_spanned!(site=> #krate::__private::MachineIterator::new(#machine))
        }
        (Shape::Boxed, false) => {
            quote_spanned! {site=>
                #krate::__private::Box::pin(#krate::__private::BoxedMachine::new(#machine))
            }
        }
        (Shape::Boxed, true) => quote_spanned! {site=>
            #krate::__private::Box::pin(#krate::Primed::new(
                #krate::__private::Box::pin(#krate::__private::BoxedMachine::new(#machine))
            ))
        },
    }
}

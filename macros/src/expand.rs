//! The code that users' crates get.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Block, Error, Expr, FnArg, FnModifiers, Ident, ImplItem, ImplItemFn, ItemFn,
    ItemImpl, Meta, Pat, PatIdent, ReturnType, Signature, Stmt, Token, Type, TypeImplTrait,
    parse_quote,
};

use crate::attributes::{is_built_in, is_of_a_tool};
use crate::body::{Rewriter, YieldLowering, accept_yield_bang, hidden, label};
use crate::diagnostics::Diagnostic;
use crate::fingerprint;
use crate::named::{self, Expanded, Owner};
use crate::options::Options;
use crate::signature::{self, Coroutine, Shape};

/// Expands `#[cogen::coroutine(options)]`.
pub(crate) fn attribute(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    let function = match parse_function.parse2(item.clone()) {
        Ok((function, body)) => {
            errors.extend(body.err());
            function
        }
        Err(error) => {
            if let Ok(block) = syn::parse2(item.clone()) {
                return expand_impl(options, block);
            }
            let error = not_a_function(&item).unwrap_or(error).into_compile_error();
            return quote!(#error #item);
        }
    };
    let options = syn::parse2::<Options>(options).unwrap_or_else(|error| {
        errors.push(error);
        Options::default()
    });
    let Expanded { functions, items } = expand_function(function, &options, None, errors);
    quote!(#items #functions)
}

/// Expands the attribute on an `impl`: the structs of its functions are defined outside.
fn expand_impl(options: TokenStream, mut block: ItemImpl) -> TokenStream {
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
    let mut expanded = Vec::new();
    for item in block.items {
        let ImplItem::Fn(mut function) = item else {
            expanded.push(item);
            continue;
        };
        let Some(options) = take_options(&mut function) else {
            expanded.push(ImplItem::Fn(function));
            continue;
        };
        found = true;
        if let Some((path, _)) = &block.trait_ {
            return Diagnostic::TraitMethod.on(path).into_compile_error();
        }
        let ImplItemFn { attrs, vis, sig, block, .. } = function;
        let modifiers = FnModifiers::default();
        let function = ItemFn { attrs, vis, modifiers, sig, block: Box::new(block) };
        let Expanded { functions, items: structs } =
            expand_function(function, &options, Some(&owner), Vec::new());
        expanded.push(ImplItem::Verbatim(functions));
        items.extend(structs);
    }
    if !found {
        items.extend(Diagnostic::ImplWithoutStructs.on(&block.self_ty).into_compile_error());
    }
    block.items = expanded;
    quote!(#items #block)
}

/// Takes our attribute from a function, if it has the option `struct`.
fn take_options(function: &mut ImplItemFn) -> Option<Options> {
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

/// Reads a function, and what is wrong with its body, which is empty then: the signature is of use
/// all the same.
fn parse_function(input: ParseStream<'_>) -> syn::Result<(ItemFn, syn::Result<()>)> {
    let (attrs, vis, sig) = (input.call(Attribute::parse_outer)?, input.parse()?, input.parse()?);
    let body;
    let brace_token = syn::braced!(body in input);
    let attrs = [attrs, body.call(Attribute::parse_inner)?].concat();
    let (stmts, parsed) = match Block::parse_within.parse2(body.parse()?) {
        Ok(stmts) => (stmts, Ok(())),
        Err(error) => (Vec::new(), Err(error)),
    };
    let block = Box::new(Block { brace_token, stmts });
    Ok((ItemFn { attrs, vis, modifiers: FnModifiers::default(), sig, block }, parsed))
}

/// A better message for something that is whole but no function with a body.
fn not_a_function(item: &TokenStream) -> Option<Error> {
    if let Ok(method) = syn::parse2::<syn::TraitItemFn>(item.clone()) {
        return Some(Diagnostic::NoBody.on(&method.sig.ident));
    }
    let item: syn::Item = syn::parse2(item.clone()).ok()?;
    Some(Diagnostic::NoFunction.on(item))
}

fn expand_function(
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
    errors.extend(
        Rewriter::new(&coroutine.yielded, YieldLowering::of(coroutine.shape.is_async()), true)
            .rewrite(&mut function.block),
    );
    if !errors.is_empty() {
        return without_body(function, Some(&coroutine), options, owner, errors);
    }
    let arguments = capture(&mut function.sig);
    replace_body(function, &coroutine, options, owner, &arguments)
}

/// Refuses the attributes behind which other macros stand. They come after ours: those before it
/// are gone by now, but for those of a method, which come after that of its `impl`. So they would
/// get what ours makes: the handle of the body, and `unsafe` blocks, which tokens can be carried
/// anywhere. None of them stays, whatever it looks like: `cogen` and the names of tools may be
/// modules of the user's.
fn refuse_other_macros(attributes: &mut Vec<Attribute>, in_impl: bool, errors: &mut Vec<Error>) {
    attributes.retain(|attribute| {
        let stays = is_built_in(&attribute.meta);
        if is_ours(attribute) {
            errors.push(Diagnostic::AttributeTwice.on(attribute));
        } else if !stays && !is_of_a_tool(&attribute.meta) {
            errors.push(
                if in_impl { Diagnostic::MacroInImpl } else { Diagnostic::MacroBehind }
                    .on(attribute),
            );
        }
        stays
    });
}

fn is_ours(attribute: &Attribute) -> bool {
    let path = attribute.path();
    path.segments.len() == 2
        && path.segments[0].ident == "cogen"
        && path.segments[1].ident == "coroutine"
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
                let attributes = conditions(&typed.attrs);
                let plain = match &*typed.pat {
                    Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) => {
                        Some(ident.clone())
                    }
                    _ => None,
                };
                let name = plain
                    .clone()
                    .unwrap_or_else(|| hidden(&format!("argument{at}"), Span::mixed_site()));
                if plain.is_none() || !locals.is_empty() {
                    let pattern = std::mem::replace(&mut *typed.pat, parse_quote!(#name));
                    if plain.is_none() {
                        locals.extend(quote!(#(#attributes)* let #name = #name;));
                    }
                    if !matches!(pattern, Pat::Wild(_)) {
                        locals.extend(quote!(#(#attributes)* #[allow(clippy::no_effect_underscore_binding)] let #pattern = #name;));
                    }
                }
                (name, attributes)
            }
        };
        captures.push(quote_spanned!(Span::mixed_site()=> #(#attributes)* #[allow(clippy::used_underscore_binding)] let _ = &#name;));
    }
    captures.reverse();
    quote!(#(#captures)* #locals)
}

pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
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
    let site = Span::mixed_site();
    let machine = machine(&krate, &function.block, coroutine, arguments);
    let value = match (coroutine.shape, options.priming) {
        (Shape::Coroutine, None) | (Shape::AsyncCoroutine, _) => machine,
        (Shape::Stream, _) => quote_spanned!(site=> #krate::CoroutineStream::new(#machine)),
        (Shape::Coroutine, Some(_)) => {
            quote_spanned!(site=> #krate::Primed::new(#krate::__private::Box::pin(#machine)))
        }
        (Shape::Iterator, _) => {
            quote_spanned!(site=> #krate::__private::MachineIterator::new(#machine))
        }
        (Shape::Boxed, None) => {
            quote_spanned!(site=> #krate::__private::Box::pin(#krate::__private::BoxedMachine::new(#machine)))
        }
        (Shape::Boxed, Some(_)) => quote_spanned! {site=>
            #krate::__private::Box::pin(#krate::Primed::new(#krate::__private::Box::pin(#krate::__private::BoxedMachine::new(#machine))))
        },
    };
    function.block.stmts = vec![Stmt::Expr(Expr::Verbatim(value), None)];
    match &options.named {
        Some(named) => named::expand(function, coroutine, options, named, owner),
        None => Expanded { functions: function.into_token_stream(), items: TokenStream::new() },
    }
}

/// The `impl Trait` that a signature returns.
pub(crate) fn peel_opaque(output: &mut ReturnType) -> Option<&mut TypeImplTrait> {
    match output {
        ReturnType::Type(_, ty) => match signature::peel(ty) {
            Type::ImplTrait(opaque) => Some(opaque),
            _ => None,
        },
        ReturnType::Default => None,
    }
}

/// Expands `co! { … }`, which comes with the path of the crate before it.
pub(crate) fn block(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate: TokenTree = input.parse()?;
        input.parse::<Token![;]>()?;
        let shape = parse_shape(input)?;
        let body: TokenStream = input.parse()?;
        Ok((krate, shape, Block::parse_within.parse2(accept_yield_bang(body))?))
    };
    let (krate, shape, stmts): (TokenTree, Shape, Vec<Stmt>) = match parse.parse2(input) {
        Ok(parsed) => parsed,
        Err(error) => return error.into_compile_error(),
    };
    let mut block = Block { brace_token: syn::token::Brace::default(), stmts };
    let inferred: Type = parse_quote!(_);
    let coroutine = Coroutine {
        shape,
        argument: inferred.clone(),
        yielded: inferred.clone(),
        returned: inferred,
    };
    let errors = Rewriter::new(&coroutine.yielded, YieldLowering::of(shape.is_async()), false)
        .rewrite(&mut block);
    if !errors.is_empty() {
        let errors = errors.into_iter().map(Error::into_compile_error);
        return quote!({ #(#errors)* });
    }
    machine(&krate.into_token_stream(), &block, &coroutine, &TokenStream::new())
}

/// Reads the word `async` before the statements of `co!`.
///
/// Where the language gives it a meaning of its own, as the beginning of a block, a closure or a
/// function, it keeps that and belongs to the first statement.
fn parse_shape(input: ParseStream<'_>) -> syn::Result<Shape> {
    let after = input.fork();
    if after.parse::<Token![async]>().is_err() {
        return Ok(Shape::Coroutine);
    }
    let own = after.peek(syn::token::Brace)
        || after.peek(Token![move])
        || after.peek(Token![|])
        || after.peek(Token![||])
        || after.peek(Token![fn])
        || after.peek(Token![unsafe])
        || after.peek(Token![extern]);
    if own {
        return Ok(Shape::Coroutine);
    }
    input.parse::<Token![async]>()?;
    Ok(Shape::AsyncCoroutine)
}

/// The expression of the state machine.
///
/// What is found through the path gets neither the handle nor the bare body, as the path may lead
/// anywhere. The `return` that never happens tells the compiler what the body returns, as nothing
/// else does in an `async` block. The label's block has the types that `YieldLowering::stay` compares
/// with, and is left by returning; the `else` that never happens keeps a body that doesn't end from
/// being reported. What is held across a yield of a sync coroutine is held for the caller, not for
/// other tasks, so clippy's advice about locks doesn't apply there.
fn machine(
    krate: &TokenStream,
    block: &Block,
    coroutine: &Coroutine,
    arguments: &TokenStream,
) -> TokenStream {
    let Coroutine { shape, argument, yielded, returned } = coroutine;
    let site = Span::mixed_site();
    let [handle, slot, value, machine] =
        ["handle", "slot", "value", "machine"].map(|name| hidden(name, site));
    let channel = YieldLowering::of(shape.is_async());
    let (label, stay, ends) = (label(site), channel.stay(site), channel.ends(site));
    let (kind, find, clippy) = match channel {
        YieldLowering::Sync => (
            quote_spanned!(site=> Handle),
            quote_spanned!(site=> let mut #slot = #handle.slot().await;),
            quote_spanned!(site=> clippy::await_holding_lock, clippy::await_holding_refcell_ref, clippy::mixed_read_write_in_expression),
        ),
        YieldLowering::Async => (
            quote_spanned!(site=> AsyncHandle),
            TokenStream::new(),
            quote_spanned!(site=> clippy::mixed_read_write_in_expression),
        ),
    };
    quote_spanned! {site=> {
        let #handle: #krate::__private::#kind<#argument, #yielded> = unsafe { #krate::__private::#kind::__cogen_new() };
        #[allow(#clippy)]
        let #machine = #handle.machine(async move {
            if let ::core::option::Option::Some(#value) = ::core::option::Option::None::<#returned> {
                return #value;
            }
            #arguments
            #find
            #handle.diverge(#label: {
                #stay
                let #value: #returned = if true #block else { #handle.diverge(#ends) };
                return #value;
            })
        });
        #machine
    }}
}

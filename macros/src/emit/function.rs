//! One function under the attribute.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, FnArg, Ident, Lifetime, ReturnType, Type, parse_quote};

use crate::diagnostics::{Diagnostic, compile_error, compile_errors};
use crate::emit::arguments::{Captured, capture};
use crate::emit::machine::machine;
use crate::emit::{Expanded, Owner, fingerprint, named};
use crate::parse::attributes::{conditions, refuse_ours};
use crate::parse::captures;
use crate::parse::item::Function;
use crate::parse::options::{Named, Options};
use crate::parse::recursion;
use crate::parse::signature::{self, Coroutine, Placement, Shape};
use crate::tokens::has_word;
use crate::visitor::{Node, Visitor};

/// Expands a function. `errors` are the errors in its options.
pub(crate) fn expand(
    function: Function,
    options: &Options,
    owner: Option<&Owner<'_>>,
    errors: Vec<Error>,
) -> Expanded {
    let constant = match (&options.fingerprint, owner.and_then(|owner| owner.of_trait)) {
        (Some(name), Some(_)) => compile_error(Diagnostic::FingerprintInTrait.on(name)),
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
    signature::refuse_bounds(&mut function.sig, options, &mut errors);
    errors.extend(signature::correct(&mut function.sig));
    signature::name_types(&mut function.sig, &mut errors);
    let mut coroutine = match signature::read(&mut function.sig, options) {
        Ok(coroutine) => coroutine,
        Err(error) => {
            errors.push(error);
            return without_body(function, None, options, owner, errors);
        }
    };
    if let Some(error) = signature::check_sent(&function.sig, &coroutine) {
        // The compiler would report the same for the function.
        errors.push(error);
        let functions = uses_types(&function);
        return Expanded { functions, ..only_errors(errors) };
    }
    if let Some(error) = signature::check_sizes(&coroutine) {
        // The compiler would report the same for the function.
        errors.push(error);
        return only_errors(errors);
    }
    if let Some(named) = &options.named {
        let before = errors.len();
        named::check(&mut function.sig, &coroutine, options, named, owner, &mut errors);
        if errors.len() > before {
            return without_struct(&mut function, named, owner, errors);
        }
    }
    if !errors.is_empty() {
        return without_body(function, Some(&coroutine), options, owner, errors);
    }
    let is_recursive = recursion::calls(&function.body.tokens(), &function.sig.ident);
    recursion::choose_box(&mut function, &mut coroutine);
    if is_recursive {
        if options.named.is_none() {
            recursion::box_iterator(&mut function.sig, &mut coroutine, &options.krate());
        }
        if let Some(error) = recursion::check(&function, &coroutine, options.named.is_some()) {
            return without_body(function, Some(&coroutine), options, owner, vec![error]);
        }
    }
    let captured = capture(&mut function.sig);
    replace_body(function, captured, &coroutine, options, owner)
}

fn only_errors(errors: Vec<Error>) -> Expanded {
    Expanded { functions: TokenStream::new(), items: compile_errors(errors) }
}

/// Returns the errors, and what keeps the compiler from reporting more: in the implementation of a
/// trait the function, and elsewhere a function that uses the imports of the return type.
fn without_struct(
    function: &mut Function,
    named: &Named,
    owner: Option<&Owner<'_>>,
    errors: Vec<Error>,
) -> Expanded {
    let mut expanded = only_errors(errors);
    let site = Span::mixed_site();
    if owner.is_some_and(|owner| owner.of_trait.is_some()) {
        function.sig.output = named::output(named);
        function.attrs.push(parse_quote!(#[allow(unused)]));
        function.body.replace(quote_spanned!(site=> loop {}));
        expanded.functions = function.to_token_stream();
    } else {
        expanded.functions = uses_types(function);
    }
    expanded
}

/// Returns a function that is never called and uses the same imports as the types of `function`.
fn uses_types(function: &Function) -> TokenStream {
    /// In an `impl Trait` among the arguments, lifetimes can't be left out.
    struct Static;

    impl Visitor for Static {
        fn visit(&mut self, node: &mut Node<'_>) {
            match node {
                Node::TypeReference(reference) if reference.lifetime.is_none() => {
                    reference.lifetime = Some(Lifetime::new("'static", Span::call_site()));
                }
                Node::Lifetime(lifetime) if lifetime.ident == "_" => {
                    **lifetime = Lifetime::new("'static", Span::call_site());
                }
                _ => {}
            }
            node.walk(self);
        }
    }

    let ReturnType::Type(_, returned) = &function.sig.output else {
        return TokenStream::new();
    };
    let mut returned = returned.clone();
    Static.visit(&mut Node::Type(&mut returned));
    let site = Span::mixed_site();
    let (generics, conditions) = (&function.sig.generics, conditions(&function.attrs));
    let clause = &generics.where_clause;
    let name = format_ident!("__cogen_type_of_{}", function.sig.ident.unraw(), span = site);
    let inputs = function.sig.inputs.iter().cloned().map(|mut input| {
        if let FnArg::Typed(typed) = &mut input {
            *typed.pat = parse_quote!(_);
        }
        input
    });
    quote_spanned! {site=>
        #(#conditions)*
        #[allow(unused)]
        fn #name #generics(#(#inputs,)* _: #returned) #clause {}
    }
}

/// Returns the errors, and the function with its intended signature, so that its callers cause no
/// further errors.
fn without_body(
    mut function: Function,
    coroutine: Option<&Coroutine>,
    options: &Options,
    owner: Option<&Owner<'_>>,
    errors: Vec<Error>,
) -> Expanded {
    let errors = compile_errors(errors);
    let signature = &mut function.sig;
    (signature.asyncness, signature.constness, signature.abi, signature.variadic) =
        (None, None, None, None);
    function.attrs.push(parse_quote!(#[allow(unused)]));
    function.body.replace(quote!(::core::unreachable!()));
    let mut expanded = match coroutine {
        Some(coroutine) => replace_body(function, Captured::default(), coroutine, options, owner),
        None if has_word(&function.sig.output.to_token_stream(), &["impl"]) => Expanded::default(),
        None => Expanded { functions: function.into_token_stream(), items: TokenStream::new() },
    };
    expanded.items.extend(errors);
    expanded
}

/// Replaces the body by the coroutine, and puts the coroutine into a struct if the options name
/// one. Editors get the signature as written, if it was changed.
fn replace_body(
    mut function: Function,
    captured: Captured,
    coroutine: &Coroutine,
    options: &Options,
    owner: Option<&Owner<'_>>,
) -> Expanded {
    let Captured { first, unused, written } = captured;
    let (krate, body) = (options.krate(), &function.body);
    let origin = match coroutine.placement {
        Placement::Recursive { .. } => "recursive_items",
        _ if !coroutine.shape.gives_items() => "function",
        Placement::DelegatingIterator { .. } | Placement::DelegatingAlias => "boxed_items",
        _ => "items",
    };
    let machine = machine(coroutine, origin, &unused, &first, body);
    let shape = shape(coroutine, &function.sig.output, options.priming.is_some());
    // Errors about the whole point to the return type.
    let place = match &function.sig.output {
        ReturnType::Type(_, returned) => match &**returned {
            Type::ImplTrait(opaque) => opaque.impl_token.span,
            ty => ty.span(),
        },
        ReturnType::Default => Span::call_site(),
    };
    let place = Span::call_site().located_at(place);
    function.body.replace(options.coroutine(place, &quote!(#shape #machine)));
    let older = match &options.named {
        None => captures::signature(&function.sig, &krate),
        Some(_) => None,
    };
    if options.named.is_none() && older.is_none() && written.is_none() {
        return Expanded { functions: function.into_token_stream(), items: TokenStream::new() };
    }
    let mut shown = function.clone();
    if let Some(written) = written {
        shown.sig = written;
    }
    if let Some(sig) = older {
        let edition = Ident::new("gen", function.sig.fn_token.span);
        let older = Function { sig, ..function.clone() };
        let functions = quote! {
            #krate::__by_edition! { #edition; { #older } { #function } { #shown } }
        };
        return Expanded { functions, items: TokenStream::new() };
    }
    let (compiled, items) = match &options.named {
        Some(named) => named::expand(function, &mut shown, coroutine, options, named, owner),
        None => (function.into_token_stream(), TokenStream::new()),
    };
    let functions = quote!(#krate::__functions! { { #compiled } { #shown } });
    Expanded { functions, items }
}

/// Returns the shape for `__coroutine!`: its name, the method that fills a box, and the type of an
/// alias.
fn shape(coroutine: &Coroutine, output: &ReturnType, is_primed: bool) -> TokenStream {
    match (coroutine.shape, coroutine.placement) {
        (Shape::Coroutine, Placement::Bare) if is_primed => quote!(primed),
        (Shape::Coroutine, _) if is_primed => quote!(primed_boxed),
        (_, Placement::DelegatingIterator { send, sync }) => {
            let fill = match (send, sync) {
                (false, false) => "dyn_iterator",
                (true, false) => "dyn_iterator_send",
                (false, true) => "dyn_iterator_sync",
                (true, true) => "dyn_iterator_send_sync",
            };
            let fill = Ident::new(fill, Span::mixed_site());
            quote!(delegating_iterator #fill)
        }
        (_, Placement::DelegatingAlias) => match output {
            ReturnType::Type(_, ty) => quote!(delegating_alias [#ty]),
            ReturnType::Default => TokenStream::new(),
        },
        (_, Placement::Alias) => match output {
            ReturnType::Type(_, ty) if has_name_in_std(ty) => quote!(std [#ty]),
            ReturnType::Type(_, ty) => quote!(alias [#ty]),
            ReturnType::Default => TokenStream::new(),
        },
        (_, Placement::Recursive { send, sync }) => {
            let send = send.then(|| quote!(Send));
            let sync = sync.then(|| quote!(Sync));
            quote!(recursive_iterator [#send #sync])
        }
        (Shape::Coroutine | Shape::AsyncCoroutine, Placement::Bare | Placement::Unpin) => {
            quote!(coroutine)
        }
        (Shape::Iterator, Placement::Bare | Placement::Unpin) => quote!(iterator),
        (Shape::Stream, Placement::Bare) => quote!(stream),
        (Shape::Stream, Placement::Unpin) => quote!(unpin_stream),
        (shape, Placement::Box { pinned, unpin }) => {
            let make = Ident::new(if pinned { "pin" } else { "fill" }, Span::mixed_site());
            match shape {
                Shape::Coroutine => quote!(boxed #make),
                Shape::AsyncCoroutine => quote!(boxed_async_coroutine #make),
                Shape::Iterator => quote!(boxed_iterator #make),
                Shape::Stream if unpin => quote!(boxed_unpin_stream #make),
                Shape::Stream => quote!(boxed_stream #make),
            }
        }
    }
}

/// Returns whether a type has the name of one of std's, which is most likely no alias of a box.
fn has_name_in_std(ty: &Type) -> bool {
    const NAMES: [&str; 25] = [
        "Arc", "BTreeMap", "Cow", "HashMap", "Option", "Rc", "Result", "String", "Vec", "VecDeque",
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32",
        "u64", "u128", "usize",
    ];
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| NAMES.iter().any(|name| last.ident == name)),
        _ => false,
    }
}

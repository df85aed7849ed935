//! The shape of a coroutine function, read from its return type.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::{
    AngleBracketedGenericArguments, AssocType, BoundLifetimes, Error, GenericArgument, Ident,
    PathArguments, PathSegment, ReturnType, Signature, Token, Type, TypeImplTrait, TypeInfer,
    TypeParamBound, TypePath, TypeTuple, parse_quote_spanned,
};

use crate::diagnostics::{Diagnostic, HAS_ALLOC};
use crate::emit::tidy;
use crate::parse::boxed::{self, Read};
use crate::parse::options::Options;
use crate::tokens::has_word;
use crate::visitor::{Node, Visitor};

/// The kind of value that the caller gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// The machine itself.
    Coroutine,
    /// The machine itself, whose body may wait for futures.
    AsyncCoroutine,
    /// An iterator that boxes the machine at the first `next`.
    Iterator,
    /// A pinned stream, whose body may wait for futures.
    Stream,
}

impl Shape {
    /// Returns whether the body may wait for futures.
    pub(crate) fn is_async(self) -> bool {
        matches!(self, Self::AsyncCoroutine | Self::Stream)
    }

    /// Returns whether the coroutine yields items. Then a `?` ends it with a last item.
    pub(crate) fn gives_items(self) -> bool {
        matches!(self, Self::Iterator | Self::Stream)
    }

    /// Returns the reason why this shape can't be primed, if it can't.
    fn unprimed(self) -> Option<Diagnostic<'static>> {
        match self {
            Self::Coroutine => None,
            Self::Iterator => Some(Diagnostic::PrimedIterator),
            Self::Stream => Some(Diagnostic::PrimedStream),
            Self::AsyncCoroutine => Some(Diagnostic::PrimedAsyncCoroutine),
        }
    }
}

/// The container of the coroutine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Placement {
    /// No container.
    Bare,
    /// A stream that is `Unpin`.
    Unpin,
    /// A box that is written out: pinned, or with an object that must be `Unpin`.
    Box { pinned: bool, unpin: bool },
    /// A box whose type is an alias.
    Alias,
    /// A `Box<dyn Iterator>` whose body delegates. The box may be `Send` or `Sync`.
    DelegatingIterator { send: bool, sync: bool },
    /// A box whose type is an alias, and whose body delegates.
    DelegatingAlias,
    /// The box of an iterator whose function calls itself. The box is `Send` or `Sync` if the
    /// iterator must be.
    Recursive { send: bool, sync: bool },
}

/// A shape and the types that pass through it, in a form that is valid in the body.
pub(crate) struct Coroutine {
    pub(crate) shape: Shape,
    pub(crate) placement: Placement,
    pub(crate) argument: Type,
    pub(crate) yielded: Type,
    pub(crate) returned: Type,
}

/// Refuses qualifiers that a coroutine function can't have.
pub(crate) fn check_qualifiers(signature: &Signature, errors: &mut Vec<Error>) {
    if let Some(keyword) = &signature.asyncness {
        errors.push(Diagnostic::AsyncFunction.at(keyword.span));
    }
    if let Some(keyword) = &signature.constness {
        errors.push(Diagnostic::ConstFunction.at(keyword.span));
    }
    if let Some(abi) = &signature.abi {
        errors.push(Diagnostic::ExternFunction.at(abi.extern_token.span));
    }
    if let Some(variadic) = &signature.variadic {
        errors.push(Diagnostic::VariadicFunction.at(variadic.dots.spans[0]));
    }
}

/// Removes and refuses the bounds that a coroutine can't satisfy.
pub(crate) fn refuse_bounds(signature: &mut Signature, options: &Options, errors: &mut Vec<Error>) {
    let Some(opaque) = peel_opaque(&mut signature.output) else {
        return;
    };
    let names: Vec<String> =
        opaque.bounds.iter_mut().filter_map(trait_name).map(|name| name.to_string()).collect();
    let has = |shapes: &[&str]| names.iter().any(|name| shapes.contains(&name.as_str()));
    let mut is_iterator = has(&["Iterator", "FusedIterator"]);
    // A primed one is in a box.
    let is_pinned = options.priming.is_none() && has(&["Coroutine", "AsyncCoroutine"]);
    let is_shape = has(&SHAPES) || has(&["ExactSizeIterator", "DoubleEndedIterator"]);
    let mut kept = Bounds::new();
    for mut bound in std::mem::take(&mut opaque.bounds) {
        let Some(name) = trait_name(&mut bound) else {
            kept.push(bound);
            continue;
        };
        let reason = match name.to_string().as_str() {
            "Clone" | "Copy" if is_shape => Diagnostic::CloneBound { name },
            "Unpin" if is_pinned => Diagnostic::UnpinBound,
            "ExactSizeIterator" => Diagnostic::ExactSizeBound,
            "DoubleEndedIterator" => Diagnostic::DoubleEndedBound,
            _ => {
                kept.push(bound);
                continue;
            }
        };
        let stands_for_iterator = !is_iterator
            && matches!(reason, Diagnostic::ExactSizeBound | Diagnostic::DoubleEndedBound);
        errors.push(reason.at(name.span()));
        if stands_for_iterator {
            // Its callers get a plain iterator.
            *name = Ident::new("Iterator", name.span());
            is_iterator = true;
            kept.push(bound);
        }
    }
    opaque.bounds = kept;
}

/// Corrects and refuses the misspelled name of a shape, or one without `impl`.
pub(crate) fn correct(signature: &mut Signature) -> Option<Error> {
    let ReturnType::Type(_, returned) = &mut signature.output else {
        return None;
    };
    let returned = peel(returned);
    if let Some(error) = add_impl(returned) {
        return Some(error);
    }
    let Type::ImplTrait(opaque) = returned else {
        return None;
    };
    let names: Vec<&mut Ident> = opaque.bounds.iter_mut().filter_map(trait_name).collect();
    if names.iter().any(|name| SHAPES.iter().any(|shape| *name == shape)) {
        return None;
    }
    names.into_iter().find_map(|name| {
        let written = name.to_string();
        let meant =
            SHAPES.into_iter().find(|shape| distance(&written, shape) <= shape.len() / 4)?;
        let error = Diagnostic::MisspelledShape { written: &written, meant }.at(name.span());
        *name = Ident::new(meant, name.span());
        Some(error)
    })
}

/// Adds the `impl` to a shape that is written without it, and reports it. `Iterator<Item = Y>` is
/// no type, because only the arguments of a trait have names.
fn add_impl(ty: &mut Type) -> Option<Error> {
    let Type::Path(TypePath { qself: None, path, .. }) = ty else {
        return None;
    };
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let has_name = |argument: &GenericArgument| matches!(argument, GenericArgument::AssocType(_));
    if !SHAPES.iter().any(|shape| last.ident == shape) || !arguments.args.iter().any(has_name) {
        return None;
    }
    let (span, written) = (ty.span(), tidy(&ty.to_token_stream()));
    let error = Diagnostic::WithoutImpl { written }.on(&*ty);
    *ty = parse_quote_spanned!(span=> impl #ty);
    Some(error)
}

/// Adds the names of types that are written without one, or with that of another trait, and reports
/// them.
pub(crate) fn name_types(signature: &mut Signature, errors: &mut Vec<Error>) {
    struct Names<'a>(&'a mut Vec<Error>);

    impl Visitor for Names<'_> {
        fn visit(&mut self, node: &mut Node<'_>) {
            let Node::TraitBound(bound) = node else {
                return node.walk(self);
            };
            // What stands within the bound is no shape.
            let Some(segment) = bound.path.segments.last_mut() else {
                return;
            };
            let name = match segment.ident.to_string().as_str() {
                "Coroutine" => "Coroutine",
                "AsyncCoroutine" => "AsyncCoroutine",
                _ => return,
            };
            if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                self.0.extend(rename_item(arguments));
                self.0.extend(name_positional(name, arguments));
            }
        }
    }

    Names(errors).visit(&mut Node::ReturnType(&mut signature.output));
}

/// Renames `Item`, and reports it.
fn rename_item(arguments: &mut AngleBracketedGenericArguments) -> Option<Error> {
    arguments.args.iter_mut().find_map(|argument| match argument {
        GenericArgument::AssocType(associated) if associated.ident == "Item" => {
            let (written, meant) = (associated.ident.clone(), "Yield");
            associated.ident = Ident::new(meant, written.span());
            Some(Diagnostic::OtherName { written: &written, meant }.at(written.span()))
        }
        _ => None,
    })
}

/// Names all types but the first, and reports them.
fn name_positional(
    name: &'static str,
    arguments: &mut AngleBracketedGenericArguments,
) -> Option<Error> {
    let (mut types, mut found) = (0, None);
    for argument in &mut arguments.args {
        types += usize::from(matches!(argument, GenericArgument::Type(_)));
        let meant = match (&argument, types) {
            (GenericArgument::Type(_), 2) => "Yield",
            (GenericArgument::Type(_), 3) => "Return",
            _ => continue,
        };
        let span = argument.span();
        let meant = Ident::new(meant, span);
        found.get_or_insert(span);
        *argument = parse_quote_spanned!(span=> #meant = #argument);
    }
    let found = found?;
    let list = tidy(&arguments.args.to_token_stream());
    Some(Diagnostic::UnnamedType { name, list }.at(found))
}

/// The names of the shapes.
const SHAPES: [&str; 6] =
    ["Coroutine", "AsyncCoroutine", "Iterator", "FusedIterator", "Stream", "FusedStream"];

fn trait_name(bound: &mut TypeParamBound) -> Option<&mut Ident> {
    match bound {
        TypeParamBound::Trait(bound) => Some(&mut bound.path.segments.last_mut()?.ident),
        _ => None,
    }
}

/// Returns how many letters must be inserted, removed or replaced to turn one word into the other.
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let mut costs = vec![0];
    for _ in other.chars() {
        costs.push(costs.len());
    }
    for (row, letter) in one.chars().enumerate() {
        let mut before = std::mem::replace(&mut costs[0], row + 1);
        for (column, expected) in other.chars().enumerate() {
            let replaced = before + usize::from(letter != expected);
            before = costs[column + 1];
            costs[column + 1] = replaced.min(before + 1).min(costs[column] + 1);
        }
    }
    costs[costs.len() - 1]
}

/// Returns the shape that is nearest to an unsupported type, if the type mentions something
/// similar.
fn similar_shape(ty: &TokenStream) -> Option<Shape> {
    let shape = if has_word(ty, &["Coroutine", "Generator"]) {
        Shape::Coroutine
    } else if has_word(ty, &["AsyncCoroutine", "AsyncGenerator", "Future"]) {
        Shape::AsyncCoroutine
    } else if has_word(ty, &["Stream", "TryStream", "BoxStream", "AsyncIterator"]) {
        Shape::Stream
    } else if has_word(ty, &["Iterator", "IntoIterator", "DoubleEndedIterator"]) {
        Shape::Iterator
    } else {
        return None;
    };
    (HAS_ALLOC || shape != Shape::Iterator).then_some(shape)
}

/// Reads the shape, and fills in the `Yield` and `Return` that the signature leaves out.
pub(crate) fn read(signature: &mut Signature, options: &Options) -> Result<Coroutine, Error> {
    let ReturnType::Type(_, returned) = &mut signature.output else {
        return Err(Diagnostic::NoReturnType.at(signature.paren_token.span.close()));
    };
    let written = returned.to_token_stream();
    if let Some(lifetimes) = every_lifetime(returned) {
        return Err(Diagnostic::EveryLifetime.on(lifetimes));
    }
    let chosen = options.shape.as_ref();
    let read = match peel(returned) {
        Type::ImplTrait(opaque) => {
            read_opaque(opaque, options.priming).map_or(Read::Other, Read::Visible)
        }
        ty => boxed::read(ty, &options.krate(), chosen.map(|(shape, _)| *shape)),
    };
    if matches!(read, Read::Alias(_) | Read::Other) {
        if has_word(&written, &["ExactSizeIterator"]) {
            return Err(Diagnostic::ExactSizeBound.on(written));
        }
        if has_word(&written, &["DoubleEndedIterator"]) {
            return Err(Diagnostic::DoubleEndedBound.on(written));
        }
    }
    let coroutine = match (read, chosen) {
        (Read::Visible(_), Some((_, name))) => {
            return Err(Diagnostic::ShapeTwice(name).at(name.span()));
        }
        (Read::Visible(coroutine), None) | (Read::Alias(coroutine), _) => coroutine,
        (Read::Part, _) => return Err(Diagnostic::PartOfReturnType.on(written)),
        (Read::Other, _) => {
            let similar = similar_shape(&written);
            return Err(Diagnostic::OtherReturnType { similar }.on(written));
        }
    };
    match (coroutine.shape.unprimed(), options.priming) {
        (Some(reason), Some(span)) => return Err(reason.at(span)),
        (None, Some(span)) if !HAS_ALLOC => return Err(Diagnostic::PrimedWithoutAlloc.at(span)),
        _ => {}
    }
    match (coroutine.placement, coroutine.shape) {
        (Placement::Bare, Shape::Iterator) if !HAS_ALLOC => {
            Err(Diagnostic::IteratorWithoutAlloc.on(written))
        }
        (Placement::Bare, _) => Ok(coroutine),
        _ if !HAS_ALLOC => Err(Diagnostic::BoxWithoutAlloc.on(written)),
        _ => Ok(coroutine),
    }
}

/// Refuses the types that are visibly unsized.
pub(crate) fn check_sizes(coroutine: &Coroutine) -> Option<Error> {
    let Coroutine { argument, yielded, returned, .. } = coroutine;
    [argument, yielded, returned]
        .into_iter()
        .find(|ty| is_unsized(ty))
        .map(|ty| Diagnostic::Unsized.on(ty))
}

fn is_unsized(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_unsized(&group.elem),
        Type::Paren(paren) => is_unsized(&paren.elem),
        Type::Path(path) => path.path.is_ident("str"),
        Type::Slice(_) | Type::TraitObject(_) => true,
        _ => false,
    }
}

/// Returns the type without the parentheses and the invisible groups of other macros around it.
fn peel(ty: &mut Type) -> &mut Type {
    match ty {
        Type::Group(group) => peel(&mut group.elem),
        Type::Paren(paren) => peel(&mut paren.elem),
        ty => ty,
    }
}

/// Returns the `impl Trait` that a signature returns.
pub(crate) fn peel_opaque(output: &mut ReturnType) -> Option<&mut TypeImplTrait> {
    match output {
        ReturnType::Type(_, ty) => match peel(ty) {
            Type::ImplTrait(opaque) => Some(opaque),
            _ => None,
        },
        ReturnType::Default => None,
    }
}

fn read_opaque(opaque: &mut TypeImplTrait, priming: Option<Span>) -> Option<Coroutine> {
    let mut coroutine = read_bounds(&mut opaque.bounds)?;
    if coroutine.shape == Shape::Stream && has_bound(&opaque.bounds, "Unpin") {
        coroutine.placement = Placement::Unpin;
    }
    if priming.is_some() && coroutine.shape.unprimed().is_none() {
        opaque.bounds.push(parse_quote_spanned!(Span::mixed_site()=> ::core::marker::Unpin));
    }
    Some(coroutine)
}

/// Reports a sent type with an elided lifetime in a function without arguments, where no argument
/// has a lifetime for it.
pub(crate) fn check_sent(signature: &Signature, coroutine: &Coroutine) -> Option<Error> {
    (signature.inputs.is_empty() && has_elided_lifetime(&coroutine.argument))
        .then(|| Diagnostic::SentLifetime.on(&coroutine.argument))
}

/// Returns whether a lifetime is visibly left out in a type.
pub(crate) fn has_elided_lifetime(ty: &Type) -> bool {
    struct Finds(bool);

    impl Visitor for Finds {
        fn visit(&mut self, node: &mut Node<'_>) {
            match node {
                Node::TypeReference(reference) => {
                    self.0 |= reference.lifetime.is_none();
                    node.walk(self);
                }
                Node::Lifetime(lifetime) => self.0 |= lifetime.ident == "_",
                // These have lifetimes of their own.
                Node::TypeFnPtr(_) | Node::ParenthesizedGenericArguments(_) => {}
                _ => node.walk(self),
            }
        }
    }

    let mut finds = Finds(false);
    finds.visit(&mut Node::Type(&mut ty.clone()));
    finds.0
}

/// Returns the `for<'a>` before a shape.
fn every_lifetime(ty: &Type) -> Option<BoundLifetimes> {
    struct Finds(Option<BoundLifetimes>);

    impl Visitor for Finds {
        fn visit(&mut self, node: &mut Node<'_>) {
            let Node::TraitBound(bound) = node else {
                return node.walk(self);
            };
            let name = bound.path.segments.last().map(|segment| segment.ident.to_string());
            if name.is_some_and(|name| SHAPES.contains(&name.as_str())) {
                self.0 = bound.lifetimes.clone();
            }
        }
    }

    let mut finds = Finds(None);
    finds.visit(&mut Node::Type(&mut ty.clone()));
    finds.0
}

/// Returns whether an auto trait is among the bounds.
pub(crate) fn has_bound(bounds: &Bounds, name: &str) -> bool {
    bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|segment| segment.ident == name)
        }
        _ => false,
    })
}

/// The bounds after `impl` or `dyn`.
pub(crate) type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// Reads the shape, and the types that pass through it.
pub(crate) fn read_bounds(bounds: &mut Bounds) -> Option<Coroutine> {
    bounds.iter_mut().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let segment = bound.path.segments.last_mut()?;
        match segment.ident.to_string().as_str() {
            "Coroutine" => read_coroutine(Shape::Coroutine, segment),
            "AsyncCoroutine" => read_coroutine(Shape::AsyncCoroutine, segment),
            "Iterator" | "FusedIterator" => read_items(Shape::Iterator, segment),
            "Stream" | "FusedStream" => read_items(Shape::Stream, segment),
            _ => None,
        }
    })
}

/// Reads `Iterator<Item = Y>`.
fn read_items(shape: Shape, segment: &PathSegment) -> Option<Coroutine> {
    Some(Coroutine {
        shape,
        placement: Placement::Bare,
        argument: unit(segment.span()),
        yielded: associated(segment, "Item")?,
        returned: unit(segment.span()),
    })
}

/// Reads `Coroutine<R, Yield = Y, Return = T>`.
fn read_coroutine(shape: Shape, segment: &mut PathSegment) -> Option<Coroutine> {
    for name in ["Yield", "Return"] {
        if associated(segment, name).is_none() {
            let span = segment.ident.span();
            let name = Ident::new(name, span);
            arguments(segment)?.push(GenericArgument::AssocType(AssocType {
                ident: name,
                generics: None,
                eq_token: Token![=](span),
                ty: unit(span),
            }));
        }
    }
    let span = segment.ident.span();
    let argument = arguments(segment)?.iter().find_map(as_type);
    let argument = argument.map_or_else(|| unit(span), nameable);
    Some(Coroutine {
        shape,
        placement: Placement::Bare,
        argument,
        yielded: associated(segment, "Yield")?,
        returned: associated(segment, "Return")?,
    })
}

pub(crate) fn as_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// Returns the generic arguments of a segment, and adds empty ones if there are none.
fn arguments(
    segment: &mut PathSegment,
) -> Option<&mut Punctuated<GenericArgument, syn::Token![,]>> {
    if segment.arguments.is_none() {
        let span = segment.ident.span();
        segment.arguments = PathArguments::AngleBracketed(AngleBracketedGenericArguments {
            colon2_token: None,
            lt_token: Token![<](span),
            args: Punctuated::new(),
            gt_token: Token![>](span),
        });
    }
    match &mut segment.arguments {
        PathArguments::AngleBracketed(AngleBracketedGenericArguments { args, .. }) => Some(args),
        _ => None,
    }
}

/// Returns the type of the associated type `name` in `segment`. It is inferred if `segment` only
/// bounds it.
fn associated(segment: &PathSegment, name: &str) -> Option<Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(associated) if associated.ident == name => {
            Some(nameable(&associated.ty))
        }
        GenericArgument::Constraint(constraint) if constraint.ident == name => {
            Some(infer(constraint.span()))
        }
        _ => None,
    })
}

/// Returns `ty` in a form that is valid in the body: an `impl Trait` in it becomes `_`.
pub(crate) fn nameable(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Infer.visit(&mut Node::Type(&mut ty));
    ty
}

/// Replaces each `impl Trait` by `_`.
struct Infer;

impl Visitor for Infer {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Type(ty) if matches!(ty, Type::ImplTrait(_)) => {
                **ty = infer(ty.span());
            }
            _ => node.walk(self),
        }
    }
}

/// Returns `()`, the type of a part that is left out, at `span`.
pub(crate) fn unit(span: Span) -> Type {
    Type::Tuple(TypeTuple { attrs: Vec::new(), paren_token: Paren(span), elems: Punctuated::new() })
}

/// Returns `_` at `span`.
pub(crate) fn infer(span: Span) -> Type {
    Type::Infer(TypeInfer { attrs: Vec::new(), underscore_token: Token![_](span) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_output(output: &str) -> Option<(Shape, String, String)> {
        let mut signature: Signature = syn::parse_str(&format!("fn f() -> {output}")).unwrap();
        let coroutine = read(&mut signature, &Options::default()).ok()?;
        let [argument, yielded, returned] =
            [coroutine.argument, coroutine.yielded, coroutine.returned]
                .map(|ty| ty.to_token_stream().to_string());
        Some((
            coroutine.shape,
            format!("{argument} | {yielded} | {returned}"),
            signature.output.to_token_stream().to_string().replace(' ', ""),
        ))
    }

    #[test]
    fn what_is_left_out_is_filled_in() {
        let (shape, types, output) = read_output("impl cogen::Coroutine + 'a").unwrap();
        assert_eq!(shape, Shape::Coroutine);
        assert_eq!(types, "() | () | ()");
        assert_eq!(output, "->implcogen::Coroutine<Yield=(),Return=()>+'a");
    }

    #[test]
    fn what_is_written_stays() {
        let (shape, types, output) =
            read_output("impl Send + Coroutine<u8, Return = i32, Yield: Copy>").unwrap();
        assert_eq!(shape, Shape::Coroutine);
        assert_eq!(types, "u8 | _ | i32");
        assert_eq!(output, "->implSend+Coroutine<u8,Return=i32,Yield:Copy>");
    }

    #[test]
    fn an_opaque_item_is_for_the_compiler_to_infer() {
        assert_eq!(
            read_output("impl Iterator<Item = (u8, impl Copy)>").unwrap().1,
            "() | (u8 , _) | ()"
        );
    }

    #[test]
    fn a_boxed_coroutine_has_the_defaults_of_the_alias() {
        assert_eq!(read_output("BoxCoroutine").unwrap().1, "() | () | ()");
        assert_eq!(
            read_output("cogen::SendBoxCoroutine<'static, u8, i32>").unwrap().1,
            "u8 | i32 | ()"
        );
    }

    #[test]
    fn the_async_shapes_read_like_the_others() {
        let (shape, types, output) =
            read_output("impl AsyncCoroutine<u8, Yield = i32> + Send").unwrap();
        assert_eq!(shape, Shape::AsyncCoroutine);
        assert_eq!(types, "u8 | i32 | ()");
        assert_eq!(output, "->implAsyncCoroutine<u8,Yield=i32,Return=()>+Send");
    }

    #[test]
    fn a_stream_has_items() {
        for output in
            ["impl Stream<Item = u8>", "impl futures::stream::FusedStream<Item = u8> + Send"]
        {
            let (shape, types, _) = read_output(output).unwrap();
            assert_eq!(shape, Shape::Stream);
            assert_eq!(types, "() | u8 | ()");
        }
    }

    #[test]
    fn a_misspelled_shape_is_put_right() {
        for (written, meant) in [
            ("impl Corutine<(), Yield = u8>", Some("Coroutine")),
            ("impl Send + cogen::Coroutines", Some("Coroutine")),
            ("impl Steam<Item = u8>", Some("Stream")),
            ("impl Coroutine + Corutine", None),
            ("impl Dream<Item = u8>", None),
            ("impl Future<Output = u8>", None),
        ] {
            let mut signature = syn::parse_str(&format!("fn f() -> {written}")).unwrap();
            let error = correct(&mut signature).map(|error| error.to_string());
            assert_eq!(error.is_some(), meant.is_some(), "{written}");
            if let Some((error, meant)) = error.zip(meant) {
                assert!(error.ends_with(&format!("write `{meant}`")), "{error}");
                assert!(read(&mut signature, &Options::default()).is_ok(), "{written}");
            }
        }
    }

    #[test]
    fn a_similar_shape_is_named() {
        for (written, similar) in [
            ("impl Generator<Yield = u8>", Some(Shape::Coroutine)),
            ("impl AsyncIterator<Item = u8>", Some(Shape::Stream)),
            ("impl IntoIterator<Item = u8>", Some(Shape::Iterator)),
            ("Vec<u8>", None),
        ] {
            assert_eq!(similar_shape(&written.parse().unwrap()), similar, "{written}");
        }
    }

    #[test]
    fn other_types_are_refused() {
        for output in ["[u8; 2]", "impl Copy", "impl Iterator", "impl Stream", "!", "&'static u8"] {
            assert!(read_output(output).is_none(), "{output}");
        }
    }
}

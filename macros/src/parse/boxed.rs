//! Return types that are boxes: written out, behind a known alias, or behind an unknown one.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    GenericArgument, Ident, PathArguments, PathSegment, ReturnType, Type, TypeParamBound,
    TypeTraitObject, parse_quote_spanned,
};

use crate::parse::signature::{self, Bounds, Coroutine, Placement, Shape};
use crate::tokens::has_word;
use crate::visitor::{Node, Visitor};

/// Reads a return type that is not an `impl Trait`. `chosen` is the shape that the options name.
pub(crate) fn read(ty: &mut Type, krate: &TokenStream, chosen: Option<Shape>) -> Read {
    if (has_opaque(ty) && !is_known(ty)) || is_part(ty) {
        return Read::Part;
    }
    if let Some(coroutine) = read_known(ty).or_else(|| read_object(ty)) {
        return Read::Visible(coroutine);
    }
    if !matches!(ty, Type::Path(_)) {
        return Read::Other;
    }
    // Only the compiler can find out the types that pass through it.
    let span = ty.span();
    let part = |name: &str| -> Type {
        let name = Ident::new(name, span);
        parse_quote_spanned!(span=> <#ty as #krate::__private::BoxedShape>::#name)
    };
    Read::Alias(Coroutine {
        shape: chosen.unwrap_or(Shape::Coroutine),
        placement: Placement::Alias,
        argument: part("Sent"),
        yielded: part("Yielded"),
        returned: part("Returned"),
    })
}

/// The kinds of return types that are not an `impl Trait`.
pub(crate) enum Read {
    Visible(Coroutine),
    Alias(Coroutine),
    /// A type with an `impl Trait` in it.
    Part,
    Other,
}

/// Returns the last segment of a path.
fn last(ty: &mut Type) -> Option<&mut PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last_mut(),
        Type::Group(group) => last(&mut group.elem),
        Type::Paren(paren) => last(&mut paren.elem),
        _ => None,
    }
}

/// Reads the aliases of `cogen` and of the futures crates. Types that are left out are `()`.
fn read_known(ty: &mut Type) -> Option<Coroutine> {
    let segment = last(ty)?;
    let shape = known_shape(&segment.ident)?;
    let mut types = match &segment.arguments {
        PathArguments::None => Vec::new(),
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().filter_map(signature::as_type).map(signature::nameable).collect()
        }
        PathArguments::Parenthesized(_) => return None,
    }
    .into_iter();
    let span = segment.ident.span();
    let mut next = || types.next().unwrap_or_else(|| signature::unit(span));
    let placement = Placement::Box { pinned: true, unpin: false };
    Some(if shape == Shape::Stream {
        let yielded = next();
        let (argument, returned) = (signature::unit(span), signature::unit(span));
        Coroutine { shape, placement, argument, yielded, returned }
    } else {
        let (argument, yielded, returned) = (next(), next(), next());
        Coroutine { shape, placement, argument, yielded, returned }
    })
}

fn known_shape(name: &Ident) -> Option<Shape> {
    match name.to_string().as_str() {
        "BoxCoroutine" | "SendBoxCoroutine" => Some(Shape::Coroutine),
        "BoxAsyncCoroutine" | "SendBoxAsyncCoroutine" => Some(Shape::AsyncCoroutine),
        "BoxStream" | "LocalBoxStream" => Some(Shape::Stream),
        _ => None,
    }
}

/// Returns whether a type is an `Option` or a `Result` of one of the boxes.
fn is_part(ty: &mut Type) -> bool {
    const BOXES: [&str; 10] = [
        "AsyncCoroutine",
        "BoxAsyncCoroutine",
        "BoxCoroutine",
        "BoxStream",
        "Coroutine",
        "Iterator",
        "LocalBoxStream",
        "SendBoxAsyncCoroutine",
        "SendBoxCoroutine",
        "Stream",
    ];
    last(ty).is_some_and(|last| {
        (last.ident == "Option" || last.ident == "Result")
            && has_word(&last.arguments.to_token_stream(), &BOXES)
    })
}

fn is_known(ty: &mut Type) -> bool {
    last(ty).is_some_and(|segment| known_shape(&segment.ident).is_some())
}

/// Reads `Pin<Box<dyn …>>` and `Box<dyn …>`.
fn read_object(ty: &mut Type) -> Option<Coroutine> {
    let mut segment = last(ty)?;
    let pinned = segment.ident == "Pin";
    if pinned {
        segment = last(only_type(segment)?)?;
    }
    if segment.ident != "Box" {
        return None;
    }
    let bounds = object(only_type(segment)?)?;
    let unpin = signature::has_bound(bounds, "Unpin");
    let mut coroutine = signature::read_bounds(bounds)?;
    coroutine.placement = Placement::Box { pinned, unpin };
    Some(coroutine)
}

/// Returns the placement in a `Box<dyn Iterator>`, if `output` is one without bounds other than
/// `Send`, `Sync` and lifetimes.
pub(crate) fn plain_iterator(output: &mut ReturnType) -> Option<Placement> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let (mut send, mut sync) = (false, false);
    for bound in object(only_type(last(ty)?)?)? {
        let TypeParamBound::Trait(bound) = bound else {
            continue;
        };
        match bound.path.segments.last()?.ident.to_string().as_str() {
            "Iterator" => {}
            "Send" => send = true,
            "Sync" => sync = true,
            _ => return None,
        }
    }
    Some(Placement::DelegatingIterator { send, sync })
}

fn only_type(segment: &mut PathSegment) -> Option<&mut Type> {
    match &mut segment.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter_mut().find_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        _ => None,
    }
}

fn object(ty: &mut Type) -> Option<&mut Bounds> {
    match ty {
        Type::TraitObject(TypeTraitObject { bounds, .. }) => Some(bounds),
        Type::Group(group) => object(&mut group.elem),
        Type::Paren(paren) => object(&mut paren.elem),
        _ => None,
    }
}

/// Returns whether there is an `impl Trait` in a type.
fn has_opaque(ty: &mut Type) -> bool {
    struct Finds(bool);

    impl Visitor for Finds {
        fn visit(&mut self, node: &mut Node<'_>) {
            match node {
                Node::TypeImplTrait(_) => self.0 = true,
                _ => node.walk(self),
            }
        }
    }

    let mut finds = Finds(false);
    finds.visit(&mut Node::Type(ty));
    finds.0
}

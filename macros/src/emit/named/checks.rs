//! The functions that can't have a named struct.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{
    Error, GenericParam, PathSegment, ReceiverKind, ReturnType, Safety, Signature, Type, TypePath,
    parse_quote, parse_quote_spanned,
};

use crate::diagnostics::Diagnostic;
use crate::emit::Owner;
use crate::emit::named::parameters::{Mentioned, declared, list};
use crate::emit::tidy;
use crate::parse::options::{Named, Options};
use crate::parse::signature::{Coroutine, Placement, Shape, peel_opaque};
use crate::visitor::{Node, Visitor};

/// The largest number of arguments. `cogen` implements a trait for each number up to this one.
const MOST_ARGUMENTS: usize = 12;

/// Refuses a function that can't have a named struct, and adds the bounds of the options.
pub(crate) fn check(
    signature: &mut Signature,
    coroutine: &Coroutine,
    options: &Options,
    named: &Named,
    owner: Option<&Owner<'_>>,
    errors: &mut Vec<Error>,
) {
    match coroutine.placement {
        Placement::Box { .. } => errors.push(Diagnostic::NamedBox.at(named.name.span())),
        Placement::Alias => errors.push(match itself(&signature.output, named) {
            Some(returned) => Diagnostic::NamedItself { name: &named.name }.on(returned),
            None => Diagnostic::NamedBox.at(named.name.span()),
        }),
        _ => check_signature(signature, coroutine, options, named, owner, errors),
    }
}

fn check_signature(
    signature: &mut Signature,
    coroutine: &Coroutine,
    options: &Options,
    named: &Named,
    owner: Option<&Owner<'_>>,
    errors: &mut Vec<Error>,
) {
    let mut refused = Refused {
        errors: Vec::new(),
        has_owner: owner.is_some(),
        has_size: options.size.is_some(),
    };
    refused.visit(&mut Node::Signature(signature));
    for ty in [&coroutine.argument, &coroutine.yielded, &coroutine.returned] {
        refused.visit(&mut Node::Type(&mut ty.clone()));
    }
    if let Some(owner) = owner {
        refused.visit_owner(owner);
    }
    if refused.errors.is_empty() {
        refused.errors.extend(check_list(signature, named, owner));
    }
    if signature.inputs.len() > MOST_ARGUMENTS {
        refused.refuse(&signature.inputs, Diagnostic::TooManyArguments);
    }
    errors.append(&mut refused.errors);
    add_bounds(signature, coroutine, options);
}

/// Returns the last name of a return type that is the struct itself, or an associated type.
fn itself<'a>(output: &'a ReturnType, named: &Named) -> Option<&'a PathSegment> {
    let ReturnType::Type(_, returned) = output else {
        return None;
    };
    let Type::Path(TypePath { qself, path, .. }) = &**returned else {
        return None;
    };
    let last = path.segments.last()?;
    (qself.is_some()
        || path.segments.len() > 1 && path.segments[0].ident == "Self"
        || last.ident == named.name)
        .then_some(last)
}

/// Compares the parameters in the struct's list with the declared ones.
fn check_list(signature: &Signature, named: &Named, owner: Option<&Owner<'_>>) -> Option<Error> {
    let (lifetimes, others) = declared(signature, owner);
    if is_same_set(&lifetimes, &named.lifetimes) && is_same_set(&others, &named.parameters) {
        return None;
    }
    let list = tidy(&list(&lifetimes, &others));
    let reason = Diagnostic::OtherParameters { name: &named.name, list };
    Some(reason.at(named.name.span()))
}

fn is_same_set<T: PartialEq>(declared: &[&T], listed: &[T]) -> bool {
    declared.len() == listed.len()
        && declared.iter().all(|parameter| listed.contains(parameter))
        && listed.iter().all(|parameter| declared.contains(&parameter))
}

/// Adds bounds to the hidden function, so that the compiler checks its body for the traits that the
/// struct will implement.
fn add_bounds(signature: &mut Signature, coroutine: &Coroutine, options: &Options) {
    let Some(opaque) = peel_opaque(&mut signature.output) else {
        return;
    };
    let site = Span::mixed_site();
    if let Some(span) = options.send {
        opaque.bounds.push(parse_quote_spanned!(site.located_at(span)=> ::core::marker::Send));
    }
    if let Some(span) = options.sync {
        opaque.bounds.push(parse_quote_spanned!(site.located_at(span)=> ::core::marker::Sync));
    }
    match coroutine.shape {
        Shape::Iterator => {
            opaque.bounds.push(parse_quote_spanned!(site=> ::core::iter::FusedIterator))
        }
        Shape::Stream => {
            let krate = options.krate();
            opaque.bounds.push(parse_quote!(#krate::__private::FusedStream));
        }
        _ => {}
    }
}

/// Searches for parts of a function that a named struct can't have.
struct Refused {
    errors: Vec<Error>,
    has_owner: bool,
    has_size: bool,
}

impl Refused {
    fn refuse(&mut self, tokens: impl ToTokens, reason: Diagnostic<'_>) {
        self.errors.push(reason.on(tokens));
    }

    fn visit_owner(&mut self, owner: &Owner<'_>) {
        self.visit(&mut Node::Generics(&mut owner.generics.clone()));
        self.visit(&mut Node::Type(&mut owner.self_type.clone()));
        if owner.of_trait.is_some() {
            return;
        }
        let mut mentioned = Mentioned(Vec::new());
        mentioned.visit(&mut Node::Type(&mut owner.self_type.clone()));
        for parameter in owner
            .generics
            .lifetimes()
            .filter(|parameter| !mentioned.0.contains(&parameter.lifetime))
        {
            self.refuse(parameter, Diagnostic::UnnamedImplLifetime);
        }
    }
}

impl Visitor for Refused {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Signature(signature) => {
                if let Safety::Unsafe(keyword) = &signature.safety {
                    self.refuse(keyword, Diagnostic::NamedUnsafe);
                }
                self.visit(&mut Node::Generics(&mut signature.generics));
                for input in &mut signature.inputs {
                    self.visit(&mut Node::FnArg(input));
                }
            }
            Node::GenericParam(parameter) => {
                if !self.has_size && !matches!(parameter, GenericParam::Lifetime(_)) {
                    self.refuse(parameter, Diagnostic::NamedGeneric);
                }
            }
            Node::Attribute(attribute) => {
                if attribute.path().is_ident("cfg") {
                    self.refuse(attribute, Diagnostic::ConditionalArgument);
                }
            }
            Node::Receiver(receiver) if !self.has_owner => {
                self.refuse(receiver, Diagnostic::NamedInImpl);
            }
            Node::Receiver(receiver) => match &mut receiver.kind {
                ReceiverKind::Reference(_, None, _) => {
                    self.refuse(receiver, Diagnostic::UnnamedLifetime);
                }
                ReceiverKind::Typed(_, ty) => self.visit(&mut Node::Type(ty)),
                _ => {}
            },
            Node::TypeReference(reference) => {
                if reference.lifetime.is_none() {
                    self.refuse(reference, Diagnostic::UnnamedLifetime);
                }
                node.walk(self);
            }
            Node::Lifetime(lifetime) => {
                if lifetime.ident == "_" {
                    self.refuse(lifetime, Diagnostic::UnnamedLifetime);
                }
            }
            // These have lifetimes of their own.
            Node::TypeFnPtr(_) | Node::ParenthesizedGenericArguments(_) => {}
            Node::TypeImplTrait(opaque) => self.refuse(opaque, Diagnostic::NamedImplTrait),
            Node::TypeInfer(infer) => self.refuse(infer, Diagnostic::NamedInferred),
            _ => node.walk(self),
        }
    }
}

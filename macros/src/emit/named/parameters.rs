//! The parameters of the struct, which are those of the function and of its `impl`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{
    ConstParam, FnArg, GenericParam, Generics, Lifetime, LifetimeParam, PredicateLifetime,
    Signature, TypeParam, TypeParamBound, WherePredicate, parse_quote,
};

use crate::emit::Owner;
use crate::emit::named::self_type::{WithoutSelf, receiver_type};
use crate::parse::options::Named;
use crate::visitor::{Node, Visitor};

/// The parameters of a struct, in the order of its list, and their bounds.
pub(super) struct Parameters {
    pub(super) lifetimes: Vec<Lifetime>,
    /// Types and constants, without bounds.
    others: Vec<GenericParam>,
    /// The lifetimes and types that outlive lifetimes. They are separate from the other bounds,
    /// because the compiler can't prove them in the body of a coroutine, where lifetimes are
    /// erased.
    pub(super) outlives: Vec<TokenStream>,
    pub(super) bounds: Vec<WherePredicate>,
    /// The bounds on lifetimes that the type of the `impl` implies.
    pub(super) implied: Vec<WherePredicate>,
}

impl Parameters {
    pub(super) fn read(signature: &Signature, named: &Named, owner: Option<&Owner<'_>>) -> Self {
        let (mut lifetimes, mut others, mut predicates) = (Vec::new(), Vec::new(), Vec::new());
        let (mut listed, mut declared) = (Vec::new(), Vec::new());
        listed.extend(named.lifetimes.iter().map(|lifetime| (true, &lifetime.ident)));
        listed.extend(named.parameters.iter().map(|name| (false, name)));
        let all_generics = all_generics(signature, owner);
        for generics in &all_generics {
            declared.extend(&generics.params);
        }
        for listed in listed {
            match declared.iter().find(|one| (is_lifetime(one), parameter_name(one)) == listed) {
                Some(GenericParam::Lifetime(LifetimeParam { lifetime, bounds, .. })) => {
                    lifetimes.push(lifetime.clone());
                    if !bounds.is_empty() {
                        predicates.push(parse_quote!(#lifetime: #bounds));
                    }
                }
                Some(GenericParam::Type(TypeParam { ident, bounds, .. })) => {
                    others.push(parse_quote!(#ident));
                    if !bounds.is_empty() {
                        predicates.push(parse_quote!(#ident: #bounds));
                    }
                }
                Some(GenericParam::Const(ConstParam { ident, ty, .. })) => {
                    others.push(parse_quote!(const #ident: #ty));
                }
                None => {}
            }
        }
        for generics in all_generics {
            if let Some(clause) = &generics.where_clause {
                predicates.extend(clause.predicates.iter().cloned());
            }
        }
        let mut implied = Implied { predicates: Vec::new(), others: &others };
        if let Some(owner) = owner {
            implied.visit(&mut Node::Type(&mut owner.self_type.clone()));
        }
        let of_self_type = implied.predicates.clone();
        implied.predicates.extend(predicates);
        for argument in &signature.inputs {
            let mut ty = match argument {
                FnArg::Receiver(receiver) => receiver_type(receiver),
                FnArg::Typed(typed) => (*typed.ty).clone(),
            };
            implied.visit(&mut Node::Type(&mut ty));
        }
        let mut predicates = implied.predicates;
        if let Some(owner) = owner {
            for predicate in &mut predicates {
                WithoutSelf(owner.self_type).visit(&mut Node::WherePredicate(predicate));
            }
        }
        let (mut outlives, mut bounds) = (Vec::new(), Vec::new());
        for predicate in predicates {
            split(predicate, &mut outlives, &mut bounds);
        }
        Self { lifetimes, others, outlives, bounds, implied: of_self_type }
    }

    /// Returns the types and constants in the form of `__named!`.
    pub(super) fn others(&self) -> impl Iterator<Item = TokenStream> {
        self.others.iter().map(|parameter| match parameter {
            GenericParam::Const(ConstParam { ident, ty, .. }) => quote!([= #ident: #ty]),
            parameter => quote!([#parameter]),
        })
    }
}

/// Splits a predicate into bounds on lifetimes, in the form of `__named!`, and other bounds.
fn split(
    predicate: WherePredicate,
    outlives: &mut Vec<TokenStream>,
    bounds: &mut Vec<WherePredicate>,
) {
    match predicate {
        WherePredicate::Lifetime(PredicateLifetime { lifetime, bounds: shorter, .. }) => {
            outlives.extend(shorter.iter().map(|shorter| quote!([#lifetime: #shorter])));
        }
        WherePredicate::Type(mut predicate) if predicate.lifetimes.is_none() => {
            let ty = &predicate.bounded_ty;
            for bound in std::mem::take(&mut predicate.bounds) {
                match bound {
                    TypeParamBound::Lifetime(shorter) => outlives.push(quote!([= #ty: #shorter])),
                    bound => predicate.bounds.push(bound),
                }
            }
            if !predicate.bounds.is_empty() {
                bounds.push(WherePredicate::Type(predicate));
            }
        }
        predicate => bounds.push(predicate),
    }
}

/// Returns all parameters that the function can mention, the lifetimes first.
pub(super) fn declared<'a>(
    signature: &'a Signature,
    owner: Option<&Owner<'a>>,
) -> (Vec<&'a Lifetime>, Vec<&'a Ident>) {
    let (mut lifetimes, mut others) = (Vec::new(), Vec::new());
    for generics in all_generics(signature, owner) {
        for parameter in &generics.params {
            match parameter {
                GenericParam::Lifetime(parameter) => lifetimes.push(&parameter.lifetime),
                parameter => others.push(parameter_name(parameter)),
            }
        }
    }
    (lifetimes, others)
}

/// Returns the generics of the `impl` and of the function.
fn all_generics<'a>(signature: &'a Signature, owner: Option<&Owner<'a>>) -> Vec<&'a Generics> {
    match owner {
        Some(owner) => vec![owner.generics, &signature.generics],
        None => vec![&signature.generics],
    }
}

/// Returns the list of a struct's parameters.
pub(super) fn list(lifetimes: &[&Lifetime], others: &[&Ident]) -> TokenStream {
    match (lifetimes, others) {
        ([], []) => TokenStream::new(),
        (_, []) => quote!(<#(#lifetimes),*>),
        _ => quote!(<#(#lifetimes,)* #(#others),*>),
    }
}

fn is_lifetime(parameter: &GenericParam) -> bool {
    matches!(parameter, GenericParam::Lifetime(_))
}

/// Returns the name of a parameter, without the apostrophe of a lifetime.
pub(super) fn parameter_name(parameter: &GenericParam) -> &Ident {
    match parameter {
        GenericParam::Lifetime(parameter) => &parameter.lifetime.ident,
        GenericParam::Type(parameter) => &parameter.ident,
        GenericParam::Const(parameter) => &parameter.ident,
    }
}

/// Collects the bounds that a function's arguments imply: in a `&'a T`, `T` outlives `'a`. A struct
/// has to write these bounds.
struct Implied<'a> {
    predicates: Vec<WherePredicate>,
    others: &'a [GenericParam],
}

impl Visitor for Implied<'_> {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::TypeReference(reference) => {
                let mut found = HasLifetime { found: false, others: self.others };
                found.visit(&mut Node::Type(&mut reference.elem));
                if found.found {
                    let (lifetime, ty) = (&reference.lifetime, &reference.elem);
                    self.predicates.push(parse_quote!(#ty: #lifetime));
                }
                node.walk(self);
            }
            Node::TypeFnPtr(_) | Node::ParenthesizedGenericArguments(_) => {}
            _ => node.walk(self),
        }
    }
}

/// Collects the lifetimes in a type.
pub(super) struct Mentioned(pub(super) Vec<Lifetime>);

impl Visitor for Mentioned {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Lifetime(lifetime) => self.0.push(lifetime.clone()),
            _ => node.walk(self),
        }
    }
}

/// Searches a type for a lifetime, or a parameter that may contain one.
struct HasLifetime<'a> {
    found: bool,
    others: &'a [GenericParam],
}

impl Visitor for HasLifetime<'_> {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Lifetime(lifetime) => self.found |= lifetime.ident != "static",
            Node::Ident(ident) => {
                self.found |= **ident == "Self"
                    || self.others.iter().any(|other| parameter_name(other) == *ident);
            }
            _ => node.walk(self),
        }
    }
}

/// Replaces all lifetimes except `'static` by `'_`.
pub(super) struct Inferred;

impl Visitor for Inferred {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Lifetime(lifetime) => {
                if lifetime.ident != "static" {
                    lifetime.ident = Ident::new("_", lifetime.ident.span());
                }
            }
            _ => node.walk(self),
        }
    }
}

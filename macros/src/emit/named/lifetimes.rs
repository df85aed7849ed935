//! The lifetimes of the struct, which are those of the function and of its `impl`.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{
    FnArg, GenericParam, Generics, Lifetime, ParenthesizedGenericArguments, Signature, Type,
    TypeFnPtr, TypeReference, WherePredicate, parse_quote,
};

use crate::emit::Owner;
use crate::emit::named::self_type::{WithoutSelf, receiver_type};
use crate::parse::options::Named;

/// All lifetimes that the function can mention, but for `'static`.
pub(super) fn lifetimes(signature: &Signature, owner: Option<&Owner<'_>>) -> Vec<Lifetime> {
    let owner = owner.into_iter().flat_map(|owner| owner.generics.lifetimes());
    owner
        .chain(signature.generics.lifetimes())
        .map(|parameter| parameter.lifetime.clone())
        .collect()
}

/// The parameters of the struct, in the order in which it lists them, and what is said of them.
pub(super) fn generics(
    signature: &Signature,
    named: &Named,
    owner: Option<&Owner<'_>>,
) -> Generics {
    let all = || owner.into_iter().map(|owner| owner.generics).chain([&signature.generics]);
    let mut generics = Generics::default();
    for lifetime in &named.lifetimes {
        let found =
            all().flat_map(Generics::lifetimes).find(|parameter| parameter.lifetime == *lifetime);
        generics.params.extend(found.cloned().map(GenericParam::Lifetime));
    }
    let mut implied = Implied { predicates: Vec::new() };
    for argument in &signature.inputs {
        match argument {
            FnArg::Receiver(receiver) => implied.visit_type(&receiver_type(receiver)),
            FnArg::Typed(typed) => implied.visit_type(&typed.ty),
        }
    }
    let clauses: Vec<_> = all()
        .filter_map(|generics| generics.where_clause.as_ref())
        .flat_map(|clause| clause.predicates.clone())
        .collect();
    if !clauses.is_empty() || !implied.predicates.is_empty() {
        generics
            .make_where_clause()
            .predicates
            .extend(clauses.into_iter().chain(implied.predicates));
    }
    if let Some(owner) = owner {
        WithoutSelf(owner.self_type).visit_generics_mut(&mut generics);
    }
    generics
}

/// Collects what a function's arguments say of its lifetimes: behind a `&'a T`, `T` lives as long
/// as `'a`. A struct has to say it.
struct Implied {
    predicates: Vec<WherePredicate>,
}

impl Visit<'_> for Implied {
    fn visit_type_reference(&mut self, reference: &TypeReference) {
        let (lifetime, ty) = (&reference.lifetime, &reference.elem);
        if HasLifetime::in_type(ty) {
            self.predicates.push(parse_quote!(#ty: #lifetime));
        }
        visit::visit_type_reference(self, reference);
    }

    fn visit_type_fn_ptr(&mut self, _: &TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments(&mut self, _: &ParenthesizedGenericArguments) {}
}

/// The lifetimes in a type.
pub(super) struct Mentioned(pub(super) Vec<Lifetime>);

impl Visit<'_> for Mentioned {
    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        self.0.push(lifetime.clone());
    }
}

/// Whether a type mentions a lifetime, or what may have one.
struct HasLifetime(bool);

impl HasLifetime {
    fn in_type(ty: &Type) -> bool {
        let mut found = Self(false);
        found.visit_type(ty);
        found.0
    }
}

impl Visit<'_> for HasLifetime {
    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        self.0 |= lifetime.ident != "static";
    }

    fn visit_ident(&mut self, ident: &Ident) {
        self.0 |= ident == "Self";
    }
}

/// Leaves all lifetimes but `'static` to the compiler.
pub(super) struct Inferred;

impl VisitMut for Inferred {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            lifetime.ident = Ident::new("_", lifetime.ident.span());
        }
    }
}

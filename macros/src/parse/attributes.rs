//! Attributes that matter to the macros.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Meta, Token};

use crate::diagnostics::Diagnostic;

/// Those that say under which conditions an item, a statement or an argument is there.
pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| is_condition(&attribute.meta)).cloned().collect()
}

fn is_condition(meta: &Meta) -> bool {
    let path = meta.path();
    match meta {
        Meta::List(list) if path.is_ident("cfg_attr") => {
            Punctuated::<Meta, Token![,]>::parse_terminated
                .parse2(list.tokens.clone())
                .is_ok_and(|metas| metas.iter().skip(1).any(is_condition))
        }
        _ => path.is_ident("cfg"),
    }
}

/// Refuses our attribute on what is a coroutine already.
pub(crate) fn refuse_ours(attributes: &mut Vec<Attribute>, errors: &mut Vec<Error>) {
    attributes.retain(|attribute| {
        let is_ours = is_ours(attribute);
        if is_ours {
            errors.push(Diagnostic::AttributeTwice.on(attribute));
        }
        !is_ours
    });
}

fn is_ours(attribute: &Attribute) -> bool {
    let path = attribute.path();
    path.segments.len() == 2
        && path.segments[0].ident == "cogen"
        && path.segments[1].ident == "coroutine"
}

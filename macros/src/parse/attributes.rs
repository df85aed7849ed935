//! Attributes that matter to the macros.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Meta, MetaList, Path, Token, parse_quote};

use crate::diagnostics::Diagnostic;

/// Returns the attributes that make an item, a statement or an argument conditional. Everything
/// else is removed from a `cfg_attr`.
pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes
        .iter()
        .filter(|attribute| is_condition(&attribute.meta))
        .map(|attribute| match &attribute.meta {
            Meta::List(list) if !list.path.is_ident("cfg") => {
                let metas = metas(list).unwrap_or_default();
                let mut metas = metas.iter();
                let condition = metas.next();
                let metas = metas.filter(|meta| is_condition(meta));
                parse_quote!(#[cfg_attr(#condition, #(#metas),*)])
            }
            _ => attribute.clone(),
        })
        .collect()
}

fn is_condition(meta: &Meta) -> bool {
    let path = meta.path();
    match meta {
        Meta::List(list) if path.is_ident("cfg_attr") => {
            conditional(list).is_some_and(|metas| metas.iter().any(is_condition))
        }
        _ => path.is_ident("cfg"),
    }
}

/// The attributes of the language that functions and statements may have. No macro can have their
/// names.
const BUILT_IN: [&str; 19] = [
    "allow",
    "automatically_derived",
    "cfg",
    "cold",
    "coverage",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "export_name",
    "forbid",
    "ignore",
    "inline",
    "link_section",
    "must_use",
    "no_mangle",
    "target_feature",
    "track_caller",
    "warn",
];

/// Returns whether this is an attribute of the language.
pub(crate) fn is_built_in(meta: &Meta) -> bool {
    let path = meta.path();
    match meta {
        Meta::List(list) if path.is_ident("cfg_attr") => {
            conditional(list).is_some_and(|metas| metas.iter().all(is_built_in))
        }
        Meta::List(list) if path.is_ident("unsafe") => {
            list.parse_args::<Meta>().is_ok_and(|meta| {
                is_one_of(meta.path(), &["export_name", "link_section", "no_mangle"])
            })
        }
        _ => is_one_of(path, &BUILT_IN),
    }
}

/// Returns whether this looks like an attribute of a tool. The tool reads it in the source. A
/// module may have the name of a tool, so the attribute must be removed.
pub(crate) fn is_of_a_tool(meta: &Meta) -> bool {
    let path = meta.path();
    match meta {
        Meta::List(list) if path.is_ident("cfg_attr") => {
            conditional(list).is_some_and(|metas| metas.iter().all(is_of_a_tool))
        }
        _ => {
            path.segments.len() > 1
                && ["clippy", "diagnostic", "miri", "rust_analyzer", "rustfmt"]
                    .iter()
                    .any(|tool| path.segments[0].ident == tool)
        }
    }
}

/// Returns the attributes of a `cfg_attr` whose condition holds.
fn conditional(list: &MetaList) -> Option<Vec<Meta>> {
    Some(metas(list)?.iter().skip(1).cloned().collect())
}

/// Returns whether this is the level of a lint.
pub(crate) fn is_lint_level(attribute: &Attribute) -> bool {
    is_one_of(attribute.path(), &["allow", "expect", "warn", "deny", "forbid"])
}

/// Returns whether the path is one of the names.
pub(crate) fn is_one_of(path: &Path, names: &[&str]) -> bool {
    names.iter().any(|name| path.is_ident(name))
}

/// Returns the contents of the parentheses of a `cfg_attr` or a `derive`.
pub(crate) fn metas(list: &MetaList) -> Option<Punctuated<Meta, Token![,]>> {
    Punctuated::parse_terminated.parse2(list.tokens.clone()).ok()
}

/// Refuses a second attribute of ours on a coroutine.
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

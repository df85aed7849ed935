//! Other attributes: which are certainly no macros, and the refusal of those that may be. An
//! attribute macro that gets what ours makes could carry it elsewhere.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Meta, Token};

use crate::diagnostics::Diagnostic;

/// Those of the language that functions and statements may have. No macro can have their names.
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

/// Whether this is an attribute of the language.
pub(crate) fn is_built_in(meta: &Meta) -> bool {
    let path = meta.path();
    match meta {
        Meta::List(list) if path.is_ident("cfg_attr") => {
            conditional(list).is_some_and(|metas| metas.iter().all(is_built_in))
        }
        Meta::List(list) if path.is_ident("unsafe") => {
            list.parse_args::<Meta>().is_ok_and(|meta| {
                ["export_name", "link_section", "no_mangle"]
                    .iter()
                    .any(|name| meta.path().is_ident(name))
            })
        }
        _ => BUILT_IN.iter().any(|name| path.is_ident(name)),
    }
}

/// Whether this looks like an attribute for a tool, which has read it in the source. A module may
/// have the name of a tool, so it must not stay.
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

/// What `cfg_attr` gives if its condition holds.
fn conditional(list: &syn::MetaList) -> Option<Vec<Meta>> {
    let metas = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()).ok()?;
    Some(metas.into_iter().skip(1).collect())
}

/// Those that say under which conditions an item or an argument is there.
pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
}

/// Refuses the attributes behind which other macros stand. They come after ours: those before it
/// are gone by now, but for those of a method, which come after that of its `impl`. So they would
/// get what ours makes: the handle of the body, and `unsafe` blocks, which tokens can be carried
/// anywhere. None of them stays, whatever it looks like: `cogen` and the names of tools may be
/// modules of the user's.
pub(crate) fn refuse_other_macros(
    attributes: &mut Vec<Attribute>,
    in_impl: bool,
    errors: &mut Vec<Error>,
) {
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

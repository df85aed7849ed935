//! The macros of others. A yield among their tokens, or one that comes out of them, meets the
//! macros of the body (`__machine!` in `cogen`), so nothing is done to them. The arguments of std's
//! macros are expressions, in which the same is refused as elsewhere.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, Macro, Pat, Result, Token, parse_quote};

use crate::body::Checker;

/// The macros of std whose arguments are expressions, but for `matches!`.
const OF_STD: [&str; 17] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "panic",
    "print",
    "println",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// The attributes that a plain function has.
const BUILT_IN: [&str; 11] = [
    "allow",
    "cfg",
    "cold",
    "deny",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "warn",
    "track_caller",
];

impl Checker {
    /// Counts another macro as a suspension, and checks its arguments if it is one of std.
    pub(super) fn check_other_macro(&mut self, call: &mut Macro) {
        self.suspensions.count();
        let path: Vec<_> =
            call.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let name = match path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [name] | ["alloc" | "core" | "std", name] => name,
            _ => return,
        };
        if name == "matches" {
            if let Ok(mut matched) = arguments_of_matches.parse2(call.tokens.clone()) {
                self.visit_unchanged(&mut matched);
            }
        } else if OF_STD.contains(&name) {
            self.visit_tokens_as_expressions(call);
        }
    }

    /// Only for the errors.
    fn visit_unchanged(&mut self, expression: &mut Expr) {
        let changed = self.changed;
        self.visit_expr_mut(expression);
        self.changed = changed;
    }
}

/// Whether some attribute macro, ours among them, will have its own say on the yields of an inner
/// function.
pub(super) fn is_left_to_another_macro(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| !BUILT_IN.iter().any(|name| attribute.path().is_ident(name)))
}

/// The arguments of `matches!`, as a `match`.
fn arguments_of_matches(input: ParseStream<'_>) -> Result<Expr> {
    let (value, _, pattern, guard): (Expr, Token![,], _, _) = (
        input.parse()?,
        input.parse()?,
        Pat::parse_multi_with_leading_vert(input)?,
        input.parse::<TokenStream>()?,
    );
    Ok(parse_quote!(match #value { #pattern #guard => {} }))
}

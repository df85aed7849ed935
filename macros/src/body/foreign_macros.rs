//! The yields that other people's macros carry.
//!
//! A yield may stand among the tokens of another macro, or come out of one. It meets a
//! `macro_rules!` of the same name, which is the first item of the body. The arguments of std's
//! macros are expressions, in which the same is refused as elsewhere.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprRepeat, Item, Macro, Pat, Result, Stmt, Token, parse_quote};

use crate::body::Rewriter;
use crate::parse::attributes::is_built_in;

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

impl Rewriter<'_> {
    /// The body's own `yield_!` and `yield_from!`. Both are used once, for nothing, as rustc before
    /// 1.95 would warn of those that are not.
    pub(super) fn macros(&self) -> [Stmt; 2] {
        let site = Span::mixed_site();
        let [yield_, yield_from] =
            ["yield_", "yield_from"].map(|name| Ident::new(name, Span::call_site()));
        let nothing = self.lowering.put(&quote!(()), self.yielded, site);
        let something = self.lowering.put(&quote_spanned!(site=> $value), self.yielded, site);
        let delegate = self.lowering.delegate(&quote_spanned!(site=> $delegate), site);
        let item = |tokens| Stmt::Item(Item::Verbatim(tokens));
        [
            item(quote_spanned! {site=>
                macro_rules! #yield_ {
                    (@used) => {};
                    () => { #nothing };
                    ($value:expr $(,)?) => { #something };
                }
                #yield_!(@used);
            }),
            item(quote_spanned! {site=>
                macro_rules! #yield_from {
                    (@used) => {};
                    ($delegate:expr $(,)?) => { #delegate };
                }
                #yield_from!(@used);
            }),
        ]
    }

    /// Remembers another macro, and visits its arguments if it is one of std.
    pub(super) fn see_other_macro(&mut self, call: &Macro) {
        self.has_other_macros = true;
        self.suspensions.count();
        if let Some(mut arguments) = arguments_of_std(call) {
            self.visit_expr_mut(&mut arguments); // only the errors are of use
        }
    }
}

/// Whether some attribute macro, ours among them, will have its own say on the yields of an inner
/// function.
pub(super) fn is_left_to_another_macro(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| !is_built_in(&attribute.meta))
}

/// What a macro of std is given, as one expression.
fn arguments_of_std(call: &Macro) -> Option<Expr> {
    let path =
        call.path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>();
    let name = match path.as_slice() {
        [name] => name,
        [library, name] if ["alloc", "core", "std"].contains(&library.as_str()) => name,
        _ => return None,
    };
    if name == "matches" {
        return arguments_of_matches.parse2(call.tokens.clone()).ok();
    }
    if !OF_STD.contains(&name.as_str()) {
        return None;
    }
    let tokens = &call.tokens;
    Some(match syn::parse2(quote!([#tokens])).ok()? {
        // The length of a `vec!` is no constant.
        Expr::Repeat(ExprRepeat { expr, len, .. }) => parse_quote!((#expr, #len)),
        arguments => arguments,
    })
}

/// The arguments of `matches!`, as a `match`.
fn arguments_of_matches(input: ParseStream<'_>) -> Result<Expr> {
    let (value, _, pattern, guard): (Expr, Token![,], _, _) = (
        input.parse()?,
        input.parse()?,
        Pat::parse_multi_with_leading_vert(input)?,
        input.parse::<TokenStream>()?,
    );
    syn::parse2(quote!(match #value { #pattern #guard => {} }))
}

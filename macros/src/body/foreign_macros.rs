//! The yields that other people's macros carry.
//!
//! A yield may stand among the tokens of another macro, or come out of one. It meets a
//! `macro_rules!` of the same name, which is the first item of the body. The arguments of std's
//! macros are expressions, in which the same is refused as elsewhere.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Block, Expr, ExprRepeat, Macro, Pat, Result, Token, parse_quote};

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
    /// Remembers another macro, and visits its arguments.
    pub(super) fn see_other_macro(&mut self, call: &Macro) {
        self.has_other_macros = true;
        self.suspensions.count();
        match arguments_of_std(call) {
            // Only the errors are of use.
            Some(mut arguments) => self.visit_expr_mut(&mut arguments),
            None => self.guess(call.tokens.clone()),
        }
    }

    /// Visits what the tokens of an unknown macro look like. Of what is refused in it, only that
    /// counts which the compiler would not refuse: the indices that it loses.
    pub(super) fn guess(&mut self, tokens: TokenStream) {
        let (is_guess, yields) = (std::mem::replace(&mut self.is_guess, true), self.yields);
        if let Some(mut arguments) = expressions(&tokens) {
            self.visit_expr_mut(&mut arguments);
        } else if let Ok(mut matched) = arguments_of_matches.parse2(tokens.clone()) {
            self.visit_expr_mut(&mut matched);
        } else if let Ok(mut stmts) = Block::parse_within.parse2(tokens.clone()) {
            self.visit_stmts(&mut stmts);
        } else {
            let tokens: Vec<_> = tokens.into_iter().collect();
            self.scan_for_lost_indices(&tokens);
            for token in tokens {
                if let TokenTree::Group(group) = token {
                    self.guess(group.stream());
                }
            }
        }
        (self.is_guess, self.yields) = (is_guess, yields);
    }
}

/// Whether some attribute macro, ours among them, will have its own say on the yields of an inner
/// function.
pub(super) fn is_left_to_another_macro(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| !is_built_in(&attribute.meta))
}

/// What a macro of std is given, as one expression.
fn arguments_of_std(call: &Macro) -> Option<Expr> {
    let path: Vec<_> = call.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let name = match path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [name] | ["alloc" | "core" | "std", name] => name,
        _ => return None,
    };
    if name == "matches" {
        return arguments_of_matches.parse2(call.tokens.clone()).ok();
    }
    if !OF_STD.contains(&name) {
        return None;
    }
    expressions(&call.tokens)
}

/// Expressions between commas, or as the arguments of `vec!`, as one.
fn expressions(tokens: &TokenStream) -> Option<Expr> {
    Some(match syn::parse2(quote!([#tokens])).ok()? {
        // The length of a `vec!` is no constant.
        Expr::Repeat(ExprRepeat { expr, len, .. }) => parse_quote!((#expr, #len)),
        arguments => arguments,
    })
}

/// The arguments of `matches!`, as a `match`.
fn arguments_of_matches(input: ParseStream<'_>) -> Result<Expr> {
    let (value, _, pattern, rest): (Expr, Token![,], _, _) = (
        input.parse()?,
        input.parse()?,
        Pat::parse_multi_with_leading_vert(input)?,
        input.parse::<TokenStream>()?,
    );
    // `assert_matches!` has a message behind the guard.
    let guard: TokenStream = rest
        .into_iter()
        .take_while(|token| !matches!(token, TokenTree::Punct(sign) if sign.as_char() == ','))
        .collect();
    syn::parse2(quote!(match #value { #pattern #guard => {} }))
}

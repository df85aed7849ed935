//! The yields in plain sight: which of them can't work, and those that the library's macros don't
//! find under their own names.

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMacro, ExprRepeat, ExprYield, Macro, UnOp, parse_quote_spanned};

use crate::body::Checker;
use crate::diagnostics::{Diagnostic, Enclosure};

impl Checker {
    /// Checks a call of one of our macros.
    pub(super) fn check_yield(&mut self, call: &mut Macro) {
        let segment = call.path.segments.last().expect("our macros have names");
        let name = if segment.ident == "yield_" { "yield_!" } else { "yield_from!" };
        self.suspend(call.path.span(), name);
        if call.path.segments.len() > 1 {
            // By a path, one finds the macro that works nowhere.
            call.path = segment.ident.clone().into();
            self.changed = true;
        }
        self.visit_tokens_as_expressions(call);
    }

    /// Makes a call of our macro of the keyword form.
    pub(super) fn check_keyword(&mut self, keyword: &mut ExprYield) -> Expr {
        let span = keyword.yield_token.span;
        if let Some(Expr::Unary(unary)) = keyword.expr.as_deref() {
            let delimited = matches!(
                *unary.expr,
                Expr::Paren(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Block(_)
            );
            if self.under_attribute && delimited && matches!(unary.op, UnOp::Not(_)) {
                self.refuse(span, Diagnostic::YieldBang);
            }
        }
        self.suspend(span, "yield_!");
        if let Some(value) = &mut keyword.expr {
            self.visit_expr_mut(value);
        }
        self.changed = true;
        let (name, value) = (Ident::new("yield_", span), &keyword.expr);
        let mac = parse_quote_spanned!(span=> #name!(#value));
        Expr::Macro(ExprMacro { attrs: std::mem::take(&mut keyword.attrs), mac })
    }

    fn suspend(&mut self, span: Span, name: &'static str) {
        self.suspensions.count();
        if let Some(enclosure) = self.inside {
            let in_async_braces = enclosure == Enclosure::AsyncBlock && !self.under_attribute;
            self.refuse(span, Diagnostic::Enclosed { name, enclosure, in_async_braces });
        }
    }

    /// What is among the arguments of a macro that takes expressions is checked as elsewhere.
    pub(super) fn visit_tokens_as_expressions(&mut self, call: &mut Macro) {
        let tokens = &call.tokens;
        let Ok(mut arguments) = syn::parse2::<Expr>(quote!([#tokens])) else {
            return; // for the compiler to refuse
        };
        let changed_before = std::mem::replace(&mut self.changed, false);
        let tokens = match &mut arguments {
            Expr::Array(array) => {
                array.elems.iter_mut().for_each(|element| self.visit_expr_mut(element));
                array.elems.to_token_stream()
            }
            // The length of a `vec!` is no constant.
            Expr::Repeat(ExprRepeat { expr, len, .. }) => {
                self.visit_expr_mut(expr);
                self.visit_expr_mut(len);
                quote!(#expr; #len)
            }
            _ => return,
        };
        if self.changed {
            call.tokens = tokens;
        }
        self.changed |= changed_before;
    }
}

/// Whether this is `yield_!` or `yield_from!`.
pub(super) fn is_ours(call: &Macro) -> bool {
    let segments: Vec<String> =
        call.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    matches!(
        segments.iter().map(String::as_str).collect::<Vec<_>>()[..],
        ["yield_" | "yield_from"] | ["cogen", "yield_" | "yield_from"]
    )
}

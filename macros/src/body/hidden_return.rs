//! A macro that may return from the body of an iterator or a stream: there may be a `return` or a
//! `?` in its expansion.
//!
//! A `?` among the tokens of a macro that the attribute doesn't know is left as it is, because it
//! may belong to a closure of the macro's, or be no operator at all. If there is such a macro, the
//! compiler infers the type that the body returns, and the library has messages for all types but
//! `()` (`hidden_return` in `cogen`).

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Expr, Item, Macro, Stmt};

use crate::body::foreign_macros::{expressions, is_of_std, is_our_block};
use crate::body::yields::is_ours;
use crate::parse::machine::Ends;
use crate::visitor::{Visitor, Walk};

/// Returns the place of a macro in `stmts` that may return from the body: of one with a name that
/// is usual for such a macro, if there is one.
pub(super) fn find(stmts: &[Stmt]) -> Option<Span> {
    let mut hidden = Hidden::default();
    stmts.iter().for_each(|stmt| hidden.visit_stmt(stmt));
    hidden.usual.or(hidden.first)
}

impl Ends {
    /// Returns the value that the body returns at its end, or at a `return`. `hidden` is the place
    /// of a macro that may return from the body.
    pub(crate) fn end(&self, hidden: Span) -> TokenStream {
        let handle = self.handle(hidden);
        // With the user's hygiene, the error shows no expansion.
        let ended = Ident::new("ended", hidden);
        quote_spanned!(self.site(hidden)=> #handle.#ended())
    }

    /// Returns the statements that determine the type that the body returns.
    pub(crate) fn choose_end(&self, hidden: Span) -> TokenStream {
        let (site, krate, end) =
            (self.site(hidden), self.krate(hidden), self.hidden("end", hidden));
        quote_spanned! {site=>
            let #end = #krate::__private::End::new();
            if false {
                return #end.never();
            }
            #end.choose();
        }
    }
}

#[derive(Default)]
struct Hidden {
    first: Option<Span>,
    usual: Option<Span>,
}

impl Visitor for Hidden {
    fn visit_expr(&mut self, expr: &Expr) {
        if !matches!(expr, Expr::Closure(_) | Expr::Async(_) | Expr::Const(_)) {
            syn::visit::visit_expr(&mut Walk(self), expr);
        }
    }

    fn visit_item(&mut self, _: &Item) {}

    fn visit_macro(&mut self, call: &Macro) {
        if is_our_block(call) {
            return;
        }
        let arguments = expressions(&call.tokens).filter(|_| is_ours(call) || is_of_std(call));
        match &arguments {
            Some(arguments) => self.visit_expr(arguments),
            None if is_ours(call) || is_of_std(call) => {}
            None => {
                let span = call.path.span();
                self.first.get_or_insert(span);
                let name = call.path.segments.last().map(|last| last.ident.to_string());
                if name.is_some_and(|name| name.starts_with("bail") || name.starts_with("ensure")) {
                    self.usual.get_or_insert(span);
                }
            }
        }
    }
}

//! A macro that may return from the body of an iterator or a stream: there may be a `return` or a
//! `?` in its expansion.
//!
//! A `?` among the tokens of a macro that the attribute doesn't know is left as it is, because it
//! may belong to a closure of the macro's, or be no operator at all. If there is such a macro, the
//! compiler infers the type that the body returns, and the library has messages for all types but
//! `()` (`hidden_return` in `cogen`).

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Expr, Macro, Stmt};

use crate::body::foreign_macros::{expressions, is_of_std, is_our_block};
use crate::body::yields::is_ours;
use crate::parse::machine::Ends;
use crate::tokens::has_token;
use crate::visitor::{Node, Visitor};

/// Returns the place of a macro in `stmts` that may return from the body: of one with a name that
/// is usual for such a macro, if there is one.
pub(super) fn find(stmts: &mut [Stmt]) -> Option<Span> {
    let mut hidden = Hidden::default();
    for stmt in stmts {
        hidden.visit(&mut Node::Stmt(stmt));
    }
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
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Expr(Expr::Closure(_) | Expr::Async(_) | Expr::Const(_)) | Node::Item(_) => {}
            Node::Macro(call) => self.visit_macro(call),
            _ => node.walk(self),
        }
    }
}

impl Hidden {
    fn visit_macro(&mut self, call: &Macro) {
        if is_our_block(call) {
            return;
        }
        if is_ours(call) || is_of_std(call) {
            if has_token(&call.tokens, is_bang) {
                if let Some(mut arguments) = expressions(&call.tokens) {
                    self.visit(&mut Node::Expr(&mut arguments));
                }
            }
            return;
        }
        let span = call.path.span();
        self.first.get_or_insert(span);
        if let Some(last) = call.path.segments.last() {
            let name = last.ident.to_string();
            if name.starts_with("bail") || name.starts_with("ensure") {
                self.usual.get_or_insert(span);
            }
        }
    }
}

fn is_bang(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(sign) if sign.as_char() == '!')
}

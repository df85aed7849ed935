//! Whether a body uses the values that it is sent. A `co!` that doesn't use them is sent `()`.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Block, Expr, ExprAssign, ExprIf, ExprMatch, Local, Macro, Pat, Stmt, Token};

use crate::body::foreign_macros::{is_of_std, is_our_block};
use crate::body::postfix;
use crate::body::yields::is_ours;
use crate::parse::item::Body;
use crate::tokens::has_word;
use crate::visitor::{Node, Visitor};

/// Returns whether the compiler has to infer the type of the values that `body` is sent: from the
/// use of a yield's value, or from a delegate.
///
/// This includes a body without a yield, whose context may require another type than `()`, a body
/// with another macro that may expand to a yield, and a body that is not valid Rust.
pub(crate) fn may_use_what_is_sent(body: &Body) -> bool {
    let tokens = body.tokens();
    let tokens = if postfix::is_in(&tokens) { postfix::hide(tokens) } else { tokens };
    let stmts = Block::parse_within.parse2(tokens.clone());
    let Ok(mut stmts) = stmts.or_else(|_| Block::parse_within.parse2(complete(tokens))) else {
        return true;
    };
    let mut values = SentValues { discarded: false, yields: false, used: false };
    values.visit_stmts(&mut stmts);
    values.used || !values.yields
}

/// Adds a name where one is missing, for example after a dot. An editor that completes the name
/// expands the macro with and without it, and both must be sent the same type.
fn complete(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut completed = TokenStream::new();
    while let Some(token) = tokens.next() {
        let is_open = match &token {
            TokenTree::Punct(sign) => matches!(sign.as_char(), '.' | '=' | ':' | '&'),
            _ => false,
        };
        let is_end = match tokens.peek() {
            Some(TokenTree::Punct(sign)) => matches!(sign.as_char(), ';' | ','),
            Some(_) => false,
            None => true,
        };
        completed.extend([match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), complete(group.stream())))
            }
            token => token,
        }]);
        if is_open && is_end {
            completed.extend([TokenTree::Ident(Ident::new("missing", Span::call_site()))]);
        }
    }
    completed
}

/// Searches for a yield whose value is used.
struct SentValues {
    /// Whether the value of the expression that is visited next is discarded.
    discarded: bool,
    yields: bool,
    used: bool,
}

impl SentValues {
    /// Visits an expression whose value is discarded.
    fn discard(&mut self, expr: &mut Expr) {
        self.discarded = true;
        self.visit_expr(expr);
    }

    fn visit_stmts(&mut self, stmts: &mut [Stmt]) {
        let (discarded, count) = (self.discarded, stmts.len());
        for (at, stmt) in stmts.iter_mut().enumerate() {
            let is_value = at + 1 == count;
            self.discarded = discarded || !is_value;
            match stmt {
                Stmt::Expr(expr, semicolon) => {
                    self.discarded |= semicolon.is_some();
                    self.visit_expr(expr);
                }
                Stmt::Macro(call) => {
                    self.discarded |= call.semi_token.is_some();
                    self.visit_macro(&call.mac);
                }
                Stmt::Local(local) => self.visit_local(local),
                Stmt::Item(_) => {}
            }
        }
        self.discarded = false;
    }
}

impl Visitor for SentValues {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Expr(expr) => self.visit_expr(expr),
            Node::Block(block) => self.visit_stmts(&mut block.stmts),
            Node::Local(local) => self.visit_local(local),
            Node::Macro(call) => self.visit_macro(call),
            Node::Item(_) | Node::Type(_) => {}
            _ => node.walk(self),
        }
    }
}

impl SentValues {
    fn visit_expr(&mut self, expr: &mut Expr) {
        let discarded = std::mem::take(&mut self.discarded);
        match expr {
            Expr::Macro(call) => {
                self.discarded = discarded;
                self.visit_macro(&call.mac);
            }
            Expr::Yield(_) => {
                self.yields = true;
                self.used |= !discarded;
                Node::Expr(expr).walk(self);
            }
            Expr::MethodCall(call) if call.method == postfix::NAME => {
                self.yields = true;
                self.used |= !discarded;
                self.visit_expr(&mut call.receiver);
            }
            Expr::Paren(inner) => {
                self.discarded = discarded;
                self.visit_expr(&mut inner.expr);
            }
            Expr::Group(inner) => {
                self.discarded = discarded;
                self.visit_expr(&mut inner.expr);
            }
            Expr::Block(block) => {
                self.discarded = discarded;
                self.visit_stmts(&mut block.block.stmts);
            }
            Expr::Unsafe(block) => {
                self.discarded = discarded;
                self.visit_stmts(&mut block.block.stmts);
            }
            Expr::If(ExprIf { cond, then_branch, else_branch, .. }) => {
                self.visit_expr(cond);
                self.discarded = discarded;
                self.visit_stmts(&mut then_branch.stmts);
                if let Some((_, branch)) = else_branch {
                    self.discarded = discarded;
                    self.visit_expr(branch);
                }
            }
            Expr::Match(ExprMatch { expr, arms, .. }) => {
                self.visit_expr(expr);
                for arm in arms {
                    self.visit(&mut Node::Pat(&mut arm.pat));
                    self.discarded = discarded;
                    self.visit_expr(&mut arm.body);
                }
            }
            Expr::Assign(ExprAssign { left, right, .. }) if matches!(**left, Expr::Infer(_)) => {
                self.discard(right);
            }
            // syn turns a lone semicolon into this, too.
            Expr::Verbatim(tokens) => self.used |= !tokens.is_empty(),
            // A yield can't leave these.
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            _ => Node::Expr(expr).walk(self),
        }
    }

    fn visit_local(&mut self, local: &mut Local) {
        self.discarded = false;
        let Some(init) = &mut local.init else {
            return;
        };
        match local.pat {
            Pat::Wild(_) => self.discard(&mut init.expr),
            _ => self.visit_expr(&mut init.expr),
        }
        if let Some((_, diverge)) = &mut init.diverge {
            self.visit_expr(diverge);
        }
    }

    fn visit_macro(&mut self, call: &Macro) {
        let discarded = std::mem::take(&mut self.discarded);
        if !is_ours(call) {
            self.used |=
                !is_our_block(call) && (!is_of_std(call) || has_word(&call.tokens, &YIELDS));
            return;
        }
        self.yields = true;
        let delegates = call.path.segments.last().is_some_and(|name| name.ident == "yield_from");
        self.used |= delegates || !discarded;
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        let values = list.parse2(call.tokens.clone());
        match values.or_else(|_| list.parse2(complete(call.tokens.clone()))) {
            Ok(mut values) => values.iter_mut().for_each(|value| self.visit_expr(value)),
            Err(_) => self.used = true,
        }
    }
}

/// The words of a yield.
const YIELDS: [&str; 4] = ["yield", "yield_", "yield_from", postfix::NAME];

#[cfg(test)]
mod tests {
    use super::*;

    fn is_used(source: &str) -> bool {
        may_use_what_is_sent(&Body::new(source.parse().unwrap(), proc_macro2::Span::call_site()))
    }

    #[test]
    fn values_that_are_thrown_away_are_not_used() {
        for source in [
            "yield_!(1); yield 2;",
            "let _ = yield_!(1); _ = yield_!(2); 3.yield;",
            "for n in 0..3 { yield_!(n); } 5",
            "if is { yield_!(1) } else { yield_!(2) }; 3",
            "match (is) { true => yield_!(1), false => { yield_!(2) } }; 3",
            "unsafe { yield_!(1) }; (yield_!(2)); 'all: { yield_!(3) };",
            "println!(\"{}\", 1); yield_!(vec![1]); std::assert!(true);",
            "yield_!(cogen::co! { let x = yield!(1); }); yield_!{1}",
        ] {
            assert!(!is_used(&format!("{source};")), "{source}");
        }
    }

    #[test]
    fn what_is_sent_stays_while_a_name_is_completed() {
        for source in ["yield_!(user.)", "yield_!(1); let x = ", "yield_!(1); f(user.name, x::)"] {
            assert!(!is_used(&format!("{source};")), "{source}");
        }
        assert!(is_used("let x = yield_!(user.);"));
    }

    #[test]
    fn all_other_values_are_used() {
        for source in [
            "",
            "1",
            "yield_!(1)",
            "let x = yield_!(1);",
            "let _: u8 = yield_!(1);",
            "f(yield_!(1));",
            "1.yield.f();",
            "println!(\"{}\", 1.yield);",
            "x = yield_!(1);",
            "yield_!(yield_!(1));",
            "if yield_!(1) {}",
            "match yield_!(1) { () => {} }",
            "yield_!(1)?;",
            "(yield 1).f();",
            "yield_from!(other());",
            "println!(\"{}\", yield_!(1));",
            "mine!();",
            "{ let x = 1; yield_!(x) }",
            "no rust",
        ] {
            assert!(is_used(source), "{source}");
        }
    }
}

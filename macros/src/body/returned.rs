//! The values that a body returns or yields, where the return type says that this is `()`.
//!
//! In an `async` block the compiler doesn't say where the `()` comes from. So the value goes
//! into a struct of the library whose bound has a message. Only expressions that have a value
//! of some type by themselves go there. The others may diverge, or leave their type to be inferred.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{BinOp, Block, Expr, Ident, Stmt};

use crate::body::{Rewriter, attributes};
use crate::parse::machine::Ends;

impl Ends {
    /// Returns the expression for `value`, which the body yields.
    pub(super) fn yielded(&self, value: &Expr) -> Expr {
        Expr::Verbatim(self.check("DefaultYield", value))
    }

    /// Returns the expression for `value`, which the body returns.
    pub(super) fn returned(&self, value: &Expr) -> Expr {
        let check = if self.gives_items { "ItemsReturn" } else { "DefaultReturn" };
        Expr::Verbatim(self.check(check, value))
    }

    /// Returns the expression for `value`, which the body of an iterator or a stream returns that
    /// yields nothing in plain sight. It may diverge.
    fn returned_for_items(&self, value: &Expr) -> Expr {
        Expr::Verbatim(self.check("NoItemsReturn", value))
    }

    /// Returns a block that takes only a `value` of the right type.
    fn check(&self, check: &str, value: &Expr) -> TokenStream {
        let span = value.span();
        let (site, krate) = (self.site(span), self.krate(span));
        let check = Ident::new(check, span);
        quote_spanned! {site=>
            {
                #[allow(unreachable_code, clippy::diverging_sub_expression)]
                let _ = #krate::__private::#check { value: #value };
            }
        }
    }
}

/// Visits the statements of a body, and checks the value at their end.
pub(super) fn visit_end(rewriter: &mut Rewriter<'_>, stmts: &mut [Stmt]) {
    let is_yield = match stmts.last() {
        Some(Stmt::Macro(call)) => call.semi_token.is_none() && is_yield(&call.mac),
        Some(Stmt::Expr(Expr::Macro(call), None)) => is_yield(&call.mac),
        _ => false,
    };
    rewriter.visit_stmts(stmts);
    let ends = rewriter.ends;
    match stmts.last_mut() {
        Some(Stmt::Expr(value, None)) if is_yield => *value = ends.returned(value),
        Some(Stmt::Expr(value @ (Expr::Call(_) | Expr::MethodCall(_) | Expr::Path(_)), None))
            if ends.gives_items
                && !rewriter.yields
                && !rewriter.may_end
                && attributes(value).is_empty() =>
        {
            *value = ends.returned_for_items(value);
        }
        _ => check_end(stmts, ends),
    }
}

/// Returns whether the statements end with an expression that may have a value, or with a `return`.
pub(super) fn has_value(stmts: &[Stmt]) -> bool {
    match stmts.last() {
        Some(Stmt::Expr(Expr::ForLoop(_) | Expr::While(_), None)) => false,
        Some(Stmt::Expr(Expr::Return(_), _) | Stmt::Expr(_, None)) => true,
        Some(Stmt::Macro(call)) => call.semi_token.is_none(),
        _ => false,
    }
}

fn is_yield(call: &syn::Macro) -> bool {
    call.path.segments.last().is_some_and(|last| last.ident == "yield_")
}

fn check_end(stmts: &mut [Stmt], ends: &Ends) {
    if let Some(Stmt::Expr(last, None)) = stmts.last_mut() {
        check(last, ends);
    }
}

/// Checks an expression, or those at the ends of its blocks.
fn check(expr: &mut Expr, ends: &Ends) {
    let check_block = |block: &mut Block| check_end(&mut block.stmts, ends);
    match expr {
        Expr::Block(block) => check_block(&mut block.block),
        Expr::Unsafe(block) => check_block(&mut block.block),
        Expr::If(branch) => {
            check_block(&mut branch.then_branch);
            if let Some((_, other)) = &mut branch.else_branch {
                check(other, ends);
            }
        }
        Expr::Match(matched) => {
            matched.arms.iter_mut().for_each(|arm| check(&mut arm.body, ends));
        }
        value if is_value(value) => *value = ends.returned(value),
        _ => {}
    }
}

/// Returns whether an expression has a value whose type doesn't depend on where it stands.
pub(super) fn is_value(expr: &Expr) -> bool {
    let is_value = match expr {
        Expr::Array(_)
        | Expr::Cast(_)
        | Expr::Closure(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Lit(_)
        | Expr::Path(_)
        | Expr::Range(_)
        | Expr::Reference(_)
        | Expr::Repeat(_)
        | Expr::Struct(_)
        | Expr::Unary(_) => true,
        Expr::Binary(binary) => !is_assignment(&binary.op),
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) => {
                let name = function.path.get_ident().map(ToString::to_string);
                name.is_some_and(|name| ["Ok", "Err", "Some"].contains(&name.as_str()))
            }
            _ => false,
        },
        Expr::Macro(call) => {
            let name = call.mac.path.get_ident().map(ToString::to_string);
            name.is_some_and(|name| ["format", "vec"].contains(&name.as_str()))
        }
        Expr::Paren(inner) => is_value(&inner.expr),
        Expr::Tuple(tuple) => !tuple.elems.is_empty(),
        _ => false,
    };
    is_value && attributes(expr).is_empty()
}

fn is_assignment(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

//! The body of a coroutine, whose yields are rewritten.
//!
//! A yield in plain sight is rewritten in place, so that errors stand at the user's expression
//! (`yields`). A yield that other macros carry meets a `macro_rules!` (`foreign_macros`). Either
//! way it mentions the label of the body's block, which can't be reached from a closure or an inner
//! `async` block: wherever macros may carry a yield, it compiles in its own body only.

mod foreign_macros;
mod lost_indices;
pub(crate) mod yields;

use proc_macro2::Span;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Error, Expr, ExprAwait, ExprMacro, ExprRepeat, GenericArgument, Item, Stmt,
    Type, parse_quote,
};

use crate::body::foreign_macros::is_left_to_another_macro;
use crate::body::lost_indices::Suspensions;
use crate::body::yields::{YieldLowering, is_ours};
use crate::diagnostics::{Diagnostic, Enclosure};
use crate::parse::attributes::{is_built_in, is_of_a_tool};

/// Rewrites the yields in `block`, which yields values of the type `yielded`. Returns what is wrong
/// with them.
///
/// Under the attribute, rustc has parsed the block already.
pub(crate) fn rewrite(
    block: &mut Block,
    yielded: &Type,
    lowering: YieldLowering,
    under_attribute: bool,
) -> Vec<Error> {
    let mut rewriter = Rewriter {
        yielded,
        lowering,
        under_attribute,
        has_other_macros: false,
        inside: None,
        suspensions: Suspensions::default(),
        errors: Vec::new(),
    };
    rewriter.visit_block_mut(block);
    if rewriter.has_other_macros {
        block.stmts.splice(0..0, rewriter.macros());
    }
    rewriter.errors
}

/// The yields of one body.
struct Rewriter<'a> {
    /// The type that the body yields, `_` if that can't be written.
    yielded: &'a Type,
    lowering: YieldLowering,
    /// Whether the body is that of a function under the attribute, which rustc has parsed already.
    under_attribute: bool,
    /// Whether there are tokens that a yield may come out of.
    has_other_macros: bool,
    /// The innermost thing around here that a yield can't leave.
    inside: Option<Enclosure>,
    suspensions: Suspensions,
    errors: Vec<Error>,
}

impl Rewriter<'_> {
    fn refuse(&mut self, span: Span, reason: Diagnostic<'_>) {
        self.errors.push(reason.at(span));
    }

    fn within(&mut self, inside: Enclosure, visit: impl FnOnce(&mut Self)) {
        let outer = self.inside.replace(inside);
        visit(self);
        self.inside = outer;
    }

    fn visit_await(&mut self, awaited: &mut ExprAwait) {
        if self.inside.is_none() {
            self.suspensions.count();
            if self.lowering == YieldLowering::Sync {
                self.refuse(awaited.await_token.span, Diagnostic::AwaitInSync);
            }
        }
        visit_mut::visit_expr_await_mut(self, awaited);
    }

    fn visit_repeat(&mut self, repeat: &mut ExprRepeat) {
        self.visit_attributes_mut(&mut repeat.attrs);
        self.visit_expr_mut(&mut repeat.expr);
        self.within(Enclosure::Constant, |this| this.visit_expr_mut(&mut repeat.len));
    }
}

impl VisitMut for Rewriter<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(ExprMacro { mac, attrs }) => {
                let rewritten = self.rewrite_macro(mac);
                if rewritten.is_none() {
                    self.see_other_macro(mac);
                }
                self.visit_attributes_mut(attrs);
                if let Some(rewritten) = rewritten {
                    *expr = Expr::Verbatim(quote!(#(#attrs)* #rewritten));
                }
            }
            Expr::Yield(keyword) => {
                self.visit_attributes_mut(&mut keyword.attrs);
                let rewritten = self.rewrite_keyword(keyword);
                let attributes = &keyword.attrs;
                *expr = Expr::Verbatim(quote!(#(#attributes)* #rewritten));
            }
            Expr::Await(awaited) => self.visit_await(awaited),
            Expr::Index(index) => self.visit_index(index),
            Expr::Match(matched) => self.visit_match(matched),
            Expr::Verbatim(_) => self.has_other_macros = true,
            Expr::Closure(closure) => self.within(Enclosure::Closure, |this| {
                visit_mut::visit_expr_closure_mut(this, closure)
            }),
            Expr::Async(block) => self
                .within(Enclosure::AsyncBlock, |this| visit_mut::visit_expr_async_mut(this, block)),
            Expr::Const(block) => self
                .within(Enclosure::Constant, |this| visit_mut::visit_expr_const_mut(this, block)),
            Expr::Repeat(repeat) => self.visit_repeat(repeat),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        // A macro call with braces is a statement of its own; what it is rewritten to needs a
        // semicolon for that.
        if let Some((_last, stmts)) = block.stmts.split_last_mut() {
            for stmt in stmts {
                if let Stmt::Macro(call) = stmt {
                    if is_ours(&call.mac) {
                        call.semi_token.get_or_insert_default();
                    }
                }
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(call) = stmt {
            self.visit_attributes_mut(&mut call.attrs);
            match self.rewrite_macro(&call.mac) {
                Some(rewritten) => {
                    let attributes = &call.attrs;
                    *stmt = Stmt::Expr(
                        Expr::Verbatim(quote!(#(#attributes)* #rewritten)),
                        call.semi_token,
                    );
                }
                None => self.see_other_macro(&call.mac),
            }
            return;
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    /// On a statement or an expression, which only nightly has macros for.
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if self.inside == Some(Enclosure::Item) || is_built_in(&attribute.meta) {
            return;
        }
        if !is_of_a_tool(&attribute.meta) {
            self.errors.push(Diagnostic::MacroInBody.on(&attribute));
        }
        *attribute = parse_quote!(#[allow()]);
    }

    /// All expressions in a type are constants: lengths of arrays, and arguments.
    fn visit_type_mut(&mut self, ty: &mut Type) {
        self.within(Enclosure::Constant, |this| visit_mut::visit_type_mut(this, ty));
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        self.within(Enclosure::Constant, |this| {
            visit_mut::visit_generic_argument_mut(this, argument)
        });
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        self.within(Enclosure::Item, |this| visit_mut::visit_item_mut(this, item));
    }

    fn visit_item_fn_mut(&mut self, function: &mut syn::ItemFn) {
        if !is_left_to_another_macro(&function.attrs) {
            visit_mut::visit_item_fn_mut(self, function);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        if !is_left_to_another_macro(&function.attrs) {
            visit_mut::visit_impl_item_fn_mut(self, function);
        }
    }

    fn visit_trait_item_fn_mut(&mut self, function: &mut syn::TraitItemFn) {
        if !is_left_to_another_macro(&function.attrs) {
            visit_mut::visit_trait_item_fn_mut(self, function);
        }
    }
}

//! The body of a coroutine, before it goes on as it was written.
//!
//! What a yield becomes, the macros in `cogen` say (`expansion` there). Here is said, at the
//! place of the mistake, what they and the compiler would have less clear words for (`yields`,
//! `foreign_macros`), and what they couldn't see (`lost_indices`). Nothing is relied on that is
//! checked here but for the last.

mod foreign_macros;
mod lost_indices;
mod yields;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Attribute, Block, Error, Expr, ExprAwait, ExprMacro, FieldValue, GenericArgument, Item,
    Stmt, Type,
};

use crate::body::foreign_macros::is_left_to_another_macro;
use crate::body::lost_indices::Suspensions;
use crate::body::yields::is_ours;
use crate::diagnostics::{Diagnostic, Enclosure};
use crate::parse::attributes::conditions;
use crate::parse::item::Body;

/// What is wrong with a body.
#[derive(Default)]
pub(crate) struct Mistakes {
    pub(crate) certain: Vec<Error>,
    /// Statements that refuse what is there under conditions only.
    pub(crate) conditional: TokenStream,
}

/// Checks the body, and writes those of its yields in another way that the library's macros
/// wouldn't see.
///
/// A body that can't be parsed is left for the compiler to refuse. Under the attribute, rustc has
/// parsed it before.
pub(crate) fn check(body: &mut Body, is_async: bool, under_attribute: bool) -> Mistakes {
    let Ok(mut stmts) = body.parse() else {
        return Mistakes::default();
    };
    let mut checker = Checker {
        is_async,
        under_attribute,
        changed: false,
        inside: None,
        in_loop: false,
        conditions: Vec::new(),
        suspensions: Suspensions::default(),
        mistakes: Mistakes::default(),
    };
    checker.visit_stmts(&mut stmts);
    if checker.changed {
        body.replace(quote!(#(#stmts)*));
    }
    checker.mistakes
}

/// What is known at one place of the body.
struct Checker {
    is_async: bool,
    /// Whether the body is that of a function under the attribute, which rustc has parsed already.
    under_attribute: bool,
    /// Whether a yield is written in another way now.
    changed: bool,
    /// The innermost thing around here that a yield can't leave.
    inside: Option<Enclosure>,
    /// Whether there is something around here that `break` leaves.
    in_loop: bool,
    /// The conditions under which this place is compiled at all.
    conditions: Vec<Attribute>,
    suspensions: Suspensions,
    mistakes: Mistakes,
}

impl Checker {
    fn refuse(&mut self, span: Span, reason: Diagnostic<'_>) {
        self.report(reason.at(span));
    }

    fn report(&mut self, error: Error) {
        if self.conditions.is_empty() {
            self.mistakes.certain.push(error);
            return;
        }
        let (conditions, error) = (&self.conditions, error.into_compile_error());
        self.mistakes.conditional.extend(quote!(#(#conditions)* #error));
    }

    fn within(&mut self, inside: Enclosure, visit: impl FnOnce(&mut Self)) {
        let outer = (self.inside.replace(inside), self.in_loop);
        visit(self);
        (self.inside, self.in_loop) = outer;
    }

    fn within_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.in_loop, true);
        visit(self);
        self.in_loop = outer;
    }

    /// Visits what the attributes stand on.
    fn under(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let outer = self.conditions.len();
        self.conditions.extend(conditions(attributes));
        visit(self);
        self.conditions.truncate(outer);
    }

    fn visit_await(&mut self, awaited: &mut ExprAwait) {
        if self.inside.is_none() {
            self.suspensions.count();
            if !self.is_async {
                self.refuse(awaited.await_token.span, Diagnostic::AwaitInSync);
            }
        }
        visit_mut::visit_expr_await_mut(self, awaited);
    }

    fn check_macro(&mut self, call: &mut syn::Macro) {
        if is_ours(call) {
            self.check_yield(call);
        } else {
            self.check_other_macro(call);
        }
    }

    /// Refuses `break` and `continue` that have nothing to leave: rustc would speak of the block
    /// that is around the body.
    fn check_jump(&mut self, span: Span, name: &'static str, has_label: bool) {
        if !has_label && !self.in_loop && self.inside.is_none() {
            self.refuse(span, Diagnostic::OutsideOfLoop { name });
        }
    }

    fn visit_stmts(&mut self, stmts: &mut [Stmt]) {
        // A macro call with braces is a statement of its own, whose value has to be `()` without a
        // semicolon.
        if let Some((_last, stmts)) = stmts.split_last_mut() {
            for stmt in stmts {
                if let Stmt::Macro(call) = stmt {
                    if is_ours(&call.mac) && call.semi_token.is_none() {
                        call.semi_token = Some(Default::default());
                        self.changed = true;
                    }
                }
            }
        }
        stmts.iter_mut().for_each(|stmt| self.visit_stmt_mut(stmt));
    }
}

impl VisitMut for Checker {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(ExprMacro { mac, .. }) => self.check_macro(mac),
            Expr::Yield(keyword) => *expr = self.check_keyword(keyword),
            Expr::Await(awaited) => self.visit_await(awaited),
            Expr::Index(index) => self.visit_index(index),
            Expr::Match(matched) => self.visit_match(matched),
            Expr::Closure(closure) => self.within(Enclosure::Closure, |this| {
                visit_mut::visit_expr_closure_mut(this, closure)
            }),
            Expr::Async(block) => self
                .within(Enclosure::AsyncBlock, |this| visit_mut::visit_expr_async_mut(this, block)),
            Expr::Const(block) => self
                .within(Enclosure::Constant, |this| visit_mut::visit_expr_const_mut(this, block)),
            Expr::Repeat(repeat) => {
                self.visit_expr_mut(&mut repeat.expr);
                self.within(Enclosure::Constant, |this| this.visit_expr_mut(&mut repeat.len));
            }
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.within_loop(|this| visit_mut::visit_expr_mut(this, expr));
            }
            Expr::Block(block) if block.label.is_some() => {
                self.within_loop(|this| visit_mut::visit_expr_block_mut(this, block));
            }
            Expr::Break(jump) => {
                self.check_jump(jump.break_token.span, "break", jump.label.is_some());
                visit_mut::visit_expr_break_mut(self, jump);
            }
            Expr::Continue(jump) => {
                self.check_jump(jump.continue_token.span, "continue", jump.label.is_some());
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.visit_stmts(&mut block.stmts);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Macro(call) => self.under(&call.attrs.clone(), |this| {
                this.check_macro(&mut call.mac);
            }),
            Stmt::Local(local) => self.under(&local.attrs.clone(), |this| {
                visit_mut::visit_local_mut(this, local);
            }),
            Stmt::Expr(expr, _) => self.under(&attributes(expr), |this| this.visit_expr_mut(expr)),
            Stmt::Item(item) => self.visit_item_mut(item),
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        self.under(&arm.attrs.clone(), |this| visit_mut::visit_arm_mut(this, arm));
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        self.under(&field.attrs.clone(), |this| visit_mut::visit_field_value_mut(this, field));
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

/// The attributes of a statement that is an expression: they stand on the leftmost one in it.
fn attributes(expr: &Expr) -> Vec<Attribute> {
    macro_rules! of {
        ($expr:expr, left: $($outer:ident $field:ident),*; own: $($kind:ident)*) => {
            match $expr {
                $(Expr::$outer(outer) => attributes(&outer.$field),)*
                $(Expr::$kind(found) => found.attrs.clone(),)*
                _ => Vec::new(),
            }
        };
    }

    of!(expr,
        left: Assign left, Binary left, Cast expr;
        own: Async Await Block Break Call Closure Const Continue ForLoop If Index Loop Macro Match
            MethodCall Paren Path Return Struct Try Tuple Unary Unsafe While Yield)
}

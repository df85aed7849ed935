//! The indices that rustc loses while a body is suspended: rust-lang/rust#158655.
//!
//! When rustc before 1.99 has computed the index of a place in an array or a slice, it doesn't keep
//! the index over a suspension in any `async` block, and continues with whatever is there then.
//! Whether `list` in `list[index]` is an array or a slice can't be seen here, so every suspension
//! between the index and the use of the place is refused. Any macro may suspend the body, or become
//! such a place: even a macro with a name of std's may be another one.
//!
//! **The day that `rust-version` reaches 1.99, delete this file.** The compiler then names the few
//! lines that call it: the field `suspensions` and the arms for `Expr::Index` and `Expr::Match` in
//! `body/mod.rs`, and the calls of `count` there, in `yields.rs` and in `foreign_macros.rs`. The
//! diagnostics `IndexBefore…` and their cases in `tests/ui` go, too.

use syn::visit_mut::VisitMut;
use syn::{Expr, ExprIndex, ExprMatch, Pat, PatGuard, UnOp};

use crate::body::Rewriter;
use crate::body::yields::is_ours;
use crate::diagnostics::Diagnostic;

/// How many places have been seen at which the body is suspended.
#[derive(Default)]
pub(super) struct Suspensions(usize);

impl Suspensions {
    pub(super) fn count(&mut self) {
        self.0 += 1;
    }
}

impl Rewriter<'_> {
    /// Refuses a suspension in the second index of `list[index][…]`.
    pub(super) fn visit_index(&mut self, index: &mut ExprIndex) {
        self.visit_attributes_mut(&mut index.attrs);
        let of_element = is_element(&index.expr) && !is_range(&index.index);
        self.visit_expr_mut(&mut index.expr);
        if self.is_suspended_in(|this| this.visit_expr_mut(&mut index.index)) && of_element {
            self.report(Diagnostic::IndexBeforeIndex.on(&index.expr));
        }
    }

    /// Refuses a suspension in a guard of `match list[index] { … if … => … }`.
    pub(super) fn visit_match(&mut self, matched: &mut ExprMatch) {
        self.visit_attributes_mut(&mut matched.attrs);
        let of_element = is_element(&matched.expr);
        self.visit_expr_mut(&mut matched.expr);
        for arm in &mut matched.arms {
            self.under(&arm.attrs.clone(), |this| {
                this.visit_attributes_mut(&mut arm.attrs);
                match &mut arm.pat {
                    Pat::Guard(PatGuard { attrs, pat, guard, .. }) => {
                        this.visit_attributes_mut(attrs);
                        this.visit_pat_mut(pat);
                        if this.is_suspended_in(|this| this.visit_expr_mut(guard)) && of_element {
                            this.report(Diagnostic::IndexBeforeGuard.on(&matched.expr));
                        }
                    }
                    pattern => this.visit_pat_mut(pattern),
                }
                this.visit_expr_mut(&mut arm.body);
            });
        }
    }

    /// Whether the body is suspended in what `visit` visits.
    fn is_suspended_in(&mut self, visit: impl FnOnce(&mut Self)) -> bool {
        let before = self.suspensions.0;
        visit(self);
        self.suspensions.0 > before
    }
}

/// Whether this is a place that rustc finds by an index. What `Index::index` returns, as it does
/// for ranges, is a reference, which is kept.
fn is_element(place: &Expr) -> bool {
    match place {
        Expr::Index(index) => !is_range(&index.index),
        Expr::Field(field) => is_element(&field.base),
        Expr::Paren(inner) => is_element(&inner.expr),
        Expr::Group(inner) => is_element(&inner.expr),
        // It may become such a place, unless it is a yield.
        Expr::Macro(call) => !is_ours(&call.mac),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) && is_element(&unary.expr),
        _ => false,
    }
}

fn is_range(index: &Expr) -> bool {
    match index {
        Expr::Range(_) => true,
        Expr::Paren(inner) => is_range(&inner.expr),
        Expr::Group(inner) => is_range(&inner.expr),
        _ => false,
    }
}

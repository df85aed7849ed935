//! The indices that rustc loses while a body is suspended: rust-lang/rust#158655.
//!
//! After rustc before 1.99 has computed the index of a place in an array or a slice, it doesn't
//! keep the index over a suspension in any `async` block, and continues with an arbitrary value. A
//! macro can't see whether `list` in `list[index]` is an array or a slice, so every suspension
//! between the index and the use of the place is refused. Any other macro may suspend the body, or
//! expand to such a place, because even a macro with the name of one of std's may be another one.
//!
//! **The day that `rust-version` reaches 1.99, delete this file.** The compiler then names the few
//! lines that call it: the arms for `Expr::Index` and `Expr::Match` in `body/mod.rs`. The guesses
//! of `foreign_macros.rs` about unknown tokens serve only this purpose (`guess`, the field
//! `is_guess`). Also delete the diagnostics `IndexBefore…` and their cases in `tests/ui`.

use proc_macro2::{Delimiter, Group, Ident, TokenTree};
use syn::{Expr, ExprIndex, ExprMatch, Pat, PatGuard, UnOp};

use crate::body::yields::is_ours;
use crate::body::{Rewriter, postfix};
use crate::diagnostics::Diagnostic;
use crate::visitor::{Node, Visitor};

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
                        this.visit(&mut Node::Pat(pat));
                        if this.is_suspended_in(|this| this.visit_expr_mut(guard)) && of_element {
                            this.report(Diagnostic::IndexBeforeGuard.on(&matched.expr));
                        }
                    }
                    pattern => this.visit(&mut Node::Pat(pattern)),
                }
                this.visit_expr_mut(&mut arm.body);
            });
        }
    }

    /// Refuses the same in tokens that can't be parsed.
    pub(super) fn scan_for_lost_indices(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) if has_index_at(tokens, at) || has_index(group) => {
                    let next = tokens.get(after_fields(tokens, at + 1));
                    let next = next.and_then(|next| group_of(next, Delimiter::Bracket));
                    if next.is_some_and(|index| may_suspend(&contents(index))) {
                        self.report(Diagnostic::IndexBeforeIndex.at(group.span()));
                    }
                }
                TokenTree::Ident(keyword) if keyword == "match" => {
                    self.scan_match(keyword, &tokens[at + 1..]);
                }
                _ => {}
            }
        }
    }

    /// Checks the tokens after `match`.
    fn scan_match(&mut self, keyword: &Ident, tokens: &[TokenTree]) {
        let arms = tokens
            .iter()
            .enumerate()
            .find_map(|(at, token)| Some((at, group_of(token, Delimiter::Brace)?)));
        let Some((end, arms)) = arms else {
            return;
        };
        if !(0..end).any(|at| has_index_at(tokens, at)) {
            return;
        }
        let arms = contents(arms);
        let is_arrow = |at: usize| is_sign(arms.get(at), '=') && is_sign(arms.get(at + 1), '>');
        for at in 0..arms.len() {
            if matches!(&arms[at], TokenTree::Ident(word) if word == "if") {
                let end = (at..arms.len()).find(|&end| is_arrow(end)).unwrap_or(arms.len());
                if may_suspend(&arms[at..end]) {
                    self.report(Diagnostic::IndexBeforeGuard.at(keyword.span()));
                    return;
                }
            }
        }
    }
}

/// Returns whether rustc finds this place by an index. `Index::index`, which ranges use, returns a
/// reference, which rustc keeps.
fn is_element(place: &Expr) -> bool {
    match place {
        Expr::Index(index) => !is_range(&index.index),
        Expr::Field(field) => is_element(&field.base),
        Expr::Paren(inner) => is_element(&inner.expr),
        Expr::Group(inner) => is_element(&inner.expr),
        // It may expand to such a place, unless it is a yield.
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

fn group_of(token: &TokenTree, delimiter: Delimiter) -> Option<&Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

fn contents(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == sign)
}

/// Returns whether the token `at` is an index in brackets.
fn has_index_at(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    group_of(&tokens[at], Delimiter::Bracket).is_some()
        && match before {
            Some(TokenTree::Punct(sign)) => sign.as_char() == '?',
            before => before.is_some(),
        }
}

/// Returns whether a group that may be a place in parentheses contains an index.
fn has_index(group: &Group) -> bool {
    let tokens = contents(group);
    group.delimiter() != Delimiter::Bracket
        && (0..tokens.len()).any(|at| {
            has_index_at(&tokens, at)
                || matches!(&tokens[at], TokenTree::Group(inner) if has_index(inner))
        })
}

/// Returns the position after the field accesses that begin at `at`.
fn after_fields(tokens: &[TokenTree], mut at: usize) -> usize {
    while is_sign(tokens.get(at), '.') {
        at += 2;
    }
    at
}

/// Returns whether there is a macro call, an `.await` or a yield among the tokens.
fn may_suspend(tokens: &[TokenTree]) -> bool {
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => may_suspend(&contents(group)),
        TokenTree::Ident(word)
            if ["await", "yield", postfix::NAME].iter().any(|name| word == name) =>
        {
            true
        }
        TokenTree::Ident(_) => {
            is_sign(tokens.get(at + 1), '!')
                && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)))
        }
        _ => false,
    })
}

//! The arguments that a body uses. To capture one is to use it for the compiler, so those that the
//! body doesn't use are reported by locals that nobody uses.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit;
use syn::{Expr, ExprPath, Item, Macro, Stmt};

use crate::body::yields::is_ours;
use crate::visitor::{Visitor, Walk};

/// The names that the body uses as those of variables. It is taken for a use where a variable is
/// shadowed, or where the compiler sees no code under a false condition.
pub(super) struct UsedNames(HashSet<String>);

impl UsedNames {
    pub(super) fn of(stmts: &[Stmt]) -> Self {
        let mut names = Self(HashSet::new());
        stmts.iter().for_each(|stmt| names.visit_stmt(stmt));
        names
    }

    pub(super) fn contain(&self, name: &Ident) -> bool {
        self.0.contains(&name.unraw().to_string())
    }

    /// Inserts whatever could be a name for a macro: also the words in a string, which may be
    /// formatted.
    fn insert_all(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => self.insert(&ident),
                TokenTree::Group(group) => self.insert_all(group.stream()),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let words = text.split(|sign: char| !(sign.is_alphanumeric() || sign == '_'));
                    self.0.extend(words.map(str::to_owned));
                }
                TokenTree::Punct(_) => {}
            }
        }
    }

    fn insert(&mut self, name: &Ident) {
        self.0.insert(name.unraw().to_string());
    }
}

impl Visitor for UsedNames {
    fn visit_expr_path(&mut self, path: &ExprPath) {
        if let Some(name) = path.path.get_ident() {
            self.insert(name);
        }
        visit::visit_expr_path(&mut Walk(self), path);
    }

    fn visit_macro(&mut self, call: &Macro) {
        match syn::parse2::<Expr>(call.tokens.clone()) {
            Ok(value) if is_ours(call) => self.visit_expr(&value),
            _ => self.insert_all(call.tokens.clone()),
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Verbatim(tokens) => self.insert_all(tokens.clone()),
            expr => visit::visit_expr(&mut Walk(self), expr),
        }
    }

    /// An item has no variables of the body, but a macro that it defines may have.
    fn visit_item(&mut self, item: &Item) {
        match item {
            Item::Macro(_) => visit::visit_item(&mut Walk(self), item),
            Item::Verbatim(tokens) => self.insert_all(tokens.clone()),
            _ => {}
        }
    }
}

//! The arguments that a body uses. For the compiler, capturing an argument is a use. So unused
//! arguments are reported through unused locals.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit;
use syn::{Expr, ExprPath, Item, Macro, Stmt};

use crate::body::yields::is_ours;
use crate::visitor::{Visitor, Walk};

/// The names that the body uses as variables. A shadowed variable and code under a false condition
/// count as a use.
pub(super) struct UsedNames(Vec<String>);

impl UsedNames {
    pub(super) fn of(stmts: &[Stmt]) -> Self {
        let mut names = Self(Vec::new());
        stmts.iter().for_each(|stmt| names.visit_stmt(stmt));
        names
    }

    pub(super) fn contain(&self, name: &Ident) -> bool {
        self.0.contains(&name.unraw().to_string())
    }

    /// Inserts everything that a macro could use as a name, also the words in a string, which may
    /// be a format string.
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
        self.0.push(name.unraw().to_string());
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

    /// An item can't use the variables of the body, but a macro that it defines can.
    fn visit_item(&mut self, item: &Item) {
        match item {
            Item::Macro(_) => visit::visit_item(&mut Walk(self), item),
            Item::Verbatim(tokens) => self.insert_all(tokens.clone()),
            _ => {}
        }
    }
}

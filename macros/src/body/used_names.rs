//! The arguments that a body uses. For the compiler, capturing an argument is a use. So unused
//! arguments are reported through unused locals.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Expr, Item, Stmt};

use crate::body::yields::is_ours;
use crate::visitor::{Node, Visitor};

/// The names that the body uses as variables. A shadowed variable and code under a false condition
/// count as a use.
pub(super) struct UsedNames(Vec<String>);

impl UsedNames {
    pub(super) fn of(stmts: &mut [Stmt]) -> Self {
        let mut names = Self(Vec::new());
        stmts.iter_mut().for_each(|stmt| names.visit(&mut Node::Stmt(stmt)));
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
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::ExprPath(path) => {
                if let Some(name) = path.path.get_ident() {
                    self.insert(name);
                }
                node.walk(self);
            }
            Node::Macro(call) => match syn::parse2::<Expr>(call.tokens.clone()) {
                Ok(mut value) if is_ours(call) => self.visit(&mut Node::Expr(&mut value)),
                _ => self.insert_all(call.tokens.clone()),
            },
            Node::Expr(Expr::Verbatim(tokens)) | Node::Item(Item::Verbatim(tokens)) => {
                self.insert_all(tokens.clone());
            }
            // An item can't use the variables of the body, but a macro that it defines can.
            Node::Item(item) if !matches!(item, Item::Macro(_)) => {}
            _ => node.walk(self),
        }
    }
}

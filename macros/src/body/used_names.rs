//! The arguments that a body uses. For the compiler, capturing an argument is a use. So unused
//! arguments are reported through unused locals.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Attribute, Expr, Item, Stmt};

use crate::body::yields::is_ours;
use crate::parse::attributes::{conditions, is_lint_level};
use crate::parse::machine::Argument;
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

/// Returns code that reports an argument that isn't used.
pub(super) fn report(Argument { name, attributes }: Argument) -> TokenStream {
    let attributes = Attribute::parse_outer.parse2(attributes).unwrap_or_default();
    let conditions = conditions(&attributes);
    let levels = attributes.iter().filter(|attribute| is_lint_level(attribute));
    // Not a type of which constants exist: rustc would suggest one with a similar name.
    quote_spanned! {Span::mixed_site()=>
        #(#conditions)*
        {
            #[cfg_attr(clippy, allow(clippy::shadow_unrelated))]
            #(#levels)*
            let #name = [(); 1];
        }
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
            // The rewriter parses the values of our macros, and passes them on.
            Node::Macro(call) if is_ours(call) => {}
            Node::Macro(call) => self.insert_all(call.tokens.clone()),
            Node::Expr(Expr::Verbatim(tokens)) | Node::Item(Item::Verbatim(tokens)) => {
                self.insert_all(tokens.clone());
            }
            // An item can't use the variables of the body, but a macro that it defines can.
            Node::Item(item) if !matches!(item, Item::Macro(_)) => {}
            _ => node.walk(self),
        }
    }
}

//! A `?` among the tokens of a macro that the attribute doesn't know.
//!
//! It is left as it is, because it may belong to a closure of the macro's, or be no operator at
//! all. If it belongs to the body, the compiler refuses it in an `async` block that returns `()`.
//! So the body of an iterator or a stream returns another type, whose name says what to write.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Expr, Stmt};

use crate::body::foreign_macros::{expressions, is_of_std, is_our_block};
use crate::body::yields::is_ours;
use crate::parse::machine::Ends;
use crate::tokens::has_word;
use crate::visitor::{Node, Visitor};

/// Returns whether there is one in `stmts`. If a `return` is hidden likewise, it returns `()`, and
/// the body can't return another type.
pub(super) fn is_in(stmts: &mut [Stmt]) -> bool {
    let mut hidden = Hidden::default();
    stmts.iter_mut().for_each(|stmt| hidden.visit(&mut Node::Stmt(stmt)));
    hidden.question_mark && !hidden.has_return
}

impl Ends {
    /// Returns the value that the body returns at its end.
    pub(crate) fn end(&self, has_hidden_question_mark: bool, span: Span) -> Option<TokenStream> {
        let (site, krate) = (self.site(span), self.krate(span));
        has_hidden_question_mark
            .then(|| quote_spanned!(site=> #krate::__private::WriteTheQuestionMarkBeforeTheMacro))
    }
}

#[derive(Default)]
struct Hidden {
    question_mark: bool,
    has_return: bool,
}

impl Visitor for Hidden {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Expr(Expr::Closure(_) | Expr::Async(_) | Expr::Const(_)) | Node::Item(_) => {}
            Node::Macro(call) if is_our_block(call) => {}
            Node::Macro(call) => {
                let arguments =
                    expressions(&call.tokens).filter(|_| is_ours(call) || is_of_std(call));
                match arguments {
                    Some(mut arguments) => self.visit(&mut Node::Expr(&mut arguments)),
                    None => self.question_mark |= has_operator(&call.tokens),
                }
                self.has_return |= !is_ours(call) && has_word(&call.tokens, &["return"]);
            }
            _ => node.walk(self),
        }
    }
}

/// Returns whether a `?` stands where the operator could: after an operand, and before a separator,
/// another operator or the end.
fn has_operator(tokens: &TokenStream) -> bool {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => has_operator(&group.stream()),
        TokenTree::Punct(sign) if sign.as_char() == '?' => {
            let before = at.checked_sub(1).map(|at| &tokens[at]);
            before.is_some_and(|token| !matches!(token, TokenTree::Punct(_)))
                && matches!(tokens.get(at + 1), None | Some(TokenTree::Punct(_)))
        }
        _ => false,
    })
}

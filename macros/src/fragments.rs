//! The fragments that a `macro_rules!` has inserted, such as the `$sum` in `$sum * 3`.
//!
//! Each is in a group without a visible delimiter, so that it stays together whatever stands beside
//! it. rustc ignores such groups in the output of a procedural macro (rust-lang/rust#67062). So
//! groups in parentheses take their place.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Expr, Pat, Type, UnOp};

/// Returns the tokens with parentheses around the fragments that need them.
pub(crate) fn keep_together(tokens: TokenStream) -> TokenStream {
    if !has_fragment(&tokens) {
        return tokens;
    }
    let mut tokens = tokens.into_iter().peekable();
    let mut kept = Vec::new();
    while let Some(token) = tokens.next() {
        let TokenTree::Group(group) = token else {
            kept.push(token);
            continue;
        };
        let is_attribute = group.delimiter() == Delimiter::Bracket
            && matches!(kept.last(), Some(TokenTree::Punct(sign)) if "#!".contains(sign.as_char()));
        if is_attribute {
            kept.push(group.into());
            continue;
        }
        let content = keep_together(group.stream());
        let is_fragment = group.delimiter() == Delimiter::None;
        let (delimiter, span) = if is_fragment && needs_parentheses(&content, tokens.peek()) {
            // Not the user's place, where rustc would report that they are not needed.
            (Delimiter::Parenthesis, Span::mixed_site().located_at(group.span()))
        } else {
            (group.delimiter(), group.span())
        };
        let mut group = Group::new(delimiter, content);
        group.set_span(span);
        kept.push(group.into());
    }
    kept.into_iter().collect()
}

fn has_fragment(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::None || has_fragment(&group.stream())
        }
        _ => false,
    })
}

/// Returns whether the fragment could be torn apart. It is an expression, a type or a pattern, and
/// all three can be in parentheses.
fn needs_parentheses(fragment: &TokenStream, next: Option<&TokenTree>) -> bool {
    if let Ok(expr) = syn::parse2::<Expr>(fragment.clone()) {
        return match expr {
            // The literal `-1` can stand where an expression can't.
            Expr::Unary(unary) => !matches!((unary.op, *unary.expr), (UnOp::Neg(_), Expr::Lit(_))),
            Expr::Binary(_)
            | Expr::Break(_)
            | Expr::Cast(_)
            | Expr::Closure(_)
            | Expr::Range(_)
            | Expr::Reference(_)
            | Expr::Return(_)
            | Expr::Struct(_) => true,
            // As a statement, they end at their brace.
            Expr::ForLoop(_)
            | Expr::If(_)
            | Expr::Loop(_)
            | Expr::Match(_)
            | Expr::Unsafe(_)
            | Expr::While(_) => {
                matches!(next, Some(TokenTree::Punct(sign)) if !";,".contains(sign.as_char()))
            }
            _ => false,
        };
    }
    if let Ok(ty) = syn::parse2::<Type>(fragment.clone()) {
        return match ty {
            Type::TraitObject(object) => object.bounds.len() > 1,
            Type::ImplTrait(opaque) => opaque.bounds.len() > 1,
            _ => false,
        };
    }
    matches!(Pat::parse_multi.parse2(fragment.clone()), Ok(Pat::Or(_)))
}

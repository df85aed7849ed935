//! Yields in the macros of other crates and of the user.
//!
//! A yield may be among the tokens of another macro, or in its expansion. It resolves to a
//! `macro_rules!` of the same name, which is the first item of the body. The arguments of std's
//! macros are expressions. The same code is refused in them as elsewhere, and an `.await` or a `?`
//! is rewritten.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Block, Expr, ExprRepeat, File, Item, Macro, Pat, Path, Result, Token, parse_quote,
};

use crate::body::Rewriter;
use crate::body::yields::{AWAIT_AND_TRY, is_ours};
use crate::parse::attributes::is_built_in;
use crate::parse::machine::Ends;
use crate::tokens::has_token;
use crate::visitor::{Node, Visitor};

/// The macros of std whose arguments are expressions, but for `matches!`.
const OF_STD: [&str; 22] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "panic",
    "pin",
    "print",
    "println",
    "ready",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

impl Rewriter<'_> {
    /// Notes a call of another macro, and visits its arguments.
    pub(super) fn see_other_macro(&mut self, call: &mut Macro) {
        self.has_other_macros = true;
        self.suspensions.count();
        for mut item in thread_locals(call) {
            // Only the errors are used.
            self.visit_item_mut(&mut item);
        }
        match arguments_of_std(call) {
            Some(mut arguments) => {
                // Only the errors are used.
                let outer = std::mem::replace(&mut self.in_macro, true);
                self.visit_expr_mut(&mut arguments);
                self.in_macro = outer;
                if self.inside.is_none() {
                    let mut arguments = Arguments { ends: self.ends, found: false };
                    arguments.visit(&mut Node::Macro(call));
                    self.has_operators |= arguments.found;
                }
            }
            None => self.guess(call.tokens.clone()),
        }
    }

    /// Visits the tokens of an unknown macro as the code that they look like. Only lost indices are
    /// reported, because the compiler refuses everything else.
    pub(super) fn guess(&mut self, tokens: TokenStream) {
        let is_guess = std::mem::replace(&mut self.is_guess, true);
        let (yields, may_end) = (self.yields, self.may_end);
        if let Some(mut arguments) = expressions(&tokens) {
            self.visit_expr_mut(&mut arguments);
        } else if let Ok(mut matched) = arguments_of_matches.parse2(tokens.clone()) {
            self.visit_expr_mut(&mut matched);
        } else if let Ok(mut stmts) = Block::parse_within.parse2(tokens.clone()) {
            self.visit_stmts(&mut stmts);
        } else {
            let tokens: Vec<_> = tokens.into_iter().collect();
            self.scan_for_lost_indices(&tokens);
            for token in tokens {
                if let TokenTree::Group(group) = token {
                    self.guess(group.stream());
                }
            }
        }
        (self.is_guess, self.yields, self.may_end) = (is_guess, yields, may_end);
    }
}

/// Returns whether an attribute macro, such as ours, will expand an inner function itself.
pub(super) fn is_left_to_another_macro(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| !is_built_in(&attribute.meta))
}

/// Rewrites each `.await` and `?` among the arguments of std's macros to a call of one of our
/// macros. A macro with the name of one of std's may be another one, which must not receive the
/// hidden names. The label keeps the call in its body, like a yield.
struct Arguments<'a> {
    ends: &'a Ends,
    /// Whether one was found.
    found: bool,
}

impl Arguments<'_> {
    /// Returns the call that replaces `expr`, if it is an `.await` or a `?`. It begins at `start`.
    fn rewritten(&mut self, expr: &Expr, start: Span) -> Option<TokenStream> {
        let [await_, try_] = AWAIT_AND_TRY;
        let (attributes, value, name, end) = match expr {
            Expr::Await(awaited) if self.ends.is_async() => {
                (&awaited.attrs, &awaited.base, await_, awaited.await_token.span)
            }
            Expr::Try(tried) if self.ends.gives_items => {
                (&tried.attrs, &tried.expr, try_, tried.question_token.span)
            }
            _ => return None,
        };
        self.found = true;
        // An error about the whole expression points from its beginning to its end.
        let name = Ident::new(name, Span::call_site().located_at(start));
        let mut argument = Group::new(Delimiter::Parenthesis, value.to_token_stream());
        argument.set_span(end);
        Some(quote!(#(#attributes)* #name! #argument))
    }

    /// Rewrites the arguments of one of std's macros, or of ours. If the only argument is an
    /// asserted condition, a message with the text `asserted` is added.
    fn rewrite(&mut self, tokens: &TokenStream, asserted: Option<String>) -> Option<TokenStream> {
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(mut arguments) = list.parse2(tokens.clone()) {
            arguments.iter_mut().for_each(|argument| self.visit(&mut Node::Expr(argument)));
            if let (1, Some(text)) = (arguments.len(), asserted) {
                arguments.push(parse_quote!("assertion failed: {}"));
                arguments.push(parse_quote!(#text));
            }
            return Some(arguments.into_token_stream());
        }
        if let Ok(ExprRepeat { mut expr, mut len, .. }) = syn::parse2(quote!([#tokens])) {
            self.visit(&mut Node::Expr(&mut expr));
            self.visit(&mut Node::Expr(&mut len));
            return Some(quote!(#expr; #len));
        }
        let value_and_rest = |input: ParseStream<'_>| {
            Ok((input.parse::<Expr>()?, input.parse::<Token![,]>()?, input.parse::<TokenStream>()?))
        };
        let (mut value, comma, rest) = value_and_rest.parse2(tokens.clone()).ok()?;
        self.visit(&mut Node::Expr(&mut value));
        let is_if = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "if");
        let rest: Vec<_> = rest.into_iter().collect();
        let (pattern, guard) = rest.split_at(rest.iter().position(is_if).unwrap_or(rest.len()));
        let guard = match guard.split_first() {
            Some((word, guard)) => {
                let guard = guard.iter().cloned().collect();
                let guard = self.rewrite(&guard, None).unwrap_or(guard);
                quote!(#word #guard)
            }
            None => TokenStream::new(),
        };
        Some(quote!(#value #comma #(#pattern)* #guard))
    }
}

impl Visitor for Arguments<'_> {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::Expr(Expr::Closure(_) | Expr::Async(_) | Expr::Const(_))
            | Node::Item(_)
            | Node::Type(_)
            | Node::GenericArgument(_) => {}
            Node::Expr(expr) => {
                let start = expr.span();
                Node::Expr(expr).walk(self);
                if let Some(rewritten) = self.rewritten(expr, start) {
                    **expr = Expr::Verbatim(rewritten);
                }
            }
            Node::Macro(call) => self.rewrite_call(call),
            _ => node.walk(self),
        }
    }
}

impl Arguments<'_> {
    fn rewrite_call(&mut self, call: &mut Macro) {
        let name = name_in_std(call);
        if (name.is_none() && !is_ours(call)) || !may_be_rewritten(&call.tokens) {
            return;
        }
        let asserts = matches!(name.as_deref(), Some("assert" | "debug_assert"));
        let asserted = asserts.then(|| text_of_arguments(call));
        if let Some(rewritten) = self.rewrite(&call.tokens, asserted) {
            call.tokens = rewritten;
        }
    }
}

/// Returns the arguments as the user wrote them.
fn text_of_arguments(call: &Macro) -> String {
    let text = call.delimiter.span().join().source_text();
    let inner = text.as_deref().and_then(|text| text.get(1..text.len() - 1));
    match inner {
        Some(text) => text.trim().trim_end_matches(',').to_owned(),
        None => call.tokens.to_string(),
    }
}

/// Returns whether there is an `.await` or a `?` among the tokens.
fn may_be_rewritten(tokens: &TokenStream) -> bool {
    has_token(tokens, |token| match token {
        TokenTree::Ident(word) => word == "await",
        TokenTree::Punct(sign) => sign.as_char() == '?',
        _ => false,
    })
}

/// Returns the names in a path, as in `std::println`.
pub(super) fn names(path: &Path) -> String {
    let mut names = String::new();
    for segment in &path.segments {
        if !names.is_empty() {
            names += "::";
        }
        names += &segment.ident.to_string();
    }
    names
}

/// Returns the macro's name, if it is one of std's whose arguments are expressions.
fn name_in_std(call: &Macro) -> Option<String> {
    let path = names(&call.path);
    let root = ["alloc::", "core::", "std::"].iter().find(|root| path.starts_with(*root));
    let name = &path[root.map_or(0, |root| root.len())..];
    let name = match (root, name) {
        (Some(_), "pin::pin") => "pin",
        (Some(_), "task::ready") => "ready",
        _ => name,
    };
    (name == "matches" || OF_STD.contains(&name)).then(|| name.to_owned())
}

/// The other macros of std whose expansion contains no yield, except one in the arguments.
const CLOSED: [&str; 16] = [
    "assert_matches",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "concat_bytes",
    "debug_assert_matches",
    "env",
    "file",
    "include_bytes",
    "include_str",
    "is_x86_feature_detected",
    "line",
    "module_path",
    "option_env",
    "stringify",
];

/// Returns whether this is a macro of std whose expansion contains no yield, except one in the
/// arguments.
pub(super) fn is_of_std(call: &Macro) -> bool {
    name_in_std(call).is_some()
        || call.path.segments.last().is_some_and(|name| {
            let (path, name) = (call.path.segments.first(), name.ident.to_string());
            let is_in_std = call.path.segments.len() == 1
                || path.is_some_and(|path| {
                    ["alloc", "core", "std"].iter().any(|root| path.ident == root)
                });
            is_in_std && CLOSED.contains(&name.as_str())
        })
}

/// Returns whether this is a macro of std that may stand for code which is not written yet.
pub(super) fn is_placeholder(call: &Macro) -> bool {
    let last = call.path.segments.last();
    let placeholders = ["panic", "todo", "unimplemented", "unreachable"];
    last.is_some_and(|name| placeholders.iter().any(|placeholder| name.ident == placeholder))
}

/// Returns whether this is a `co!`, to which the yields inside belong.
pub(super) fn is_our_block(call: &Macro) -> bool {
    matches!(names(&call.path).as_str(), "co" | "cogen::co")
}

/// Returns the items in a `thread_local!`.
fn thread_locals(call: &Macro) -> Vec<Item> {
    let is_it = match call.path.segments.last() {
        Some(last) => last.ident == "thread_local",
        None => false,
    };
    if !is_it {
        return Vec::new();
    }
    let tokens = &call.tokens;
    // The last semicolon may be left out.
    let file = syn::parse2::<File>(tokens.clone()).or_else(|_| syn::parse2(quote!(#tokens;)));
    file.map_or_else(|_| Vec::new(), |file| file.items)
}

/// Returns the arguments of a macro of std, as one expression.
fn arguments_of_std(call: &Macro) -> Option<Expr> {
    match name_in_std(call)?.as_str() {
        "matches" => arguments_of_matches.parse2(call.tokens.clone()).ok(),
        _ => expressions(&call.tokens),
    }
}

/// Parses a list of expressions, or the arguments of `vec!`, as one expression.
pub(super) fn expressions(tokens: &TokenStream) -> Option<Expr> {
    Some(match syn::parse2(quote!([#tokens])).ok()? {
        // The length of a `vec!` is no constant.
        Expr::Repeat(ExprRepeat { expr, len, .. }) => parse_quote!((#expr, #len)),
        arguments => arguments,
    })
}

/// Parses the arguments of `matches!` as a `match`.
fn arguments_of_matches(input: ParseStream<'_>) -> Result<Expr> {
    let (value, _, pattern, rest): (Expr, Token![,], _, _) = (
        input.parse()?,
        input.parse()?,
        Pat::parse_multi_with_leading_vert(input)?,
        input.parse::<TokenStream>()?,
    );
    // `assert_matches!` has a message after the guard.
    let mut guard = TokenStream::new();
    for token in rest {
        if matches!(&token, TokenTree::Punct(sign) if sign.as_char() == ',') {
            break;
        }
        guard.extend([token]);
    }
    syn::parse2(quote!(match #value { #pattern #guard => {} }))
}

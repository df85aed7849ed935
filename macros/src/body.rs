//! The yields of a body: what each becomes, and which of them can't work.
//!
//! A yield in plain sight is rewritten in place, so that errors stand at the user's expression. One
//! that stands among the tokens of another macro, or comes out of one, meets a `macro_rules!` of
//! the same name, which is the first item of the body. Either way it mentions the label of the
//! body's block, which can't be reached from a closure or an inner `async` block: wherever macros
//! may carry a yield, it compiles in its own body only.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Error, Expr, ExprIndex, ExprMacro, ExprMatch, ExprRepeat, ExprYield,
    GenericArgument, Item, Lifetime, Macro, Pat, PatGuard, Stmt, Token, Type, UnOp, parse_quote,
};

use crate::attributes::{is_built_in, is_of_a_tool};
use crate::diagnostics::{Diagnostic, Enclosure};

/// The name of a local that user code can't mention, at the place that `span` points to.
///
/// An item of that name in the body would capture what the macro mentions: the prefix keeps that
/// from happening by accident, and `stay` from doing harm.
pub(crate) fn hidden(name: &str, span: Span) -> Ident {
    Ident::new(&format!("__cogen_{name}"), Span::mixed_site().located_at(span))
}

/// The label of the body's block. Its name is for the error about a yield that can't reach it; the
/// underscore keeps it from being reported in a body that doesn't yield.
pub(crate) fn label(span: Span) -> Lifetime {
    Lifetime::new("'_yield_must_stay_in_its_coroutine", Span::mixed_site().located_at(span))
}

/// What a body yields through: the handle, and where it doesn't wait for futures also the way to
/// the slot, which it keeps from one yield to the next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum YieldLowering {
    Sync,
    Async,
}

impl YieldLowering {
    pub(crate) fn of(is_async: bool) -> Self {
        if is_async { Self::Async } else { Self::Sync }
    }

    /// All that a yield uses, as one value.
    pub(crate) fn ends(self, span: Span) -> TokenStream {
        let (handle, slot) = (hidden("handle", span), hidden("slot", span));
        match self {
            Self::Sync => quote_spanned!(handle.span()=> (#handle, #slot)),
            Self::Async => quote_spanned!(handle.span()=> #handle),
        }
    }

    /// What stands at the head of each yield: it compiles only where the body's label can be
    /// reached, and only if the names that follow have the types of the body's own. Labels
    /// can't be captured, and nobody else has values of these types, so the names are what the
    /// macro means by them.
    pub(crate) fn stay(self, span: Span) -> TokenStream {
        let (label, ends) = (label(span), self.ends(span));
        quote_spanned!(label.span()=> if false { break #label #ends })
    }

    /// The expression that gives `value` of the type `yielded` out, at the `span` of the yield.
    ///
    /// The temporaries of `value` are gone before the body is suspended. So is the way to the slot:
    /// it is given up with the value, and a new one comes with the argument; an async body asks
    /// for it at each poll.
    fn put(self, value: &TokenStream, yielded: &Type, span: Span) -> TokenStream {
        let [handle, slot, argument, next] =
            ["handle", "slot", "argument", "next"].map(|name| hidden(name, span));
        let (stay, name) = (self.stay(span), hidden("value", value.span()));
        expression(match self {
            Self::Sync => quote_spanned! {handle.span()=>
                #stay
                {
                    let #name: #yielded = #value;
                    #slot.put(#name);
                }
                let (#argument, #next) = #handle.suspend().await;
                #slot = #next;
                #argument
            },
            Self::Async => quote_spanned! {handle.span()=>
                #stay
                let #next = {
                    let #name: #yielded = #value;
                    #handle.yield_value(#name)
                };
                #next.await
            },
        })
    }

    /// The expression that lets `delegate` run in the place of the body.
    fn delegate(self, delegate: &TokenStream, span: Span) -> TokenStream {
        let [handle, slot, value, next] =
            ["handle", "slot", "value", "next"].map(|name| hidden(name, span));
        let stay = self.stay(span);
        expression(match self {
            Self::Sync => quote_spanned! {handle.span()=>
                #stay
                let (#value, #next) = #handle.delegate(#delegate, #slot).await;
                #slot = #next;
                #value
            },
            Self::Async => quote_spanned! {handle.span()=>
                #stay
                #handle.delegate(#delegate).await
            },
        })
    }
}

/// The yields of one body.
pub(crate) struct Rewriter<'a> {
    /// The type that the body yields, `_` if that can't be written.
    yielded: &'a Type,
    channel: YieldLowering,
    /// Whether the body is that of a function under the attribute, which rustc has parsed already.
    under_attribute: bool,
    /// Whether there are tokens that a yield may come out of.
    has_other_macros: bool,
    /// The innermost thing around here that a yield can't leave.
    inside: Option<Enclosure>,
    /// How many places have been seen at which the body is suspended.
    suspensions: usize,
    errors: Vec<Error>,
}

impl<'a> Rewriter<'a> {
    pub(crate) fn new(yielded: &'a Type, channel: YieldLowering, under_attribute: bool) -> Self {
        Self {
            yielded,
            channel,
            under_attribute,
            has_other_macros: false,
            inside: None,
            suspensions: 0,
            errors: Vec::new(),
        }
    }

    /// Rewrites the yields in `block` and puts the macros for the others, if there may be any,
    /// before it.
    pub(crate) fn rewrite(mut self, block: &mut Block) -> Vec<Error> {
        self.visit_block_mut(block);
        if self.has_other_macros {
            block.stmts.splice(0..0, self.macros());
        }
        self.errors
    }

    /// The body's own `yield_!` and `yield_from!`. Both are used once, for nothing, as rustc before
    /// 1.95 would warn of those that are not.
    fn macros(&self) -> [Stmt; 2] {
        let site = Span::mixed_site();
        let [yield_, yield_from] =
            ["yield_", "yield_from"].map(|name| Ident::new(name, Span::call_site()));
        let nothing = self.channel.put(&quote!(()), self.yielded, site);
        let something = self.channel.put(&quote_spanned!(site=> $value), self.yielded, site);
        let delegate = self.channel.delegate(&quote_spanned!(site=> $delegate), site);
        let item = |tokens| Stmt::Item(Item::Verbatim(tokens));
        [
            item(quote_spanned! {site=>
                macro_rules! #yield_ {
                    (@used) => {};
                    () => { #nothing };
                    ($value:expr $(,)?) => { #something };
                }
                #yield_!(@used);
            }),
            item(quote_spanned! {site=>
                macro_rules! #yield_from {
                    (@used) => {};
                    ($delegate:expr $(,)?) => { #delegate };
                }
                #yield_from!(@used);
            }),
        ]
    }

    fn refuse(&mut self, span: Span, reason: Diagnostic<'_>) {
        self.errors.push(reason.at(span));
    }

    /// Whether a yield at `span` is refused because of what is around it.
    fn refuse_inside(&mut self, span: Span, name: &'static str) -> bool {
        let Some(enclosure) = self.inside else {
            return false;
        };
        let in_async_braces = enclosure == Enclosure::AsyncBlock && !self.under_attribute;
        self.refuse(span, Diagnostic::Enclosed { name, enclosure, in_async_braces });
        true
    }

    fn rewrite_yield(&mut self, span: Span, value: Option<&mut Expr>) -> TokenStream {
        self.suspensions += 1;
        if self.refuse_inside(span, "yield_!") {
            return quote_spanned!(span=> ::core::unreachable!());
        }
        let Some(value) = value else {
            return self.channel.put(&quote_spanned!(span=> ()), self.yielded, span);
        };
        self.visit_expr_mut(value);
        self.channel.put(&value.to_token_stream(), self.yielded, span)
    }

    fn rewrite_yield_from(&mut self, span: Span, value: Option<&mut Expr>) -> TokenStream {
        self.suspensions += 1;
        if self.refuse_inside(span, "yield_from!") {
            return quote_spanned!(span=> ::core::unreachable!());
        }
        let Some(value) = value else {
            self.refuse(span, Diagnostic::NoDelegate);
            return quote_spanned!(span=> ::core::unreachable!());
        };
        self.visit_expr_mut(value);
        self.channel.delegate(&value.to_token_stream(), value.span())
    }

    /// The rewritten call of one of our macros; `None` if it is another macro's.
    fn rewrite_macro(&mut self, call: &Macro) -> Option<TokenStream> {
        if !is_ours(call) {
            return None;
        }
        let name = call.path.segments.last()?.ident.to_string();
        let span = call.path.span();
        // Where something is missing at the end, the error stands at the closing delimiter.
        let mut values = match call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
        {
            Ok(values) => values,
            Err(error) => {
                self.errors.push(error);
                return Some(quote_spanned!(span=> ::core::unreachable!()));
            }
        };
        if let Some(second) = values.get(1) {
            let span = second.span();
            self.refuse(span, Diagnostic::SeveralValues { name: &name });
        }
        let value = values.first_mut();
        Some(match name.as_str() {
            "yield_" => self.rewrite_yield(span, value),
            _ => self.rewrite_yield_from(span, value),
        })
    }

    /// The rewritten keyword form.
    fn rewrite_keyword(&mut self, keyword: &mut ExprYield) -> TokenStream {
        let span = keyword.yield_token.span;
        if let Some(Expr::Unary(unary)) = keyword.expr.as_deref() {
            let delimited = matches!(
                *unary.expr,
                Expr::Paren(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Block(_)
            );
            if self.under_attribute && delimited && matches!(unary.op, UnOp::Not(_)) {
                self.refuse(span, Diagnostic::YieldBang);
                return quote_spanned!(span=> ::core::unreachable!());
            }
        }
        self.rewrite_yield(span, keyword.expr.as_deref_mut())
    }

    /// Remembers another macro. Where it is one of std, what it is given are expressions, in which
    /// the same is refused as elsewhere.
    fn see_other_macro(&mut self, call: &Macro) {
        self.has_other_macros = true;
        if let Some(mut arguments) = arguments_of_std(call) {
            self.visit_expr_mut(&mut arguments); // and nobody wants what becomes of them
        } else if call.path.segments.last().is_none_or(|name| name.ident != "co")
            && mention_yields(call.tokens.clone())
        {
            self.suspensions += 1;
        }
    }

    fn within(&mut self, inside: Enclosure, visit: impl FnOnce(&mut Self)) {
        let outer = self.inside.replace(inside);
        visit(self);
        self.inside = outer;
    }

    /// Whether the body is suspended in what `visit` visits.
    fn is_suspended_in(&mut self, visit: impl FnOnce(&mut Self)) -> bool {
        let before = self.suspensions;
        visit(self);
        self.suspensions > before
    }

    fn visit_repeat(&mut self, repeat: &mut ExprRepeat) {
        self.visit_attributes_mut(&mut repeat.attrs);
        self.visit_expr_mut(&mut repeat.expr);
        self.within(Enclosure::Constant, |this| this.visit_expr_mut(&mut repeat.len));
    }

    /// `list[index][…]`. When rustc has computed the index of a place, it doesn't keep it over a
    /// suspension, and goes on with whatever is there then (before 1.99, in any `async` block;
    /// where `list` is an array or a slice, which can't be seen here).
    fn visit_index(&mut self, index: &mut ExprIndex) {
        self.visit_attributes_mut(&mut index.attrs);
        let of_element = is_element(&index.expr) && !is_range(&index.index);
        self.visit_expr_mut(&mut index.expr);
        if self.is_suspended_in(|this| this.visit_expr_mut(&mut index.index)) && of_element {
            self.errors.push(Diagnostic::IndexBeforeIndex.on(&index.expr));
        }
    }

    /// `match list[index] { … if … => … }`, of which the same is true.
    fn visit_match(&mut self, matched: &mut ExprMatch) {
        self.visit_attributes_mut(&mut matched.attrs);
        let of_element = is_element(&matched.expr);
        self.visit_expr_mut(&mut matched.expr);
        for arm in &mut matched.arms {
            self.visit_attributes_mut(&mut arm.attrs);
            let Pat::Guard(PatGuard { attrs, pat, guard, .. }) = &mut arm.pat else {
                self.visit_pat_mut(&mut arm.pat);
                self.visit_expr_mut(&mut arm.body);
                continue;
            };
            self.visit_attributes_mut(attrs);
            self.visit_pat_mut(pat);
            if self.is_suspended_in(|this| this.visit_expr_mut(guard)) && of_element {
                self.errors.push(Diagnostic::IndexBeforeGuard.on(&matched.expr));
            }
            self.visit_expr_mut(&mut arm.body);
        }
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

/// A block that is an expression wherever it stands: in parentheses, it is not taken for a
/// statement or the body of a loop.
fn expression(block: TokenStream) -> TokenStream {
    let span = block.span();
    quote_spanned!(span=> ({ #block }))
}

impl VisitMut for Rewriter<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let rewritten = match expr {
            Expr::Macro(ExprMacro { mac, attrs }) => {
                let rewritten = self.rewrite_macro(mac);
                if rewritten.is_none() {
                    self.see_other_macro(mac);
                }
                self.visit_attributes_mut(attrs);
                rewritten.map(|rewritten| quote!(#(#attrs)* #rewritten))
            }
            Expr::Yield(keyword) => {
                self.visit_attributes_mut(&mut keyword.attrs);
                let rewritten = self.rewrite_keyword(keyword);
                let attributes = &keyword.attrs;
                Some(quote!(#(#attributes)* #rewritten))
            }
            Expr::Await(awaited) if self.inside.is_none() => {
                self.suspensions += 1;
                if self.channel == YieldLowering::Sync {
                    self.refuse(awaited.await_token.span, Diagnostic::AwaitInSync);
                }
                None
            }
            Expr::Index(index) => return self.visit_index(index),
            Expr::Match(matched) => return self.visit_match(matched),
            Expr::Verbatim(_) => {
                self.has_other_macros = true;
                None
            }
            Expr::Closure(closure) => {
                return self.within(Enclosure::Closure, |this| {
                    visit_mut::visit_expr_closure_mut(this, closure)
                });
            }
            Expr::Async(block) => {
                return self.within(Enclosure::AsyncBlock, |this| {
                    visit_mut::visit_expr_async_mut(this, block)
                });
            }
            Expr::Const(block) => {
                return self.within(Enclosure::Constant, |this| {
                    visit_mut::visit_expr_const_mut(this, block)
                });
            }
            Expr::Repeat(repeat) => return self.visit_repeat(repeat),
            _ => None,
        };
        match rewritten {
            Some(rewritten) => *expr = Expr::Verbatim(rewritten),
            None => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        // A macro call with braces is a statement of its own; what it is rewritten to needs a
        // semicolon for that.
        if let Some((_last, stmts)) = block.stmts.split_last_mut() {
            for stmt in stmts {
                if let Stmt::Macro(call) = stmt {
                    if is_ours(&call.mac) {
                        call.semi_token.get_or_insert_default();
                    }
                }
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(call) = stmt {
            self.visit_attributes_mut(&mut call.attrs);
            match self.rewrite_macro(&call.mac) {
                Some(rewritten) => {
                    let attributes = &call.attrs;
                    *stmt = Stmt::Expr(
                        Expr::Verbatim(quote!(#(#attributes)* #rewritten)),
                        call.semi_token,
                    );
                }
                None => self.see_other_macro(&call.mac),
            }
            return;
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    /// On a statement or an expression, which only nightly has macros for.
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if self.inside == Some(Enclosure::Item) || is_built_in(&attribute.meta) {
            return;
        }
        if !is_of_a_tool(&attribute.meta) {
            self.errors.push(Diagnostic::MacroInBody.on(&attribute));
        }
        *attribute = parse_quote!(#[allow()]);
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

/// Whether this is `yield_!` or `yield_from!`.
fn is_ours(call: &Macro) -> bool {
    let segments: Vec<String> =
        call.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    matches!(
        segments.iter().map(String::as_str).collect::<Vec<_>>()[..],
        ["yield_" | "yield_from"] | ["cogen", "yield_" | "yield_from"]
    )
}

/// Whether some attribute macro, ours among them, will have its own say on the yields of an inner
/// function.
fn is_left_to_another_macro(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| !is_built_in(&attribute.meta))
}

/// What a macro of std is given, as one expression.
fn arguments_of_std(call: &Macro) -> Option<Expr> {
    const OTHERS: [&str; 17] = [
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
        "panic",
        "print",
        "println",
        "unreachable",
        "vec",
        "write",
        "writeln",
    ];
    let path =
        call.path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>();
    let name = match path.as_slice() {
        [name] => name,
        [library, name] if ["alloc", "core", "std"].contains(&library.as_str()) => name,
        _ => return None,
    };
    let tokens = &call.tokens;
    if name == "matches" {
        let of_matches = |input: ParseStream<'_>| {
            let (value, _, pattern, guard): (Expr, Token![,], _, _) = (
                input.parse()?,
                input.parse()?,
                Pat::parse_multi_with_leading_vert(input)?,
                input.parse::<TokenStream>()?,
            );
            syn::parse2(quote!(match #value { #pattern #guard => {} }))
        };
        return of_matches.parse2(tokens.clone()).ok();
    }
    if !OTHERS.contains(&name.as_str()) {
        return None;
    }
    Some(match syn::parse2(quote!([#tokens])).ok()? {
        // The length of a `vec!` is no constant.
        Expr::Repeat(ExprRepeat { expr, len, .. }) => parse_quote!((#expr, #len)),
        arguments => arguments,
    })
}

/// Whether there may be a yield of ours among the tokens of another macro.
fn mention_yields(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mention_yields(group.stream()),
        TokenTree::Ident(ident) => ident == "yield_" || ident == "yield_from",
        _ => false,
    })
}

fn is_yield_bang(ident: &Ident, rest: &[TokenTree]) -> bool {
    ident == "yield"
        && matches!(
            rest,
            [TokenTree::Punct(bang), TokenTree::Group(group), ..]
                if bang.as_char() == '!' && group.delimiter() != Delimiter::None
        )
}

/// Turns `yield ! (…)` into `yield_ ! (…)`, at every depth: in `co!`, nothing has been parsed
/// before.
pub(crate) fn accept_yield_bang(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens
        .iter()
        .enumerate()
        .map(|(at, token)| match token {
            TokenTree::Group(group) => {
                let mut accepted = Group::new(group.delimiter(), accept_yield_bang(group.stream()));
                accepted.set_span(group.span());
                TokenTree::Group(accepted)
            }
            TokenTree::Ident(ident) if is_yield_bang(ident, &tokens[at + 1..]) => {
                TokenTree::Ident(format_ident!("yield_", span = ident.span()))
            }
            token => token.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(source: &str) -> TokenStream {
        source.parse().unwrap()
    }

    #[test]
    fn the_literal_macro_form_is_accepted_at_every_depth() {
        let accepted = accept_yield_bang(tokens("yield!(a); vec![yield![b]]; yield !c; yield (d)"));
        assert_eq!(
            accepted.to_string(),
            tokens("yield_!(a); vec![yield_![b]]; yield !c; yield (d)").to_string()
        );
    }
}

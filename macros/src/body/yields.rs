//! The yields in plain sight: what each becomes, and which of them can't work.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprYield, Lifetime, Macro, Token, Type, UnOp};

use crate::body::Rewriter;
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
    pub(super) fn put(self, value: &TokenStream, yielded: &Type, span: Span) -> TokenStream {
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
    ///
    /// The delegate is a local of its own type, so that the body's type says what it holds as
    /// directly as possible. The result of a poll is gone before the body is suspended: neither it
    /// nor the way to the slot takes room in the frame. The temporaries of `delegate` live as long
    /// as the delegate.
    pub(super) fn delegate(self, delegate: &TokenStream, span: Span) -> TokenStream {
        let [handle, slot, delegation, own, value, next] =
            ["handle", "slot", "delegation", "delegate", "value", "next"]
                .map(|name| hidden(name, span));
        let stay = self.stay(span);
        expression(match self {
            Self::Sync => quote_spanned! {handle.span()=>
                #stay
                let #delegation = #handle.delegation();
                let (#value, #next) = match #delegation.begin(#delegate) {
                    mut #own => loop {
                        match #delegation.poll(&mut #own, #slot) {
                            ::core::task::Poll::Ready(#value) => break #value,
                            ::core::task::Poll::Pending => {}
                        }
                        #slot = #handle.slot().await;
                    },
                };
                #slot = #next;
                #value
            },
            Self::Async => quote_spanned! {handle.span()=>
                #stay
                let #delegation = #handle.delegation();
                match #delegation.begin(match #handle.choose(#delegate) {
                    mut #value => #value.take(),
                }) {
                    mut #own => loop {
                        let #next = #handle.relay().await;
                        match #delegation.poll(&mut #own, #next) {
                            ::core::task::Poll::Ready(#value) => break #value,
                            ::core::task::Poll::Pending => {}
                        }
                    },
                }
            },
        })
    }
}

/// A block that is an expression wherever it stands: in parentheses, it is not taken for a
/// statement or the body of a loop.
fn expression(block: TokenStream) -> TokenStream {
    let span = block.span();
    quote_spanned!(span=> ({ #block }))
}

impl Rewriter<'_> {
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
        self.suspensions.count();
        if self.refuse_inside(span, "yield_!") {
            return quote_spanned!(span=> ::core::unreachable!());
        }
        let Some(value) = value else {
            return self.lowering.put(&quote_spanned!(span=> ()), self.yielded, span);
        };
        self.visit_expr_mut(value);
        self.lowering.put(&value.to_token_stream(), self.yielded, span)
    }

    fn rewrite_yield_from(&mut self, span: Span, value: Option<&mut Expr>) -> TokenStream {
        self.suspensions.count();
        if self.refuse_inside(span, "yield_from!") {
            return quote_spanned!(span=> ::core::unreachable!());
        }
        let Some(value) = value else {
            self.refuse(span, Diagnostic::NoDelegate);
            return quote_spanned!(span=> ::core::unreachable!());
        };
        self.visit_expr_mut(value);
        self.lowering.delegate(&value.to_token_stream(), value.span())
    }

    /// The rewritten call of one of our macros; `None` if it is another macro's.
    pub(super) fn rewrite_macro(&mut self, call: &Macro) -> Option<TokenStream> {
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
    pub(super) fn rewrite_keyword(&mut self, keyword: &mut ExprYield) -> TokenStream {
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
}

/// Whether this is `yield_!` or `yield_from!`.
pub(super) fn is_ours(call: &Macro) -> bool {
    let segments: Vec<String> =
        call.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    matches!(
        segments.iter().map(String::as_str).collect::<Vec<_>>()[..],
        ["yield_" | "yield_from"] | ["cogen", "yield_" | "yield_from"]
    )
}

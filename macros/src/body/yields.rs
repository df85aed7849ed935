//! The yields in plain sight: what each becomes, and which of them can't work.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprYield, Macro, Token, UnOp};

use crate::body::Rewriter;
use crate::diagnostics::{Diagnostic, Enclosure};
use crate::parse::machine::Ends;

impl Ends {
    /// What stands at the head of each yield: it compiles only where the body's label can be
    /// reached, and only if the names that follow have the types of the body's own. Labels can't be
    /// captured, and nobody else has values of these types, so the names are what the macro means.
    pub(crate) fn stay(&self, span: Span) -> TokenStream {
        let (mut label, ends) = (self.label.clone(), self.all(span));
        label.set_span(label.span().located_at(span));
        quote_spanned!(self.site(span)=> if false { break #label #ends })
    }

    /// The `.await` at which the body is suspended. It has the hygiene of the user's `async`: the
    /// compiler shows it where something is held that another thread must not have.
    fn suspension(&self, span: Span) -> TokenStream {
        quote_spanned!(self.keyword.located_at(span)=> .await)
    }

    /// The span of the outermost expression of what stands for `place`. Where its value is dropped,
    /// it has the user's hygiene, as the compiler speaks of a value that isn't used only there, and
    /// elsewhere ours, or clippy would mend it, with the text of this place.
    pub(super) fn outer(&self, place: Span, is_dropped: bool) -> Span {
        if is_dropped { place } else { self.site(place) }
    }

    /// The expression that gives `value` out, at the `span` of the yield. Its outermost expression
    /// has the span `outer`.
    ///
    /// The temporaries of `value` are gone before the body is suspended. So is the way to the slot:
    /// it is given up with the value, and a new one comes with the argument; an async body asks
    /// for it at each poll.
    fn put(&self, value: &TokenStream, span: Span, outer: Span) -> TokenStream {
        let (site, stay, handle) = (self.site(span), self.stay(span), self.handle(span));
        let [name, argument, next] =
            ["value", "argument", "next"].map(|name| self.hidden(name, span));
        let (yielded, wait) = (&self.yielded, self.suspension(span));
        // Where the type is inferred, an error about another one stands at the argument.
        let take = if self.is_inferred {
            quote_spanned!(site=> let #name = #handle.yielded(#value);)
        } else {
            quote_spanned!(site=> let #name: #yielded = #value;)
        };
        match self.slot(span) {
            Some(slot) => self.expression(
                outer,
                &quote_spanned! {site=>
                    #stay
                    {
                        #take
                        #slot.put(#name);
                    }
                    let (#argument, #next) = #handle.suspend()#wait;
                    #slot = #next;
                    #argument
                },
            ),
            None => self.expression(
                outer,
                &quote_spanned! {site=>
                    #stay
                    let #next = {
                        #take
                        #handle.yield_value(#name)
                    };
                    #next #wait
                },
            ),
        }
    }

    /// The expression that lets `delegate` run in the place of the body.
    ///
    /// The body holds the delegate itself, and not a future that wraps it: the fewer types stand
    /// around it, the deeper delegations the compiler looks into for `Send`. What begins the
    /// `match` keeps the temporaries of the delegate's expression.
    fn delegate(&self, delegate: &TokenStream, span: Span, outer: Span) -> TokenStream {
        let (site, stay, handle) = (self.site(span), self.stay(span), self.handle(span));
        let [delegation, running, value, next] =
            ["delegation", "delegate", "value", "next"].map(|name| self.hidden(name, span));
        let (krate, wait) = (self.krate(span), self.suspension(span));
        let poll = quote_spanned!(site=> #krate::__private::core::task::Poll);
        match self.slot(span) {
            Some(slot) => self.expression(
                outer,
                &quote_spanned! {site=>
                    #stay
                    let #delegation = #handle.delegation();
                    let (#value, #next) = match #delegation.begin(#delegate) {
                        mut #running => loop {
                            match #delegation.poll(&mut #running, #slot) {
                                #poll::Ready(#value) => break #value,
                                #poll::Pending => {}
                            }
                            #slot = #handle.slot()#wait;
                        },
                    };
                    #slot = #next;
                    #value
                },
            ),
            None => self.expression(
                outer,
                &quote_spanned! {site=>
                    #stay
                    let #delegation = #handle.delegation();
                    match #delegation.begin(match #handle.choose(#delegate) {
                        mut #value => #value.take(),
                    }) {
                        mut #running => loop {
                            let #next = #handle.relay()#wait;
                            match #delegation.poll(&mut #running, #next) {
                                #poll::Ready(#value) => break #value,
                                #poll::Pending => {}
                            }
                        },
                    }
                },
            ),
        }
    }

    /// The expression that waits for `future`, which is polled with the context of whoever polls
    /// the body. It is what the compiler makes of an `.await`, whose place is `span`. Where the
    /// value is dropped, that is in a tuple as above, which begins at `dropped_at`; elsewhere the
    /// frame would become larger by it.
    pub(super) fn wait(&self, future: &Expr, span: Span, dropped_at: Option<Span>) -> TokenStream {
        let (site, stay, handle) = (self.site(span), self.stay(span), self.handle(span));
        let [running, value, next] =
            ["future", "value", "next"].map(|name| self.hidden(name, span));
        let (krate, wait) = (self.krate(span), self.suspension(span));
        let poll = quote_spanned!(site=> #krate::__private::core::task::Poll);
        let value = quote_spanned! {site=>
            match #handle.future(#future) {
                mut #running => {
                    #stay
                    loop {
                        let #next = #handle.relay()#wait;
                        match #handle.wait(&mut #running, #next) {
                            #poll::Ready(#value) => break #value,
                            #poll::Pending => {}
                        }
                    }
                }
            }
        };
        match dropped_at {
            Some(outer) => quote_spanned!(outer=> (#value,).0),
            None => quote_spanned!(site=> (#value)),
        }
    }

    /// What stands for a yield that is refused: none of the names that a yield has.
    fn nothing(&self, span: Span) -> TokenStream {
        let krate = self.krate(span);
        quote_spanned!(self.site(span)=> #krate::__private::diverge())
    }

    /// The block as an expression that is a statement or the body of a loop nowhere, and of which
    /// the compiler, if its type is wrong, says no more than that.
    fn expression(&self, outer: Span, block: &TokenStream) -> TokenStream {
        let block = quote_spanned!(self.site(outer)=> { #block });
        quote_spanned!(outer=> (#block,).0)
    }

    /// The body's own `yield_!` and `yield_from!`, for those that other macros carry. Both are used
    /// once, for nothing, as rustc before 1.95 would warn of those that are not.
    pub(super) fn macros(&self) -> TokenStream {
        let site = self.own_site();
        let [yield_, yield_from] =
            ["yield_", "yield_from"].map(|name| Ident::new(name, Span::call_site()));
        let nothing = self.put(&quote!(()), site, site);
        let something = self.put(&quote_spanned!(site=> $value), site, site);
        let delegate = self.delegate(&quote_spanned!(site=> $delegate), site, site);
        quote_spanned! {site=>
            macro_rules! #yield_ {
                (@used) => {};
                () => { #nothing };
                ($value:expr $(,)?) => { #something };
            }
            #yield_!(@used);
            macro_rules! #yield_from {
                (@used) => {};
                ($delegate:expr $(,)?) => { #delegate };
            }
            #yield_from!(@used);
        }
    }
}

impl Rewriter<'_> {
    /// Whether a yield at `span` is refused because of what is around it. Then the names of the
    /// body's ends must not be written there: an attribute macro on an item would get them.
    fn refuse_inside(&mut self, span: Span, name: &'static str) -> bool {
        self.suspensions.count();
        let Some(enclosure) = self.inside else {
            return false;
        };
        let in_async_braces = enclosure == Enclosure::AsyncBlock && !self.under_attribute;
        self.refuse(span, Diagnostic::Enclosed { name, enclosure, in_async_braces });
        true
    }

    fn rewrite_yield(&mut self, span: Span, outer: Span, value: Option<&mut Expr>) -> TokenStream {
        if self.refuse_inside(span, "yield_!") {
            return self.ends.nothing(span);
        }
        let value = match value {
            Some(value) => {
                self.visit_expr_mut(value);
                value.to_token_stream()
            }
            None => quote_spanned!(span=> ()),
        };
        self.ends.put(&value, span, outer)
    }

    fn rewrite_yield_from(
        &mut self,
        span: Span,
        outer: Span,
        value: Option<&mut Expr>,
    ) -> TokenStream {
        if self.refuse_inside(span, "yield_from!") {
            return self.ends.nothing(span);
        }
        let Some(value) = value else {
            self.refuse(span, Diagnostic::NoDelegate);
            return self.ends.nothing(span);
        };
        self.visit_expr_mut(value);
        self.ends.delegate(&value.to_token_stream(), value.span(), outer)
    }

    /// The rewritten call of one of our macros; `None` if it is another macro's. Where its value is
    /// dropped, advice goes before it, elsewhere behind it.
    pub(super) fn rewrite_macro(&mut self, call: &Macro, is_dropped: bool) -> Option<TokenStream> {
        if !is_ours(call) {
            return None;
        }
        let name = call.path.segments.last()?.ident.to_string();
        let span = call.path.span();
        let place = if is_dropped { span } else { call.delimiter.span().join() };
        let outer = self.ends.outer(place, is_dropped);
        // Where something is missing at the end, the error stands at the closing delimiter.
        let mut values = match call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
        {
            Ok(values) => values,
            Err(error) => {
                self.refuse_as(error);
                return Some(self.ends.nothing(span));
            }
        };
        if let Some(second) = values.get(1) {
            let span = second.span();
            self.refuse(span, Diagnostic::SeveralValues { name: &name });
        }
        let value = values.first_mut();
        Some(match name.as_str() {
            "yield_" => self.rewrite_yield(span, outer, value),
            _ => self.rewrite_yield_from(span, outer, value),
        })
    }

    /// The rewritten keyword form.
    pub(super) fn rewrite_keyword(
        &mut self,
        keyword: &mut ExprYield,
        is_dropped: bool,
    ) -> TokenStream {
        let span = keyword.yield_token.span;
        let is_call = match keyword.expr.as_deref() {
            Some(Expr::Unary(unary)) if matches!(unary.op, UnOp::Not(_)) => matches!(
                *unary.expr,
                Expr::Paren(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Block(_)
            ),
            _ => false,
        };
        if is_call && self.under_attribute {
            self.refuse(span, Diagnostic::YieldBang);
        } else if self.in_macro {
            self.refuse(span, Diagnostic::KeywordInMacro);
        }
        let outer = self.ends.outer(span, is_dropped);
        let rewritten = self.rewrite_yield(span, outer, keyword.expr.as_deref_mut());
        if !self.under_attribute {
            return rewritten;
        }
        let krate = self.ends.krate(span);
        let hinted = quote_spanned!(self.ends.site(span)=> #krate::__keyword!(); #rewritten);
        self.ends.expression(outer, &hinted)
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

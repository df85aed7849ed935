//! The yields in plain sight: their rewritten forms, and the yields that are refused.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, ExprYield, Lifetime, Macro, Token, Type, UnOp};

use crate::body::Rewriter;
use crate::body::foreign_macros::names;
use crate::body::returned::is_value;
use crate::diagnostics::{Diagnostic, Enclosure};
use crate::parse::machine::Ends;
use crate::visitor::{Node, Visitor};

/// The extent of a rewritten expression in the user's code.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    start: Span,
    end: Span,
    /// Whether the expression is the expansion of a macro of ours, which may be called anywhere.
    is_expansion: bool,
}

impl Extent {
    /// Returns the extent from the first token of `expr` to `end`.
    pub(super) fn to(expr: &impl Spanned, end: Span) -> Self {
        Self { start: expr.span(), end, is_expansion: false }
    }

    /// Returns the field with this number of a tuple with these fields. The expression has this
    /// extent, and belongs to the user for the compiler. Only then does the compiler report that
    /// the value is unused or has a wrong type. For a wrong type, it reports nothing else.
    fn field(self, number: u8, fields: TokenStream) -> TokenStream {
        let mut tuple = Group::new(Delimiter::Parenthesis, fields);
        tuple.set_span(self.start);
        let mut dot = Punct::new('.', Spacing::Alone);
        dot.set_span(self.end);
        let number = at(number, self.end);
        TokenStream::from_iter([TokenTree::from(tuple), dot.into(), number.into()])
    }
}

/// Returns the number of a tuple's field. `quote!` would parse a literal each time.
fn at(number: u8, span: Span) -> Literal {
    let mut literal = Literal::u8_unsuffixed(number);
    literal.set_span(span);
    literal
}

impl From<Span> for Extent {
    fn from(span: Span) -> Self {
        Self { start: span, end: span, is_expansion: true }
    }
}

impl Ends {
    /// Returns the check at the start of each yield. It compiles only where the body's label can be
    /// reached. In an async body, it also compiles only if the caller's name has the type of a
    /// handle. No other code has values of that type, so the name refers to the macro's own. A
    /// yield of a sync body assigns to the caller's name, which is an error for nearly every item.
    pub(crate) fn stay(&self, span: Span, is_expansion: bool) -> TokenStream {
        let (site, krate) = (self.site(span), self.krate(span));
        let (label, caller) = (self.label(span), self.caller(span));
        let value = if self.is_async() && self.returns_unit {
            // In code that is never reached, the compiler doesn't infer the type from the label.
            Some(quote_spanned!(site=> #krate::__private::never::<_, ()>(#caller)))
        } else if self.is_async() {
            Some(quote_spanned!(site=> #krate::__private::never(#caller)))
        } else if self.returns_unit {
            None
        } else {
            Some(quote_spanned!(site=> #krate::__private::diverge()))
        };
        // In plain sight, another check comes first.
        if is_expansion {
            let leave = self.leave(&label, &value, span);
            return quote_spanned!(site=> if false { #leave });
        }
        quote_spanned!(site=> if false { break #label #value })
    }

    /// Returns the expression that leaves a block with a value. In a closure, the compiler would
    /// report the label and also the `break`, unless the `break` is in a block of its own.
    fn leave(&self, label: &Lifetime, value: &impl ToTokens, span: Span) -> TokenStream {
        let block = Lifetime::new("'_here", self.site(span));
        quote_spanned!(self.site(span)=> #block: { break #label #value })
    }

    /// Returns the `.await` at which the body is suspended. It has the hygiene of the user's
    /// `async`, so the compiler points to it if the body holds a value across it that isn't `Send`.
    fn suspension(&self, span: Span) -> TokenStream {
        quote_spanned!(self.keyword.located_at(span)=> .await)
    }

    /// Returns the expression that yields `value`, at the `span` of the yield.
    ///
    /// The temporaries of `value` are dropped before the body is suspended. So is the slot pointer:
    /// putting the value consumes it, and the argument comes with a new one, in a pair. An async
    /// body gets a relay pointer at each yield: before `value` is evaluated, so that the value is
    /// written directly to its place, or afterwards if the evaluation may suspend the body.
    fn put(
        &self,
        value: &TokenStream,
        may_suspend: bool,
        span: Span,
        extent: Extent,
    ) -> TokenStream {
        let (site, stay, handle) =
            (self.site(span), self.stay(span, extent.is_expansion), self.handle(span));
        let (name, next) = (self.hidden("value", span), self.hidden("next", span));
        let krate = self.krate(span);
        let (yielded, wait) = (&self.yielded, self.suspension(span));
        let take = if self.is_inferred {
            // An error about a wrong type points to the value.
            quote_spanned! {site=>
                let #name = #krate::__private::Yielded {
                    of: #handle.yields(),
                    value: #value,
                }.value;
            }
        } else if self.yields_elided {
            // An error about an elided lifetime points to the yield.
            quote_spanned! {site=>
                let #name: #yielded = #value;
                let #name = #handle.yielded(#name);
            }
        } else {
            quote_spanned!(site=> let #name: #yielded = #value;)
        };
        match self.slot(span) {
            Some(slot) => {
                let (first, second) = (at(0, site), at(1, site));
                let fields = quote_spanned! {site=>
                    #stay,
                    match {
                        #take
                        #slot.put(#name)
                    }#wait {
                        #next => {
                            #slot = #next.#second;
                            #next.#first
                        }
                    }
                };
                extent.field(1, fields)
            }
            None => {
                let find = quote_spanned!(site=> let #next = #handle.current()#wait;);
                let find_and_take =
                    if may_suspend { quote!(#take #find) } else { quote!(#find #take) };
                self.expression(
                    extent,
                    &stay,
                    &quote_spanned! {site=>
                        {
                            #find_and_take
                            #next.put(#name)
                        }#wait
                    },
                )
            }
        }
    }

    /// Returns the expression that delegates to `delegate`.
    ///
    /// The body holds the delegate itself, not a future that wraps it. With fewer types around the
    /// delegate, the compiler can check deeper delegations for `Send`. The scrutinee of the `match`
    /// keeps the temporaries of the delegate's expression alive.
    ///
    /// If there is a value `sent`, the delegate has started and is resumed with this value. It is
    /// evaluated after the delegate, and its expression may yield.
    fn delegate(
        &self,
        delegate: &TokenStream,
        sent: Option<&TokenStream>,
        span: Span,
        extent: Extent,
    ) -> TokenStream {
        let (site, stay, handle) =
            (self.site(span), self.stay(span, extent.is_expansion), self.handle(span));
        let hidden = |name: &str| self.hidden(name, span);
        let (delegation, running) = (hidden("delegation"), hidden("delegate"));
        let (value, next) = (hidden("value"), hidden("next"));
        // An error about the type of the sent value points there.
        let sent_at = sent.and_then(|sent| sent.clone().into_iter().next());
        let argument = self.hidden("argument", sent_at.map_or(span, |token| token.span()));
        let (krate, wait) = (self.krate(span), self.suspension(span));
        let poll = quote_spanned!(site=> #krate::__private::core::task::Poll);
        let delegate = if self.is_async() || self.is_recursive {
            quote_spanned! {site=>
                match #handle.choose(#delegate) {
                    mut #value => #value.__cogen_take(),
                }
            }
        } else {
            delegate.clone()
        };
        match self.slot(span) {
            Some(slot) => {
                let run = quote_spanned! {site=>
                    loop {
                        match #delegation.poll(&mut #running, #slot) {
                            #poll::Ready(#value) => break #value,
                            #poll::Pending => {}
                        }
                        #slot = #delegation.pause()#wait;
                    }
                };
                let send = sent.map(|sent| {
                    quote_spanned! {site=>
                        let #argument = #sent;
                        #slot = #delegation.send(&#running, #slot, #argument);
                    }
                });
                let run = quote_spanned! {site=>
                    {
                        #send
                        #slot = #delegation.enter(&mut #running, #slot);
                        #run
                    }
                };
                self.expression(
                    extent,
                    &quote_spanned! {site=>
                        #stay
                        let (#delegation, #next) = #slot.delegation();
                        #slot = #next;
                        let (#value, #next) = match #delegation.begin(#delegate) {
                            mut #running => #run,
                        };
                        #slot = #next;
                    },
                    &value,
                )
            }
            None => {
                let run =
                    self.poll_until_ready(&quote_spanned!(site=> #delegation.poll), &running, span);
                let run = match sent {
                    Some(sent) => quote_spanned! {site=>
                        {
                            let #argument = #sent;
                            let #next = #handle.relay()#wait;
                            #delegation.send(&#running, #next, #argument);
                            #run
                        }
                    },
                    None => run,
                };
                self.expression(
                    extent,
                    &quote_spanned! {site=>
                        #stay
                        let #delegation = #handle.delegation();
                    },
                    &quote_spanned! {site=>
                        match #delegation.begin(#delegate) {
                            mut #running => #run,
                        }
                    },
                )
            }
        }
    }

    /// Returns the expression that waits for `future`, which is polled with the outer context. It
    /// has the same form as the compiler's desugaring of an `.await`, and its place is `span`. In a
    /// tuple as above, the frame could become larger.
    pub(super) fn wait(&self, future: &Expr, span: Span, extent: Extent) -> TokenStream {
        let (site, stay, handle) =
            (self.site(span), self.stay(span, extent.is_expansion), self.handle(span));
        let running = self.hidden("future", span);
        let poll = quote_spanned!(site=> #handle.wait);
        let run = self.poll_until_ready(&poll, &running, span);
        let arm = quote_spanned! {site=>
            mut #running => {
                #stay
                #run
            }
        };
        let mut arms = Group::new(Delimiter::Brace, arm);
        arms.set_span(extent.end);
        let keyword = quote_spanned!(extent.start=> match);
        let future = quote_spanned!(site=> #handle.future(#future));
        // The parentheses have another span, or the expression would get their hygiene.
        quote_spanned!(self.own_site()=> (#keyword #future #arms))
    }

    /// Returns the loop of an async body that calls `poll` with `running` until it is ready.
    fn poll_until_ready(&self, poll: &TokenStream, running: &Ident, span: Span) -> TokenStream {
        let (site, handle, krate) = (self.site(span), self.handle(span), self.krate(span));
        let hidden = |name: &str| self.hidden(name, span);
        let (value, next) = (hidden("value"), hidden("next"));
        let wait = self.suspension(span);
        let ready = quote_spanned!(site=> #krate::__private::core::task::Poll);
        quote_spanned! {site=>
            loop {
                let #next = #handle.relay()#wait;
                match #poll(&mut #running, #next) {
                    #ready::Ready(#value) => break #value,
                    #ready::Pending => {}
                }
            }
        }
    }

    /// Returns the expression for a `?` in the body of an iterator or a stream, where an error or a
    /// `None` ends the body with the last item. It has the same form as the compiler's desugaring
    /// of a `?`, and its place is `span`.
    pub(super) fn question_mark(&self, value: &Expr, span: Span, extent: Extent) -> TokenStream {
        let (site, handle, krate) = (self.site(span), self.handle(span), self.krate(span));
        let hidden = |name: &str| self.hidden(name, span);
        let (output, residual, item) = (hidden("value"), hidden("residual"), hidden("item"));
        let leave = self.leave(&self.last(span), &item, span);
        let flow = quote_spanned!(site=> #krate::__private::core::ops::ControlFlow);
        // With the user's hygiene, errors show no expansion.
        let word = |name: &str| Ident::new(name, span);
        let (branch, last_item) = (word("branch"), word("last_item"));
        let value = quote_spanned! {site=>
            match #handle.#branch(#value) {
                #flow::Continue(#output) => #output,
                #flow::Break(#residual) => {
                    let #item = #handle.#last_item(#residual);
                    #leave
                }
            }
        };
        extent.field(0, quote_spanned!(site=> #value,))
    }

    /// Returns the statement that refuses a `?` if `alias` stands for an iterator or a stream.
    pub(super) fn returns_errors(&self, alias: &Type, span: Span) -> TokenStream {
        let (site, krate) = (self.site(span), self.krate(span));
        quote_spanned!(site=> if false { #krate::__private::returns_errors::<#alias>(); })
    }

    /// Returns the label of the block that a `?` leaves with the last item. Its name appears in the
    /// error about a `?` that can't reach it.
    fn last(&self, span: Span) -> Lifetime {
        Lifetime::new("'_question_mark_must_stay_in_its_iterator", self.site(span))
    }

    /// Returns the body of an iterator or a stream that a `?` may end. It yields the last item
    /// after everything that the body holds is dropped, and then returns `end`.
    pub(crate) fn with_last_item(&self, body: &TokenStream, end: &impl ToTokens) -> TokenStream {
        let site = self.own_site();
        let (krate, handle, last, yielded) =
            (self.krate(site), self.handle(site), self.last(site), &self.yielded);
        let item = self.hidden("item", site);
        let put = match self.slot(site) {
            // The root of a recursion resumes the delegating body, and only after the item was
            // yielded.
            Some(slot) if self.is_in_box => quote_spanned! {site=>
                let _ = #slot.put(#item).await;
            },
            Some(slot) => quote_spanned!(site=> #slot.put_last(#item);),
            None => quote_spanned!(site=> #handle.current().await.put_last(#item);),
        };
        quote_spanned! {site=>
            let #item: #yielded = #last: {
                if false {
                    break #last #krate::__private::diverge();
                }
                #body
            };
            #put
            return #end;
        }
    }

    /// Returns the expression for a refused yield. It contains none of the hidden names.
    fn nothing(&self, span: Span) -> TokenStream {
        let krate = self.krate(span);
        quote_spanned! {Span::call_site().located_at(span)=>
            match #krate::__private::diverge::<#krate::__private::core::convert::Infallible>() {}
        }
    }

    /// Returns the statements and `value` as an expression that is never a statement or the body of
    /// a loop.
    fn expression(
        &self,
        extent: Extent,
        statements: &TokenStream,
        value: &impl ToTokens,
    ) -> TokenStream {
        let site = self.site(extent.end);
        extent.field(0, quote_spanned!(site=> { #statements (#value,) }))
    }

    /// Returns the body's own `yield_!` and `yield_from!`, for the yields in other macros. Both are
    /// called once without effect, because rustc before 1.95 would warn that they are unused.
    pub(super) fn macros(&self) -> TokenStream {
        let site = self.own_site();
        let word = |name: &str| Ident::new(name, Span::call_site());
        let (yield_, yield_from) = (word("yield_"), word("yield_from"));
        let nothing = self.put(&quote!(()), false, site, site.into());
        let something = self.put(&quote_spanned!(site=> $value), true, site, site.into());
        let [delegate, sent] = [quote_spanned!(site=> $delegate), quote_spanned!(site=> $argument)];
        let delegate_to_started = self.delegate(&delegate, Some(&sent), site, site.into());
        let delegate = self.delegate(&delegate, None, site, site.into());
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
                ($delegate:expr, $argument:expr $(,)?) => { #delegate_to_started };
            }
            #yield_from!(@used);
        }
    }

    /// Returns `await_!` and `try_!`, which replace an `.await` and a `?` among the arguments of
    /// std's macros. Both are called once, as above.
    pub(super) fn operators(&self) -> TokenStream {
        let site = self.own_site();
        let value: Expr = Expr::Verbatim(quote_spanned!(site=> $value));
        let word = |name: &str| Ident::new(name, Span::call_site());
        let (await_, try_) = (word(AWAIT_AND_TRY[0]), word(AWAIT_AND_TRY[1]));
        let wait = self.is_async().then(|| self.wait(&value, site, site.into()));
        let question_mark = self.gives_items.then(|| self.question_mark(&value, site, site.into()));
        quote_spanned! {site=>
            macro_rules! #await_ {
                () => {};
                ($value:expr) => { #wait };
            }
            #await_!();
            macro_rules! #try_ {
                () => {};
                ($value:expr) => { #question_mark };
            }
            #try_!();
        }
    }
}

/// The names of the macros that replace an `.await` and a `?`. `dbg!` shows these names.
pub(super) const AWAIT_AND_TRY: [&str; 2] = ["await_", "try_"];

impl Rewriter<'_> {
    /// Refuses a yield at `span` if its enclosure requires that, and returns whether it did. Then
    /// the hidden names must not be written there, because an attribute macro on an item would
    /// receive them.
    fn refuse_inside(&mut self, span: Span, name: &'static str) -> bool {
        self.suspensions.count();
        let Some(enclosure) = self.inside else {
            return false;
        };
        let in_async_braces = enclosure == Enclosure::AsyncBlock && !self.under_attribute;
        self.refuse(span, Diagnostic::Enclosed { name, enclosure, in_async_braces });
        true
    }

    fn rewrite_yield(
        &mut self,
        span: Span,
        extent: Extent,
        value: Option<&mut Expr>,
    ) -> TokenStream {
        if self.refuse_inside(span, "yield_!") {
            return self.ends.nothing(span);
        }
        let (value, may_suspend) = match value {
            Some(value) => {
                let is_value = is_value(value);
                let may_suspend = self.is_suspended_in(|this| this.visit_expr_mut(value));
                if is_value && self.ends.yields_unit() {
                    *value = self.ends.yielded(value);
                }
                (value.to_token_stream(), may_suspend)
            }
            None => (quote_spanned!(span=> ()), false),
        };
        self.ends.put(&value, may_suspend, span, extent)
    }

    fn rewrite_yield_from(
        &mut self,
        span: Span,
        extent: Extent,
        value: Option<&mut Expr>,
        sent: Option<&mut Expr>,
    ) -> TokenStream {
        if self.refuse_inside(span, "yield_from!") {
            return self.ends.nothing(span);
        }
        let Some(value) = value else {
            self.refuse(span, Diagnostic::NoDelegate);
            return self.ends.nothing(span);
        };
        self.visit_expr_mut(value);
        let sent = sent.map(|sent| {
            self.visit_expr_mut(sent);
            sent.to_token_stream()
        });
        self.ends.delegate(&value.to_token_stream(), sent.as_ref(), value.span(), extent)
    }

    /// Returns the rewritten call of one of our macros, or `None` for another macro.
    pub(super) fn rewrite_macro(&mut self, call: &Macro) -> Option<TokenStream> {
        if !is_ours(call) {
            return None;
        }
        let name = call.path.segments.last()?.ident.to_string();
        let span = call.path.span();
        let extent =
            Extent { start: span, end: call.delimiter.span().close(), is_expansion: false };
        // If something is missing at the end, the error points to the closing delimiter.
        let mut values = match call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
        {
            Ok(values) => values,
            Err(error) => {
                self.refuse_as(error);
                return Some(self.ends.nothing(span));
            }
        };
        if let Some(used) = &mut self.used {
            values.iter_mut().for_each(|value| used.visit(&mut Node::Expr(value)));
        }
        let delegates = name == "yield_from";
        if let Some(other) = values.get(1 + usize::from(delegates)) {
            let (span, reason) = (
                other.span(),
                match delegates {
                    true => Diagnostic::SeveralArguments,
                    false => Diagnostic::SeveralValues,
                },
            );
            self.refuse(span, reason);
        }
        let mut values = values.iter_mut();
        let (value, sent) = (values.next(), values.next());
        Some(match delegates {
            true => self.rewrite_yield_from(span, extent, value, sent),
            false => self.rewrite_yield(span, extent, value),
        })
    }

    /// Returns the rewritten keyword form.
    pub(super) fn rewrite_keyword(&mut self, keyword: &mut ExprYield) -> TokenStream {
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
        let last = keyword.expr.to_token_stream().into_iter().last();
        let extent =
            Extent { start: span, end: last.map_or(span, |last| last.span()), is_expansion: false };
        let rewritten = self.rewrite_yield(span, extent, keyword.expr.as_deref_mut());
        self.hint_at_keyword(span, extent, rewritten)
    }

    /// Returns the rewritten postfix form.
    pub(super) fn rewrite_postfix(&mut self, call: &mut ExprMethodCall) -> TokenStream {
        let span = call.method.span();
        if self.in_macro {
            self.refuse(span, Diagnostic::KeywordInMacro);
        }
        let extent = Extent::to(&call.receiver, span);
        let rewritten = self.rewrite_yield(span, extent, Some(&mut call.receiver));
        self.hint_at_keyword(span, extent, rewritten)
    }

    /// Returns a rewritten `yield`, with a warning where rustc refuses the keyword. A refused one
    /// gets none: an attribute macro on an item would receive the hygiene of the hidden names.
    fn hint_at_keyword(&self, span: Span, extent: Extent, rewritten: TokenStream) -> TokenStream {
        if !self.under_attribute || self.inside.is_some() {
            return rewritten;
        }
        let krate = self.ends.krate(span);
        let hint = quote_spanned!(self.ends.site(span)=> #krate::__keyword!(););
        self.ends.expression(extent, &hint, &rewritten)
    }
}

/// Returns whether this is `yield_!` or `yield_from!`.
pub(super) fn is_ours(call: &Macro) -> bool {
    let name = names(&call.path);
    matches!(name.strip_prefix("cogen::").unwrap_or(&name), "yield_" | "yield_from")
}

//! The state machine: the call of the library's macro that makes it, and the `async` block in it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::body::{self, Rewritten};
use crate::diagnostics::{compile_error, compile_errors};
use crate::parse::item::Body;
use crate::parse::machine::{self, Input};
use crate::parse::signature::Coroutine;

/// Returns the input of `__machine!`: the types, the arguments that could be unused, the first
/// statements, and the body. `origin` is the kind of the body, see `__machine!`.
pub(crate) fn machine(
    coroutine: &Coroutine,
    origin: &str,
    unused: &TokenStream,
    first: &TokenStream,
    body: &Body,
) -> TokenStream {
    let Coroutine { shape, argument, yielded, returned, .. } = coroutine;
    let word = |name: &str| Ident::new(name, Span::mixed_site());
    let (kind, origin) = (word(if shape.is_async() { "async" } else { "sync" }), word(origin));
    let mut returns = Group::new(Delimiter::Parenthesis, TokenStream::new());
    returns.set_span(returned.span());
    let keyword = Ident::new("async", body.span());
    quote! {
        #keyword; #kind #origin #returns [#argument] [#yielded] [#returned]
        [#unused] [#first] #body
    }
}

/// Expands `body!`: the `async` block of a machine.
///
/// The `return` that never runs tells the compiler the type that the body returns. Nothing else in
/// an `async` block does so, and error messages point to the place where the type was first seen.
/// The yields leave the label's block by `break`, in branches that never run. So the compiler
/// doesn't warn about code after a body that doesn't end. A body that ends with a value, or
/// contains other macros, is in a block inside of the label's block. Its `else` that never runs
/// prevents warnings about braces and, again, about a body that doesn't end.
///
/// The `async` block ends with a statement, not with a value: clippy reports a value that is a
/// future, but the body returns it for the caller to await.
///
/// The block has the place of the body's braces, and its keywords are the user's, because rustc
/// names captured variables only outside of macros.
pub(crate) fn body(input: TokenStream) -> TokenStream {
    let (Input { ends, keyword, under_attribute, returns, returned, arguments, first }, body) =
        match machine::read(input) {
            Ok(input) => input,
            Err(error) => {
                let error = compile_error(error);
                return quote_spanned!(Span::mixed_site()=> async move { #error });
            }
        };
    let (site, place) = (ends.own_site(), body.span());
    let (krate, label, handle) = (ends.krate(site), ends.label(site), ends.handle(site));
    let value = ends.hidden("value", site);
    let there = ends.site(returns);
    let of_type = ends.krate(there);
    let never = match ends.returns_unit {
        true => quote_spanned!(there=> return;),
        false => quote_spanned!(there=> return #of_type::__private::diverge::<#returned>();),
    };
    let never =
        (!machine::is_inferred(&returned)).then(|| quote_spanned!(site=> if false { #never }));
    let content = match body::rewrite(body, &ends, arguments, under_attribute) {
        Ok(rewritten) => {
            let Rewritten { macros, conditional, unused, yields, may_end, body, .. } = rewritten;
            let hidden_return = rewritten.hidden_return;
            let never = never.filter(|_| hidden_return.is_none());
            let end = hidden_return.map(|hidden| ends.end(hidden));
            let choose_end = hidden_return.map(|hidden| ends.choose_end(hidden));
            let find = ends
                .slot(site)
                .map(|slot| quote_spanned!(site=> let mut #slot = #handle.slot().await;));
            let level = rewritten.is_unsequenced.then(|| {
                quote_spanned! {site=>
                    #[cfg_attr(clippy, allow(clippy::mixed_read_write_in_expression))]
                }
            });
            let typed = || {
                quote_spanned! {site=>
                    let #value: #returned = if true #body else { #krate::__private::diverge() };
                }
            };
            let stay = (!yields).then(|| ends.stay(site, false));
            let gives_nothing = !rewritten.may_yield && !may_end && ends.returns_unit;
            let hint = (under_attribute && gives_nothing)
                .then(|| quote_spanned!(there=> #of_type::__no_yield!();));
            let returns_value = !ends.returns_unit && end.is_none();
            let block = if returns_value {
                let typed = typed();
                quote_spanned!(site=> return #label: { #macros #stay #typed #value };)
            } else if rewritten.has_value || !yields || !macros.is_empty() || end.is_some() {
                let typed = typed();
                quote_spanned!(site=> #label: { #macros #stay #typed };)
            } else {
                // The braces have the label's hygiene. Otherwise, the compiler would take the place
                // of the return type for the end of the block.
                let (label, block) =
                    (ends.label(body.end()), Body::new(body.tokens(), ends.site(place)));
                quote_spanned!(site=> #label: #block;)
            };
            let leave = (!returns_value && (may_end || end.is_some()))
                .then(|| quote_spanned!(site=> #choose_end return #end;));
            let before = quote_spanned!(site=> #hint #conditional #unused #first);
            let body = quote_spanned!(site=> #level #block #leave);
            // An item in the first statements doesn't have the names of our own statements.
            let body =
                if before.is_empty() { body } else { quote_spanned!(site=> { #before #body };) };
            let body = if may_end { ends.with_last_item(&body, &end) } else { body };
            quote_spanned!(site=> #never #find #body)
        }
        Err(errors) => {
            let errors = compile_errors(errors);
            quote_spanned! {site=>
                #never
                #first
                #errors
                loop {}
            }
        }
    };
    let block = Body::new(content, place);
    quote_spanned!(place=> #keyword move #block)
}

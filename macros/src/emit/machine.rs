//! The state machine: the call of the library's macro that makes it, and the `async` block in it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Error;
use syn::spanned::Spanned;

use crate::body::{self, Rewritten};
use crate::parse::item::Body;
use crate::parse::machine::{self, Input};
use crate::parse::signature::Coroutine;

/// What `__machine!` gets: the arguments that could be unused, what is done first, then the body,
/// which is that of a `function`, of one that gives `items`, of a `block`, or of a
/// `block_of_items`.
pub(crate) fn machine(
    coroutine: &Coroutine,
    origin: &str,
    unused: &TokenStream,
    first: &TokenStream,
    body: &Body,
) -> TokenStream {
    let Coroutine { shape, argument, yielded, returned, .. } = coroutine;
    let kind = if shape.is_async() { quote!(async) } else { quote!(sync) };
    let origin = Ident::new(origin, Span::mixed_site());
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
/// The `return` that never happens tells the compiler what the body returns, as nothing else does
/// in an `async` block, and the compiler shows the user where it was first seen. The label's block
/// is never left at its end, and by `break` only in branches that never run: these say what a yield
/// has to have in its hands. The `else` that never happens keeps a body that doesn't end from being
/// reported.
///
/// The block is at the place of the body's braces and its keywords are the user's, as rustc calls
/// the captured variables by their names only where they are not of a macro.
pub(crate) fn body(input: TokenStream) -> TokenStream {
    let (Input { ends, keyword, under_attribute, returns, returned, arguments, first }, body) =
        match machine::read(input) {
            Ok(input) => input,
            Err(error) => {
                let error = error.into_compile_error();
                return quote_spanned!(Span::mixed_site()=> async move { #error });
            }
        };
    let (site, place) = (ends.own_site(), body.span());
    let (krate, label, handle) = (ends.krate(site), &ends.label, ends.handle(site));
    let value = ends.hidden("value", site);
    let (never, shown) = (ends.hidden("never", site), ends.hidden("never", returns));
    let never = quote_spanned! {site=>
        if false {
            let #never: #returned = #krate::__private::diverge();
            return #shown;
        }
    };
    let content = match body::rewrite(body, &ends, arguments, under_attribute) {
        Ok(Rewritten { macros, conditional, unused, yields, may_end, body }) => {
            let (all, find) = (
                ends.all(site),
                ends.slot(site)
                    .map(|slot| quote_spanned!(site=> let mut #slot = #handle.slot().await;)),
            );
            let stay = (!yields).then(|| ends.stay(site));
            let body = quote_spanned! {site=>
                #macros
                #stay
                #conditional
                #unused
                #first
                let #value: #returned = if true #body else { #handle.diverge(#all) };
                return #value;
            };
            let body = if may_end { ends.with_last_item(&body) } else { body };
            quote_spanned! {site=>
                #never
                #find
                #handle.never(#label: { #body })
            }
        }
        Err(errors) => {
            let errors = errors.into_iter().map(Error::into_compile_error);
            quote_spanned! {site=>
                #never
                #first
                #(#errors)*
                loop {}
            }
        }
    };
    let block = Body::new(content, place);
    quote_spanned!(place=> #keyword move #block)
}

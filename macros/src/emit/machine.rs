//! The call of the library's macro that makes the state machine.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::quote;
use syn::Type;
use syn::spanned::Spanned;

use crate::parse::item::Body;
use crate::parse::signature::Coroutine;

/// What `__machine!` gets: what `first` does first, then the body.
pub(crate) fn machine(coroutine: &Coroutine, first: &TokenStream, body: &Body) -> TokenStream {
    let Coroutine { shape, argument, yielded, returned } = coroutine;
    let kind = if shape.is_async() { quote!(async) } else { quote!(sync) };
    let (place, returns) = (empty(body.span()), empty(returned.span()));
    let yields = if matches!(yielded, Type::Infer(_)) { quote!(inferred) } else { quote!(written) };
    quote!(#kind $ #place #returns #yields [#argument] [#yielded] [#returned] [#first] #body)
}

/// An empty group, with a span.
fn empty(span: Span) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, TokenStream::new());
    group.set_span(span);
    group
}

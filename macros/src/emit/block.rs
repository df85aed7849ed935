//! `co! { … }`: a coroutine that is an expression.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::diagnostics::compile_error;
use crate::emit::machine::machine;
use crate::parse::block::Input;
use crate::parse::signature::Shape;

/// Expands `co! { … }`. The path of the crate precedes its own tokens.
pub(crate) fn block(input: TokenStream) -> TokenStream {
    let Input { krate, coroutine, body } = match syn::parse2(input) {
        Ok(parsed) => parsed,
        Err(error) => return compile_error(error),
    };
    let origin = if coroutine.shape.gives_items() { "block_of_items" } else { "block" };
    let machine = machine(&coroutine, origin, &TokenStream::new(), &TokenStream::new(), &body);
    let shape = match coroutine.shape {
        Shape::Coroutine | Shape::AsyncCoroutine => {
            return quote!(#krate::__machine_value!(#machine));
        }
        Shape::Iterator => "iterator",
        Shape::Stream => "stream",
    };
    let shape = Ident::new(shape, Span::mixed_site());
    quote!(#krate::__block!(#shape #machine))
}

//! `co! { … }`: a coroutine that is an expression.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Type, parse_quote_spanned};

use crate::emit::machine::machine;
use crate::parse::block::Input;
use crate::parse::signature::{Coroutine, Placement};

/// Expands `co! { … }`, which comes with the path of the crate before it.
pub(crate) fn block(input: TokenStream) -> TokenStream {
    let Input { krate, shape, body } = match syn::parse2(input) {
        Ok(parsed) => parsed,
        Err(error) => return error.into_compile_error(),
    };
    let inferred: Type = parse_quote_spanned!(body.span()=> _);
    let coroutine = Coroutine {
        shape,
        placement: Placement::Bare,
        argument: inferred.clone(),
        yielded: inferred.clone(),
        returned: inferred,
    };
    let machine = machine(&coroutine, "block", &TokenStream::new(), &TokenStream::new(), &body);
    quote!(#krate::__machine!(#machine))
}

//! `co! { … }`: a coroutine that is an expression.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Type, parse_quote};

use crate::body::{self, Mistakes};
use crate::emit::machine::machine;
use crate::parse::block::Input;
use crate::parse::signature::Coroutine;

/// Expands `co! { … }`, which comes with the path of the crate before it.
pub(crate) fn block(input: TokenStream) -> TokenStream {
    let Input { krate, shape, mut body } = match syn::parse2(input) {
        Ok(parsed) => parsed,
        Err(error) => return error.into_compile_error(),
    };
    let Mistakes { certain, conditional } = body::check(&mut body, shape.is_async(), false);
    if !certain.is_empty() {
        let errors = certain.into_iter().map(Error::into_compile_error);
        return quote!({ #(#errors)* });
    }
    let inferred: Type = parse_quote!(_);
    let coroutine = Coroutine {
        shape,
        argument: inferred.clone(),
        yielded: inferred.clone(),
        returned: inferred,
    };
    let machine = machine(&coroutine, &conditional, &body);
    quote!(#krate::__machine!(#machine))
}

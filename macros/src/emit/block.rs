//! `co! { … }`: a coroutine that is an expression.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Type, parse_quote};

use crate::body::{self, yields::YieldLowering};
use crate::emit::machine::machine;
use crate::parse::block::Input;
use crate::parse::signature::Coroutine;

/// Expands `co! { … }`, which comes with the path of the crate before it.
pub(crate) fn block(input: TokenStream) -> TokenStream {
    let Input { krate, shape, mut body } = match syn::parse2(input) {
        Ok(parsed) => parsed,
        Err(error) => return error.into_compile_error(),
    };
    let inferred: Type = parse_quote!(_);
    let lowering = YieldLowering::of(shape.is_async());
    let errors = body::rewrite(&mut body, &inferred, lowering, false);
    if !errors.is_empty() {
        let errors = errors.into_iter().map(Error::into_compile_error);
        return quote!({ #(#errors)* });
    }
    let coroutine = Coroutine {
        shape,
        argument: inferred.clone(),
        yielded: inferred.clone(),
        returned: inferred,
    };
    machine(&krate.into_token_stream(), &body, &coroutine, &TokenStream::new())
}

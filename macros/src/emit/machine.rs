//! The state machine, which is what every coroutine is made of.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Block;

use crate::body::yields::{YieldLowering, hidden, label};
use crate::parse::signature::Coroutine;

/// The expression of the state machine.
///
/// What is found through the path gets neither the handle nor the bare body, as the path may lead
/// anywhere. The `unsafe` block calls a method, which must be a function: a path could lead to a
/// constant that holds some other unsafe function.
///
/// The `return` that never happens tells the compiler what the body returns, as nothing else does
/// in an `async` block. The label's block has the types that `YieldLowering::stay` compares with,
/// and is left by returning; the `else` that never happens keeps a body that doesn't end from being
/// reported. What is held across a yield of a sync coroutine is held for the caller, not for other
/// tasks, so clippy's advice about locks doesn't apply there.
pub(crate) fn machine(
    krate: &TokenStream,
    block: &Block,
    coroutine: &Coroutine,
    arguments: &TokenStream,
) -> TokenStream {
    let Coroutine { shape, argument, yielded, returned } = coroutine;
    let site = Span::mixed_site();
    let [handle, slot, value, machine] =
        ["handle", "slot", "value", "machine"].map(|name| hidden(name, site));
    let lowering = YieldLowering::of(shape.is_async());
    let (label, stay, ends) = (label(site), lowering.stay(site), lowering.ends(site));
    let (kind, find, clippy) = match lowering {
        YieldLowering::Sync => (
            quote_spanned!(site=> Handle),
            quote_spanned!(site=> let mut #slot = #handle.slot().await;),
            quote_spanned! {site=>
                clippy::await_holding_lock,
                clippy::await_holding_refcell_ref,
                clippy::mixed_read_write_in_expression
            },
        ),
        YieldLowering::Async => (
            quote_spanned!(site=> AsyncHandle),
            TokenStream::new(),
            quote_spanned!(site=> clippy::mixed_read_write_in_expression),
        ),
    };
    quote_spanned! {site=> {
        let #handle: #krate::__private::#kind<#argument, #yielded> = {
            let #handle = #krate::__private::#kind::__cogen_unbound();
            unsafe { #handle.__cogen_bind() }
        };
        #[allow(#clippy)]
        let #machine = #handle.machine(async move {
            if let ::core::option::Option::Some(#value) =
                ::core::option::Option::None::<#returned>
            {
                return #value;
            }
            #arguments
            #find
            #handle.diverge(#label: {
                #stay
                let #value: #returned = if true #block else { #handle.diverge(#ends) };
                return #value;
            })
        });
        #machine
    }}
}

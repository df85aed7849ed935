//! The traits that the struct implements, each method by that of the body.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Type;
use syn::ext::IdentExt;

use crate::emit::named::definition::Definition;
use crate::emit::named::hidden_function::HiddenFunction;
use crate::parse::signature::Shape;

/// The trait of a shape, and how the struct implements it.
struct Implementation {
    of_trait: TokenStream,
    methods: TokenStream,
    /// Whether `Debug` shows the status.
    has_status: bool,
    /// The fused form of the trait, if it has one.
    fused: TokenStream,
}

impl Definition<'_> {
    pub(super) fn implementations(&self) -> TokenStream {
        let ty = self.body.ty;
        let (params, _, clause) = self.generics.split_for_impl();
        let Implementation { of_trait, methods, has_status, fused } = match self.coroutine.shape {
            Shape::Coroutine | Shape::Boxed => self.coroutine(),
            Shape::AsyncCoroutine => self.async_coroutine(),
            Shape::Stream => self.stream(),
            Shape::Iterator => self.iterator(),
        };
        let name = self.named.name.unraw().to_string();
        let field = has_status.then(
            || quote_spanned!(Span::mixed_site()=> .field("status", &#of_trait::status(self))),
        );
        quote_spanned! {Span::mixed_site()=>
            impl #params #of_trait for #ty #clause {
                #methods
            }
            #fused
            impl #params ::core::fmt::Debug for #ty #clause {
                fn fmt(&self, __cogen_f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    __cogen_f.debug_struct(#name)#field.finish_non_exhaustive()
                }
            }
        }
    }

    fn coroutine(&self) -> Implementation {
        let site = Span::mixed_site();
        let krate = self.body.krate;
        let [argument, yielded, returned] = self.types();
        let (this, state) = (this(), self.state());
        let of_trait = quote_spanned!(site=> #krate::Coroutine::<#argument>);
        let pinned = self.body.pinned(&quote_spanned!(site=> self));
        let (ends, delegate) = (self.ends(&of_trait), self.delegate());
        Implementation {
            methods: quote_spanned! {site=>
                type Yield = #yielded;
                type Return = #returned;
                #[inline(always)]
                fn begin(#this) -> #state {
                    #of_trait::begin(#pinned)
                }
                #[inline(always)]
                fn resume(#this, __cogen_argument: #argument) -> #state {
                    #of_trait::resume(#pinned, __cogen_argument)
                }
                #ends
                #delegate
            },
            of_trait,
            has_status: true,
            fused: TokenStream::new(),
        }
    }

    /// The method by which others delegate to the struct.
    fn delegate(&self) -> TokenStream {
        let site = Span::mixed_site();
        let (krate, arguments) = (self.body.krate, &self.body.arguments);
        let [argument, yielded, returned] = self.types();
        let this = this();
        let (pinned, storage) =
            (self.body.pinned_struct(&quote_spanned!(site=> self)), HiddenFunction::storage());
        let proof = self.body.proof();
        // A `_` for a constant needs rustc 1.89.
        let [size, alignment] = &self.body.constants;
        let turbofish = quote_spanned!(site=> ::<(#(#arguments,)*), _, _, #size, #alignment, _, _>);
        quote_spanned! {site=>
            #[inline(always)]
            unsafe fn __delegate(
                #this,
                __cogen_channel: #krate::__private::Channel<'_, #argument, #yielded>,
            ) -> ::core::task::Poll<#returned> {
                #pinned
                unsafe { __cogen_channel.delegate_to_storage #turbofish(#storage, #proof) }
            }
        }
    }

    fn async_coroutine(&self) -> Implementation {
        let site = Span::mixed_site();
        let krate = self.body.krate;
        let [argument, yielded, returned] = self.types();
        let (this, cx, state) = (this(), cx(), self.state());
        let of_trait = quote_spanned!(site=> #krate::AsyncCoroutine::<#argument>);
        let pinned = self.body.pinned(&quote_spanned!(site=> self));
        let ends = self.ends(&of_trait);
        Implementation {
            methods: quote_spanned! {site=>
                type Yield = #yielded;
                type Return = #returned;
                #[inline(always)]
                fn poll_resume(
                    #this,
                    #cx,
                    __cogen_argument: &mut ::core::option::Option<#argument>,
                ) -> ::core::task::Poll<#state> {
                    #of_trait::poll_resume(#pinned, __cogen_cx, __cogen_argument)
                }
                #ends
            },
            of_trait,
            has_status: true,
            fused: TokenStream::new(),
        }
    }

    /// The methods that both kinds of coroutines have.
    fn ends(&self, of_trait: &TokenStream) -> TokenStream {
        let site = Span::mixed_site();
        let (this, krate) = (this(), self.body.krate);
        let (pinned, shared) = (self.body.pinned(&quote_spanned!(site=> self)), self.body.shared());
        quote_spanned! {site=>
            #[inline(always)]
            fn terminate(#this) {
                #of_trait::terminate(#pinned);
            }
            #[inline(always)]
            fn status(&self) -> #krate::Status {
                #of_trait::status(#shared)
            }
        }
    }

    fn stream(&self) -> Implementation {
        let site = Span::mixed_site();
        let (ty, krate) = (self.body.ty, self.body.krate);
        let (params, _, clause) = self.generics.split_for_impl();
        let [_, yielded, _] = self.types();
        let (this, cx) = (this(), cx());
        let (pinned, shared) = (self.body.pinned(&quote_spanned!(site=> self)), self.body.shared());
        Implementation {
            of_trait: quote_spanned!(site=> #krate::__private::Stream),
            methods: quote_spanned! {site=>
                type Item = #yielded;
                #[inline(always)]
                fn poll_next(#this, #cx) -> ::core::task::Poll<::core::option::Option<#yielded>> {
                    #krate::__private::Stream::poll_next(#pinned, __cogen_cx)
                }
                #[inline(always)]
                fn size_hint(&self) -> (usize, ::core::option::Option<usize>) {
                    #krate::__private::Stream::size_hint(#shared)
                }
            },
            has_status: false,
            fused: quote_spanned! {site=>
                impl #params #krate::__private::FusedStream for #ty #clause {
                    fn is_terminated(&self) -> bool {
                        #krate::__private::FusedStream::is_terminated(#shared)
                    }
                }
            },
        }
    }

    fn iterator(&self) -> Implementation {
        let site = Span::mixed_site();
        let ty = self.body.ty;
        let (params, _, clause) = self.generics.split_for_impl();
        let [_, yielded, _] = self.types();
        let pinned = self.body.pinned(&quote_spanned!(site=> ::core::pin::Pin::new(self)));
        let shared = self.body.shared();
        Implementation {
            of_trait: quote_spanned!(site=> ::core::iter::Iterator),
            methods: quote_spanned! {site=>
                type Item = #yielded;
                #[inline(always)]
                fn next(&mut self) -> ::core::option::Option<#yielded> {
                    ::core::iter::Iterator::next(#pinned.get_mut())
                }
                #[inline(always)]
                fn size_hint(&self) -> (usize, ::core::option::Option<usize>) {
                    ::core::iter::Iterator::size_hint(#shared)
                }
            },
            has_status: false,
            fused: quote_spanned! {site=>
                impl #params ::core::iter::FusedIterator for #ty #clause {}
            },
        }
    }

    /// What the coroutine is sent, yields and returns.
    fn types(&self) -> [Type; 3] {
        let coroutine = self.coroutine;
        [&coroutine.argument, &coroutine.yielded, &coroutine.returned].map(|ty| self.outside(ty))
    }

    fn state(&self) -> TokenStream {
        let krate = self.body.krate;
        let [_, yielded, returned] = self.types();
        quote_spanned!(Span::mixed_site()=> #krate::CoroutineState<#yielded, #returned>)
    }
}

fn this() -> TokenStream {
    quote_spanned!(Span::mixed_site()=> self: ::core::pin::Pin<&mut Self>)
}

fn cx() -> TokenStream {
    quote_spanned!(Span::mixed_site()=> __cogen_cx: &mut ::core::task::Context<'_>)
}

// Written:
//
//     #[cogen::coroutine(struct = Words<'a>, send)]
//     pub fn words<'a>(text: &'a str) -> impl Coroutine<(), Yield = &'a str> {
//         yield_from!(text.split(' '));
//     }
//
// Made of it:

///The coroutine that [`words`] makes: it takes `()`, yields `&'a str` and returns `()`.
#[must_use = "coroutines do nothing until started"]
pub struct Words<'a> {
    __cogen_storage: ::cogen::__private::Storage<
        Words<'a>,
        { ::cogen::__private::size::<(_,), _>(__cogen_body_of_words) },
        { ::cogen::__private::alignment::<(_,), _>(__cogen_body_of_words) },
        ::cogen::__private::AutoTraits<true, false, false>,
        (fn() -> (&'a str,), fn(&'a ()) -> &'a ()),
    >,
}
#[allow(single_use_lifetimes)]
const _: () = {
    impl<'__pin, 'a> ::cogen::__private::core::marker::Unpin for Words<'a>
    where
        (
            ::cogen::__private::core::marker::PhantomData<&'__pin ()>,
            ::cogen::__private::core::marker::PhantomPinned,
        ): ::cogen::__private::core::marker::Unpin,
    {}
    impl<'a> ::cogen::__private::core::ops::Drop for Words<'a> {
        #[inline(always)]
        fn drop(&mut self) {
            let __cogen_storage = &self.__cogen_storage;
            unsafe {
                __cogen_storage
                    .__cogen_drop_body::<
                        (_,),
                        _,
                    >(|_: Words<'a>| {}, __cogen_body_of_words::<'a>)
            };
        }
    }
    impl<'a> ::cogen::Coroutine<()> for Words<'a> {
        type Yield = &'a str;
        type Return = ();
        #[inline(always)]
        fn begin(
            self: ::core::pin::Pin<&mut Self>,
        ) -> ::cogen::CoroutineState<&'a str, ()> {
            ::cogen::Coroutine::<
                (),
            >::begin({
                let __cogen_pinned = ::cogen::__private::PinnedStruct::new(self);
                unsafe {
                    __cogen_pinned
                        .__cogen_storage(|__cogen_this| {
                            &mut __cogen_this.__cogen_storage
                        })
                        .body::<(_,), _>(|_: Words<'a>| {}, __cogen_body_of_words::<'a>)
                }
            })
        }
        #[inline(always)]
        fn resume(
            self: ::core::pin::Pin<&mut Self>,
            __cogen_argument: (),
        ) -> ::cogen::CoroutineState<&'a str, ()> {
            ::cogen::Coroutine::<
                (),
            >::resume(
                {
                    let __cogen_pinned = ::cogen::__private::PinnedStruct::new(self);
                    unsafe {
                        __cogen_pinned
                            .__cogen_storage(|__cogen_this| {
                                &mut __cogen_this.__cogen_storage
                            })
                            .body::<
                                (_,),
                                _,
                            >(|_: Words<'a>| {}, __cogen_body_of_words::<'a>)
                    }
                },
                __cogen_argument,
            )
        }
        #[inline(always)]
        fn terminate(self: ::core::pin::Pin<&mut Self>) {
            ::cogen::Coroutine::<
                (),
            >::terminate({
                let __cogen_pinned = ::cogen::__private::PinnedStruct::new(self);
                unsafe {
                    __cogen_pinned
                        .__cogen_storage(|__cogen_this| {
                            &mut __cogen_this.__cogen_storage
                        })
                        .body::<(_,), _>(|_: Words<'a>| {}, __cogen_body_of_words::<'a>)
                }
            });
        }
        #[inline(always)]
        fn status(&self) -> ::cogen::Status {
            ::cogen::Coroutine::<
                (),
            >::status(unsafe {
                self.__cogen_storage
                    .body_ref::<(_,), _>(|_: Words<'a>| {}, __cogen_body_of_words::<'a>)
            })
        }
        #[inline(always)]
        unsafe fn __delegate(
            self: ::core::pin::Pin<&mut Self>,
            __cogen_channel: ::cogen::__private::Channel<'_, (), &'a str>,
        ) -> ::core::task::Poll<()> {
            let __cogen_pinned = ::cogen::__private::PinnedStruct::new(self);
            unsafe {
                __cogen_channel
                    .delegate_to_storage::<
                        (_,),
                        _,
                        _,
                        { ::cogen::__private::size::<(_,), _>(__cogen_body_of_words) },
                        {
                            ::cogen::__private::alignment::<
                                (_,),
                                _,
                            >(__cogen_body_of_words)
                        },
                        _,
                        _,
                    >(
                        __cogen_pinned
                            .__cogen_storage(|__cogen_this| {
                                &mut __cogen_this.__cogen_storage
                            }),
                        |_: Words<'a>| {},
                        __cogen_body_of_words::<'a>,
                    )
            }
        }
    }
    impl<'a> ::core::fmt::Debug for Words<'a> {
        fn fmt(
            &self,
            __cogen_f: &mut ::core::fmt::Formatter<'_>,
        ) -> ::core::fmt::Result {
            __cogen_f
                .debug_struct("Words")
                .field("status", &::cogen::Coroutine::<()>::status(self))
                .finish_non_exhaustive()
        }
    }
};
#[doc(hidden)]
#[inline]
#[allow(clippy::implied_bounds_in_impls)]
fn __cogen_body_of_words<'a>(
    text: &'a str,
) -> impl Coroutine<(), Yield = &'a str, Return = ()> + ::core::marker::Send
where
    'a: 'a,
{
    {
        let __cogen_handle: ::cogen::__private::Handle<(), &'a str> = {
            let __cogen_handle = ::cogen::__private::Handle::__cogen_unbound();
            unsafe { __cogen_handle.__cogen_bind() }
        };
        #[allow(
            clippy::await_holding_lock,
            clippy::await_holding_refcell_ref,
            clippy::mixed_read_write_in_expression
        )]
        let __cogen_machine = __cogen_handle
            .machine(async move {
                if let ::core::option::Option::Some(__cogen_value) = ::core::option::Option::None::<
                    (),
                > {
                    return __cogen_value;
                }
                #[allow(clippy::used_underscore_binding)]
                let _ = &text;
                let mut __cogen_slot = __cogen_handle.slot().await;
                __cogen_handle
                    .diverge('_yield_must_stay_in_its_coroutine: {
                        if false {
                            break '_yield_must_stay_in_its_coroutine (
                                __cogen_handle,
                                __cogen_slot,
                            );
                        }
                        let __cogen_value: () = if true {
                            ({
                                if false {
                                    break '_yield_must_stay_in_its_coroutine (
                                        __cogen_handle,
                                        __cogen_slot,
                                    );
                                }
                                let __cogen_delegation = __cogen_handle.delegation();
                                let (__cogen_value, __cogen_next) = match __cogen_delegation
                                    .begin(text.split(' '))
                                {
                                    mut __cogen_delegate => {
                                        loop {
                                            match __cogen_delegation
                                                .poll(&mut __cogen_delegate, __cogen_slot)
                                            {
                                                ::core::task::Poll::Ready(__cogen_value) => {
                                                    break __cogen_value;
                                                }
                                                ::core::task::Poll::Pending => {}
                                            }
                                            __cogen_slot = __cogen_handle.slot().await;
                                        }
                                    }
                                };
                                __cogen_slot = __cogen_next;
                                __cogen_value
                            });
                        } else {
                            __cogen_handle.diverge((__cogen_handle, __cogen_slot))
                        };
                        return __cogen_value;
                    })
            });
        __cogen_machine
    }
}
#[allow(clippy::used_underscore_binding)]
pub fn words<'a>(text: &'a str) -> Words<'a> {
    Words {
        __cogen_storage: {
            let __cogen_body = __cogen_body_of_words::<'a>(text);
            let __cogen_storage = ::cogen::__private::Storage::__cogen_empty();
            unsafe {
                __cogen_storage
                    .__cogen_fill::<
                        (_,),
                        _,
                    >(
                        |
                            _: &dyn ::cogen::__private::core::ops::Drop,
                            _: &dyn ::cogen::__private::core::marker::Unpin,
                            _: ::cogen::__private::core::marker::PhantomPinned|
                        {},
                        |_: Words<'a>| {},
                        __cogen_body_of_words::<'a>,
                        __cogen_body,
                    )
            }
        },
    }
}

// Written:
//
//     #[cogen::coroutine]
//     fn walk(tree: &Tree) -> BoxCoroutine<'_, (), u32> {
//         for child in &tree.children {
//             yield_from!(walk(child));
//         }
//         yield_!(tree.value);
//     }
//
// Made of it:

fn walk(tree: &Tree) -> BoxCoroutine<'_, (), u32> {
    ::cogen::__private::Box::pin(
        ::cogen::__private::BoxedMachine::new({
            let __cogen_handle: ::cogen::__private::Handle<(), u32> = {
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
                    let _ = &tree;
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
                                for child in &tree.children {
                                    ({
                                        if false {
                                            break '_yield_must_stay_in_its_coroutine (
                                                __cogen_handle,
                                                __cogen_slot,
                                            );
                                        }
                                        let __cogen_delegation = __cogen_handle.delegation();
                                        let (__cogen_value, __cogen_next) = match __cogen_delegation
                                            .begin(walk(child))
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
                                }
                                ({
                                    if false {
                                        break '_yield_must_stay_in_its_coroutine (
                                            __cogen_handle,
                                            __cogen_slot,
                                        );
                                    }
                                    {
                                        let __cogen_value: u32 = tree.value;
                                        __cogen_slot.put(__cogen_value);
                                    }
                                    let (__cogen_argument, __cogen_next) = __cogen_handle
                                        .suspend()
                                        .await;
                                    __cogen_slot = __cogen_next;
                                    __cogen_argument
                                });
                            } else {
                                __cogen_handle.diverge((__cogen_handle, __cogen_slot))
                            };
                            return __cogen_value;
                        })
                });
            __cogen_machine
        }),
    )
}

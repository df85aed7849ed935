// Written:
//
//     co! { let name = yield!(greeting); name.len() }
//
// Made of it:

fn block() {
    {
        let __cogen_handle: cogen::__private::Handle<_, _> = {
            let __cogen_handle = cogen::__private::Handle::__cogen_unbound();
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
                    _,
                > {
                    return __cogen_value;
                }
                let mut __cogen_slot = __cogen_handle.slot().await;
                __cogen_handle
                    .diverge('_yield_must_stay_in_its_coroutine: {
                        if false {
                            break '_yield_must_stay_in_its_coroutine (
                                __cogen_handle,
                                __cogen_slot,
                            );
                        }
                        let __cogen_value: _ = if true {
                            let name = ({
                                if false {
                                    break '_yield_must_stay_in_its_coroutine (
                                        __cogen_handle,
                                        __cogen_slot,
                                    );
                                }
                                {
                                    let __cogen_value: _ = greeting;
                                    __cogen_slot.put(__cogen_value);
                                }
                                let (__cogen_argument, __cogen_next) = __cogen_handle
                                    .suspend()
                                    .await;
                                __cogen_slot = __cogen_next;
                                __cogen_argument
                            });
                            name.len()
                        } else {
                            __cogen_handle.diverge((__cogen_handle, __cogen_slot))
                        };
                        return __cogen_value;
                    })
            });
        __cogen_machine
    }
}

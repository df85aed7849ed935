// Written:
//
//     #[cogen::coroutine]
//     fn averager(scale: f64) -> impl Coroutine<f64, Yield = f64> {
//         let mut total = 0.0;
//         for count in 1.. {
//             total += yield_!(total / f64::from(count));
//         }
//     }
//
// Made of it:

fn averager(scale: f64) -> impl Coroutine<f64, Yield = f64, Return = ()> {
    {
        let __cogen_handle: ::cogen::__private::Handle<f64, f64> = {
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
                let _ = &scale;
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
                            let mut total = 0.0;
                            for count in 1.. {
                                total
                                    += ({
                                        if false {
                                            break '_yield_must_stay_in_its_coroutine (
                                                __cogen_handle,
                                                __cogen_slot,
                                            );
                                        }
                                        {
                                            let __cogen_value: f64 = total / f64::from(count);
                                            __cogen_slot.put(__cogen_value);
                                        }
                                        let (__cogen_argument, __cogen_next) = __cogen_handle
                                            .suspend()
                                            .await;
                                        __cogen_slot = __cogen_next;
                                        __cogen_argument
                                    });
                            }
                        } else {
                            __cogen_handle.diverge((__cogen_handle, __cogen_slot))
                        };
                        return __cogen_value;
                    })
            });
        __cogen_machine
    }
}

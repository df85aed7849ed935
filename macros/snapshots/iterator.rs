// Written:
//
//     #[cogen::coroutine]
//     fn lines((first, second): (&str, &str)) -> impl Iterator<Item = String> {
//         println!("{:?}", yield_!(first.to_owned()));
//         yield_!(second.to_owned());
//     }
//
// Made of it:

fn lines(__cogen_argument0: (&str, &str)) -> impl Iterator<Item = String> {
    ::cogen::__private::MachineIterator::new({
        let __cogen_handle: ::cogen::__private::Handle<(), String> = {
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
                let _ = &__cogen_argument0;
                let __cogen_argument0 = __cogen_argument0;
                #[allow(clippy::no_effect_underscore_binding)]
                let (first, second) = __cogen_argument0;
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
                            macro_rules! yield_ {
                                (@ used) => {};
                                () => {
                                    ({ if false { break
                                    '_yield_must_stay_in_its_coroutine(__cogen_handle,
                                    __cogen_slot) } { let __cogen_value : String = ();
                                    __cogen_slot.put(__cogen_value); } let (__cogen_argument,
                                    __cogen_next) = __cogen_handle.suspend(). await;
                                    __cogen_slot = __cogen_next; __cogen_argument })
                                };
                                ($value:expr $(,)?) => {
                                    ({ if false { break
                                    '_yield_must_stay_in_its_coroutine(__cogen_handle,
                                    __cogen_slot) } { let __cogen_value : String = $value;
                                    __cogen_slot.put(__cogen_value); } let (__cogen_argument,
                                    __cogen_next) = __cogen_handle.suspend(). await;
                                    __cogen_slot = __cogen_next; __cogen_argument })
                                };
                            }
                            yield_!(@ used);
                            macro_rules! yield_from {
                                (@ used) => {};
                                ($delegate:expr $(,)?) => {
                                    ({ if false { break
                                    '_yield_must_stay_in_its_coroutine(__cogen_handle,
                                    __cogen_slot) } let __cogen_delegation = __cogen_handle
                                    .delegation(); let (__cogen_value, __cogen_next) = match
                                    __cogen_delegation.begin($delegate) { mut __cogen_delegate
                                    => loop { match __cogen_delegation.poll(& mut
                                    __cogen_delegate, __cogen_slot) {
                                    ::core::task::Poll::Ready(__cogen_value) => break
                                    __cogen_value, ::core::task::Poll::Pending => {} }
                                    __cogen_slot = __cogen_handle.slot(). await; }, };
                                    __cogen_slot = __cogen_next; __cogen_value })
                                };
                            }
                            yield_from!(@ used);
                            println!("{:?}", yield_!(first.to_owned()));
                            ({
                                if false {
                                    break '_yield_must_stay_in_its_coroutine (
                                        __cogen_handle,
                                        __cogen_slot,
                                    );
                                }
                                {
                                    let __cogen_value: String = second.to_owned();
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
    })
}

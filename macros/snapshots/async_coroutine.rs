// Written:
//
//     #[cogen::coroutine]
//     fn replies(mut client: Client) -> impl AsyncCoroutine<Request, Yield = Reply> {
//         loop {
//             let request = yield_!(client.receive().await);
//             yield_from!(client.send(request));
//         }
//     }
//
// Made of it:

fn replies(
    mut client: Client,
) -> impl AsyncCoroutine<Request, Yield = Reply, Return = ()> {
    {
        let __cogen_handle: ::cogen::__private::AsyncHandle<Request, Reply> = {
            let __cogen_handle = ::cogen::__private::AsyncHandle::__cogen_unbound();
            unsafe { __cogen_handle.__cogen_bind() }
        };
        #[allow(clippy::mixed_read_write_in_expression)]
        let __cogen_machine = __cogen_handle
            .machine(async move {
                if let ::core::option::Option::Some(__cogen_value) = ::core::option::Option::None::<
                    (),
                > {
                    return __cogen_value;
                }
                #[allow(clippy::used_underscore_binding)]
                let _ = &client;
                __cogen_handle
                    .diverge('_yield_must_stay_in_its_coroutine: {
                        if false {
                            break '_yield_must_stay_in_its_coroutine __cogen_handle;
                        }
                        let __cogen_value: () = if true {
                            loop {
                                let request = ({
                                    if false {
                                        break '_yield_must_stay_in_its_coroutine __cogen_handle;
                                    }
                                    let __cogen_next = {
                                        let __cogen_value: Reply = client.receive().await;
                                        __cogen_handle.yield_value(__cogen_value)
                                    };
                                    __cogen_next.await
                                });
                                ({
                                    if false {
                                        break '_yield_must_stay_in_its_coroutine __cogen_handle;
                                    }
                                    let __cogen_delegation = __cogen_handle.delegation();
                                    match __cogen_delegation
                                        .begin(
                                            match __cogen_handle.choose(client.send(request)) {
                                                mut __cogen_value => __cogen_value.take(),
                                            },
                                        )
                                    {
                                        mut __cogen_delegate => {
                                            loop {
                                                let __cogen_next = __cogen_handle.relay().await;
                                                match __cogen_delegation
                                                    .poll(&mut __cogen_delegate, __cogen_next)
                                                {
                                                    ::core::task::Poll::Ready(__cogen_value) => {
                                                        break __cogen_value;
                                                    }
                                                    ::core::task::Poll::Pending => {}
                                                }
                                            }
                                        }
                                    }
                                });
                            }
                        } else {
                            __cogen_handle.diverge(__cogen_handle)
                        };
                        return __cogen_value;
                    })
            });
        __cogen_machine
    }
}

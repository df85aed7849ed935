//! A coroutine function and `co!`: the machine, its body and its yields.

/// The value that a function under the attribute returns: the machine, in what its shape puts
/// around it.
#[doc(hidden)]
#[macro_export]
macro_rules! __coroutine {
    (coroutine $($machine:tt)*) => { return $crate::__machine!($($machine)*) };
    (primed $($machine:tt)*) => {
        return $crate::__private::Flat::new($crate::Primed::new($crate::__private::Box::pin(
            $crate::__machine!($($machine)*)
        )))
    };
    (iterator $($machine:tt)*) => {
        return $crate::__private::MachineIterator::new($crate::__machine!($($machine)*))
    };
    (stream $($machine:tt)*) => {
        return $crate::__private::Flat::new($crate::CoroutineStream::new(
            $crate::__machine!($($machine)*)
        ))
    };
    (boxed $($machine:tt)*) => {
        return $crate::__private::Box::pin($crate::__private::BoxedMachine::new(
            $crate::__machine!($($machine)*)
        ))
    };
    (primed_boxed $($machine:tt)*) => {
        return $crate::__private::Box::pin($crate::Primed::new($crate::__private::Box::pin(
            $crate::__private::BoxedMachine::new($crate::__machine!($($machine)*))
        )))
    };
}

/// The expression of a machine.
///
/// - `$dollar` is the sign `$`, for the macros that it defines.
/// - `$place` is an empty group with the span of the body's braces, and `$returns` one with that of
///   the type that it returns: rustc calls captured variables by their names in a block that is
///   not of a macro, and speaks of the place where the type was first seen.
/// - `$yields` says whether the type that the body yields is `written` or `inferred`.
/// - Then what the body is sent, yields and returns, what is done first, and the body.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __machine {
    (sync $dollar:tt $place:tt $returns:tt $yields:tt [$sent:ty] [$yielded:ty] $($body:tt)*) => {{
        let __cogen_handle: $crate::__private::Handle<$sent, $yielded> =
            unsafe { $crate::__private::Handle::bind() };
        // What is held across a yield is held for the caller, and not for other tasks.
        #[allow(
            clippy::await_holding_lock,
            clippy::await_holding_refcell_ref,
            clippy::mixed_read_write_in_expression
        )]
        let __cogen_machine = __cogen_handle.machine($crate::__body!(
            $dollar $place $returns [__cogen_handle, __cogen_slot]
            { let mut __cogen_slot = __cogen_handle.slot().await; }
            (__cogen_handle, __cogen_slot), $yields [$yielded] $($body)*
        ));
        __cogen_machine
    }};
    (async $dollar:tt $place:tt $returns:tt $yields:tt [$sent:ty] [$yielded:ty] $($body:tt)*) => {{
        let __cogen_handle: $crate::__private::AsyncHandle<$sent, $yielded> =
            unsafe { $crate::__private::AsyncHandle::bind() };
        #[allow(clippy::mixed_read_write_in_expression)]
        let __cogen_machine = __cogen_handle.machine($crate::__body!(
            $dollar $place $returns [__cogen_handle] {} __cogen_handle, $yields [$yielded] $($body)*
        ));
        __cogen_machine
    }};
}

/// The `async` block of a machine: in the first brackets, what the body yields through.
///
/// The `return` that never happens tells the compiler what the body returns, as nothing else does
/// in an `async` block. The label's block is never left at its end, and by `break` only in branches
/// that never run: these say what a yield has to have in its hands. The `else` that never happens
/// keeps a body that doesn't end from being reported, and so does `@used` with macros that nobody
/// uses: `allow` is an error where the user forbids the lint.
#[doc(hidden)]
#[macro_export]
macro_rules! __body {
    (
        $dollar:tt $place:tt $returns:tt
        [$handle:ident $(, $slot:ident)?] { $($find:stmt;)? } $ends:expr, $yields:tt [$yielded:ty]
        [$returned:ty] [$($first:tt)*] $body:tt
    ) => {
        $crate::__private::spanned! { $place async move {
            if false {
                let __cogen_never: ($returned,) = $crate::__private::diverge();
                return $crate::__private::spanned! { $returns (__cogen_never).0 };
            }
            $($find;)?
            $handle.never('_yield_must_stay_in_its_coroutine: {
                macro_rules! yield_ {
                    (@used) => {};
                    ($dollar($dollar value:tt)*) => {
                        $crate::__yield!(
                            '_yield_must_stay_in_its_coroutine [$handle $(, $slot)?]
                            $yields [$yielded] $dollar($dollar value)*
                        )
                    };
                }
                macro_rules! yield_from {
                    (@used) => {};
                    ($dollar($dollar delegate:tt)*) => {
                        $crate::__yield_from!(
                            '_yield_must_stay_in_its_coroutine [$handle $(, $slot)?]
                            $dollar($dollar delegate)*
                        )
                    };
                }
                if false {
                    break '_yield_must_stay_in_its_coroutine $ends;
                }
                yield_!(@used);
                yield_from!(@used);
                $($first)*
                let __cogen_value: $returned = if true $body else { $handle.diverge($ends) };
                return __cogen_value;
            })
        }}
    };
}

/// The expression of a yield: in the brackets, what the body yields through, and the type.
///
/// It compiles only where the body's label can be reached, and only if the names in the brackets
/// have the types of the body's own. The temporaries of the value are gone before the body is
/// suspended. So is the way to the slot: it is given up with the value, and a new one comes with
/// the argument; an async body asks for it at each poll.
///
/// Where the type is inferred, a method's argument has it, as the error about another one then
/// stands at that. And the value of the expression comes out of a `match`: of the last expression
/// of a block, errors say more than is true.
#[doc(hidden)]
#[macro_export]
macro_rules! __yield {
    ($label:lifetime [$handle:ident, $slot:ident] [$yielded:ty, $value:expr]) => {({
        if false {
            break $label ($handle, $slot);
        }
        {
            let __cogen_value: $yielded = $value;
            $slot.put(__cogen_value);
        }
        let __cogen_sent;
        if false {
            (__cogen_sent, $slot) = $crate::__private::diverge();
            __cogen_sent
        } else {
            (__cogen_sent, $slot) = $handle.suspend().await;
            __cogen_sent
        }
    })};
    ($label:lifetime [$handle:ident] [$yielded:ty, $value:expr]) => {({
        if false {
            break $label $handle;
        }
        let __cogen_next = {
            let __cogen_value: $yielded = $value;
            $handle.yield_value(__cogen_value)
        };
        let __cogen_sent;
        if false {
            __cogen_sent = $crate::__private::diverge();
            __cogen_sent
        } else {
            (__cogen_sent,) = (__cogen_next.await,);
            __cogen_sent
        }
    })};
    ($label:lifetime $ends:tt $yields:tt $yielded:tt) => {
        $crate::__yield!($label $ends $yields $yielded ())
    };
    (
        $label:lifetime [$handle:ident $(, $slot:ident)?] inferred [$yielded:ty]
        $value:expr $(,)?
    ) => {
        $crate::__yield!($label [$handle $(, $slot)?] [$yielded, $handle.yielded($value)])
    };
    ($label:lifetime $ends:tt written [$yielded:ty] $value:expr $(,)?) => {
        $crate::__yield!($label $ends [$yielded, $value])
    };
    ($label:lifetime $ends:tt $yields:tt $yielded:tt $($values:tt)*) => {
        ::core::compile_error!(
            "`yield_!` takes one value: put several into a tuple, `yield_!((a, b))`"
        )
    };
}

/// The expression of a delegation: in the brackets, what the body yields through.
///
/// The body holds the delegate itself, and not a future that wraps it: the fewer types stand around
/// it, the deeper delegations the compiler looks into for `Send`. What begins the `match` keeps the
/// temporaries of the delegate's expression.
#[doc(hidden)]
#[macro_export]
macro_rules! __yield_from {
    ($label:lifetime [$handle:ident, $slot:ident] $delegate:expr $(,)?) => {({
        if false {
            break $label ($handle, $slot);
        }
        let __cogen_delegation = $handle.delegation();
        let __cogen_value;
        if false {
            (__cogen_value, $slot) = $crate::__private::diverge();
            __cogen_value
        } else {
            (__cogen_value, $slot) = match __cogen_delegation.begin($delegate) {
                mut __cogen_delegate => loop {
                    match __cogen_delegation.poll(&mut __cogen_delegate, $slot) {
                        $crate::__private::core::task::Poll::Ready(__cogen_end) => {
                            break __cogen_end;
                        }
                        $crate::__private::core::task::Poll::Pending => {}
                    }
                    $slot = $handle.slot().await;
                },
            };
            __cogen_value
        }
    })};
    ($label:lifetime [$handle:ident] $delegate:expr $(,)?) => {({
        if false {
            break $label $handle;
        }
        let __cogen_delegation = $handle.delegation();
        let __cogen_value;
        if false {
            __cogen_value = $crate::__private::diverge();
            __cogen_value
        } else {
            (__cogen_value,) = match __cogen_delegation.begin(match $handle.choose($delegate) {
                mut __cogen_delegate => __cogen_delegate.take(),
            }) {
                mut __cogen_delegate => loop {
                    let __cogen_next = $handle.relay().await;
                    match __cogen_delegation.poll(&mut __cogen_delegate, __cogen_next) {
                        $crate::__private::core::task::Poll::Ready(__cogen_end) => {
                            break (__cogen_end,);
                        }
                        $crate::__private::core::task::Poll::Pending => {}
                    }
                },
            };
            __cogen_value
        }
    })};
    ($label:lifetime $ends:tt $($delegates:tt)*) => {
        ::core::compile_error!(
            "`yield_from!` takes one coroutine or iterator: write `yield_from!(coroutine)`"
        )
    };
}

/// A yield that doesn't stand in a coroutine.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __outside {
    (yield_ $($value:tt)*) => {
        ::core::compile_error!(
            "`yield_!` works only in a coroutine: put `#[cogen::coroutine]` on the function, or \
             write the code in `co! { … }`"
        )
    };
    (yield_from $($delegate:tt)*) => {
        ::core::compile_error!(
            "`yield_from!` works only in a coroutine: put `#[cogen::coroutine]` on the function, \
             or write the code in `co! { … }`"
        )
    };
}

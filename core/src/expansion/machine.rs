//! A coroutine function and `co!`: the machine, its body and its yields.

/// Returns the value of a function under the attribute: the machine, wrapped as the function's
/// shape requires.
#[doc(hidden)]
#[macro_export]
macro_rules! __coroutine {
    (coroutine $($machine:tt)*) => { $crate::__machine! { return; $($machine)* } };
    (primed $($machine:tt)*) => {
        return $crate::__private::Flat::new($crate::Primed::new(
            $crate::__private::EmptyBox::allocate().pin($crate::__machine_value!($($machine)*))
        ))
    };
    (iterator $($machine:tt)*) => {
        return $crate::__private::MachineIterator::new($crate::__machine_value!($($machine)*))
    };
    (
        recursive_iterator [$($bound:ident)*]
        $async:tt; sync $origin:tt $returns:tt [$sent:ty] [$yielded:ty] $($machine:tt)*
    ) => {{
        // The type of the body is erased, because the body may hold such an iterator.
        let __cogen_boxed: $crate::__private::core::pin::Pin<$crate::__private::Box<
            dyn $crate::Coroutine<$sent, Yield = $yielded, Return = _>
                $(+ $crate::__private::core::marker::$bound)* + '_
        >> = $crate::__private::EmptyBox::allocate().pin($crate::__private::BoxedMachine::new(
            $crate::__machine_value!(
                $async; sync $origin $returns [$sent] [$yielded] $($machine)*
            )
        ));
        return $crate::__private::BoxedIterator::new(__cogen_boxed);
    }};
    (stream $($machine:tt)*) => {
        return $crate::__private::Flat::new($crate::CoroutineStream::new(
            $crate::__machine_value!($($machine)*)
        ))
    };
    (unpin_stream $($machine:tt)*) => {
        return $crate::__private::Flat::new($crate::CoroutineStream::new(
            $crate::__private::EmptyBox::allocate().pin($crate::__machine_value!($($machine)*))
        ))
    };
    (boxed $make:ident $($machine:tt)*) => {
        return $crate::__private::EmptyBox::allocate().$make($crate::__private::BoxedMachine::new(
            $crate::__machine_value!($($machine)*)
        ))
    };
    (boxed_async_coroutine $make:ident $($machine:tt)*) => {
        return $crate::__private::EmptyBox::allocate().$make($crate::__machine_value!($($machine)*))
    };
    (boxed_iterator $make:ident $($machine:tt)*) => {
        return $crate::__private::EmptyBox::allocate().$make($crate::__private::BoxedIterator::new(
            $crate::__private::EmptyBox::allocate().pin($crate::__machine_value!($($machine)*))
        ))
    };
    (boxed_stream $make:ident $($machine:tt)*) => {
        return $crate::__private::EmptyBox::allocate().$make($crate::CoroutineStream::new(
            $crate::__machine_value!($($machine)*)
        ))
    };
    (boxed_unpin_stream $make:ident $($machine:tt)*) => {
        return $crate::__private::EmptyBox::allocate().$make($crate::CoroutineStream::new(
            $crate::__private::EmptyBox::allocate().pin($crate::__machine_value!($($machine)*))
        ))
    };
    (alias [$boxed:ty] $($machine:tt)*) => {
        return <$boxed as $crate::__private::FromMachine<_>>::from_machine(
            $crate::__machine_value!($($machine)*)
        )
    };
    (delegating_iterator $fill:ident $($machine:tt)*) => {
        return $crate::__private::$fill(
            $crate::__private::BoxedMachine::new($crate::__machine_value!($($machine)*))
        )
    };
    (delegating_alias [$boxed:ty] $($machine:tt)*) => {
        return <$boxed as $crate::__private::FromMachine<_>>::from_machine(
            $crate::__private::BoxedMachine::new($crate::__machine_value!($($machine)*))
        )
    };
    (std [$boxed:ty] $($machine:tt)*) => {
        return $crate::__private::std_from_machine::<_, $boxed>(
            $crate::__machine_value!($($machine)*)
        )
    };
    (primed_boxed $($machine:tt)*) => {
        return $crate::__private::EmptyBox::allocate().pin($crate::Primed::new(
            $crate::__private::EmptyBox::allocate().pin(
                $crate::__private::BoxedMachine::new($crate::__machine_value!($($machine)*))
            )
        ))
    };
}

/// Expands to a machine.
///
/// It names the handle, the slot pointer and the label. No other code can mention these names, not
/// even the macro's caller. `body!` of `cogen-macros` puts them into the yields. The compiler shows
/// the name of the handle if it can't infer the types of a `co!`. The input:
///
/// - `$async`: the word `async`, as a token of the user's. In edition 2015 this token is the name
///   of a type, and the macro uses a token of its own instead.
/// - `$origin`: `function`, `items` (an iterator or a stream), `boxed_items` (an iterator that can
///   be the root of a recursion), `recursive_items` (the same, and its function calls itself),
///   `block` or `block_of_items`. `$returns`: an empty group with the span of the type that the
///   body returns.
/// - The types that the body is sent, yields and returns, the arguments that could be unused, the
///   code that runs first, and the body.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __machine_value {
    ($($machine:tt)*) => { '__machine: { $crate::__machine!(break '__machine; $($machine)*); } };
}

/// Leaves a function or a block with the machine that `__machine_value!` expands to. `$leave` is
/// `return`, or `break` with a label.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __machine {
    ($leave:ident $($block:lifetime)?; $legacy:ty; $($machine:tt)*) => {
        $crate::__machine!($leave $($block)?; async; $($machine)*);
    };
    (
        $leave:ident $($block:lifetime)?;
        $async:tt; sync $origin:tt $returns:tt [$sent:ty] [$yielded:ty] $($body:tt)*
    ) => {
        let the_caller: $crate::__private::Handle<$sent, $yielded> =
            unsafe { $crate::__private::bind() };
        // A value that is held across a yield is held for the caller, and not for other tasks. The
        // level of a lint takes the compiler time, so it is there only for clippy.
        #[cfg_attr(clippy, allow(clippy::await_holding_lock, clippy::await_holding_refcell_ref))]
        let __body = $crate::__body!(
            $async '_its_coroutine [__slot, the_caller]
            $origin $returns [$yielded] $($body)*
        );
        $leave $($block)? the_caller.machine(__body);
    };
    (
        $leave:ident $($block:lifetime)?;
        $async:tt; async $origin:tt $returns:tt [$sent:ty] [$yielded:ty] $($body:tt)*
    ) => {
        let the_caller: $crate::__private::AsyncHandle<$sent, $yielded> =
            unsafe { $crate::__private::bind_async() };
        let __body = $crate::__body!(
            $async '_its_coroutine [the_caller]
            $origin $returns [$yielded] $($body)*
        );
        $leave $($block)? the_caller.machine(__body);
    };
}

/// Calls `body!`. Through this macro, the call site of `body!` and `$crate` have another hygiene
/// than the handle's name. A procedural macro of the user's may receive tokens with their hygiene.
/// With the hygiene of the handle's name, it could write the handle's name.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __body {
    ($async:tt $($input:tt)*) => { $crate::__private::body!($crate $async $($input)*) };
}

/// The value of a `co!` that is an iterator or a stream: the machine, wrapped as the shape of the
/// block requires.
#[doc(hidden)]
#[macro_export]
macro_rules! __block {
    (iterator $($machine:tt)*) => {
        $crate::__private::MachineIterator::new($crate::__machine_value!($($machine)*))
    };
    (stream $($machine:tt)*) => {
        $crate::__private::Flat::new($crate::CoroutineStream::new(
            $crate::__machine_value!($($machine)*)
        ))
    };
}

/// A yield outside of a coroutine.
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

/// Warns about a body that yields and returns nothing. There is no other way to warn.
#[doc(hidden)]
#[deprecated = "the body yields nothing: write `yield_!(…)`, or put `#[allow(deprecated)]` on the \
                function if it is meant to"]
#[macro_export]
macro_rules! __no_yield {
    () => {};
}

/// Adds a hint to rustc's error that a `yield x` under the attribute is experimental. There is no
/// other way to add one. Where rustc accepts `yield`, the hint is only a warning.
#[doc(hidden)]
#[deprecated = "`yield x` under the attribute is experimental: write `yield_!(x)`"]
#[macro_export]
macro_rules! __keyword {
    () => {};
}

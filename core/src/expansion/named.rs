//! Named structs.

/// Defines a named struct and its trait implementations. The first brackets hold the struct's name,
/// its lifetimes, its types (`[T]`) and constants (`[= N: usize]`), which lifetimes (`['a: 'b]`)
/// and types (`[= T: 'b]`) outlive which lifetimes, and the bounds. The last brackets but one hold
/// whether the struct has exactly the room that its body needs, and this room: size and alignment.
/// The word `allow` precedes the lints that the function allows.
///
/// The function in the last brackets makes the body. The tokens of size and alignment need not be
/// correct, because a function is accepted only if its body fits (`Fits`). No other code can
/// implement `Drop` or `Unpin` for the struct.
#[doc(hidden)]
#[macro_export]
macro_rules! __named {
    (
        $shape:ident $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] [$($awaited:ident)?]
        [
            $documentation:literal $must_use:literal $visibility:vis struct
            $(allow $($lint:path),+)?
        ]
        [$($argument:ty,)*] [$($traits:literal)*]
        [$exact:literal $size:expr, $alignment:expr] [$($function:tt)*]
    ) => {
        #[doc = $documentation]
        #[must_use = $must_use]
        $(#[allow($($lint),+)])?
        $visibility struct $name<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            __cogen_storage: $crate::__private::Storage<
                Self,
                $crate::__private::$shape::Shape<fn() -> ($sent, ($($argument,)*))>,
                ($(fn(&$lifetime ()) -> &$lifetime (),)* $($(fn() -> *mut $ty,)?)*),
            >,
        }

        // One item, so that the compiler reports one error if this is in an `impl`. No variable has
        // the type of this constant. Otherwise, rustc would suggest it for unused variables.
        $(#[allow($($lint),+)])?
        const _: [(); 0] = {
            unsafe impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
                $crate::__private::$shape::Named<fn() -> ($sent, ($($argument,)*))>
                for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
            where
                $($bounds)*
            {
                type Traits = $crate::__private::AutoTraits<$($traits),*>;
                type Room = $crate::__private::Room<$exact, { $size }, { $alignment }>;
                type Unpinned
                    = Self
                where
                    for<'__cogen> &'__cogen Self::Traits: $crate::__private::NeedsNoPin;

                #[inline]
                fn function() -> impl $crate::__private::$shape::Function<
                    Self,
                    fn() -> ($sent, ($($argument,)*)),
                > {
                    $crate::__private::FunctionOf::new(
                        { $($function)* },
                        const { $crate::__private::Fits::check() },
                    )
                }
            }

            #[cfg_attr(clippy, allow(clippy::empty_drop))]
            impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
                $crate::__private::Drop
                for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
            where
                $($($longer)? $($outliving)?: $shorter,)*
                $($bounds)*
            {
                #[inline(always)]
                fn drop(&mut self) {}
            }

            impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
                $crate::__private::Unpin
                for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
            where
                for<'__cogen> &'__cogen $crate::__private::AutoTraits<$($traits),*>:
                    $crate::__private::NeedsNoPin,
                $($bounds)*
            {
            }

            $crate::__named_items! {
                $shape $text
                [
                    $name [$($lifetime)*]
                    [$([$($ty)? $(= $constant: $of)?])*]
                    [$($bounds)*]
                ]
                [$sent] [$yielded] [$returned] [$($awaited)?]
            }

            []
        };
    };
}

/// The items of a named struct that depend on its shape: the implementations of the traits.
///
/// Any code can call this macro for a struct of its own. All functions that it calls require the
/// hidden trait of the struct, which only `__named!` implements.
#[doc(hidden)]
#[macro_export]
macro_rules! __named_items {
    (
        coroutine $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] [$($awaited:ident)?]
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::Coroutine<$sent>
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            type Yield = $yielded;
            type Return = $returned;

            #[inline(always)]
            #[track_caller]
            fn begin(
                self: $crate::__private::Pin<&mut Self>,
            ) -> $crate::CoroutineState<$yielded, $returned> {
                $crate::__private::coroutine::begin(self)
            }

            #[inline(always)]
            #[track_caller]
            fn resume(
                self: $crate::__private::Pin<&mut Self>,
                __argument: $sent,
            ) -> $crate::CoroutineState<$yielded, $returned> {
                $crate::__private::coroutine::resume(self, __argument)
            }

            #[inline(always)]
            fn terminate(self: $crate::__private::Pin<&mut Self>) {
                $crate::__private::coroutine::terminate(self);
            }

            #[inline(always)]
            fn status(&self) -> $crate::Status {
                $crate::__private::coroutine::status(self)
            }

            #[inline(always)]
            #[track_caller]
            unsafe fn __enter(
                self: $crate::__private::Pin<&mut Self>,
                __sends: bool,
            ) {
                unsafe { $crate::__private::coroutine::enter(self, __sends) }
            }

            #[inline(always)]
            unsafe fn __delegate(
                self: $crate::__private::Pin<&mut Self>,
                __channel: $crate::__private::Channel<'_, $sent, $yielded>,
            ) -> $crate::__private::Poll<$returned> {
                unsafe { $crate::__private::coroutine::delegate(self, __channel) }
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::fmt::Debug
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            fn fmt(
                &self,
                __f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                $crate::__private::debug(
                    $text,
                    $crate::__private::coroutine::status(self),
                    __f,
                )
            }
        }

        $crate::__awaited! {
            [$($awaited)?]
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$($bounds)*]
            ]
            [$returned] [$crate::CoroutineFuture<$crate::IntoAsync<Self>>] [$crate::CoroutineExt]
        }
    };
    (
        async_coroutine $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] [$($awaited:ident)?]
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::AsyncCoroutine<$sent>
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            type Yield = $yielded;
            type Return = $returned;

            #[inline(always)]
            #[track_caller]
            fn poll_resume(
                self: $crate::__private::Pin<&mut Self>,
                __cx: &mut $crate::__private::Context<'_>,
                __argument: &mut $crate::__private::Option<$sent>,
            ) -> $crate::__private::Poll<$crate::CoroutineState<$yielded, $returned>> {
                $crate::__private::async_coroutine::poll_resume(self, __cx, __argument)
            }

            #[inline(always)]
            fn terminate(self: $crate::__private::Pin<&mut Self>) {
                $crate::__private::async_coroutine::terminate(self);
            }

            #[inline(always)]
            fn status(&self) -> $crate::Status {
                $crate::__private::async_coroutine::status(self)
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::fmt::Debug
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            fn fmt(
                &self,
                __f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                $crate::__private::debug(
                    $text,
                    $crate::__private::async_coroutine::status(self),
                    __f,
                )
            }
        }

        $crate::__awaited! {
            [$($awaited)?]
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$($bounds)*]
            ]
            [$returned] [$crate::CoroutineFuture<Self>] [$crate::AsyncCoroutineExt]
        }
    };
    (
        stream $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] []
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::Stream
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            type Item = $yielded;

            #[inline(always)]
            fn poll_next(
                self: $crate::__private::Pin<&mut Self>,
                __cx: &mut $crate::__private::Context<'_>,
            ) -> $crate::__private::Poll<$crate::__private::Option<$yielded>> {
                $crate::__private::stream::poll_next(self, __cx)
            }

            #[inline(always)]
            fn size_hint(&self) -> (usize, $crate::__private::Option<usize>) {
                $crate::__private::stream::size_hint(self)
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::FusedStream
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            #[inline(always)]
            fn is_terminated(&self) -> bool {
                $crate::__private::stream::is_terminated(self)
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::fmt::Debug
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            fn fmt(
                &self,
                __f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                $crate::__private::debug_items($text, __f)
            }
        }
    };
    (
        iterator $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] []
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::Iterator
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            type Item = $yielded;

            #[inline(always)]
            fn next(&mut self) -> $crate::__private::Option<$yielded> {
                $crate::__private::iterator::next(self)
            }

            #[inline(always)]
            fn size_hint(&self) -> (usize, $crate::__private::Option<usize>) {
                $crate::__private::iterator::size_hint(self)
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::FusedIterator
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::fmt::Debug
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            fn fmt(
                &self,
                __f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                $crate::__private::debug_items($text, __f)
            }
        }
    };
}

/// Selects a function by edition: its form for the editions before 2024, in which `gen` is a name,
/// or its form for 2024 and later. The last form is for editors.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __by_edition {
    ($older:ty; { $($function:tt)* } $newer:tt $shown:tt) => { $($function)* };
    ($newer:tt; $older:tt { $($function:tt)* } $shown:tt) => { $($function)* };
}

/// Implements `IntoFuture` for a named struct that is a coroutine and is sent nothing: `[awaited]`.
/// The brackets with the struct's name are those of `__named!`.
///
/// The struct's own method takes precedence over the methods of the two traits that have the same
/// name.
#[doc(hidden)]
#[macro_export]
macro_rules! __awaited {
    ([] $($structure:tt)*) => {};
    (
        [awaited]
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$($bounds:tt)*]
        ]
        [$returned:ty] [$future:ty] [$($extension:tt)*]
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            #[cfg_attr(clippy, allow(clippy::same_name_method))]
            #[doc(hidden)]
            #[inline(always)]
            pub fn into_future(self) -> $future {
                $($extension)*::into_future(self)
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::IntoFuture
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($bounds)*
        {
            type Output = $returned;
            type IntoFuture = $future;

            #[inline(always)]
            fn into_future(self) -> Self::IntoFuture {
                $($extension)*::into_future(self)
            }
        }
    };
}

/// The function that makes the body of a named struct: its attributes, and the rest. The visible
/// function has the same signature, and may be public, which silences these lints.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __hidden_function {
    ({ $($attributes:tt)* } $($function:tt)*) => {
        $($attributes)*
        #[doc(hidden)]
        #[inline]
        #[cfg_attr(
            clippy,
            allow(
                clippy::box_collection,
                clippy::fn_params_excessive_bools,
                clippy::implied_bounds_in_impls,
                clippy::large_types_passed_by_value,
                clippy::linkedlist,
                clippy::option_option,
                clippy::rc_buffer,
                clippy::rc_mutex,
                clippy::too_many_arguments,
                clippy::vec_box
            )
        )]
        $($function)*
    };
}

/// Selects the functions for the compiler. The other form, for editors, is as the user wrote them.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __functions {
    ({ $($compiled:tt)* } { $($shown:tt)* }) => { $($compiled)* };
}

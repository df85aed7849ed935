//! Named structs.

/// Defines a named struct and its trait implementations. The first brackets hold the struct's name,
/// its lifetimes, its types (`[T]`) and constants (`[= N: usize]`), which lifetimes (`['a: 'b]`)
/// and types (`[= T: 'b]`) outlive which lifetimes, and the bounds. The last brackets but one hold
/// whether the struct has exactly the room that its body needs, and this room: size and alignment.
#[doc(hidden)]
#[macro_export]
macro_rules! __named {
    (
        coroutine $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] [$($awaited:ident)?] $($rest:tt)*
    ) => {
        $crate::__named_struct! {
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$([$($longer)? $(= $outliving)?: $shorter])*]
                [$($bounds)*]
            ]
            [impl $crate::Coroutine<$sent, Yield = $yielded, Return = $returned>]
            [coroutine $text [$sent] [$yielded] [$returned] [$($awaited)?]]
            $($rest)*
        }
    };
    (
        async_coroutine $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] [$($awaited:ident)?] $($rest:tt)*
    ) => {
        $crate::__named_struct! {
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$([$($longer)? $(= $outliving)?: $shorter])*]
                [$($bounds)*]
            ]
            [impl $crate::AsyncCoroutine<$sent, Yield = $yielded, Return = $returned>]
            [async_coroutine $text [$sent] [$yielded] [$returned] [$($awaited)?]]
            $($rest)*
        }
    };
    (
        stream $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] [] $($rest:tt)*
    ) => {
        $crate::__named_struct! {
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$([$($longer)? $(= $outliving)?: $shorter])*]
                [$($bounds)*]
            ]
            [impl $crate::__private::FusedStream<Item = $yielded>]
            [stream $text [$sent] [$yielded] [$returned] []]
            $($rest)*
        }
    };
    (
        iterator $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] [] $($rest:tt)*
    ) => {
        $crate::__named_struct! {
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$([$($longer)? $(= $outliving)?: $shorter])*]
                [$($bounds)*]
            ]
            [
                impl $crate::__private::FusedIterator<Item = $yielded>
                    + $crate::__private::Unpin
            ]
            [iterator $text [$sent] [$yielded] [$returned] []]
            $($rest)*
        }
    };
}

/// The items of a named struct that depend on its shape: the implementations of the traits.
///
/// Any code can call this macro for a struct of its own, with a `__cogen_body` of its own. Its
/// `unsafe` calls use the storage itself and the `FunctionOf` of the struct, which only
/// `__named_struct!` creates.
#[doc(hidden)]
#[macro_export]
macro_rules! __named_items {
    (
        coroutine $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] [$($awaited:ident)?]
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::Coroutine<$sent>
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            type Yield = $yielded;
            type Return = $returned;

            #[inline(always)]
            #[track_caller]
            fn begin(
                self: $crate::__private::Pin<&mut Self>,
            ) -> $crate::CoroutineState<$yielded, $returned> {
                $crate::Coroutine::begin(__cogen_body(self))
            }

            #[inline(always)]
            #[track_caller]
            fn resume(
                self: $crate::__private::Pin<&mut Self>,
                __cogen_argument: $sent,
            ) -> $crate::CoroutineState<$yielded, $returned> {
                $crate::Coroutine::resume(__cogen_body(self), __cogen_argument)
            }

            #[inline(always)]
            fn terminate(self: $crate::__private::Pin<&mut Self>) {
                $crate::Coroutine::terminate(__cogen_body(self));
            }

            #[inline(always)]
            fn status(&self) -> $crate::Status {
                $crate::Coroutine::status(
                    $crate::__private::Storage::body_ref(
                        &self.__cogen_storage,
                        __cogen_function($crate::__private::PhantomData),
                    ),
                )
            }

            #[inline(always)]
            #[track_caller]
            unsafe fn __enter(
                self: $crate::__private::Pin<&mut Self>,
                __cogen_sends: bool,
            ) {
                unsafe {
                    $crate::Coroutine::__enter(
                        $crate::__private::Storage::body(
                            $crate::__private::Pin::new_unchecked(
                                &mut $crate::__private::Pin::get_unchecked_mut(self)
                                    .__cogen_storage,
                            ),
                            $crate::__private::FunctionOf::<Self, _>::of(__cogen_function(
                                $crate::__private::PhantomData,
                            )),
                        ),
                        __cogen_sends,
                    );
                }
            }

            #[inline(always)]
            unsafe fn __delegate(
                self: $crate::__private::Pin<&mut Self>,
                __cogen_channel: $crate::__private::Channel<'_, $sent, $yielded>,
            ) -> $crate::__private::Poll<$returned> {
                unsafe {
                    $crate::Coroutine::__delegate(
                        $crate::__private::Storage::body(
                            $crate::__private::Pin::new_unchecked(
                                &mut $crate::__private::Pin::get_unchecked_mut(self)
                                    .__cogen_storage,
                            ),
                            $crate::__private::FunctionOf::<Self, _>::of(__cogen_function(
                                $crate::__private::PhantomData,
                            )),
                        ),
                        __cogen_channel,
                    )
                }
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::fmt::Debug
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            fn fmt(
                &self,
                __cogen_f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                $crate::__private::debug($text, $crate::Coroutine::status(self), __cogen_f)
            }
        }

        $crate::__awaited! {
            [$($awaited)?] coroutine
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$([$($longer)? $(= $outliving)?: $shorter])*]
                [$($bounds)*]
            ]
            [$returned]
        }
    };
    (
        async_coroutine $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] [$($awaited:ident)?]
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::AsyncCoroutine<$sent>
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            type Yield = $yielded;
            type Return = $returned;

            #[inline(always)]
            #[track_caller]
            fn poll_resume(
                self: $crate::__private::Pin<&mut Self>,
                __cogen_cx: &mut $crate::__private::Context<'_>,
                __cogen_argument: &mut $crate::__private::Option<$sent>,
            ) -> $crate::__private::Poll<
                $crate::CoroutineState<$yielded, $returned>
            >
            {
                $crate::AsyncCoroutine::poll_resume(
                    __cogen_body(self),
                    __cogen_cx,
                    __cogen_argument,
                )
            }

            #[inline(always)]
            fn terminate(self: $crate::__private::Pin<&mut Self>) {
                $crate::AsyncCoroutine::terminate(__cogen_body(self));
            }

            #[inline(always)]
            fn status(&self) -> $crate::Status {
                $crate::AsyncCoroutine::status(
                    $crate::__private::Storage::body_ref(
                        &self.__cogen_storage,
                        __cogen_function($crate::__private::PhantomData),
                    ),
                )
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::fmt::Debug
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            fn fmt(
                &self,
                __cogen_f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                $crate::__private::debug(
                    $text,
                    $crate::AsyncCoroutine::status(self),
                    __cogen_f,
                )
            }
        }

        $crate::__awaited! {
            [$($awaited)?] async_coroutine
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$([$($longer)? $(= $outliving)?: $shorter])*]
                [$($bounds)*]
            ]
            [$returned]
        }
    };
    (
        stream $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] []
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::Stream
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            type Item = $yielded;

            #[inline(always)]
            fn poll_next(
                self: $crate::__private::Pin<&mut Self>,
                __cogen_cx: &mut $crate::__private::Context<'_>,
            ) -> $crate::__private::Poll<
                $crate::__private::Option<$yielded>
            > {
                $crate::__private::Stream::poll_next(__cogen_body(self), __cogen_cx)
            }

            #[inline(always)]
            fn size_hint(&self) -> (usize, $crate::__private::Option<usize>) {
                $crate::__private::Stream::size_hint(
                    $crate::__private::Storage::body_ref(
                        &self.__cogen_storage,
                        __cogen_function($crate::__private::PhantomData),
                    ),
                )
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::FusedStream
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            #[inline(always)]
            fn is_terminated(&self) -> bool {
                $crate::__private::FusedStream::is_terminated(
                    $crate::__private::Storage::body_ref(
                        &self.__cogen_storage,
                        __cogen_function($crate::__private::PhantomData),
                    ),
                )
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::fmt::Debug
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            fn fmt(
                &self,
                __cogen_f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                __cogen_f.debug_struct($text).finish_non_exhaustive()
            }
        }
    };
    (
        iterator $text:literal
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$sent:ty] [$yielded:ty] [$returned:ty] []
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::Iterator
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            type Item = $yielded;

            #[inline(always)]
            fn next(&mut self) -> $crate::__private::Option<$yielded> {
                $crate::__private::Iterator::next(
                    &mut *__cogen_body($crate::__private::Pin::new(self)),
                )
            }

            #[inline(always)]
            fn size_hint(&self) -> (usize, $crate::__private::Option<usize>) {
                $crate::__private::Iterator::size_hint(
                    $crate::__private::Storage::body_ref(
                        &self.__cogen_storage,
                        __cogen_function($crate::__private::PhantomData),
                    ),
                )
            }
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::FusedIterator
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
        }

        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $crate::__private::fmt::Debug
            for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            fn fmt(
                &self,
                __cogen_f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                __cogen_f.debug_struct($text).finish_non_exhaustive()
            }
        }
    };
}

/// Defines the struct of `__named!`, with all its `unsafe` code and the items of its shape.
///
/// The function in the last brackets makes the body. Only `__cogen_function` creates the
/// `FunctionOf` with which the storage is used. So the type of the function is the same for the
/// same parameters, whatever the tokens are. The `PhantomData` argument tells the compiler the
/// bounds that the struct's type implies for its parameters. The tokens of size and alignment need
/// not be correct, because a body is stored only where it fits (`Fits`).
///
/// The struct contains the types that it borrows as the return type of a function pointer, where
/// the compiler reports a missing lifetime. No other code can implement `Drop` or `Unpin` for it.
#[doc(hidden)]
#[macro_export]
macro_rules! __named_struct {
    (
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$body:ty] [$shape:ident $text:literal $($types:tt)*]
        [$documentation:literal $must_use:literal $visibility:vis struct]
        [$($borrowed:ty,)*] [$($argument:ty,)*] [$($traits:literal)*]
        [$exact:literal $size:expr, $alignment:expr] [$($function:tt)*]
    ) => {
        #[doc = $documentation]
        #[must_use = $must_use]
        $visibility struct $name<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            __cogen_storage: $crate::__private::Storage<
                $name<$($lifetime,)* $($($ty)? $($constant)?,)*>,
                $exact,
                { $size },
                { $alignment },
                $crate::__private::AutoTraits<$($traits),*>,
                (
                    fn() -> ($($borrowed,)*),
                    $(fn(&$lifetime ()) -> &$lifetime (),)*
                    $($(fn() -> *mut $ty,)?)*
                ),
            >,
        }

        // No variable has the type of this constant. Otherwise, rustc would suggest it for unused
        // variables.
        #[allow(clippy::elidable_lifetime_names)]
        const _: [(); 0] = {
            fn __cogen_function<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>(
                _: $crate::__private::PhantomData<
                    $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
                >,
            ) -> $crate::__private::FunctionOf<
                $name<$($lifetime,)* $($($ty)? $($constant)?,)*>,
                impl $crate::__private::BodyFunction<($($argument,)*), Body = $body>,
            >
            where
                $($lifetime: $lifetime,)*
                $($($longer)? $($outliving)?: $shorter,)*
                $($bounds)*
            {
                let __cogen_function = { $($function)* };
                unsafe { $crate::__private::FunctionOf::new(__cogen_function) }
            }

            #[inline(always)]
            fn __cogen_body<'__cogen, $($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>(
                __cogen_this: $crate::__private::Pin<
                    &'__cogen mut $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
                >,
            ) -> $crate::__private::Pin<
                &'__cogen mut $body
            >
            where
                $($($longer)? $($outliving)?: $shorter,)*
                $($bounds)*
            {
                // Less work for the compiler than `map_unchecked_mut` with a closure.
                $crate::__private::Storage::body(
                    unsafe {
                        $crate::__private::Pin::new_unchecked(
                            &mut $crate::__private::Pin::get_unchecked_mut(__cogen_this)
                                .__cogen_storage,
                        )
                    },
                    __cogen_function($crate::__private::PhantomData),
                )
            }

            impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
                $crate::__private::FromArguments<($($argument,)*)>
                for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
            where
                $($($longer)? $($outliving)?: $shorter,)*
                $($bounds)*
            {
                #[inline(always)]
                fn from_arguments(__cogen_arguments: ($($argument,)*)) -> Self {
                    Self {
                        __cogen_storage: unsafe {
                            $crate::__private::Storage::new(
                                __cogen_function($crate::__private::PhantomData),
                                __cogen_arguments,
                                const { $crate::__private::Fits::check() },
                            )
                        },
                    }
                }
            }

            impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
                $crate::__private::Drop
                for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
            where
                $($($longer)? $($outliving)?: $shorter,)*
                $($bounds)*
            {
                #[inline(always)]
                fn drop(&mut self) {
                    unsafe {
                        $crate::__private::Storage::drop_body(
                            &mut self.__cogen_storage,
                            __cogen_function($crate::__private::PhantomData),
                        );
                    }
                }
            }

            impl<'__cogen, $($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
                $crate::__private::Unpin
                for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
            where
                $crate::__private::Like<'__cogen, $crate::__private::AutoTraits<$($traits),*>>:
                    $crate::__private::Unpin,
                $($($longer)? $($outliving)?: $shorter,)*
                $($bounds)*
            {
            }

            // Without this, the compiler would look into the storage. It doesn't know the storage's
            // size while it decides whether a body that holds this struct is `Send`.
            unsafe impl<'__cogen, $($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
                $crate::__private::Send
                for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
            where
                $crate::__private::Like<'__cogen, $crate::__private::AutoTraits<$($traits),*>>:
                    $crate::__private::SendOption<$name<$($lifetime,)* $($($ty)? $($constant)?,)*>>,
                $($bounds)*
            {
            }

            unsafe impl<'__cogen, $($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
                $crate::__private::Sync
                for $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
            where
                $crate::__private::Like<'__cogen, $crate::__private::AutoTraits<$($traits),*>>:
                    $crate::__private::SyncOption<$name<$($lifetime,)* $($($ty)? $($constant)?,)*>>,
                $($bounds)*
            {
            }

            $crate::__named_items! {
                $shape $text
                [
                    $name [$($lifetime)*]
                    [$([$($ty)? $(= $constant: $of)?])*]
                    [$([$($longer)? $(= $outliving)?: $shorter])*]
                    [$($bounds)*]
                ]
                $($types)*
            }

            []
        };
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
        [awaited] coroutine
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$returned:ty]
    ) => {
        $crate::__awaited! {
            implemented
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$([$($longer)? $(= $outliving)?: $shorter])*]
                [$($bounds)*]
            ]
            [$returned]
            [$crate::CoroutineFuture<$crate::IntoAsync<Self>>]
            [$crate::CoroutineExt]
        }
    };
    (
        [awaited] async_coroutine
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$returned:ty]
    ) => {
        $crate::__awaited! {
            implemented
            [
                $name [$($lifetime)*]
                [$([$($ty)? $(= $constant: $of)?])*]
                [$([$($longer)? $(= $outliving)?: $shorter])*]
                [$($bounds)*]
            ]
            [$returned]
            [$crate::CoroutineFuture<Self>]
            [$crate::AsyncCoroutineExt]
        }
    };
    (
        implemented
        [
            $name:ident [$($lifetime:lifetime)*]
            [$([$($ty:ident)? $(= $constant:ident: $of:ty)?])*]
            [$([$($longer:lifetime)? $(= $outliving:ty)?: $shorter:lifetime])*]
            [$($bounds:tt)*]
        ]
        [$returned:ty] [$future:ty] [$($extension:tt)*]
    ) => {
        impl<$($lifetime,)* $($($ty)? $(const $constant: $of)?,)*>
            $name<$($lifetime,)* $($($ty)? $($constant)?,)*>
        where
            $($($longer)? $($outliving)?: $shorter,)*
            $($bounds)*
        {
            #[allow(clippy::same_name_method)]
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
            $($($longer)? $($outliving)?: $shorter,)*
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

/// Selects the functions for the compiler. The other form, for editors, is as the user wrote them.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __functions {
    ({ $($compiled:tt)* } { $($shown:tt)* }) => { $($compiled)* };
}

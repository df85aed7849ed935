//! The hidden traits of named structs, one for each shape.
//!
//! The macro implements one of them for each struct, and the methods of the struct's public traits
//! call the functions here. The trait returns the function that makes the body. The type of this
//! function is an associated type of the struct, so it is the same wherever the body is used.

use core::fmt;

use crate::protocol::state::Status;

/// The types that the body of a named struct is sent and made from: `fn() -> (R, Arguments)`. In
/// the return type of a function pointer, the compiler refuses a missing lifetime everywhere.
pub trait Types {
    /// The type that the body is sent.
    type Sent;
    /// The types of the arguments, as a tuple.
    type Arguments;
}

impl<R, A> Types for fn() -> (R, A) {
    type Sent = R;
    type Arguments = A;
}

/// Formats a named struct that is a coroutine or an async coroutine.
///
/// # Errors
///
/// If the formatter fails.
pub fn debug(name: &str, status: Status, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name).field("status", &status).finish_non_exhaustive()
}

/// Formats a named struct that is an iterator or a stream.
///
/// # Errors
///
/// If the formatter fails.
pub fn debug_items(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name).finish_non_exhaustive()
}

/// Defines the hidden trait of a shape: the public trait of its structs, and what their bodies are.
macro_rules! define_shape {
    ($types:ident, $named:ident: [$($public:tt)*], [$($body:tt)*]) => {
        /// A named struct of this shape.
        ///
        /// # Safety
        ///
        /// `Self` has no other field than a `Storage<Self, Shape<…>, …>`, which nothing replaces.
        /// It has no other hidden trait, and this one only once. It has each parameter that the
        /// function has. It implements `Drop`, and `Unpin` only if `Traits` says so.
        pub unsafe trait Named<$types: Types>: $($public)* + Sized {
            /// The auto traits of the struct.
            type Traits;
            /// The room for the body.
            type Room;
            /// The struct itself. The compiler checks that the struct implements `Unpin` with no
            /// other condition than this one, so that no other code can implement it.
            type Unpinned: Unpin
            where
                for<'a> &'a Self::Traits: NeedsNoPin;

            /// Returns the function that makes the body.
            fn function() -> impl Function<Self, $types>;
        }

        /// The function of such a struct.
        pub trait Function<$named: Named<$types>, $types: Types>:
            FitFunction<
                $named::Room,
                $types::Arguments,
                Body: $($body)* + HasAutoTraits<$named::Traits>,
            >
        {
        }

        impl<$named, $types, F> Function<$named, $types> for F
        where
            $named: Named<$types>,
            $types: Types,
            F: FitFunction<$named::Room, $types::Arguments>,
            F::Body: $($body)* + HasAutoTraits<$named::Traits>,
        {
        }

        /// This shape.
        #[derive(Debug)]
        pub struct Shape<$types>(PhantomData<fn() -> $types>);

        // SAFETY: the contract of `Named`.
        unsafe impl<$types: Types, $named: Named<$types>> Owner<Shape<$types>> for $named {
            type Traits = $named::Traits;
            type Room = $named::Room;

            #[inline(always)]
            unsafe fn drop_body(room: *mut $named::Room) {
                // SAFETY: the contract.
                unsafe {
                    storage::body_in::<_, $named::Room, _, _>(room, $named::function)
                        .drop_in_place();
                };
            }
        }

        /// Returns the address of the body. It is no reference, because the compiler doesn't know
        /// that `K` outlives a reference to the struct.
        ///
        /// The struct was created with the same function, so it holds a body of exactly this type.
        /// The body has not been dropped, because it is dropped with the struct. It is pinned with
        /// the struct: it is never moved out, and the struct lets no other code move it. So it may
        /// be used as the struct may.
        #[inline(always)]
        fn body<$types: Types, $named: Named<$types>>(
            named: *mut $named,
        ) -> *mut (impl $($body)* + use<$types, $named>) {
            storage::body_in::<_, $named::Room, _, _>(named, $named::function)
        }
    };
}

/// Structs that are coroutines.
pub mod coroutine {
    use core::marker::PhantomData;
    use core::pin::Pin;
    use core::ptr;
    use core::task::Poll;

    use super::Types;
    use crate::engine::storage::{self, FitFunction, HasAutoTraits, Owner};
    use crate::engine::sync::channel::Channel;
    use crate::protocol::coroutine::Coroutine;
    use crate::protocol::pinned::NeedsNoPin;
    use crate::protocol::state::{CoroutineState, Status};

    define_shape! {
        K, N: [Coroutine<K::Sent>],
        [Coroutine<K::Sent, Yield = N::Yield, Return = N::Return>]
    }

    /// Creates the struct.
    #[inline(always)]
    pub fn new<K: Types, N: Named<K>>(arguments: K::Arguments) -> N {
        // SAFETY: the contract of `Named`.
        unsafe { storage::new::<N, N::Room, _, _>(N::function(), arguments) }
    }

    /// [`Coroutine::begin`].
    #[inline(always)]
    #[track_caller]
    pub fn begin<K: Types, N: Named<K>>(named: Pin<&mut N>) -> CoroutineState<N::Yield, N::Return> {
        // SAFETY: as `body` says.
        unsafe { Pin::new_unchecked(&mut *body(named.get_unchecked_mut())) }.begin()
    }

    /// [`Coroutine::resume`].
    #[inline(always)]
    #[track_caller]
    pub fn resume<K: Types, N: Named<K>>(
        named: Pin<&mut N>,
        argument: K::Sent,
    ) -> CoroutineState<N::Yield, N::Return> {
        // SAFETY: as `body` says.
        unsafe { Pin::new_unchecked(&mut *body(named.get_unchecked_mut())) }.resume(argument)
    }

    /// [`Coroutine::terminate`].
    #[inline(always)]
    pub fn terminate<K: Types, N: Named<K>>(named: Pin<&mut N>) {
        // SAFETY: as `body` says.
        unsafe { Pin::new_unchecked(&mut *body(named.get_unchecked_mut())) }.terminate();
    }

    /// [`Coroutine::status`].
    #[inline(always)]
    pub fn status<K: Types, N: Named<K>>(named: &N) -> Status {
        // SAFETY: as `body` says.
        unsafe { &*body(ptr::from_ref(named).cast_mut()) }.status()
    }

    /// `Coroutine::__enter`.
    ///
    /// # Safety
    ///
    /// As for `Coroutine::__enter`.
    #[inline(always)]
    #[track_caller]
    pub unsafe fn enter<K: Types, N: Named<K>>(named: Pin<&mut N>, sends: bool) {
        // SAFETY: this only passes the call on, and the struct owns the body.
        unsafe { Pin::new_unchecked(&mut *body(named.get_unchecked_mut())).__enter(sends) };
    }

    /// `Coroutine::__delegate`.
    ///
    /// # Safety
    ///
    /// As for `Coroutine::__delegate`.
    #[inline(always)]
    pub unsafe fn delegate<K: Types, N: Named<K>>(
        named: Pin<&mut N>,
        channel: Channel<'_, K::Sent, N::Yield>,
    ) -> Poll<N::Return> {
        // SAFETY: as above.
        unsafe { Pin::new_unchecked(&mut *body(named.get_unchecked_mut())).__delegate(channel) }
    }
}

/// Structs that are async coroutines.
pub mod async_coroutine {
    use core::marker::PhantomData;
    use core::pin::Pin;
    use core::ptr;
    use core::task::{Context, Poll};

    use super::Types;
    use crate::engine::storage::{self, FitFunction, HasAutoTraits, Owner};
    use crate::protocol::async_coroutine::AsyncCoroutine;
    use crate::protocol::pinned::NeedsNoPin;
    use crate::protocol::state::{CoroutineState, Status};

    define_shape! {
        K, N: [AsyncCoroutine<K::Sent>],
        [AsyncCoroutine<K::Sent, Yield = N::Yield, Return = N::Return>]
    }

    /// Creates the struct.
    #[inline(always)]
    pub fn new<K: Types, N: Named<K>>(arguments: K::Arguments) -> N {
        // SAFETY: the contract of `Named`.
        unsafe { storage::new::<N, N::Room, _, _>(N::function(), arguments) }
    }

    /// [`AsyncCoroutine::poll_resume`].
    #[inline(always)]
    #[track_caller]
    pub fn poll_resume<K: Types, N: Named<K>>(
        named: Pin<&mut N>,
        cx: &mut Context<'_>,
        argument: &mut Option<K::Sent>,
    ) -> Poll<CoroutineState<N::Yield, N::Return>> {
        // SAFETY: as `body` says.
        unsafe { Pin::new_unchecked(&mut *body(named.get_unchecked_mut())) }
            .poll_resume(cx, argument)
    }

    /// [`AsyncCoroutine::terminate`].
    #[inline(always)]
    pub fn terminate<K: Types, N: Named<K>>(named: Pin<&mut N>) {
        // SAFETY: as `body` says.
        unsafe { Pin::new_unchecked(&mut *body(named.get_unchecked_mut())) }.terminate();
    }

    /// [`AsyncCoroutine::status`].
    #[inline(always)]
    pub fn status<K: Types, N: Named<K>>(named: &N) -> Status {
        // SAFETY: as `body` says.
        unsafe { &*body(ptr::from_ref(named).cast_mut()) }.status()
    }
}

/// Structs that are streams.
pub mod stream {
    use core::marker::PhantomData;
    use core::pin::Pin;
    use core::ptr;
    use core::task::{Context, Poll};

    use futures_core::stream::{FusedStream, Stream};

    use super::Types;
    use crate::engine::storage::{self, FitFunction, HasAutoTraits, Owner};
    use crate::protocol::pinned::NeedsNoPin;

    define_shape!(K, N: [Stream], [FusedStream<Item = N::Item>]);

    /// Creates the struct.
    #[inline(always)]
    pub fn new<K: Types, N: Named<K>>(arguments: K::Arguments) -> N {
        // SAFETY: the contract of `Named`.
        unsafe { storage::new::<N, N::Room, _, _>(N::function(), arguments) }
    }

    /// [`Stream::poll_next`].
    #[inline(always)]
    pub fn poll_next<K: Types, N: Named<K>>(
        named: Pin<&mut N>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<N::Item>> {
        // SAFETY: as `body` says.
        unsafe { Pin::new_unchecked(&mut *body(named.get_unchecked_mut())) }.poll_next(cx)
    }

    /// [`Stream::size_hint`].
    #[inline(always)]
    pub fn size_hint<K: Types, N: Named<K>>(named: &N) -> (usize, Option<usize>) {
        // SAFETY: as `body` says.
        unsafe { &*body(ptr::from_ref(named).cast_mut()) }.size_hint()
    }

    /// [`FusedStream::is_terminated`].
    #[inline(always)]
    pub fn is_terminated<K: Types, N: Named<K>>(named: &N) -> bool {
        // SAFETY: as `body` says.
        unsafe { &*body(ptr::from_ref(named).cast_mut()) }.is_terminated()
    }
}

/// Structs that are iterators.
pub mod iterator {
    use core::iter::FusedIterator;
    use core::marker::PhantomData;
    use core::ptr;

    use super::Types;
    use crate::engine::storage::{self, FitFunction, HasAutoTraits, Owner};
    use crate::protocol::pinned::NeedsNoPin;

    define_shape!(K, N: [Iterator + Unpin], [FusedIterator<Item = N::Item> + Unpin]);

    /// Creates the struct.
    #[inline(always)]
    pub fn new<K: Types, N: Named<K>>(arguments: K::Arguments) -> N {
        // SAFETY: the contract of `Named`.
        unsafe { storage::new::<N, N::Room, _, _>(N::function(), arguments) }
    }

    /// [`Iterator::next`].
    #[inline(always)]
    pub fn next<K: Types, N: Named<K>>(named: &mut N) -> Option<N::Item> {
        // SAFETY: as `body` says.
        unsafe { &mut *body(named) }.next()
    }

    /// [`Iterator::size_hint`].
    #[inline(always)]
    pub fn size_hint<K: Types, N: Named<K>>(named: &N) -> (usize, Option<usize>) {
        // SAFETY: as `body` says.
        unsafe { &*body(ptr::from_ref(named).cast_mut()) }.size_hint()
    }
}

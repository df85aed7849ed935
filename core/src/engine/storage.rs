//! The storage of a coroutine whose struct has a name.
//!
//! The type of a body can't be named, but its size and alignment are constants that a named struct
//! can be made of, and the function that makes a body can be named, which tells its type where the
//! storage is used.
//!
//! ```text
//! fn averager(scale: f64) -> Averager      struct Averager { storage: Storage<Averager, …> }
//!   └─ Storage::new(hidden, (scale,))        └─ its size(hidden) and alignment(hidden)
//! Averager::resume ─ Storage::body(hidden) ─► Pin<&mut what `hidden` returns>
//! ```
//!
//! In a type, the size of a generic function's body is no constant that stable Rust can compute. So
//! the storage of such a body has a capacity, which is compared with the body's size where the
//! struct is created with certain types (`room.rs`).
//!
//! The casts rest on the invariant of the storage in [`engine`](crate::engine).

use core::any::Any;
use core::cell::UnsafeCell;
use core::fmt;
use core::marker::{PhantomData, PhantomPinned};
use core::mem::{ManuallyDrop, MaybeUninit};
use core::pin::Pin;

use crate::engine::room::{Aligned, Alignment, Fits};
use crate::protocol::pinned::NeedsNoPin;

/// A function that makes bodies, of the arguments in the tuple `Arguments`.
pub trait BodyFunction<Arguments>: Copy {
    /// What it returns.
    type Body;

    /// Calls it.
    fn call(self, arguments: Arguments) -> Self::Body;
}

/// A struct whose body a function makes of these arguments.
pub trait FromArguments<Arguments> {
    /// Calls the function, and puts what it returns into the struct.
    fn from_arguments(arguments: Arguments) -> Self;
}

macro_rules! impl_body_function {
    ($($argument:ident)*) => {
        impl<Function, Body, $($argument),*> BodyFunction<($($argument,)*)> for Function
        where
            Function: Copy + FnOnce($($argument),*) -> Body,
        {
            type Body = Body;

            #[allow(non_snake_case)]
            #[inline]
            fn call(self, ($($argument,)*): ($($argument,)*)) -> Body {
                self($($argument),*)
            }
        }
    };
}

impl_body_function!();
impl_body_function!(A);
impl_body_function!(A B);
impl_body_function!(A B C);
impl_body_function!(A B C D);
impl_body_function!(A B C D E);
impl_body_function!(A B C D E F);
impl_body_function!(A B C D E F G);
impl_body_function!(A B C D E F G H);
impl_body_function!(A B C D E F G H I);
impl_body_function!(A B C D E F G H I J);
impl_body_function!(A B C D E F G H I J K);
impl_body_function!(A B C D E F G H I J K L);

/// The size of what `_function` returns.
pub const fn size<A, F: BodyFunction<A>>(_function: F) -> usize {
    size_of::<F::Body>()
}

/// The alignment of what `_function` returns.
pub const fn alignment<A, F: BodyFunction<A>>(_function: F) -> usize {
    align_of::<F::Body>()
}

/// What a storage says of its body to other types: nothing, but for what is asked for.
#[derive(Debug)]
pub struct AutoTraits<const SEND: bool, const SYNC: bool, const UNPIN: bool>(
    PhantomData<*mut dyn Any>,
    PhantomPinned,
);

// SAFETY: there is nothing in it. Who says so of a storage has a body that is so (`HasAutoTraits`).
unsafe impl<const SYNC: bool, const UNPIN: bool> Send for AutoTraits<true, SYNC, UNPIN> {}
// SAFETY: as above.
unsafe impl<const SEND: bool, const UNPIN: bool> Sync for AutoTraits<SEND, true, UNPIN> {}
impl<const SEND: bool, const SYNC: bool> Unpin for AutoTraits<SEND, SYNC, true> {}
impl<const SEND: bool, const SYNC: bool> NeedsNoPin for AutoTraits<SEND, SYNC, true> {}

/// Has the auto traits that `Traits` has. In a bound, the lifetime keeps the compiler from refusing
/// one that is never true.
#[derive(Debug)]
pub struct Like<'a, Traits>(PhantomData<&'a ()>, PhantomData<Traits>);

// SAFETY: there is nothing in it.
unsafe impl<Traits: Send> Send for Like<'_, Traits> {}
// SAFETY: as above.
unsafe impl<Traits: Sync> Sync for Like<'_, Traits> {}
impl<Traits: NeedsNoPin> Unpin for Like<'_, Traits> {}

/// A body that a storage with these auto traits may hold.
///
/// # Safety
///
/// The body must have the auto traits that `AutoTraits` has.
pub unsafe trait HasAutoTraits<AutoTraits> {}

macro_rules! impl_has_auto_traits {
    ($(($send:literal, $sync:literal, $unpin:literal): $($bound:ident)*;)*) => {$(
        // SAFETY: the bounds are the auto traits that it has.
        unsafe impl<Body: Sized $(+ $bound)*> HasAutoTraits<AutoTraits<$send, $sync, $unpin>>
            for Body
        {
        }
    )*};
}

impl_has_auto_traits! {
    (false, false, false): ;
    (true, false, false): Send;
    (false, true, false): Sync;
    (true, true, false): Send Sync;
    (false, false, true): Unpin;
    (true, false, true): Send Unpin;
    (false, true, true): Sync Unpin;
    (true, true, true): Send Sync Unpin;
}

/// Room for the body of the struct `Named`, and the body, from the beginning of its life to the
/// end.
///
/// If it is `EXACT`, `SIZE` and `ALIGNMENT` are the body's own, otherwise the greatest that it may
/// have.
///
/// The bytes are in a cell, as a body's are: it may change what it holds behind shared references.
/// `Borrowed` has the types of the function's arguments, as what it returns, and is invariant in
/// all lifetimes and types.
#[repr(C)]
pub struct Storage<
    Named,
    const EXACT: bool,
    const SIZE: usize,
    const ALIGNMENT: usize,
    Traits,
    Borrowed,
> where
    Alignment<ALIGNMENT>: Aligned,
{
    alignment: ManuallyDrop<[<Alignment<ALIGNMENT> as Aligned>::Unit; 0]>,
    bytes: ManuallyDrop<UnsafeCell<[MaybeUninit<u8>; SIZE]>>,
    /// The body may refer to itself, so nobody may take a mutable reference to the storage for the
    /// only way to it. A compiler that asks for `UnsafeUnpin` (RFC 3467) looks for this field.
    pinned: PhantomPinned,
    named: PhantomData<fn(Named) -> Named>,
    traits: PhantomData<Traits>,
    borrowed: PhantomData<Borrowed>,
}

impl<Named, const EXACT: bool, const SIZE: usize, const ALIGNMENT: usize, Traits: Unpin, Borrowed>
    Unpin for Storage<Named, EXACT, SIZE, ALIGNMENT, Traits, Borrowed>
where
    Alignment<ALIGNMENT>: Aligned,
{
}

// SAFETY: a shared reference to a storage gives access to its body only as `Storage::body_ref`
// does, and the body is `Sync` if `Traits` is (`HasAutoTraits`).
unsafe impl<
    Named,
    const EXACT: bool,
    const SIZE: usize,
    const ALIGNMENT: usize,
    Traits: Sync,
    Borrowed,
> Sync for Storage<Named, EXACT, SIZE, ALIGNMENT, Traits, Borrowed>
where
    Alignment<ALIGNMENT>: Aligned,
{
}

impl<Named, const EXACT: bool, const SIZE: usize, const ALIGNMENT: usize, Traits, Borrowed>
    Storage<Named, EXACT, SIZE, ALIGNMENT, Traits, Borrowed>
where
    Alignment<ALIGNMENT>: Aligned,
{
    /// The storage of what `function` makes of the arguments.
    ///
    /// # Safety
    ///
    /// It goes into a field of `Named`, which has no auto traits but those of `Traits`, has each
    /// parameter that the function has, and is dropped by [`drop_body`](Self::drop_body). All calls
    /// for it are given the same function, with the parameters of `Named`.
    #[inline]
    pub unsafe fn new<A, F>(
        function: F,
        arguments: A,
        _fits: Fits<F::Body, EXACT, SIZE, ALIGNMENT>,
    ) -> Self
    where
        F: BodyFunction<A>,
        F::Body: HasAutoTraits<Traits>,
    {
        // Without a copy of the empty storage, which the compiler keeps where it doesn't optimise.
        let mut storage = MaybeUninit::<Self>::uninit();
        // SAFETY: there is room for the body at the place of the bytes, at its alignment, as it
        // fits; nothing else has a value, and the bytes need none.
        unsafe {
            (&raw mut (*storage.as_mut_ptr()).bytes)
                .cast::<F::Body>()
                .write(function.call(arguments));
            storage.assume_init()
        }
    }

    /// Refuses to compile if the body is not of the size and the alignment that the struct was made
    /// for. That it is of the very type, the compiler promises nowhere in as many words: two
    /// mentions of one function have one type. A capacity says too little of the type for that.
    const fn assert_is<Body>() {
        if EXACT {
            Fits::<Body, EXACT, SIZE, ALIGNMENT>::check();
        }
    }

    /// The body.
    ///
    /// # Safety
    ///
    /// As for [`new`](Self::new), and the body was not dropped.
    #[inline(always)]
    pub unsafe fn body<A, F: BodyFunction<A>>(
        self: Pin<&mut Self>,
        _function: F,
    ) -> Pin<&mut F::Body> {
        const { Self::assert_is::<F::Body>() };
        // SAFETY: a body of this very type is there, as `new` was given the same function (the
        // contract). It is pinned with the storage: it is never moved out, and `Named` lets nobody
        // move it.
        unsafe { self.map_unchecked_mut(|storage| &mut *storage.bytes.get().cast()) }
    }

    /// The body, to be asked for its status.
    ///
    /// # Safety
    ///
    /// As for [`body`](Self::body).
    #[inline(always)]
    pub unsafe fn body_ref<A, F: BodyFunction<A>>(&self, _function: F) -> &F::Body {
        const { Self::assert_is::<F::Body>() };
        // SAFETY: as above, and whoever has a pinned mutable reference has borrowed the storage.
        unsafe { &*self.bytes.get().cast() }
    }

    /// Drops the body, where it is.
    ///
    /// # Safety
    ///
    /// As for [`body`](Self::body), and nothing is done with the storage afterwards.
    #[inline(always)]
    pub unsafe fn drop_body<A, F: BodyFunction<A>>(&mut self, _function: F) {
        const { Self::assert_is::<F::Body>() };
        // SAFETY: as above; it is the last that is done with it.
        unsafe { self.bytes.get().cast::<F::Body>().drop_in_place() };
    }
}

impl<Named, const EXACT: bool, const SIZE: usize, const ALIGNMENT: usize, Traits, Borrowed>
    fmt::Debug for Storage<Named, EXACT, SIZE, ALIGNMENT, Traits, Borrowed>
where
    Alignment<ALIGNMENT>: Aligned,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Storage")
    }
}

//! The storage of a named struct's body.
//!
//! The type of a body can't be named. But its size and alignment are constants that the definition
//! of a named struct can use. The function that makes the body can be named, and determines the
//! body's type wherever the storage is used.
//!
//! ```text
//! fn averager(scale: f64) -> Averager      struct Averager { storage: Storage<Averager, …> }
//!   └─ Storage::new(hidden, (scale,))        └─ its size(hidden) and alignment(hidden)
//! Averager::resume ─ Storage::body(hidden) ─► Pin<&mut what `hidden` returns>
//! ```
//!
//! In a type, stable Rust can't compute the size of a generic function's body. So the storage of
//! such a body has a capacity. When the struct is created with certain types, the capacity is
//! compared with the body's size (`room.rs`).
//!
//! The casts rely on the invariant of the storage in [`engine`](crate::engine).

use core::any::Any;
use core::cell::UnsafeCell;
use core::fmt;
use core::marker::{PhantomData, PhantomPinned};
use core::mem::{ManuallyDrop, MaybeUninit};
use core::pin::Pin;

use crate::engine::room::{Aligned, Alignment, Fits};
use crate::protocol::pinned::NeedsNoPin;
use crate::protocol::state::Status;

/// A function that makes bodies from the arguments in the tuple `Arguments`.
pub trait BodyFunction<Arguments>: Copy {
    /// The type of the body that the function returns.
    type Body;

    /// Calls the function.
    fn call(self, arguments: Arguments) -> Self::Body;
}

/// The function that makes the bodies of the struct `Named`. A named struct has only one, so the
/// function determines the type of the body in a storage of `Named`.
pub struct FunctionOf<Named, F>(F, PhantomData<fn(Named) -> Named>);

impl<Named, F> FunctionOf<Named, F> {
    /// Creates the proof that `function` makes the bodies of `Named`.
    ///
    /// # Safety
    ///
    /// All calls for the same `Named`, which includes its parameters, pass the same function.
    /// `Named` has each parameter that the function has.
    #[inline(always)]
    pub unsafe fn new(function: F) -> Self {
        Self(function, PhantomData)
    }

    /// Returns itself. The caller can write down what `Named` is.
    #[inline(always)]
    pub fn of(self) -> Self {
        self
    }
}

impl<Named, F> fmt::Debug for FunctionOf<Named, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FunctionOf")
    }
}

/// A struct whose body is made from these arguments.
pub trait FromArguments<Arguments> {
    /// Calls the function and stores its return value in the struct.
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

/// Returns the size of the body that `_function` returns.
pub const fn size<A, F: BodyFunction<A>>(_function: F) -> usize {
    size_of::<F::Body>()
}

/// Returns the alignment of the body that `_function` returns.
pub const fn alignment<A, F: BodyFunction<A>>(_function: F) -> usize {
    align_of::<F::Body>()
}

/// The auto traits of a storage: those that the parameters select, whatever the body's are.
#[derive(Debug)]
pub struct AutoTraits<const SEND: bool, const SYNC: bool, const UNPIN: bool>(
    PhantomData<*mut dyn Any>,
    PhantomPinned,
);

// SAFETY: the type holds no data. A storage with these auto traits has a body with them
// (`HasAutoTraits`).
unsafe impl<const SYNC: bool, const UNPIN: bool> Send for AutoTraits<true, SYNC, UNPIN> {}
// SAFETY: as above.
unsafe impl<const SEND: bool, const UNPIN: bool> Sync for AutoTraits<SEND, true, UNPIN> {}
impl<const SEND: bool, const SYNC: bool> Unpin for AutoTraits<SEND, SYNC, true> {}
impl<const SEND: bool, const SYNC: bool> NeedsNoPin for AutoTraits<SEND, SYNC, true> {}

/// Has the auto traits that `Traits` has. In a bound, the lifetime makes the compiler accept a
/// bound that is never met.
#[derive(Debug)]
pub struct Like<'a, Traits>(PhantomData<&'a ()>, PhantomData<Traits>);

impl<Traits: NeedsNoPin> Unpin for Like<'_, Traits> {}

/// The auto traits of the struct `Named`, if it has the option `send`.
///
/// # Safety
///
/// The auto traits must include `Send`.
#[diagnostic::on_unimplemented(
    message = "the struct `{Named}` is `Send` only if its coroutine has the option `send`: write \
               `struct = …, send`",
    label = "`{Named}` can't be sent between threads"
)]
pub unsafe trait SendOption<Named> {}

#[diagnostic::do_not_recommend]
// SAFETY: the bound.
unsafe impl<Named, Traits: Send> SendOption<Named> for Like<'_, Traits> {}

/// The auto traits of the struct `Named`, if it has the option `sync`.
///
/// # Safety
///
/// The auto traits must include `Sync`.
#[diagnostic::on_unimplemented(
    message = "the struct `{Named}` is `Sync` only if its coroutine has the option `sync`: write \
               `struct = …, sync`",
    label = "`{Named}` can't be shared between threads"
)]
pub unsafe trait SyncOption<Named> {}

#[diagnostic::do_not_recommend]
// SAFETY: the bound.
unsafe impl<Named, Traits: Sync> SyncOption<Named> for Like<'_, Traits> {}

/// A body that a storage with these auto traits may hold.
///
/// # Safety
///
/// The body must have the auto traits that `AutoTraits` has.
pub unsafe trait HasAutoTraits<AutoTraits> {}

macro_rules! impl_has_auto_traits {
    ($(($send:literal, $sync:literal, $unpin:literal): $($bound:ident)*;)*) => {$(
        // SAFETY: the bounds are exactly these auto traits.
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

/// The room for the body of the struct `Named`, which holds the body until the struct is dropped.
///
/// If `EXACT` is true, `SIZE` and `ALIGNMENT` are those of the body. Otherwise they are the
/// greatest that the body may have.
///
/// The bytes are in a cell, like the body of a machine: the body may change them while shared
/// references exist. `Borrowed` has the types of the function's arguments as the return type of a
/// function pointer, and is invariant in all lifetimes and types.
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
    /// The body may refer to itself, so a mutable reference to the storage must not count as the
    /// only path to the body. A compiler that checks `UnsafeUnpin` (RFC 3467) looks for this field.
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

// SAFETY: a shared reference to a storage allows access to the body only through
// `Storage::body_ref`, and the body is `Sync` if `Traits` is (`HasAutoTraits`).
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
    /// Creates the storage of the body that `function` makes from the arguments.
    ///
    /// # Safety
    ///
    /// The storage goes into a field of `Named`, and nothing replaces it there. `Named` has no auto
    /// traits but those of `Traits`, and calls [`drop_body`](Self::drop_body) in its destructor.
    #[inline]
    pub unsafe fn new<A, F>(
        function: FunctionOf<Named, F>,
        arguments: A,
        _fits: Fits<F::Body, EXACT, SIZE, ALIGNMENT>,
    ) -> Self
    where
        F: BodyFunction<A>,
        F::Body: HasAutoTraits<Traits>,
    {
        // Written in place: otherwise, code that is not optimised would copy the empty storage.
        let mut storage = MaybeUninit::<Self>::uninit();
        // SAFETY: the body fits (`_fits`), so the bytes have room for it, at its alignment. No
        // other field has data, and the bytes may be uninitialised.
        unsafe {
            (&raw mut (*storage.as_mut_ptr()).bytes)
                .cast::<F::Body>()
                .write(function.0.call(arguments));
            storage.assume_init()
        }
    }

    /// Fails to compile if the body doesn't have the size and the alignment of the struct. The
    /// compiler promises nowhere explicitly that two mentions of one function have one type. With a
    /// capacity nothing is checked, because it doesn't determine the body's size.
    const fn assert_is<Body>() {
        if EXACT {
            Fits::<Body, EXACT, SIZE, ALIGNMENT>::check();
        }
    }

    /// Returns the body.
    #[inline(always)]
    pub fn body<A, F: BodyFunction<A>>(
        self: Pin<&mut Self>,
        _function: FunctionOf<Named, F>,
    ) -> Pin<&mut F::Body> {
        const { Self::assert_is::<F::Body>() };
        // SAFETY: `new` got the same function (`FunctionOf::new`), so the storage holds a body of
        // exactly this type. It has not been dropped, because nothing uses a storage after
        // `drop_body`. The body is pinned with the storage: it is never moved out, and `Named` lets
        // no other code move it.
        unsafe { self.map_unchecked_mut(|storage| &mut *storage.bytes.get().cast()) }
    }

    /// Returns a shared reference to the body, for example to read its status.
    #[inline(always)]
    pub fn body_ref<A, F: BodyFunction<A>>(&self, _function: FunctionOf<Named, F>) -> &F::Body {
        const { Self::assert_is::<F::Body>() };
        // SAFETY: as above. A pinned mutable reference would borrow the storage, so there is none.
        unsafe { &*self.bytes.get().cast() }
    }

    /// Drops the body in place.
    ///
    /// # Safety
    ///
    /// The storage is not used afterwards.
    #[inline(always)]
    pub unsafe fn drop_body<A, F: BodyFunction<A>>(&mut self, _function: FunctionOf<Named, F>) {
        const { Self::assert_is::<F::Body>() };
        // SAFETY: as above, and this is the last use of the storage (the contract).
        unsafe { self.bytes.get().cast::<F::Body>().drop_in_place() };
    }
}

/// Formats a named struct that is a coroutine.
///
/// # Errors
///
/// If the formatter fails.
pub fn debug(name: &str, status: Status, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name).field("status", &status).finish_non_exhaustive()
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

//! The storage of a named struct's body.
//!
//! The type of a body can't be named. But its size and alignment are constants that the definition
//! of a named struct can use. The function that makes the body can be named, and determines the
//! body's type. The hidden trait of the struct ([`named`](crate::engine::named)) returns it.
//!
//! ```text
//! struct Averager { storage: Storage<Averager, …> }
//! impl coroutine::Named for Averager { type Room = Room<…, size(hidden), alignment(hidden)>;
//!   └─ fn function() ─► FunctionOf<…, hidden>      new ─ writes what `hidden` returns
//!                                                  resume ─ casts to what `hidden` returns
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
use core::mem::MaybeUninit;

use crate::engine::room::Fits;
use crate::protocol::pinned::NeedsNoPin;

/// A function that makes bodies from the arguments in the tuple `Arguments`.
pub trait BodyFunction<Arguments>: Copy {
    /// The type of the body that the function returns.
    type Body;

    /// Calls the function.
    fn call(self, arguments: Arguments) -> Self::Body;
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

/// A function whose bodies fit into `Room`. Only [`new`](Self::new) creates one.
pub struct FunctionOf<Room, Arguments, F>(F, PhantomData<fn(Arguments) -> Room>);

impl<Room, A, F: BodyFunction<A>> FunctionOf<Room, A, F> {
    /// Takes the proof that the body of `function` fits.
    #[inline(always)]
    pub const fn new(function: F, _fits: Fits<F::Body, Room>) -> Self {
        Self(function, PhantomData)
    }
}

impl<Room, A, F> fmt::Debug for FunctionOf<Room, A, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FunctionOf")
    }
}

/// A function that makes the bodies of a named struct with this room.
///
/// # Safety
///
/// The bodies fit into `Room`.
pub unsafe trait FitFunction<Room, Arguments> {
    /// The type of the body that the function returns.
    type Body;

    /// Calls the function.
    fn call(self, arguments: Arguments) -> Self::Body;
}

// SAFETY: `FunctionOf::new` takes the proof.
unsafe impl<Room, A, F: BodyFunction<A>> FitFunction<Room, A> for FunctionOf<Room, A, F> {
    type Body = F::Body;

    #[inline]
    fn call(self, arguments: A) -> F::Body {
        self.0.call(arguments)
    }
}

/// The auto traits of a storage: those that the parameters select, whatever the body's are.
#[derive(Debug)]
pub struct AutoTraits<const SEND: bool, const SYNC: bool, const UNPIN: bool>(
    PhantomData<*mut dyn Any>,
);

// SAFETY: the type holds no data. A storage with these auto traits has a body with them
// (`HasAutoTraits`).
unsafe impl<const SYNC: bool, const UNPIN: bool> Send for AutoTraits<true, SYNC, UNPIN> {}
// SAFETY: as above.
unsafe impl<const SEND: bool, const UNPIN: bool> Sync for AutoTraits<SEND, true, UNPIN> {}
// For the bound of a struct's `Unpin`. A bound with a lifetime may be one that is never met.
impl<const SEND: bool, const SYNC: bool> NeedsNoPin for &AutoTraits<SEND, SYNC, true> {}

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
unsafe impl<Named, Traits: Send> SendOption<Named> for Traits {}

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
unsafe impl<Named, Traits: Sync> SyncOption<Named> for Traits {}

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

/// A named struct, as its storage sees it. `Shape` selects the hidden trait of the struct
/// ([`named`](crate::engine::named)).
///
/// # Safety
///
/// As for the hidden trait.
pub unsafe trait Owner<Shape>: Sized {
    /// The auto traits of the struct.
    type Traits;
    /// The room for the body.
    type Room;

    /// Drops the body in place.
    ///
    /// # Safety
    ///
    /// The body is at this address, and nothing uses it afterwards.
    unsafe fn drop_body(body: *mut Self::Room);
}

/// The only field of the struct `Named`. It holds the body until the struct is dropped.
///
/// `Parameters` is invariant in all lifetimes and types of the struct.
#[repr(C)]
pub struct Storage<Named: Owner<Shape>, Shape, Parameters> {
    /// The body may change these bytes while shared references exist, so they are in a cell, like
    /// the body of a machine. The cell is in a union, in which the compiler doesn't look for values
    /// to drop, or for types without values. There it would need the size of a body that it is just
    /// checking.
    room: MaybeUninit<UnsafeCell<Named::Room>>,
    /// The body may refer to itself, so a mutable reference to the storage must not count as the
    /// only path to the body. A compiler that checks `UnsafeUnpin` (RFC 3467) looks for this field.
    pinned: PhantomPinned,
    traits: PhantomData<Named::Traits>,
    parameters: PhantomData<(fn(Named) -> Named, fn() -> Shape, Parameters)>,
}

// The compiler doesn't know the size of the room while it decides whether a body that holds the
// struct is `Send`. With these implementations, it doesn't look at the room.

// SAFETY: the body is `Send` if `Traits` says so (`HasAutoTraits`).
unsafe impl<Named: Owner<Shape>, Shape, Parameters> Send for Storage<Named, Shape, Parameters> where
    Named::Traits: SendOption<Named>
{
}

// SAFETY: as above. A shared reference to a struct allows access to the body only as a shared one.
unsafe impl<Named: Owner<Shape>, Shape, Parameters> Sync for Storage<Named, Shape, Parameters> where
    Named::Traits: SyncOption<Named>
{
}

impl<Named: Owner<Shape> + Unpin, Shape, Parameters> Unpin for Storage<Named, Shape, Parameters> {}

impl<Named: Owner<Shape>, Shape, Parameters> Drop for Storage<Named, Shape, Parameters> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the storage holds a body (`new`), and this is the last use of the storage.
        unsafe { Named::drop_body(self.room.as_mut_ptr().cast()) };
    }
}

impl<Named: Owner<Shape>, Shape, Parameters> fmt::Debug for Storage<Named, Shape, Parameters> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Storage")
    }
}

/// Returns the address of the body in a named struct.
#[inline(always)]
fn address<Named, Room, Body>(named: *mut Named) -> *mut Body {
    // The storage is the only field, and the room is the only data of the storage.
    const { assert!(size_of::<Named>() == size_of::<Room>()) };
    named.cast()
}

/// Returns the address of the body that such a function has made in a named struct.
#[inline(always)]
pub(crate) fn body_in<Named, Room, A, F: FitFunction<Room, A>>(
    named: *mut Named,
    _function: impl FnOnce() -> F,
) -> *mut F::Body {
    address::<_, Room, F::Body>(named)
}

/// Creates the struct whose body `function` makes from the arguments.
///
/// # Safety
///
/// `function` is that of the hidden trait of `Named`, and `Room` is the room.
#[inline(always)]
pub(crate) unsafe fn new<Named, Room, A, F: FitFunction<Room, A>>(
    function: F,
    arguments: A,
) -> Named {
    // Written in place: otherwise, code that is not optimised would copy the empty storage.
    let mut named = MaybeUninit::<Named>::uninit();
    // SAFETY: the body fits into the room (`FitFunction`), which is the only data of the struct.
    unsafe {
        address::<_, Room, F::Body>(named.as_mut_ptr()).write(function.call(arguments));
        named.assume_init()
    }
}

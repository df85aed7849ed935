//! The channel between a resume and the body: a slot on the caller's stack, carried by the waker.
//!
//! A resume puts a [`Slot`] on its own stack, wraps a pointer to it in a [`Waker`] with our vtable,
//! and polls the body's `async` block with it. A yield finds the slot through the context, leaves
//! the value there and is pending once; the next resume polls again, with a new slot that holds the
//! argument.
//!
//! ```text
//! resume(argument) ── Slot::Argument ──► poll(body)
//!                                         │  Suspend takes the argument: ready; the body goes on
//!                                         │  SlotPointer::put leaves a value, Suspend is pending
//! Yielded(value) ◄──── Slot::Value ◄──────┘
//! ```
//!
//! This is the one home of the channel's `unsafe`. Everything rests on one invariant:
//!
//! > **A [`Handle<R, Y>`] is used only by the code of the `async` block that its [`BodyCell<Handle<R,
//! > Y>, _>`](BodyCell) holds:
//! > not from a future or a closure inside that block, and not after it.**
//!
//! The keeper is the macro. User code can't mention the name that it gives the handle; every yield
//! mentions a label of the block, which no inner closure or `async` block can reach, and breaks to
//! it, in a branch that never runs, with the very handle and slot that it uses, so that no item of
//! the user's can stand in for them. So whenever a future of a handle is polled, it is polled by
//! its own body's poll, and that is only done here, with a slot of the same `R` and `Y`.

use core::cell::UnsafeCell;
use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop};
use core::pin::Pin;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use pin_project::pin_project;

use crate::delegate::{DelegationFuture, IntoDelegation};
use crate::machine::Machine;
use crate::named::{Aligned, Alignment, BodyFunction, Storage};
#[cfg(feature = "alloc")]
use crate::recursion::ActiveStack;
use crate::{Coroutine, CoroutineState};

/// What passes between one resume and the body.
///
/// The type can't be named outside of this crate, so nobody else can implement what takes it.
pub enum Slot<R, Y> {
    /// Nothing, or what was there has been taken.
    Empty,
    /// What was sent in, until the suspended yield takes it.
    Argument(R),
    /// What was yielded, until the resume hands it out.
    Value(Y),
    /// A coroutine was delegated to that is to be run by the root of the
    /// [recursion](crate::recursion), which finds it on its stack.
    Descend,
    /// The coroutine that was delegated to was run by the root, and has returned.
    ChildReturned,
}

impl<R, Y> fmt::Debug for Slot<R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slot")
    }
}

impl<R, Y> Slot<R, Y> {
    #[inline(always)]
    pub(crate) fn new(argument: Option<R>) -> Self {
        argument.map_or(Self::Empty, Self::Argument)
    }

    /// ActiveStack `value` for the resume to hand out. An argument that nobody took is dropped, so that
    /// it can't be mistaken for the answer to this value.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: Y) {
        *self = Self::Value(value);
    }

    /// Puts an argument there, as if it had been sent in.
    #[inline(always)]
    pub(crate) fn send(&mut self, argument: R) {
        *self = Self::Argument(argument);
    }

    /// Whether there is something to [take](Self::take_argument).
    #[inline(always)]
    pub(crate) fn has_argument(&self) -> bool {
        matches!(self, Self::Argument(_))
    }

    /// Whether a coroutine that runs in the place of this body has paused it.
    #[inline(always)]
    fn is_paused(&self) -> bool {
        matches!(self, Self::Value(_) | Self::Descend)
    }

    /// What was sent in, if anything, and if nobody took it before.
    #[inline(always)]
    pub(crate) fn take_argument(&mut self) -> Option<R> {
        if let Self::Argument(_) = self
            && let Self::Argument(argument) = mem::replace(self, Self::Empty)
        {
            return Some(argument);
        }
        None
    }
}

/// What the waker of a poll points to. Whoever looks for the slot knows the first field only.
#[repr(C)]
pub(crate) struct PollFrame<R, Y> {
    pub(crate) slot: Slot<R, Y>,
    /// Those of the root of the recursion that this poll belongs to, if it belongs to one.
    #[cfg(feature = "alloc")]
    active: *mut ActiveStack,
}

impl<R, Y> PollFrame<R, Y> {
    #[inline(always)]
    fn new(argument: Option<R>) -> Self {
        Self {
            slot: Slot::new(argument),
            #[cfg(feature = "alloc")]
            active: core::ptr::null_mut(),
        }
    }

    /// A frame for what is run by the root that this stack belongs to.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn of_root(argument: Option<R>, active: *mut ActiveStack) -> Self {
        Self { slot: Slot::new(argument), active }
    }

    /// Calls `poll` with a context that leads here.
    #[inline(always)]
    pub(crate) fn poll<T>(&mut self, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let pointer = &raw mut *self;
        // SAFETY: the vtable's functions don't touch the data, whose meaning only `find` knows;
        // they are callable from any thread, as they do nothing.
        let waker = unsafe { Waker::new(pointer.cast_const().cast(), &VTABLE) };
        // To drop it does nothing, but through a function pointer, which would let the frame escape
        // the optimiser.
        let waker = ManuallyDrop::new(waker);
        poll(&mut Context::from_waker(&waker))
    }
}

/// The vtable that tells our wakers from all others.
///
/// A clone is a waker that does nothing, so the pointer to the slot never leaves the poll that it
/// was made for.
static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |_| {
        let noop = Waker::noop();
        RawWaker::new(noop.data(), noop.vtable())
    },
    |_| {},
    |_| {},
    |_| {},
);

/// Finds the frame that the context carries, with the slot in it, for a future that the body awaits
/// through the handle.
///
/// # Panics
///
/// If the context is not one of ours: the last line of defence, which the optimiser removes where
/// it can see the resume.
#[inline(always)]
fn find<R, Y>(_: Handle<R, Y>, cx: &Context<'_>) -> *mut PollFrame<R, Y> {
    let waker = cx.waker();
    if !core::ptr::eq(waker.vtable(), &VTABLE) {
        foreign_context();
    }
    waker.data().cast_mut().cast()
}

#[cold]
#[inline(never)]
pub(crate) fn foreign_context() -> ! {
    panic!(
        "a yield can't find its coroutine: a future in the body has replaced the `Context` that it was polled with"
    )
}

/// The typed end of the channel that a body holds. Only macros make one.
///
/// Invariant in both types, so that a body can neither yield nor take what its machine was not made
/// for.
pub struct Handle<R, Y>(PhantomData<fn(R, Y) -> (R, Y)>);

impl<R, Y> Copy for Handle<R, Y> {}

impl<R, Y> Clone for Handle<R, Y> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, Y> fmt::Debug for Handle<R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle")
    }
}

impl<R, Y> Handle<R, Y> {
    /// Makes the handle of one body. The macros call it by a path that users may choose, so no
    /// other type has an unsafe function of that name.
    ///
    /// # Safety
    ///
    /// The handle, and what its methods return, may be used only by the code of one `async` block,
    /// which goes into a [`BodyCell`] together with this handle: not from a future or a closure
    /// inside of the block, nor from anywhere else. In it, each future of the handle is awaited
    /// where it is made, and a [`SlotPointer`] is used before the block is suspended again.
    #[inline(always)]
    pub unsafe fn __cogen_new() -> Self {
        Self(PhantomData)
    }

    /// The coroutine whose body is `future`.
    #[inline(always)]
    pub fn machine<F: Future>(self, future: F) -> Machine<Self, F> {
        Machine::new(self, future)
    }

    /// What comes after a block that is only ever left by returning: never reached. It says what
    /// the block would have had to be left with.
    #[inline(always)]
    pub fn diverge<T>(self, _: (Self, SlotPointer<R, Y>)) -> T {
        unreachable!()
    }

    /// A future that is ready at once with the way to the first slot.
    #[inline(always)]
    pub fn slot(self) -> FindSlot<R, Y> {
        FindSlot(self)
    }

    /// A future that is pending until an argument comes in, which it is ready with, and with the
    /// way to the next slot.
    #[inline(always)]
    pub fn suspend(self) -> Suspend<R, Y> {
        Suspend(self)
    }

    /// A future that runs `delegate` to its end in the place of the body. It is ready with what
    /// that returns, and with the way to the slot that is there then.
    #[inline(always)]
    pub fn delegate<D, Kind>(
        self,
        delegate: D,
        _: SlotPointer<R, Y>,
    ) -> DelegationFuture<R, Y, D::Delegation>
    where
        D: IntoDelegation<R, Y, Kind>,
    {
        DelegationFuture::new(self, delegate.into_delegation())
    }
}

/// The way to the slot of the resume that runs just now. Whoever suspends gives it up, and gets the
/// next one.
#[derive(Debug)]
pub struct SlotPointer<R, Y>(*mut Slot<R, Y>);

impl<R, Y> SlotPointer<R, Y> {
    /// The way to the slot that the context carries, for a future that the body awaits through
    /// `handle`.
    #[inline(always)]
    pub(crate) fn of(handle: Handle<R, Y>, cx: &Context<'_>) -> Self {
        Self(find(handle, cx).cast())
    }

    /// ActiveStack `value` for the resume to hand out.
    #[inline(always)]
    pub fn put(mut self, value: Y) {
        self.get().put(value);
    }

    /// The slot.
    #[inline(always)]
    fn get(&mut self) -> &mut Slot<R, Y> {
        // SAFETY: the pointer came from the context of the poll that runs now, as the block has not
        // been suspended since (`Handle::__cogen_new`), so the slot is alive and of these
        // types (the invariant above); nothing else refers to it during the poll, and this
        // reference ends before another is made.
        unsafe { &mut *self.0 }
    }
}

/// See [`Handle::slot`].
#[derive(Debug)]
pub struct FindSlot<R, Y>(Handle<R, Y>);

impl<R, Y> Future for FindSlot<R, Y> {
    type Output = SlotPointer<R, Y>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(SlotPointer::of(self.0, cx))
    }
}

/// See [`Handle::suspend`].
#[derive(Debug)]
pub struct Suspend<R, Y>(Handle<R, Y>);

impl<R, Y> Future for Suspend<R, Y> {
    type Output = (R, SlotPointer<R, Y>);

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = SlotPointer::of(self.0, cx);
        match slot.get().take_argument() {
            Some(argument) => Poll::Ready((argument, slot)),
            None => Poll::Pending,
        }
    }
}

/// The body of a coroutine, together with the handle that it yields through.
///
/// A suspended body may hold references into itself, which a shared reference to the whole would
/// invalidate: it claims that nothing it covers changes. The cell takes the body out of that claim,
/// as `UnsafePinned` will (RFC 3467), so that a coroutine can be asked for its status at any time.
/// Nothing is done to the body through a shared reference.
#[pin_project]
pub(crate) struct BodyCell<H, F> {
    #[pin]
    future: UnsafeCell<F>,
    handle: H,
}

// SAFETY: a shared reference to a body gives no access to the future in the cell.
unsafe impl<H: Sync, F: Sync> Sync for BodyCell<H, F> {}

impl<H, F> BodyCell<H, F> {
    #[inline(always)]
    pub(crate) fn new(handle: H, future: F) -> Self {
        Self { future: UnsafeCell::new(future), handle }
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn handle(&self) -> H
    where
        H: Copy,
    {
        self.handle
    }

    #[inline(always)]
    pub(crate) fn future(self: Pin<&mut Self>) -> Pin<&mut F> {
        // SAFETY: the future is pinned with its cell: nothing ever moves it out of there, and it is
        // dropped in place.
        unsafe { self.project().future.map_unchecked_mut(UnsafeCell::get_mut) }
    }
}

impl<R, Y, F: Future> BodyCell<Handle<R, Y>, F> {
    /// Runs the body to its next yield or to its end. `None` if it waits for something else than
    /// its caller: it must not run again then, as it may hold the way to a slot that is gone.
    #[inline(always)]
    pub(crate) fn resume(
        self: Pin<&mut Self>,
        argument: Option<R>,
    ) -> Option<CoroutineState<Y, F::Output>> {
        self.run(&mut PollFrame::new(argument))
    }

    /// The same, with the frame of a root of a recursion.
    #[inline(always)]
    pub(crate) fn run(
        self: Pin<&mut Self>,
        frame: &mut PollFrame<R, Y>,
    ) -> Option<CoroutineState<Y, F::Output>> {
        match (frame.poll(|cx| self.future().poll(cx)), mem::replace(&mut frame.slot, Slot::Empty))
        {
            (Poll::Ready(output), _) => Some(CoroutineState::Complete(output)),
            (Poll::Pending, Slot::Value(value)) => Some(CoroutineState::Yielded(value)),
            (Poll::Pending, rest) => {
                frame.slot = rest;
                None
            }
        }
    }

    /// Runs the body with the slot of the coroutine that delegates to it. `None` as above.
    #[inline(always)]
    pub(crate) fn delegate(
        self: Pin<&mut Self>,
        channel: &mut Channel<'_, '_, R, Y>,
    ) -> Option<Poll<F::Output>> {
        let poll = self.future().poll(channel.cx);
        if poll.is_pending() && !channel.slot().is_paused() {
            return None;
        }
        Some(poll)
    }
}

/// What a coroutine that others delegate to sees of their slot: it takes the arguments and puts the
/// values.
///
/// Whoever gets one has made an `unsafe` promise: see `Coroutine::__delegate`.
pub struct Channel<'poll, 'cx, R, Y> {
    cx: &'poll mut Context<'cx>,
    handle: Handle<R, Y>,
}

impl<R, Y> fmt::Debug for Channel<'_, '_, R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").finish_non_exhaustive()
    }
}

impl<'poll, 'cx, R, Y> Channel<'poll, 'cx, R, Y> {
    /// The channel to the slot in `cx`, for a future that the body awaits through `handle`.
    #[inline(always)]
    pub(crate) fn new(handle: Handle<R, Y>, cx: &'poll mut Context<'cx>) -> Self {
        Self { cx, handle }
    }

    /// The slot of the resume that runs just now.
    #[inline(always)]
    pub(crate) fn slot(&mut self) -> &mut Slot<R, Y> {
        // SAFETY: whoever has the handle is polled by its own body's poll (the invariant above), so
        // the slot of that poll is alive and of these types. Nothing else refers to it:
        // only holders of the handle find it, and this one has the context to itself.
        unsafe { &mut (*find(self.handle, self.cx)).slot }
    }

    /// Calls `poll` with this channel, without the stack of a root, so that what is polled is not
    /// called by the root directly.
    #[inline(always)]
    pub(crate) fn without_active_stack<T>(&mut self, poll: impl FnOnce(&mut Self) -> T) -> T {
        #[cfg(feature = "alloc")]
        {
            let frame = find(self.handle, self.cx);
            // SAFETY: as above.
            let active = unsafe { mem::replace(&mut (*frame).active, core::ptr::null_mut()) };
            let value = poll(self);
            // SAFETY: as above. After a panic nobody asks.
            unsafe { (*frame).active = active };
            value
        }
        #[cfg(not(feature = "alloc"))]
        poll(self)
    }

    /// Passes the call of a delegation on from a struct with a name to the body in its `storage`.
    ///
    /// This is a method of the channel, which nobody can put something else in the place of, and
    /// takes our own storage: so what gets the call is certainly owned by the struct.
    ///
    /// # Safety
    ///
    /// As for [`Storage::body`] and [`Coroutine::__delegate`].
    #[inline(always)]
    pub unsafe fn delegate_to_storage<
        A,
        F,
        Named,
        const SIZE: usize,
        const ALIGNMENT: usize,
        Kind,
        Borrowed,
    >(
        &mut self,
        storage: Pin<&mut Storage<Named, SIZE, ALIGNMENT, Kind, Borrowed>>,
        named: fn(Named),
        function: F,
    ) -> Poll<<F::Body as Coroutine<R>>::Return>
    where
        F: BodyFunction<A>,
        F::Body: Coroutine<R, Yield = Y>,
        Alignment<ALIGNMENT>: Aligned,
    {
        // SAFETY: the caller's promises; the body is in the storage, so whoever owns that owns it.
        unsafe { storage.body(named, function).__delegate(self) }
    }

    /// The active stack of the root that this poll belongs to, or null.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn active_stack(&self) -> *mut ActiveStack {
        // SAFETY: as above.
        unsafe { (*find(self.handle, self.cx)).active }
    }
}

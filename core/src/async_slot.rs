//! The channel of an `async` body: the [slot](crate::slot) of a sync one, and behind the same waker
//! the one of whoever polls.
//!
//! Each poll of the body makes a [`Relay`] on its stack and a [`Waker`] that points to it. A yield
//! finds the slot through the context; a future that the body awaits finds a waker, and a clone of
//! that is a clone of the *outer* one: what is kept of it is the executor's own.
//!
//! ```text
//! poll_resume(cx, argument) ── Relay { outer: cx's waker, slot: Slot::Argument } ──► poll(body)
//!                                         │  YieldValue takes the argument: ready; the body goes on
//!                                         │  a future clones the waker: it gets a clone of the outer one
//!                                         │  YieldValue leaves a value, and is pending
//! Ready(Yielded(value)) ◄─ Slot::Value ◄──┤
//! Pending ◄──────────────── Slot::Empty ◄─┘  or a future is pending: the body waits, and the next poll goes on with that
//! ```
//!
//! This is the channel's `unsafe` for async bodies. It rests on the same invariant, with the same
//! keeper:
//!
//! > **An [`AsyncHandle<R, Y>`] is used only by the code of the `async` block that its
//! > [`BodyCell<AsyncHandle<R, Y>, _>`](BodyCell) holds:
//! > not from a future or a closure inside that block, and not after it.**
//!
//! One thing is different: an async body is resumed after each `.await`, with a new slot. So the
//! way to the slot is kept across none: each future of the handle asks for it whenever it is
//! polled.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use crate::CoroutineState;
use crate::async_delegate::{AsyncDelegationFuture, IntoAsyncDelegation};
use crate::machine::Machine;
use crate::slot::{BodyCell, Slot, foreign_context};

/// What the waker of one poll points to. The functions of the vtable know the first field only.
#[repr(C)]
struct Relay<'a, R, Y> {
    outer: &'a Waker,
    slot: Slot<R, Y>,
}

/// The vtable that tells our wakers from all others. To whoever clones it or wakes it, such a waker
/// is the outer one.
static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |relay| {
        // SAFETY: the vtable's functions are called with the data of our wakers only.
        let outer = ManuallyDrop::new(unsafe { outer(relay) }.clone());
        RawWaker::new(outer.data(), outer.vtable())
    },
    // SAFETY: as above.
    |relay| unsafe { outer(relay) }.wake_by_ref(),
    // SAFETY: as above.
    |relay| unsafe { outer(relay) }.wake_by_ref(),
    |_| {},
);

/// The waker that a relay stands before.
///
/// # Safety
///
/// `relay` must be the data of a waker that [`BodyCell::poll`] made, during that poll.
#[inline(always)]
unsafe fn outer<'a>(relay: *const ()) -> &'a Waker {
    // SAFETY: it points to a `Relay` (the contract), whose first field this is (`repr(C)`). The
    // field is not written after it was made, and the relay is alive, as nobody gets hold of
    // our waker for longer than the poll: clones are of the outer one, and `BodyCell::poll` keeps it in
    // a local and lends it out in a `Context` that can't outlive that, nor be exchanged for one
    // that can. That it is never dropped there (`ManuallyDrop`) takes nothing from it.
    unsafe { *relay.cast::<&'a Waker>() }
}

/// The typed end of the channel that an async body holds. Only macros make one.
///
/// Invariant in both types, so that a body can neither yield nor take what its machine was not made
/// for.
pub struct AsyncHandle<R, Y>(PhantomData<fn(R, Y) -> (R, Y)>);

impl<R, Y> Copy for AsyncHandle<R, Y> {}

impl<R, Y> Clone for AsyncHandle<R, Y> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, Y> fmt::Debug for AsyncHandle<R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncHandle")
    }
}

impl<R, Y> AsyncHandle<R, Y> {
    /// Makes the handle of one body. The macros call it by a path that users may choose, so no
    /// other type has an unsafe function of that name.
    ///
    /// # Safety
    ///
    /// The handle, and what its methods return, may be used only by the code of one `async` block,
    /// which goes into a [`BodyCell`] together with this handle: not from a future or a closure
    /// inside of the block, nor from anywhere else. In it, each future of the handle is awaited
    /// where it is made.
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
    pub fn diverge<T>(self, _: Self) -> T {
        unreachable!()
    }

    /// A future that gives `value` out and is pending until an argument comes in, which it is ready
    /// with.
    #[inline(always)]
    pub fn yield_value(self, value: Y) -> YieldValue<R, Y> {
        YieldValue { handle: self, value: Some(value) }
    }

    /// A future that runs `delegate` to its end in the place of the body, and is ready with what
    /// that returns.
    #[inline(always)]
    pub fn delegate<D, Kind>(self, delegate: D) -> AsyncDelegationFuture<R, Y, D::Delegation>
    where
        D: IntoAsyncDelegation<R, Y, Kind>,
    {
        AsyncDelegationFuture::new(self, delegate.into_async_delegation())
    }

    /// The waker of whoever polls the body, and the slot of this resume, for a future that the body
    /// awaits through this handle.
    ///
    /// # Panics
    ///
    /// If the context is not one of ours: the last line of defence, which the optimiser removes
    /// where it can see the resume.
    #[inline(always)]
    pub(crate) fn find<'cx>(self, cx: &'cx mut Context<'_>) -> (&'cx Waker, &'cx mut Slot<R, Y>) {
        let waker = cx.waker();
        if !core::ptr::eq(waker.vtable(), &VTABLE) {
            foreign_context();
        }
        let relay: *mut Relay<'cx, R, Y> = waker.data().cast_mut().cast();
        // SAFETY: whoever has the handle is polled by its own body's poll (the invariant above), so
        // the relay of that poll is alive and of these types. Nothing else refers to the
        // slot: only holders of the handle find it, and this one has the context to itself.
        unsafe { ((*relay).outer, &mut (*relay).slot) }
    }
}

/// See [`AsyncHandle::yield_value`].
pub struct YieldValue<R, Y> {
    handle: AsyncHandle<R, Y>,
    /// The value, until the first poll.
    value: Option<Y>,
}

// The value is moved out and never pinned.
impl<R, Y> Unpin for YieldValue<R, Y> {}

impl<R, Y> fmt::Debug for YieldValue<R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("YieldValue").finish_non_exhaustive()
    }
}

impl<R, Y> Future for YieldValue<R, Y> {
    type Output = R;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let (_, slot) = self.handle.find(cx);
        if let Some(value) = self.value.take() {
            slot.put(value);
            return Poll::Pending;
        }
        match slot.take_argument() {
            Some(argument) => Poll::Ready(argument),
            None => Poll::Pending,
        }
    }
}

impl<R, Y, F: Future> BodyCell<AsyncHandle<R, Y>, F> {
    /// Runs the body to its next yield, to its end, or until it waits for a future, which wakes the
    /// task of `cx`.
    #[inline(always)]
    pub(crate) fn poll(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        argument: Option<R>,
    ) -> Poll<CoroutineState<Y, F::Output>> {
        let mut relay = Relay { outer: cx.waker(), slot: Slot::new(argument) };
        let pointer = &raw mut relay;
        // SAFETY: the data is what the vtable's functions take it for. They may be called from any
        // thread: they only read a reference to a `Waker`, which may be used from any
        // thread.
        let waker = unsafe { Waker::new(pointer.cast_const().cast(), &VTABLE) };
        // To drop it does nothing, but through a function pointer, which would let the relay escape
        // the optimiser.
        let waker = ManuallyDrop::new(waker);
        let poll = self.future().poll(&mut Context::from_waker(&waker));
        match (poll, relay.slot) {
            (Poll::Ready(output), _) => Poll::Ready(CoroutineState::Complete(output)),
            (Poll::Pending, Slot::Value(value)) => Poll::Ready(CoroutineState::Yielded(value)),
            (Poll::Pending, _) => Poll::Pending,
        }
    }
}

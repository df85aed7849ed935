//! The relay of one poll: the slot of an async body, and the waker of whoever polls it.
//!
//! Each poll of a body makes a [`Relay`] on its stack and a [`Waker`] that points to it. A yield
//! finds the slot through the context. So does what the body waits for, in an `.await` in plain
//! sight or in a `yield_from!`, and is polled with the context of whoever polls the body. A future
//! that is awaited in the expansion of another macro is polled with the relay's waker, a clone of
//! which is a clone of the *outer* one: wakers that futures keep are the executor's own.
//!
//! ```text
//! poll_resume(cx, argument) ─ Relay { cx, slot: Slot::Argument } ─► poll(body)
//!                                         │  YieldValue takes the argument and is ready
//!                                         │  a future in plain sight is polled with cx
//!                                         │  a hidden one clones the waker: a clone of cx's
//!                                         │  YieldValue leaves a value, and is pending
//! Ready(Yielded(value)) ◄─ Slot::Value ◄──┤
//! Pending ◄────────────── Slot::Waiting ◄─┤  or a future is pending: the next poll resumes there
//! Pending ◄──────────────── Slot::Empty ◄─┘  or a hidden one is
//! ```

use core::mem::ManuallyDrop;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use super::handle::AsyncHandle;
use crate::engine::slot::Slot;
use crate::protocol::misuse;

/// What the waker of one poll points to. The functions of the vtable know the first field only.
#[repr(C)]
pub(super) struct Relay<'a, 'w, R, Y> {
    waker: &'w Waker,
    context: &'a mut Context<'w>,
    pub(super) slot: Slot<R, Y>,
}

impl<'a, 'w, R, Y> Relay<'a, 'w, R, Y> {
    #[inline(always)]
    pub(super) fn new(context: &'a mut Context<'w>, argument: Option<R>) -> Self {
        Self { waker: context.waker(), context, slot: Slot::new(argument) }
    }

    /// Calls `poll` with a context that leads here.
    #[inline(always)]
    pub(super) fn poll<T>(&mut self, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let pointer = &raw mut *self;
        // SAFETY: the data is what the vtable's functions take it for. They may be called from any
        // thread: they only read a reference to a `Waker`, which may be used from any thread.
        let waker = unsafe { Waker::new(pointer.cast_const().cast(), &VTABLE) };
        // Dropping it does nothing, but through a function pointer, which would let the relay
        // escape the optimiser.
        let waker = ManuallyDrop::new(waker);
        poll(&mut Context::from_waker(&waker))
    }
}

/// The way to the relay of the poll that runs now. The body gives it up before it is suspended.
#[derive(Debug)]
pub struct RelayPointer<R, Y>(*mut Relay<'static, 'static, R, Y>);

impl<R, Y> RelayPointer<R, Y> {
    /// The way to the relay that the context carries, for a future that the body awaits through the
    /// handle.
    ///
    /// # Panics
    ///
    /// If the context is not one of ours: the last line of defence, which the optimiser removes
    /// where it can see the resume.
    #[inline(always)]
    pub(super) fn of(_: AsyncHandle<R, Y>, cx: &Context<'_>) -> Self {
        let waker = cx.waker();
        if !core::ptr::eq(waker.vtable(), &VTABLE) {
            misuse::foreign_context();
        }
        Self(waker.data().cast_mut().cast())
    }

    /// The slot of this resume.
    #[inline(always)]
    pub(super) fn slot(&mut self) -> &mut Slot<R, Y> {
        // SAFETY: whoever has the handle is polled by its own body's poll (the invariant of the
        // channel), and the block has not been suspended since (`AsyncHandle::bind`), so the relay
        // of that poll is alive and of these types. Nothing else refers to the slot during the
        // poll, and this reference ends before another is made.
        unsafe { &mut (*self.0).slot }
    }

    /// Leaves `value` for the resume to hand out.
    #[inline(always)]
    pub fn put(mut self, value: Y) {
        self.slot().put(value);
    }

    /// The context of whoever polls the body, and the slot of this resume.
    #[inline(always)]
    pub(super) fn get(&mut self) -> (&mut Context<'_>, &mut Slot<R, Y>) {
        let relay: *mut Relay<'_, '_, R, Y> = self.0.cast();
        // SAFETY: as above. Both lifetimes of the relay are shortened to that of this borrow, in
        // which the body is not suspended: the relay, and what it refers to, live longer. Nobody
        // else has the context, as whoever polls the body has lent it to the relay.
        unsafe { (&mut *(*relay).context, &mut (*relay).slot) }
    }
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
/// `relay` must be the data of a waker that [`Relay::poll`] made, during that poll.
#[inline(always)]
unsafe fn outer<'a>(relay: *const ()) -> &'a Waker {
    // SAFETY: it points to a `Relay` (the contract), whose first field this is (`repr(C)`). The
    // field is not written after it was made, and the relay is alive, as nobody gets hold of our
    // waker for longer than the poll: clones are of the outer one, and `Relay::poll` keeps it in a
    // local and lends it out in a `Context` that can't outlive that, nor be exchanged for one that
    // can. That it is never dropped there (`ManuallyDrop`) takes nothing from it.
    unsafe { *relay.cast::<&'a Waker>() }
}

//! The relay of one poll: the slot of an async body, and the context of the caller who polls it.
//!
//! Each poll of a body puts a [`Relay`] on its stack and polls the body with a [`Waker`] that
//! points to it. A yield finds the slot through the body's context. An `.await` in plain sight and
//! a `yield_from!` find the relay in the same way, and poll their future or delegate with the
//! caller's context. An `.await` in the expansion of another macro is *hidden*: its future is
//! polled with the relay's waker. A clone of this waker is a clone of the *outer* waker, so the
//! wakers that futures keep are the executor's own.
//!
//! ```text
//! poll_resume(cx, argument) ─ Relay { cx, slot: Slot::Argument } ─► poll(body)
//!                                         │  Suspend takes the argument and is ready
//!                                         │  a future in plain sight is polled with cx
//!                                         │  a hidden one clones the waker: a clone of cx's
//!                                         │  RelayPointer::put leaves a value, Suspend is pending
//! Ready(Yielded(value)) ◄─ Slot::Value ◄──┤
//! Pending ◄────────────── Slot::Waiting ◄─┤  or a future is pending: the next poll resumes there
//! Pending ◄──────────────── Slot::Empty ◄─┘  or a hidden one is
//! ```

use core::mem::ManuallyDrop;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use super::handle::{AsyncHandle, Suspend};
use crate::engine::slot::Slot;
use crate::protocol::misuse;

/// The data that the waker of one poll points to. The vtable's functions use only the first field.
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

    /// Calls `poll` with a context that points to this relay.
    #[inline(always)]
    pub(super) fn poll<T>(&mut self, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let pointer = &raw mut *self;
        // SAFETY: the data is of the type that the vtable's functions expect. Any thread may call
        // them, because they only read a reference to a `Waker`, which any thread may use.
        let waker = unsafe { Waker::new(pointer.cast_const().cast(), &VTABLE) };
        // Dropping the waker would call a function pointer. The function does nothing, but the
        // optimiser would have to assume that it uses the relay.
        let waker = ManuallyDrop::new(waker);
        poll(&mut Context::from_waker(&waker))
    }
}

/// A pointer to the relay of the current poll. The body doesn't use it after a suspension.
#[derive(Debug)]
pub struct RelayPointer<R, Y>(*mut Relay<'static, 'static, R, Y>);

impl<R, Y> RelayPointer<R, Y> {
    /// Returns the pointer to the relay that the context points to, for a future that the body
    /// awaits through the handle.
    ///
    /// # Panics
    ///
    /// If the context is not ours. This is the last line of defence. The optimiser removes the
    /// check where it can see the resume.
    #[inline(always)]
    pub(super) fn of(_: AsyncHandle<R, Y>, cx: &Context<'_>) -> Self {
        let waker = cx.waker();
        if !core::ptr::eq(waker.vtable(), &VTABLE) {
            misuse::foreign_context();
        }
        Self(waker.data().cast_mut().cast())
    }

    /// Returns the slot of this resume.
    #[inline(always)]
    pub(super) fn slot(&mut self) -> &mut Slot<R, Y> {
        // SAFETY: a future of the handle is polled only by its own body's poll (the invariant of
        // the channel), and the block has not been suspended since (`bind_async`). So the
        // relay of that poll is alive and has these types. Nothing else refers to the slot during
        // the poll, and this reference ends before another one is made.
        unsafe { &mut (*self.0).slot }
    }

    /// Stores `value` for the resume to return. Returns a future that is pending until an argument
    /// comes in, and resolves to the argument.
    #[inline(always)]
    pub fn put(mut self, value: Y) -> Suspend<R, Y> {
        self.slot().put(value);
        Suspend::new()
    }

    /// Stores the last item for the resume to return. The body ends next.
    #[inline(always)]
    pub fn put_last(mut self, item: Y) {
        self.slot().put(item);
    }

    /// Returns the caller's context and the slot of this resume.
    #[inline(always)]
    pub(super) fn get(&mut self) -> (&mut Context<'_>, &mut Slot<R, Y>) {
        let relay: *mut Relay<'_, '_, R, Y> = self.0.cast();
        // SAFETY: as above. Both lifetimes of the relay are shortened to the lifetime of this
        // borrow. The body is not suspended during this borrow, so the relay and the values that it
        // refers to live longer. Nothing else uses the context, because the caller has lent it to
        // the relay.
        unsafe { (&mut *(*relay).context, &mut (*relay).slot) }
    }
}

/// The vtable that distinguishes our wakers from all others. A clone of our waker is a clone of the
/// outer one, and a wake of our waker wakes the outer one.
static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |relay| {
        // SAFETY: the vtable's functions are called only with the data of our wakers.
        let outer = ManuallyDrop::new(unsafe { outer(relay) }.clone());
        RawWaker::new(outer.data(), outer.vtable())
    },
    // SAFETY: as above.
    |relay| unsafe { outer(relay) }.wake_by_ref(),
    // SAFETY: as above.
    |relay| unsafe { outer(relay) }.wake_by_ref(),
    |_| {},
);

/// Returns the outer waker of a relay.
///
/// # Safety
///
/// `relay` must be the data of a waker that [`Relay::poll`] made, during that poll.
#[inline(always)]
unsafe fn outer<'a>(relay: *const ()) -> &'a Waker {
    // SAFETY: `relay` points to a `Relay` (the contract), whose first field is this reference
    // (`repr(C)`). The field is not written after the relay was created. The relay is alive,
    // because no code has our waker for longer than the poll. Clones are clones of the outer waker.
    // `Relay::poll` keeps our waker in a local and lends it out in a `Context` that can't outlive
    // this local, and can't be exchanged for a `Context` that can. Leaving our waker undropped
    // (`ManuallyDrop`) doesn't change that.
    unsafe { *relay.cast::<&'a Waker>() }
}

//! The frame of one poll, which the waker of its context points to.

use core::mem::ManuallyDrop;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use super::handle::Handle;
#[cfg(feature = "alloc")]
use crate::engine::recursion::ActiveStack;
use crate::engine::slot::Slot;
use crate::protocol::misuse;

/// What the waker of a poll points to.
pub(crate) struct PollFrame<R, Y> {
    pub(crate) slot: Slot<R, Y>,
    /// Those of the root of the recursion that this poll belongs to, if it belongs to one.
    #[cfg(feature = "alloc")]
    pub(super) active: *mut ActiveStack,
}

impl<R, Y> PollFrame<R, Y> {
    #[inline(always)]
    pub(super) fn new(slot: Slot<R, Y>) -> Self {
        Self {
            slot,
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
pub(super) fn find<R, Y>(_: Handle<R, Y>, cx: &Context<'_>) -> *mut PollFrame<R, Y> {
    let waker = cx.waker();
    if !core::ptr::eq(waker.vtable(), &VTABLE) {
        misuse::foreign_context();
    }
    waker.data().cast_mut().cast()
}

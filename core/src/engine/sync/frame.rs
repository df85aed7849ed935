//! The frame of one poll, to which the waker of the poll's context points.

use core::mem::ManuallyDrop;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use super::handle::Handle;
#[cfg(feature = "alloc")]
use crate::engine::recursion::ActiveStack;
use crate::engine::slot::Slot;
use crate::protocol::misuse;

/// The data that the waker of a poll points to.
pub(crate) struct PollFrame<R, Y> {
    pub(crate) slot: Slot<R, Y>,
    /// The active stack of the root that this poll belongs to, or null.
    #[cfg(feature = "alloc")]
    pub(crate) active: *mut ActiveStack,
}

impl<R, Y> PollFrame<R, Y> {
    #[inline(always)]
    pub(crate) fn new(slot: Slot<R, Y>) -> Self {
        Self {
            slot,
            #[cfg(feature = "alloc")]
            active: core::ptr::null_mut(),
        }
    }

    /// Creates a frame for the coroutines of the root that `active` belongs to.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn of_root(argument: Option<R>, active: *mut ActiveStack) -> Self {
        Self { slot: Slot::new(argument), active }
    }

    /// Calls `poll` with a context that points to this frame.
    #[inline(always)]
    pub(crate) fn poll<T>(&mut self, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let pointer = &raw mut *self;
        // SAFETY: the functions of the vtable do nothing, so they don't interpret the data, and any
        // thread may call them. Only `find` interprets the data.
        let waker = unsafe { Waker::new(pointer.cast_const().cast(), &VTABLE) };
        // Dropping the waker would call a function pointer. The function does nothing, but the
        // optimiser would have to assume that it uses the frame.
        let waker = ManuallyDrop::new(waker);
        poll(&mut Context::from_waker(&waker))
    }
}

/// The vtable that distinguishes our wakers from all others.
///
/// A clone is a waker that does nothing, so no pointer to the frame outlives the poll that it was
/// made for.
static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |_| {
        let noop = Waker::noop();
        RawWaker::new(noop.data(), noop.vtable())
    },
    |_| {},
    |_| {},
    |_| {},
);

/// Returns the frame that the context points to, for a future that the body awaits through the
/// handle.
///
/// # Panics
///
/// If the context is not ours. This is the last line of defence. The optimiser removes the check
/// where it can see the resume.
#[inline(always)]
pub(super) fn find<R, Y>(_: Handle<R, Y>, cx: &Context<'_>) -> *mut PollFrame<R, Y> {
    let waker = cx.waker();
    if !core::ptr::eq(waker.vtable(), &VTABLE) {
        misuse::foreign_context();
    }
    waker.data().cast_mut().cast()
}

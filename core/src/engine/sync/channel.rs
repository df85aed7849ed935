//! The channel: how a coroutine that others delegate to uses their slot.

use core::fmt;
#[cfg(feature = "alloc")]
use core::ptr::NonNull;
use core::task::{Context, Poll};

use super::frame::PollFrame;
#[cfg(feature = "alloc")]
use crate::engine::recursion::ActiveStack;
use crate::engine::slot::Slot;

/// The access of a coroutine to the slot of the coroutines that delegate to it. The coroutine takes
/// arguments from the slot and puts values into it.
///
/// Holding one implies the contract of `Coroutine::__delegate`. It is passed by value, so an
/// implementation of that method can't replace its caller's channel by another one.
pub struct Channel<'a, R, Y>(&'a mut PollFrame<R, Y>);

impl<R, Y> fmt::Debug for Channel<'_, R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").finish_non_exhaustive()
    }
}

impl<'a, R, Y> Channel<'a, R, Y> {
    /// Creates the channel to the slot in `frame`.
    #[inline(always)]
    pub(crate) fn new(frame: &'a mut PollFrame<R, Y>) -> Self {
        Self(frame)
    }

    /// Calls `poll` with a context that points to the frame.
    #[inline(always)]
    pub(super) fn poll<T>(&mut self, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        self.0.poll(poll)
    }

    /// Returns the slot of the current resume.
    #[inline(always)]
    pub(crate) fn slot(&mut self) -> &mut Slot<R, Y> {
        &mut self.0.slot
    }

    /// Calls `poll` with this channel, but without the active stack of a root. So the coroutine
    /// that is polled doesn't put itself on that stack.
    #[inline(always)]
    pub(crate) fn without_active_stack<T>(
        &mut self,
        poll: impl FnOnce(Channel<'_, R, Y>) -> T,
    ) -> T {
        #[cfg(feature = "alloc")]
        let active = core::mem::replace(&mut self.0.active, core::ptr::null_mut());
        let value = poll(Channel(self.0));
        #[cfg(feature = "alloc")]
        {
            self.0.active = active; // after a panic, nothing reads it
        }
        value
    }

    /// Returns a pointer to the frame, for the functions of the active stack.
    #[cfg(feature = "alloc")]
    pub(crate) fn frame(&mut self) -> NonNull<()> {
        NonNull::from(&mut *self.0).cast()
    }

    /// Returns the active stack of the root that this poll belongs to, or null.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn active_stack(&self) -> *mut ActiveStack {
        self.0.active
    }
}

//! What a coroutine that others delegate to sees of their slot.

use core::fmt;
use core::task::Context;

use super::frame::find;
use super::handle::Handle;
#[cfg(feature = "alloc")]
use crate::engine::recursion::ActiveStack;
use crate::engine::slot::Slot;

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

    /// The context that leads to the slot.
    #[inline(always)]
    pub(super) fn context(&mut self) -> &mut Context<'cx> {
        self.cx
    }

    /// The slot of the resume that runs just now.
    #[inline(always)]
    pub(crate) fn slot(&mut self) -> &mut Slot<R, Y> {
        // SAFETY: whoever has the handle is polled by its own body's poll (the invariant of the
        // channel), so the slot of that poll is alive and of these types. Nothing else
        // refers to it: only holders of the handle find it, and this one has the context to
        // itself.
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
            let active = unsafe { core::mem::replace(&mut (*frame).active, core::ptr::null_mut()) };
            let value = poll(self);
            // SAFETY: as above. After a panic nobody asks.
            unsafe { (*frame).active = active };
            value
        }
        #[cfg(not(feature = "alloc"))]
        poll(self)
    }

    /// The active stack of the root that this poll belongs to, or null.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn active_stack(&self) -> *mut ActiveStack {
        // SAFETY: as above.
        unsafe { (*find(self.handle, self.cx)).active }
    }
}

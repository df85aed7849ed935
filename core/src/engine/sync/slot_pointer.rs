//! The pointer to the slot of the current resume.

use core::task::Context;

use super::channel::Channel;
use super::delegate::Delegation;
use super::frame::{PollFrame, find};
use super::handle::{Handle, Suspend};
use crate::engine::slot::Slot;

/// A pointer to the slot of the current resume. After a suspension the body doesn't use it, but a
/// new one.
#[derive(Debug)]
pub struct SlotPointer<R, Y>(*mut PollFrame<R, Y>);

impl<R, Y> SlotPointer<R, Y> {
    /// Returns the pointer to the slot of the poll that `cx` belongs to, for a future that the body
    /// awaits through `handle`.
    #[inline(always)]
    pub(crate) fn of(handle: Handle<R, Y>, cx: &Context<'_>) -> Self {
        Self(find(handle, cx))
    }

    /// Stores `value` for the resume to return. Returns a future that is pending until an argument
    /// comes in, and resolves to the argument and the next slot pointer.
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

    /// Returns the delegation, which polls a delegate, and the same slot pointer. The compiler
    /// infers the kind of the delegate.
    #[inline(always)]
    pub fn delegation<Kind>(self) -> (Delegation<R, Y, Kind>, Self) {
        (Delegation::new(), self)
    }

    /// Returns the slot.
    #[inline(always)]
    pub(super) fn slot(&mut self) -> &mut Slot<R, Y> {
        &mut self.frame().slot
    }

    /// Returns the channel for a coroutine that runs in place of the body.
    #[inline(always)]
    pub(super) fn channel(&mut self) -> Channel<'_, R, Y> {
        Channel::new(self.frame())
    }

    #[inline(always)]
    fn frame(&mut self) -> &mut PollFrame<R, Y> {
        // SAFETY: the pointer came from the context of the current poll, because the block has not
        // been suspended since (`bind`). So the frame is alive and has these types (the
        // invariant of the channel). Nothing else refers to the frame during the poll, and this
        // reference ends before another one is made.
        unsafe { &mut *self.0 }
    }
}

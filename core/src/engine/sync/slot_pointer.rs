//! The pointer to the slot of the resume that runs now.

use core::task::Context;

use super::channel::Channel;
use super::frame::{PollFrame, find};
use super::handle::Handle;
use crate::engine::slot::Slot;

/// The way to the slot of the resume that runs just now. Whoever suspends gives it up, and gets the
/// next one.
#[derive(Debug)]
pub struct SlotPointer<R, Y>(*mut PollFrame<R, Y>);

impl<R, Y> SlotPointer<R, Y> {
    /// The way to the slot that the context carries, for a future that the body awaits through
    /// `handle`.
    #[inline(always)]
    pub(crate) fn of(handle: Handle<R, Y>, cx: &Context<'_>) -> Self {
        Self(find(handle, cx))
    }

    /// Leaves `value` for the resume to hand out.
    #[inline(always)]
    pub fn put(mut self, value: Y) {
        self.slot().put(value);
    }

    /// The slot.
    #[inline(always)]
    pub(super) fn slot(&mut self) -> &mut Slot<R, Y> {
        &mut self.frame().slot
    }

    /// The channel through which a coroutine runs in the place of the body.
    #[inline(always)]
    pub(super) fn channel(&mut self) -> Channel<'_, R, Y> {
        Channel::new(self.frame())
    }

    #[inline(always)]
    fn frame(&mut self) -> &mut PollFrame<R, Y> {
        // SAFETY: the pointer came from the context of the poll that runs now, as the block has not
        // been suspended since (`Handle::bind`), so the frame is alive and of these
        // types (the invariant of the channel); nothing else refers to it during the poll, and this
        // reference ends before another is made.
        unsafe { &mut *self.0 }
    }
}

//! The pointer to the slot of the resume that runs now.

use core::task::Context;

use super::frame::find;
use super::handle::Handle;
use crate::engine::slot::Slot;

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

    /// Leaves `value` for the resume to hand out.
    #[inline(always)]
    pub fn put(mut self, value: Y) {
        self.get().put(value);
    }

    /// The slot.
    #[inline(always)]
    pub(super) fn get(&mut self) -> &mut Slot<R, Y> {
        // SAFETY: the pointer came from the context of the poll that runs now, as the block has not
        // been suspended since (`Handle::bind`), so the slot is alive and of these
        // types (the invariant of the channel); nothing else refers to it during the poll, and this
        // reference ends before another is made.
        unsafe { &mut *self.0 }
    }
}

//! The work that a loop does between two looks outside: at timers, descriptors and other threads.

use std::cell::Cell;
use std::task::{Context, Poll};

/// The number of entries after which the loop looks outside. tokio uses the same number.
const ENTRIES: u32 = 61;

/// The number of bytes, read or written, after which the loop looks outside. A look costs little
/// compared with moving them.
const BYTES: usize = 64 * 1024;

/// The number of bytes that an attempt to read or write counts as, in addition to those it moves: a
/// system call takes time.
const BYTES_OF_AN_ATTEMPT: usize = 512;

/// The entries and bytes that are left until the next look outside.
///
/// Tasks that read and write yield to others when it is spent. So connections can't keep the loop
/// from looking outside, however many or busy they are.
pub(crate) struct Budget {
    entries: Cell<u32>,
    bytes: Cell<usize>,
    /// The number of the next look.
    look: Cell<Look>,
}

/// The number of a look outside. It wraps around.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look(u32);

impl Default for Budget {
    fn default() -> Self {
        Self { entries: Cell::new(ENTRIES), bytes: Cell::new(BYTES), look: Cell::new(Look(0)) }
    }
}

impl Budget {
    /// Counts an entry of the ready queue. Returns whether the loop must look outside now.
    #[inline]
    pub(crate) fn count_entry(&self) -> bool {
        self.entries.set(self.entries.get().saturating_sub(1));
        self.entries.get() == 0 || self.is_spent()
    }

    /// Counts an attempt to read or write.
    #[inline]
    pub(crate) fn count_attempt(&self) {
        self.count_bytes(BYTES_OF_AN_ATTEMPT);
    }

    /// Counts bytes that were read or written.
    #[inline]
    pub(crate) fn count_bytes(&self, bytes: usize) {
        self.bytes.set(self.bytes.get().saturating_sub(bytes));
    }

    /// Returns whether no more should be read or written before the next look.
    #[inline]
    pub(crate) fn is_spent(&self) -> bool {
        self.bytes.get() == 0
    }

    /// Notes that the loop has looked outside.
    pub(crate) fn renew(&self) {
        self.entries.set(ENTRIES);
        self.bytes.set(BYTES);
        self.look.set(Look(self.look.get().0.wrapping_add(1)));
    }

    #[inline]
    pub(crate) fn next_look(&self) -> Look {
        self.look.get()
    }
}

/// The turns of one direction of a stream.
#[derive(Default)]
pub(crate) struct Turns {
    /// The number of the look that was the next one at the last attempt.
    last_attempt: Cell<Option<Look>>,
}

impl Turns {
    /// Wakes the task and returns `Pending` if the budget is spent and this direction has used its
    /// share.
    ///
    /// Each direction may make one attempt before each look, even if the budget is spent. Otherwise
    /// the direction that a task polls first could always use the whole budget.
    #[inline]
    pub(crate) fn poll_turn(&self, budget: &Budget, cx: &mut Context<'_>) -> Poll<()> {
        if !budget.is_spent() || self.last_attempt.get() != Some(budget.next_look()) {
            return Poll::Ready(());
        }
        // The next poll may attempt again, even if the loop doesn't run and so renews no budget.
        self.last_attempt.set(None);
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Counts an attempt to read or write.
    #[inline]
    pub(crate) fn count_attempt(&self, budget: &Budget) {
        budget.count_attempt();
        self.last_attempt.set(Some(budget.next_look()));
    }
}

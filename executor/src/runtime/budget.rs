//! How much a loop does between two looks outside.

use std::cell::Cell;

/// After so many entries the loop looks outside. The number is tokio's.
const ENTRIES: u32 = 61;

/// After so many bytes were read or written, it looks, too: a look costs little beside as many.
const BYTES: usize = 64 * 1024;

/// An attempt to read or write counts as so many bytes, at least: a system call takes its time.
const BYTES_OF_AN_ATTEMPT: usize = 512;

/// What is left until the next look outside, at timers, descriptors and other threads.
///
/// Tasks that read and write let others run when it is spent. So neither many connections nor one
/// can keep the loop from looking.
pub(crate) struct Budget {
    entries: Cell<u32>,
    bytes: Cell<usize>,
    /// Which look comes next.
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
    /// Counts an entry of the ready queue. Returns whether the loop is to look outside now.
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

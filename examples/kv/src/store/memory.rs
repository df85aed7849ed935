//! The bound of the server's memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The memory for keys, values, requests and replies.
pub(crate) struct Memory {
    max: usize,
    used: AtomicUsize,
}

/// The error for a claim that exceeds the remaining memory.
#[derive(Debug)]
pub(crate) struct OutOfMemory;

impl Memory {
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { max, used: AtomicUsize::new(0) })
    }

    pub(crate) fn max(&self) -> usize {
        self.max
    }

    pub(crate) fn used(&self) -> usize {
        self.used.load(Relaxed)
    }

    /// Returns an empty claim, whose first `free` bytes don't count.
    pub(crate) fn claim(self: &Arc<Self>, free: usize) -> Claim {
        Claim { memory: self.clone(), free, bytes: 0 }
    }

    fn take(&self, bytes: usize) -> Result<(), OutOfMemory> {
        let add = |used: usize| used.checked_add(bytes).filter(|&used| used <= self.max);
        self.used.fetch_update(Relaxed, Relaxed, add).map(drop).map_err(|_| OutOfMemory)
    }

    fn give_back(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Relaxed);
    }
}

/// A part of the memory, which is released when the claim is dropped.
pub(crate) struct Claim {
    memory: Arc<Memory>,
    free: usize,
    bytes: usize,
}

impl Claim {
    pub(crate) fn grow(&mut self, more: usize) -> Result<(), OutOfMemory> {
        let counted = self.counted();
        self.bytes += more;
        let more_counted = self.counted() - counted;
        if more_counted == 0 {
            return Ok(());
        }
        self.memory.take(more_counted).inspect_err(|_| self.bytes -= more)
    }

    pub(crate) fn shrink(&mut self, less: usize) {
        let counted = self.counted();
        self.bytes -= less;
        let less_counted = counted - self.counted();
        if less_counted > 0 {
            self.memory.give_back(less_counted);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.shrink(self.bytes);
    }

    fn counted(&self) -> usize {
        self.bytes.saturating_sub(self.free)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn claims_share_the_memory_and_release_it() {
        let memory = Memory::new(100);
        let (mut first, mut second) = (memory.claim(0), memory.claim(10));
        first.grow(60).unwrap();
        second.grow(50).unwrap();
        assert_eq!(memory.used(), 100);
        assert!(first.grow(1).is_err() && second.grow(1).is_err());
        second.shrink(45);
        assert_eq!(memory.used(), 60);
        second.shrink(5);
        drop(first);
        assert_eq!(memory.used(), 0);
        assert!(second.grow(usize::MAX / 2).is_err());
        second.grow(110).unwrap();
        second.clear();
        assert_eq!(memory.used(), 0);
    }
}

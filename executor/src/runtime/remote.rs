//! The queue through which other threads reach a loop, and the flag that tells them to wake it.
//!
//! ```text
//! other thread: lock ─ push ─ was it asleep? then unpark ─ unlock
//! the loop:     lock ─ is there anything? else asleep = true ─ unlock ─ wait …
//!               lock ─ asleep = false ─ take all ─ unlock
//! ```
//!
//! Both sides decide under the lock, so no entry is missed between "the queue is empty" and the
//! sleep. A thread that pushes after the check finds the loop asleep, and the check finds every
//! entry that was pushed before. `tests/models` checks this in `loom`.

use super::sync::{AtomicBool, Mutex, MutexGuard, Ordering};

/// Ends the sleep of a loop, from any thread.
pub(crate) trait Unpark {
    /// Ends the current sleep, or the next one if the loop is awake.
    fn unpark(&self);
}

/// The entries that a loop accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// All entries.
    Open,
    /// Only the entries that its last tasks need to end.
    Closing,
    /// No entries.
    Closed,
}

/// The queue of a loop for other threads.
pub(crate) struct Remote<E, U> {
    state: Mutex<State<E, U>>,
    /// A hint that the queue is not empty, so that a busy loop needn't lock. The queue under the
    /// lock decides.
    filled: AtomicBool,
}

struct State<E, U> {
    queue: Vec<E>,
    asleep: bool,
    phase: Phase,
    /// `None` when the loop is closed, so that its descriptor is closed, too.
    unparker: Option<U>,
}

impl<E, U: Unpark> Remote<E, U> {
    pub(crate) fn new(unparker: U) -> Self {
        let state = State {
            queue: Vec::new(),
            asleep: false,
            phase: Phase::Open,
            unparker: Some(unparker),
        };
        Self { state: Mutex::new(state), filled: AtomicBool::new(false) }
    }

    fn lock(&self) -> MutexGuard<'_, State<E, U>> {
        // No foreign code runs under the lock, so a panic can't leave the state inconsistent.
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Pushes the entry that `make` creates from `offer`, and returns the other value of `make`.
    /// Hands `offer` back if the loop is closing or closed.
    pub(crate) fn offer<T, K>(&self, offer: T, make: impl FnOnce(T) -> (E, K)) -> Result<K, T> {
        self.push_until(Phase::Closing, offer, make)
    }

    /// Pushes an entry that the loop needs to end its tasks. Hands it back if the loop is closed.
    pub(crate) fn push(&self, entry: E) -> Result<(), E> {
        self.push_until(Phase::Closed, entry, |entry| (entry, ()))
    }

    fn push_until<T, K>(
        &self,
        end: Phase,
        offer: T,
        make: impl FnOnce(T) -> (E, K),
    ) -> Result<K, T> {
        let mut state = self.lock();
        if state.phase as u8 >= end as u8 {
            return Err(offer);
        }
        let (entry, kept) = make(offer);
        state.queue.push(entry);
        self.filled.store(true, Ordering::Release);
        if std::mem::take(&mut state.asleep) {
            if let Some(unparker) = &state.unparker {
                unparker.unpark();
            }
        }
        Ok(kept)
    }

    /// Returns whether [`take`](Self::take) may find entries.
    pub(crate) fn may_have(&self) -> bool {
        self.filled.load(Ordering::Acquire)
    }

    /// Takes all entries.
    pub(crate) fn take(&self) -> Vec<E> {
        let mut state = self.lock();
        self.filled.store(false, Ordering::Release);
        std::mem::take(&mut state.queue)
    }

    /// Marks the loop as asleep, unless the queue has entries. Returns whether it may sleep.
    pub(crate) fn fall_asleep(&self) -> bool {
        let mut state = self.lock();
        state.asleep = state.queue.is_empty();
        state.asleep
    }

    /// Marks the loop as awake.
    pub(crate) fn awake(&self) {
        self.lock().asleep = false;
    }

    /// Rejects offers from now on.
    pub(crate) fn begin_to_close(&self) {
        self.lock().phase = Phase::Closing;
    }

    /// Rejects everything from now on, and returns the entries that are left.
    pub(crate) fn close(&self) -> Vec<E> {
        let mut state = self.lock();
        state.phase = Phase::Closed;
        let unparker = state.unparker.take();
        let rest = std::mem::take(&mut state.queue);
        drop(state);
        drop(unparker);
        rest
    }
}

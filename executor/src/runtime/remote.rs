//! What other threads leave for a loop: a locked queue, and whether somebody has to wake the loop
//! for it.
//!
//! ```text
//! other thread: lock ─ push ─ was it asleep? then unpark ─ unlock
//! the loop:     lock ─ is there anything? else asleep = true ─ unlock ─ wait …
//!               lock ─ asleep = false ─ take all ─ unlock
//! ```
//!
//! Both sides decide under the lock, so nothing falls between "the queue is empty" and the sleep:
//! whoever pushes after the loop has looked finds it asleep, and whoever pushed before was seen.
//! `tests/models` checks this in `loom`.

use super::sync::{AtomicBool, Mutex, MutexGuard, Ordering};

/// What ends the sleep of a loop, from any thread.
pub(crate) trait Unpark {
    /// Ends the sleep that is on, or else the next one.
    fn unpark(&self);
}

/// How far a loop is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It takes everything.
    Open,
    /// It takes what its last tasks need for their end.
    Closing,
    /// It takes nothing.
    Closed,
}

/// The queue.
pub(crate) struct Remote<E, U> {
    state: Mutex<State<E, U>>,
    /// A hint that there is something in the queue, so that a busy loop needn't lock. What counts
    /// is said under the lock.
    filled: AtomicBool,
}

struct State<E, U> {
    queue: Vec<E>,
    asleep: bool,
    phase: Phase,
    /// Gone when the loop is closed, with its descriptor.
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
        // Nothing of anybody else's runs under the lock, so that a panic can't leave it in the
        // middle.
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Leaves the entry that `make` makes of an offer, and returns what else it makes. The loop
    /// takes offers until it begins to close; one that it doesn't take comes back.
    pub(crate) fn offer<T, K>(&self, offer: T, make: impl FnOnce(T) -> (E, K)) -> Result<K, T> {
        self.push_until(Phase::Closing, offer, make)
    }

    /// Leaves an entry that the loop needs for the end of its tasks, which it takes until the last
    /// of them is gone.
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

    /// Whether [`take`](Self::take) may find something.
    pub(crate) fn may_have(&self) -> bool {
        self.filled.load(Ordering::Acquire)
    }

    /// Everything that is there.
    pub(crate) fn take(&self) -> Vec<E> {
        let mut state = self.lock();
        self.filled.store(false, Ordering::Release);
        std::mem::take(&mut state.queue)
    }

    /// Says that the loop is going to sleep. Not if there is something to do.
    pub(crate) fn fall_asleep(&self) -> bool {
        let mut state = self.lock();
        state.asleep = state.queue.is_empty();
        state.asleep
    }

    /// Says that the loop is awake.
    pub(crate) fn awake(&self) {
        self.lock().asleep = false;
    }

    /// From now on, only what the end of the tasks needs is taken.
    pub(crate) fn begin_to_close(&self) {
        self.lock().phase = Phase::Closing;
    }

    /// From now on, nothing is taken. What was there comes back.
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

//! The loop: its queues, its timers, its descriptors, and the handles to it.

pub(crate) mod budget;
pub(crate) mod callback;
pub(crate) mod event_loop;
pub(crate) mod exception;
pub(crate) mod handle;
pub(crate) mod live_tasks;
pub(crate) mod reactor;
pub(crate) mod remote;
pub(crate) mod scheduler;
pub(crate) mod timers;

/// The parts of `std` that [`remote`] uses. The model checker in `tests/models` replaces them.
mod sync {
    pub(super) use std::sync::atomic::{AtomicBool, Ordering};
    pub(super) use std::sync::{Mutex, MutexGuard};
}

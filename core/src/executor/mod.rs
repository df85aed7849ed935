//! A small single-threaded event loop, shaped like asyncio's.

// All of this needs the operating system.
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod callback;
mod event_loop;
mod exception;
mod gather;
mod handle;
mod promise;
mod reactor;
mod remote;
mod scheduler;
mod shield;
mod sleep;
mod task;
mod timeout;
mod timers;
mod wait;
mod yield_now;

/// The parts of `std` that [`remote`] is made of; a model checker puts its own there.
mod sync {
    pub(super) use std::sync::atomic::{AtomicBool, Ordering};
    pub(super) use std::sync::{Mutex, MutexGuard};
}

pub use callback::{CallbackHandle, ThreadsafeCallbackHandle, TimerHandle};
pub use event_loop::{EventLoop, RunError, block_on};
pub use exception::{ExceptionContext, ExceptionHandler};
pub use gather::{Gather, TryGather, gather, try_gather};
pub use handle::{ClosedError, LoopHandle, NoRunningLoop, ThreadsafeHandle, spawn};
pub use promise::{Promise, PromiseError, PromiseFuture, SetError, promise};
pub use shield::shield;
pub use sleep::{Sleep, sleep, sleep_until};
pub use task::{AbortHandle, CancelOnDrop, DoneCallbackId, JoinError, Task};
pub use timeout::{Timeout, TimeoutError, timeout, timeout_at};
pub use wait::{Completed, Wait, Waited, wait};
pub use yield_now::{YieldNow, yield_now};

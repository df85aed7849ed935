//! A small single-threaded event loop, shaped like asyncio's: tasks, callbacks, timers, sockets.
//!
//! ```
//! use cogen::executor::{block_on, gather, sleep, spawn};
//! use std::time::Duration;
//!
//! async fn work(name: &'static str, milliseconds: u64) -> &'static str {
//!     sleep(Duration::from_millis(milliseconds)).await;
//!     name
//! }
//!
//! let names = block_on(async {
//!     let first = spawn(work("first", 20)); // runs on its own from here on
//!     let others = gather([work("second", 10), work("third", 1)]).await;
//!     (first.await.unwrap(), others)
//! });
//! assert_eq!(names, ("first", vec!["second", "third"]));
//! ```
//!
//! | asyncio | here |
//! |---|---|
//! | `asyncio.run(main())` | [`block_on(main())`](block_on) |
//! | `loop.run_until_complete`, `run_forever`, `stop`, `close`, `time` | [`EventLoop`], [`LoopHandle`] |
//! | `asyncio.get_running_loop()` | [`LoopHandle::current`] |
//! | `create_task`, `Task` | [`spawn`], [`Task`] |
//! | `Future`, `set_result`, `set_exception` | [`promise`], [`Promise`], [`PromiseFuture`] |
//! | `call_soon`, `call_later`, `call_at` | the same on [`LoopHandle`] |
//! | `call_soon_threadsafe` | the same on [`ThreadsafeHandle`] |
//! | `set_exception_handler` | the same on [`LoopHandle`], with an [`ExceptionContext`] |
//! | `sleep(1)`, `sleep(0)` | [`sleep`], [`yield_now`] |
//! | `gather(…)`, `gather(…, return_exceptions=True)` | [`try_gather`], [`gather`] |
//! | `wait(…, return_when=…, timeout=…)` | [`wait`] |
//! | `wait_for`, `shield` | [`timeout`], [`shield`] |
//! | `open_connection`, `start_server`, `StreamReader`, `StreamWriter` | [`net`] |
//!
//! What is different: cancelling drops the future, so it can't be refused, and its destructors are
//! the clean-up. Errors are values: what Python raises is a `Result` here, and a panic is caught
//! where a task ends.
//!
//! Nothing here starts a thread. One loop runs on one thread, and its tasks need not be `Send`; for
//! many cores, run a loop on each. Futures that are not of this module ([`gather`], [`wait`],
//! [`promise`], [`yield_now`], and all that [`Coroutine`](crate::Coroutine) and streams give) run
//! on any executor.

// All of this needs the operating system.
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod callback;
mod event_loop;
mod exception;
mod gather;
mod handle;
mod join_error;
mod live_tasks;
pub mod net;
mod promise;
mod promise_error;
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
pub use join_error::JoinError;
pub use promise::{Promise, PromiseFuture, promise};
pub use promise_error::{PromiseError, SetError};
pub use shield::shield;
pub use sleep::{Sleep, sleep, sleep_until};
pub use task::{AbortHandle, CancelOnDrop, DoneCallbackId, Task};
pub use timeout::{Timeout, TimeoutError, timeout, timeout_at};
pub use wait::{Completed, Wait, Waited, wait};
pub use yield_now::{YieldNow, yield_now};

//! A small single-threaded event loop, shaped like asyncio's: tasks, callbacks, timers, sockets.
//!
//! ```
//! use cogen_executor::{block_on, gather, sleep, spawn};
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
//! | `TaskGroup`, `ExceptionGroup` | [`task_group`], [`TaskGroup`], [`GroupError`] |
//! | `as_completed` | [`as_completed`] |
//! | `all_tasks`, `current_task` | [`LoopHandle::all_tasks`], [`current_task`] |
//! | `wait_for`, `shield` | [`timeout`], [`shield`] |
//! | `to_thread`, `loop.run_in_executor` | [`to_thread`] |
//! | `open_connection`, `start_server`, `StreamReader`, `StreamWriter` | [`net`] |
//! | `create_datagram_endpoint` | [`net::UdpSocket`] |
//! | `getaddrinfo` | [`net::lookup`] |
//!
//! The page [`asyncio`] lists every name of asyncio, also those that other crates provide.
//!
//! The differences: cancelling a task drops its future, so cancellation can't be refused, and the
//! destructors are the clean-up. Functions return a `Result` where Python's raise. A panic of a
//! task is caught, and awaiting the task returns it as a [`JoinError`].
//!
//! Only [`to_thread`] and name look-ups start threads. A loop runs on one thread, and its tasks
//! need not be `Send`. To use several cores, run a loop on each. The futures that don't use the
//! loop ([`gather`], [`wait`], [`promise`], [`yield_now`], [`to_thread`]) run on any executor, and
//! the loop runs any future.
//!
//! This package is `cogen::executor`, with the feature `executor` of `cogen`.

#![cfg_attr(not(any(unix, windows)), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(not(any(unix, windows)), target_family = "wasm"))]
compile_error!(
    "the event loop of `cogen` runs on Unix and Windows only: \
     leave out the feature `executor` of `cogen` for this target"
);

#[cfg(all(any(unix, windows), not(target_family = "wasm")))]
#[doc = include_str!("asyncio.md")]
pub mod asyncio {}
#[cfg(all(any(unix, windows), not(target_family = "wasm")))]
mod combinators;
#[cfg(all(any(unix, windows), not(target_family = "wasm")))]
pub mod net;
#[cfg(all(any(unix, windows), not(target_family = "wasm")))]
mod promise;
#[cfg(all(any(unix, windows), not(target_family = "wasm")))]
mod runtime;
#[cfg(all(any(unix, windows), not(target_family = "wasm")))]
mod task;

#[cfg(all(any(unix, windows), not(target_family = "wasm")))]
pub use {
    combinators::as_completed::{AsCompleted, as_completed},
    combinators::gather::{Gather, TryGather, gather, try_gather},
    combinators::shield::shield,
    combinators::sleep::{Sleep, sleep, sleep_until},
    combinators::timeout::{Timeout, TimeoutError, timeout, timeout_at},
    combinators::wait::{Completed, Wait, Waited, wait},
    combinators::yield_now::{YieldNow, yield_now},
    promise::error::{PromiseError, SetError},
    promise::promise::{Promise, PromiseFuture, promise},
    runtime::callback::{CallbackHandle, ThreadsafeCallbackHandle, TimerHandle},
    runtime::event_loop::{EventLoop, RunError, block_on},
    runtime::exception::{ExceptionContext, ExceptionHandler},
    runtime::handle::{
        ClosedError, LoopHandle, NoRunningLoopError, OtherLoopError, ThreadsafeHandle, spawn,
    },
    task::cancel::{AbortHandle, CancelOnDrop},
    task::group::{GroupError, TaskError, TaskGroup, task_group},
    task::join_error::JoinError,
    task::live_task::{LiveTask, TaskState, current_task},
    task::task::Task,
    task::to_thread::{ToThread, to_thread},
    task::watch::DoneCallbackId,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

//! Blocking functions on other threads.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::join_error::JoinError;

/// Calls `function` on another thread, and returns a future of its value. The loop continues
/// meanwhile.
///
/// The call is scheduled immediately, whether or not the future is awaited. Dropping the future
/// cancels the call if it has not begun. A call that has begun runs to its end, and its value is
/// dropped. The threads are those of the crate [`blocking`]: at most 500, which end when they are
/// idle. The future needs no loop. Python: `asyncio.to_thread`, `loop.run_in_executor`. Unlike
/// `asyncio.run`, a loop doesn't wait for the threads at its end.
///
/// # Errors
///
/// The future resolves to a [`JoinError`] if `function` panics.
///
/// # Panics
///
/// The future panics if it is polled after it has completed.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, to_thread};
///
/// block_on(async {
///     let text = to_thread(|| std::fs::read_to_string("Cargo.toml")).await.unwrap().unwrap();
///     assert!(text.contains("[package]"));
///
///     let error = to_thread(|| panic!("out of paper")).await.unwrap_err();
///     assert_eq!(error.panic_message(), Some("out of paper"));
/// });
/// ```
#[doc(alias = "run_in_executor")]
#[doc(alias = "spawn_blocking")]
pub fn to_thread<F, T>(function: F) -> ToThread<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    // The panic is returned to the task that awaits the future.
    ToThread(blocking::unblock(|| catch_unwind(AssertUnwindSafe(function))))
}

/// The future that [`to_thread`] returns.
///
/// # Examples
///
/// ```
/// use cogen_executor::{ToThread, block_on, to_thread};
///
/// let answer: ToThread<i32> = to_thread(|| 6 * 7);
/// assert_eq!(block_on(answer).unwrap(), 42);
/// ```
#[must_use = "dropping this cancels the call, if it has not begun"]
pub struct ToThread<T>(blocking::Task<std::thread::Result<T>>);

impl<T> Future for ToThread<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = Pin::new(&mut self.0).poll(cx);
        result.map_err(|payload| JoinError::panicked(payload, "to_thread".to_owned()))
    }
}

impl<T> fmt::Debug for ToThread<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToThread").finish_non_exhaustive()
    }
}

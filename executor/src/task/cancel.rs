//! Cancelling tasks: a guard, and a handle for any thread.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::join_error::JoinError;
use super::task::Task;
use crate::runtime::handle::on_its_loop;
use crate::runtime::live_tasks::TaskId;
use crate::runtime::scheduler::RemoteQueue;

/// A task that is cancelled when this guard is dropped. [`Task::cancel_on_drop`] returns it.
///
/// Awaiting it has the same result as awaiting the [`Task`]. asyncio has this only for groups,
/// `asyncio.TaskGroup`.
///
/// # Panics
///
/// Panics if it is polled after its value was handed out.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, spawn, yield_now};
/// use std::rc::Rc;
///
/// block_on(async {
///     let resource = Rc::new(());
///     let held = resource.clone();
///     let task = spawn(async move {
///         let _held = held;
///         std::future::pending::<()>().await;
///     })
///     .cancel_on_drop();
///     yield_now().await;
///     assert_eq!(Rc::strong_count(&resource), 2);
///
///     drop(task);
///     yield_now().await;
///     assert_eq!(Rc::strong_count(&resource), 1);
/// });
/// ```
#[must_use = "dropping this cancels the task"]
pub struct CancelOnDrop<T>(pub(super) Option<Task<T>>);

impl<T> CancelOnDrop<T> {
    /// Returns the task, which is no longer cancelled on drop.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn};
    ///
    /// block_on(async {
    ///     let task = spawn(async { 42 }).cancel_on_drop();
    ///     let task = task.detach(); // dropping this doesn't cancel the task
    ///     assert_eq!(task.await.unwrap(), 42);
    /// });
    /// ```
    #[allow(clippy::missing_panics_doc)]
    pub fn detach(mut self) -> Task<T> {
        self.0.take().expect("the task is present until it is detached")
    }
}

impl<T> Future for CancelOnDrop<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(self.0.as_mut().expect("the task is present until it is detached")).poll(cx)
    }
}

impl<T> Drop for CancelOnDrop<T> {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.cancel();
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for CancelOnDrop<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CancelOnDrop").field(&self.0).finish()
    }
}

/// Cancels a task from any thread.
///
/// [`Task::abort_handle`] creates it. The task's future is dropped on the loop's thread. Clones
/// cancel the same task. Dropping a handle cancels nothing.
///
/// # Examples
///
/// See [`Task::abort_handle`].
#[derive(Clone)]
pub struct AbortHandle {
    pub(super) remote: Arc<RemoteQueue>,
    pub(super) task: TaskId,
}

impl AbortHandle {
    /// Cancels the task: the loop drops its future in one of the next turns.
    ///
    /// Does nothing if the task is done, or if the loop is closed.
    ///
    /// Unlike [`Task::cancel`], it doesn't return whether it came in time. Await the task to see
    /// that.
    ///
    /// # Examples
    ///
    /// See [`Task::abort_handle`].
    pub fn abort(&self) {
        let task = self.task;
        on_its_loop(&self.remote, move |handle| {
            handle.0.tasks.cancel(task);
        });
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle").field("task", &self.task.number).finish_non_exhaustive()
    }
}

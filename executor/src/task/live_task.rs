//! Information about the tasks of a loop that have not ended.

use super::cancel::AbortHandle;
use crate::runtime::live_tasks::TaskId;
use crate::runtime::scheduler::{self, Scheduler};

/// A snapshot of a task that has not ended.
///
/// [`LoopHandle::all_tasks`](crate::LoopHandle::all_tasks) and [`current_task`] return it.
///
/// # Examples
///
/// See [`LoopHandle::all_tasks`](crate::LoopHandle::all_tasks).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LiveTask {
    /// The name: see [`Task::name`](crate::Task::name).
    pub name: String,
    /// The state of the task.
    pub state: TaskState,
    /// Cancels the task.
    pub abort_handle: AbortHandle,
}

/// The state of a task that has not ended.
///
/// # Examples
///
/// See [`LoopHandle::all_tasks`](crate::LoopHandle::all_tasks).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TaskState {
    /// The task waits to be woken, or is in the ready queue.
    Pending,
    /// The task was cancelled, and its future is not dropped yet.
    Cancelling,
    /// The task is being polled.
    Running,
}

/// Returns the task that runs on this thread. Python: `asyncio.current_task`.
///
/// Returns `None` outside of tasks, also in the future that [`block_on`](crate::block_on) runs.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, current_task, spawn};
///
/// block_on(async {
///     assert!(current_task().is_none());
///     let task = spawn(async { current_task().unwrap().name });
///     task.set_name("printer");
///     assert_eq!(task.await.unwrap(), "printer");
/// });
/// ```
#[must_use]
pub fn current_task() -> Option<LiveTask> {
    let scheduler = scheduler::running()?;
    let id = scheduler.current_task.get()?;
    Some(LiveTask::of(&scheduler, id))
}

impl LiveTask {
    pub(crate) fn of(scheduler: &Scheduler, id: TaskId) -> Self {
        let state = if scheduler.current_task.get() == Some(id) {
            TaskState::Running
        } else if scheduler.tasks.is_cancelled(id) {
            TaskState::Cancelling
        } else {
            TaskState::Pending
        };
        let abort_handle = AbortHandle { remote: scheduler.remote.clone(), task: id };
        Self { name: scheduler.tasks.name(id), state, abort_handle }
    }
}

//! Groups of tasks that end together.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;
use slab::Slab;

use super::join_error::JoinError;
use super::task::Task;
use crate::runtime::exception::{caught, guarded};
use crate::runtime::handle::LoopHandle;
use crate::runtime::live_tasks::TaskId;

/// Runs `body` with a group of tasks, and returns the body's value when the body and all tasks have
/// ended.
///
/// If the body or a task returns an error, or a task panics, the body is dropped and the other
/// tasks are cancelled. The future is ready when their futures are dropped, so no task outlives its
/// group. The body and the tasks may add tasks as long as the group runs. A task that is cancelled
/// from outside is no error. If the future is dropped, the tasks are cancelled in the loop's next
/// turn. Python: `asyncio.TaskGroup`.
///
/// # Errors
///
/// [`GroupError`] with all errors, the first one first.
///
/// # Panics
///
/// The future panics outside of a running loop, and if `body` panics.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, sleep, task_group};
/// use std::time::Duration;
///
/// block_on(async {
///     let sum = task_group(async |group| {
///         let first = group.spawn(async { "1".parse::<i32>() });
///         let second = group.spawn(async { "2".parse::<i32>() });
///         Ok(first.await.unwrap().unwrap() + second.await.unwrap().unwrap())
///     })
///     .await;
///     assert_eq!(sum.unwrap(), 3);
///
///     let failed = task_group(async |group| {
///         group.spawn(async { "x".parse::<i32>() });
///         sleep(Duration::from_secs(3600)).await; // dropped when the task fails
///         Ok(())
///     })
///     .await;
///     assert_eq!(failed.unwrap_err().errors.len(), 1);
/// });
/// ```
#[doc(alias = "TaskGroup")]
#[doc(alias = "nursery")]
pub async fn task_group<T, E: 'static>(
    body: impl AsyncFnOnce(TaskGroup<E>) -> Result<T, E>,
) -> Result<T, GroupError<E>> {
    let group = TaskGroup(Rc::new(Shared {
        handle: LoopHandle::expect_current("task_group"),
        members: RefCell::default(),
        errors: RefCell::default(),
        phase: Cell::new(Phase::Open),
        waiter: Cell::new(None),
    }));
    let _ends = Ends(group.0.clone());
    let mut body = pin!(Some(body(group.clone())));
    let mut value = None;
    poll_fn(|cx| {
        group.0.waiter.set(Some(cx.waker().clone()));
        if group.0.phase.get() == Phase::Open {
            if let Some(Poll::Ready(result)) =
                body.as_mut().as_pin_mut().map(|future| future.poll(cx))
            {
                body.set(None);
                match result {
                    Ok(returned) => value = Some(returned),
                    Err(error) => group.0.fail(TaskError::Failed(error), None),
                }
            }
        }
        if group.0.phase.get() != Phase::Open {
            body.set(None);
        }
        // The body may have added tasks when it was dropped.
        if body.is_none() && group.0.members.borrow().is_empty() {
            return Poll::Ready(());
        }
        Poll::Pending
    })
    .await;
    let errors = group.0.errors.take();
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        _ => Err(GroupError { errors }),
    }
}

/// A handle that adds tasks to a [`task_group`]. Clones refer to the same group.
///
/// # Examples
///
/// ```
/// use cogen_executor::{TaskGroup, block_on, task_group};
///
/// /// Visits a tree, each node in a task.
/// async fn visit(depth: u32, group: TaskGroup<String>) -> Result<(), String> {
///     for _ in 0..if depth < 3 { 2 } else { 0 } {
///         group.spawn(visit(depth + 1, group.clone()));
///     }
///     Ok(())
/// }
///
/// block_on(task_group(async |group| visit(0, group).await)).unwrap();
/// ```
pub struct TaskGroup<E>(Rc<Shared<E>>);

impl<E: 'static> TaskGroup<E> {
    /// Spawns a task of the group that runs `future`. Python: `create_task`.
    ///
    /// The handle resolves to the value, or to `None` if the future fails or panics. The group
    /// returns the error. Dropping the handle cancels nothing.
    ///
    /// If the group has failed already, the task is cancelled immediately.
    ///
    /// # Panics
    ///
    /// Panics if the group has ended.
    ///
    /// # Examples
    ///
    /// See [`task_group`].
    #[doc(alias = "create_task")]
    #[track_caller]
    pub fn spawn<T: 'static>(
        &self,
        future: impl Future<Output = Result<T, E>> + 'static,
    ) -> Task<Option<T>> {
        let phase = self.0.phase.get();
        assert!(phase != Phase::Ended, "a task was added to a group that has ended");
        let key = self.0.members.borrow_mut().insert(None);
        let member = Member { group: self.0.clone(), key };
        let task = self.0.handle.spawn(Running { future, member });
        if let Some(id) = self.0.members.borrow_mut().get_mut(key) {
            *id = Some(task.id());
        }
        if phase == Phase::Failed {
            task.cancel();
        }
        task
    }
}

impl<E> Clone for TaskGroup<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E> fmt::Debug for TaskGroup<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskGroup")
            .field("tasks", &self.0.members.borrow().len())
            .finish_non_exhaustive()
    }
}

/// The state that the body, the tasks and the future of a group share.
struct Shared<E> {
    handle: LoopHandle,
    /// The tasks that have not ended.
    members: RefCell<Slab<Option<TaskId>>>,
    errors: RefCell<Vec<TaskError<E>>>,
    phase: Cell<Phase>,
    /// Wakes the future of the group.
    waiter: Cell<Option<Waker>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// There is an error, and the tasks were cancelled.
    Failed,
    Ended,
}

impl<E> Shared<E> {
    /// Records an error, and cancels all tasks but the one that failed.
    fn fail(&self, error: TaskError<E>, failed: Option<usize>) {
        self.errors.borrow_mut().push(error);
        self.phase.set(Phase::Failed);
        self.cancel_all_but(failed);
        self.wake();
    }

    fn cancel_all_but(&self, kept: Option<usize>) {
        for (key, id) in self.members.borrow().iter() {
            if let Some(id) = id.filter(|_| Some(key) != kept) {
                self.handle.0.tasks.cancel(id);
            }
        }
    }

    fn wake(&self) {
        if let Some(waiter) = self.waiter.take() {
            guarded("a waker panicked", || waiter.wake());
        }
    }
}

/// Ends a group when its future is dropped, completed or not.
struct Ends<E>(Rc<Shared<E>>);

impl<E> Drop for Ends<E> {
    fn drop(&mut self) {
        self.0.phase.set(Phase::Ended);
        self.0.cancel_all_but(None);
    }
}

pin_project! {
    /// The future of a task of a group.
    struct Running<F, E> {
        #[pin]
        future: F,
        // Dropped after the future.
        member: Member<E>,
    }
}

/// The entry of a task in its group. Dropped after the task's future.
struct Member<E> {
    group: Rc<Shared<E>>,
    key: usize,
}

impl<E> Drop for Member<E> {
    fn drop(&mut self) {
        self.group.members.borrow_mut().remove(self.key);
        self.group.wake();
    }
}

impl<T, E, F: Future<Output = Result<T, E>>> Future for Running<F, E> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.project();
        let error = match caught(|| this.future.poll(cx)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Ok(value))) => return Poll::Ready(Some(value)),
            Ok(Poll::Ready(Err(error))) => TaskError::Failed(error),
            Err(payload) => {
                TaskError::Panicked(JoinError::panicked(payload, "of a group".to_owned()))
            }
        };
        this.member.group.fail(error, Some(this.member.key));
        Poll::Ready(None)
    }
}

/// The errors of a [`task_group`]: at least one. Python: `ExceptionGroup`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{GroupError, TaskError, block_on, task_group};
///
/// let error: GroupError<&str> = block_on(task_group(async |group| {
///     group.spawn(async { Err::<(), _>("no route") });
///     Ok(())
/// }))
/// .unwrap_err();
/// assert!(matches!(error.errors[..], [TaskError::Failed("no route")]));
/// assert_eq!(error.to_string(), "a task of a group failed: no route");
/// ```
#[doc(alias = "ExceptionGroup")]
#[derive(Debug)]
#[non_exhaustive]
pub struct GroupError<E> {
    /// The errors, in the order in which they happened. There is at least one.
    pub errors: Vec<TaskError<E>>,
}

/// The failure of a task of a [`task_group`], or of its body.
///
/// # Examples
///
/// See [`GroupError`].
#[derive(Debug)]
#[non_exhaustive]
pub enum TaskError<E> {
    /// It returned this error.
    Failed(E),
    /// It panicked.
    Panicked(JoinError),
}

impl<E: fmt::Display> fmt::Display for TaskError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Panicked(error) => error.fmt(f),
        }
    }
}

impl<E: Error + 'static> Error for TaskError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            Self::Panicked(error) => error.source(),
        }
    }
}

impl<E: fmt::Display> fmt::Display for GroupError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.errors[..] {
            [] => f.write_str("a task of a group failed"),
            [error] => write!(f, "a task of a group failed: {error}"),
            [first, more @ ..] => {
                write!(f, "a task of a group failed: {first} (and {} more)", more.len())
            }
        }
    }
}

impl<E: Error + 'static> Error for GroupError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.errors.first().map(|error| error as _)
    }
}

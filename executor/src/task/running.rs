//! The loop's part of a task: its future, until the task ends.

use std::any::type_name;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::join_error::JoinError;
use super::task::Task;
use crate::runtime::exception::{self, caught, guarded};
use crate::runtime::live_tasks::TaskId;
use crate::runtime::scheduler::{RemoteQueue, Runnable, Scheduler, schedule_task};

/// The metadata of a task.
pub(crate) struct Meta {
    /// The remote queue of the task's loop. It is valid as long as the future exists, since the
    /// future's [`Place`] holds the scheduler. It never changes. It is atomic only because a plain
    /// pointer isn't `Sync`.
    ///
    /// An `Arc` in its place would cost two atomic operations for each task, a fifteenth of the
    /// cost of spawning and joining one.
    remote: AtomicPtr<RemoteQueue>,
    pub(super) id: TaskId,
}

impl Meta {
    /// Returns the address of the remote queue.
    pub(crate) fn remote(&self) -> *const RemoteQueue {
        self.remote.load(Ordering::Relaxed)
    }
}

/// Returns the remote queue of a task's loop, on any thread.
pub(crate) fn remote_queue(task: &Runnable) -> Arc<RemoteQueue> {
    let remote = task.metadata().remote();
    // SAFETY: the address came from `Arc::as_ptr` on the `Arc` in the task's scheduler, and the
    // task's `Place` holds the scheduler. The `Place` is dropped only with the future, or in the
    // poll that ends the task, and from then on `async-task` creates no `Runnable` of the task.
    unsafe {
        Arc::increment_strong_count(remote);
        Arc::from_raw(remote)
    }
}

/// The result of a task. If it is dropped, the task is detached, and its panic is reported.
pub(super) struct Outcome<T>(Option<Result<T, JoinError>>);

impl<T> Outcome<T> {
    pub(super) fn into_result(mut self) -> Result<T, JoinError> {
        self.0.take().unwrap_or_else(|| Err(JoinError::cancelled()))
    }
}

impl<T> Drop for Outcome<T> {
    fn drop(&mut self) {
        // The handle of a task takes the outcome before it is dropped. So the task is detached, and
        // its loop is running it.
        match self.0.take() {
            Some(Err(error)) => error.report_if_panic(exception::report),
            value => {
                guarded("the value of a detached task panicked when it was dropped", || drop(value))
            }
        }
    }
}

pin_project! {
    /// The future that the loop polls: the task's future, until its end or its cancellation.
    #[project = RunningProjection]
    enum Running<'a, F> {
        Alive {
            #[pin]
            future: F,
            // Dropped after the future, even if dropping the future panics.
            place: Place<'a>,
        },
        Ended,
    }
}

/// The entry of a task among those that are not done.
struct Place<'a> {
    scheduler: Rc<Scheduler>,
    meta: &'a Meta,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.scheduler.task_is_done(self.meta.id);
    }
}

impl<F: Future> Future for Running<'_, F> {
    type Output = Outcome<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let RunningProjection::Alive { future, place } = self.as_mut().project() else {
            return Poll::Pending; // not reached: an ended task is not polled
        };
        let (scheduler, id) = (&place.scheduler, place.meta.id);
        let tasks = &scheduler.tasks;
        scheduler.current_task.set(Some(id));
        let polled =
            if tasks.is_cancelled(id) { Ok(Poll::Pending) } else { caught(|| future.poll(cx)) };
        // The destructors below run outside of the task, like those of a cancelled task.
        scheduler.current_task.set(None);
        let result = match polled {
            // The poll may have cancelled the task.
            Ok(Poll::Pending) if tasks.keep_pending(id, cx.waker()) => return Poll::Pending,
            Ok(Poll::Pending) => Err(JoinError::cancelled()),
            // As in asyncio. `cancel` has returned `true`, so the value must not be returned.
            Ok(Poll::Ready(value)) if tasks.is_cancelled(id) => {
                scheduler
                    .guarded("the value of a cancelled task panicked when it was dropped", || {
                        drop(value)
                    });
                Err(JoinError::cancelled())
            }
            Ok(Poll::Ready(value)) => Ok(value),
            Err(payload) => Err(JoinError::panicked(payload, tasks.name(id))),
        };
        let scheduler = scheduler.clone();
        // The destructor of the future is foreign code.
        scheduler.guarded("a task panicked when it was dropped", || self.set(Self::Ended));
        Poll::Ready(Outcome(Some(result)))
    }
}

/// Spawns a task that runs `future`. Drops `future` immediately if the loop is closed.
pub(crate) fn spawn<F>(scheduler: &Rc<Scheduler>, future: F) -> Task<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let id = scheduler.tasks.next_id();
    let meta = Meta { remote: AtomicPtr::new(Arc::as_ptr(&scheduler.remote).cast_mut()), id };
    let running =
        |meta| Running::Alive { future, place: Place { scheduler: scheduler.clone(), meta } };
    // SAFETY: the `Runnable` and the handle may be used on this thread only, as the future is not
    // `Send`. The handle stays in a `Task`, which is not `Send`. `schedule_task` puts the
    // `Runnable`s into the ready queue, which belongs to this thread, or into the remote queue,
    // which only the scheduler empties, on this thread. A queue with a `Runnable` in it is never
    // dropped, since the task's `Place` holds the scheduler. The future borrows nothing but the
    // metadata, as `F` is `'static`. Wakers may be used on any thread, as the data that
    // `schedule_task` uses is `Sync`. A handle that is dropped before the end is detached (`Drop
    // for Task`), so `async-task` never cancels the task.
    let (runnable, handle) = unsafe {
        async_task::Builder::new().metadata(meta).spawn_unchecked(running, schedule_task)
    };
    scheduler.add_task(id, runnable);
    Task::new(scheduler.clone(), type_name::<F>, handle)
}

//! What the loop has of a task: its future, up to the end of it.

use std::any::type_name;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::task::{Context, Poll};

use pin_project::pin_project;

use super::join_error::JoinError;
use super::task::Task;
use crate::runtime::exception::{self, caught, guarded};
use crate::runtime::live_tasks::TaskId;
use crate::runtime::scheduler::{RemoteQueue, Runnable, Scheduler, schedule_task};

/// What is kept with each task, beside its future.
pub(crate) struct Meta {
    /// The remote queue of the task's loop, which is there as long as the future is, since a
    /// [`Place`] holds the scheduler. It never changes: it is atomic in order to be `Sync`,
    /// which a plain pointer is not.
    ///
    /// An `Arc` in its place costs two atomic operations a task, a fifteenth of all that it takes
    /// to spawn and join one.
    remote: AtomicPtr<RemoteQueue>,
    pub(super) id: TaskId,
}

impl Meta {
    /// Which remote queue it is.
    pub(crate) fn remote(&self) -> *const RemoteQueue {
        self.remote.load(Ordering::Relaxed)
    }
}

/// The remote queue of the loop of a task, on any thread.
pub(crate) fn remote_queue(task: &Runnable) -> Arc<RemoteQueue> {
    let remote = task.metadata().remote();
    // SAFETY: it is the address of what an `Arc` holds, in the scheduler of this task, which the
    // task's `Place` holds. That is dropped only with the future, or in the poll that ends the
    // task, and from then on `async-task` makes no `Runnable` of it.
    unsafe {
        Arc::increment_strong_count(remote);
        Arc::from_raw(remote)
    }
}

/// What a task has ended with. If it is dropped, nobody is there to see it.
pub(super) struct Outcome<T>(Option<Result<T, JoinError>>);

impl<T> Outcome<T> {
    pub(super) fn into_result(mut self) -> Result<T, JoinError> {
        self.0.take().unwrap_or_else(|| Err(JoinError::cancelled()))
    }
}

impl<T> Drop for Outcome<T> {
    fn drop(&mut self) {
        // The handle of a task takes its outcome away before it goes. So the task is detached, and
        // its loop runs it just now.
        match self.0.take() {
            Some(Err(error)) => error.report_if_panic(exception::report),
            value => {
                guarded("the value of a detached task panicked when it was dropped", || drop(value))
            }
        }
    }
}

/// What the loop runs: the future of a task, up to its end or its cancellation.
#[pin_project(project = RunningProjection)]
enum Running<'a, F> {
    Alive {
        #[pin]
        future: F,
        /// Dropped after the future, also if that panics.
        place: Place<'a>,
    },
    Ended,
}

/// The place of a task among those that are not done.
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
            return Poll::Pending; // not reached: a task that has ended is not polled
        };
        let (scheduler, id) = (&place.scheduler, place.meta.id);
        let tasks = &scheduler.tasks;
        scheduler.current_task.set(Some(id));
        let polled =
            if tasks.is_cancelled(id) { Ok(Poll::Pending) } else { caught(|| future.poll(cx)) };
        // The destructors below run outside of the task, as those of a cancelled one do.
        scheduler.current_task.set(None);
        let result = match polled {
            // It may have cancelled itself just now.
            Ok(Poll::Pending) if tasks.keep_pending(id, cx.waker()) => return Poll::Pending,
            Ok(Poll::Pending) => Err(JoinError::cancelled()),
            // As in asyncio: `cancel` has said that this will happen.
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
        // The destructor of the future may do what it likes.
        scheduler.guarded("a task panicked when it was dropped", || self.set(Self::Ended));
        Poll::Ready(Outcome(Some(result)))
    }
}

/// Makes a task of `future`. It is dropped at once if the loop is closed.
pub(crate) fn spawn<F>(scheduler: &Rc<Scheduler>, future: F) -> Task<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let id = scheduler.tasks.next_id();
    let meta = Meta { remote: AtomicPtr::new(Arc::as_ptr(&scheduler.remote).cast_mut()), id };
    let running =
        |meta| Running::Alive { future, place: Place { scheduler: scheduler.clone(), meta } };
    // SAFETY: the `Runnable` and the handle may not be used on other threads than this, as the
    // future is not `Send`. The handle stays in a `Task`, which is not `Send`. The `Runnable`s
    // go through `schedule_task`, into the ready queue, which is this thread's alone, or into the
    // remote queue, which only the scheduler takes them out of, on this thread; a queue with a
    // `Runnable` in it is never dropped, since that holds it (`Place::scheduler`). The future
    // borrows nothing but the metadata, as `F` is `'static`, and wakers may be used
    // anywhere: what `schedule_task` needs is `Sync`. A handle that goes before the end is detached
    // (`Drop for Task`): `async-task` never cancels for its sake.
    let (runnable, handle) = unsafe {
        async_task::Builder::new().metadata(meta).spawn_unchecked(running, schedule_task)
    };
    scheduler.add_task(id, runnable);
    Task::new(scheduler.clone(), type_name::<F>, handle)
}

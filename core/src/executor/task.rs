//! Tasks: futures that run on their own, and the handles of those who wait for them.

use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use pin_project::pin_project;

use super::callback::Callback;
use super::exception::{self, caught, guarded};
use super::handle::on_its_loop;
use super::join_error::JoinError;
use super::live_tasks::TaskId;
use super::scheduler::{RemoteQueue, Runnable, Scheduler, schedule_task};

/// A future that runs on its own, on the loop that it was [spawned](super::spawn) on: this is the
/// handle to wait for it, to ask about it, and to cancel it.
///
/// Awaiting it gives what the future returned, or a [`JoinError`] if it was cancelled or has
/// panicked. It may be awaited by reference, `(&mut task).await`, to be kept; the value is given
/// out once.
///
/// **Dropping the handle detaches the task**: it goes on, as in asyncio and tokio.
/// [`cancel_on_drop`](Self::cancel_on_drop) ties it to its handle. If nobody waits for a task that
/// panics, the loop's exception handler is told.
///
/// A cancelled task's future is dropped in the loop's next turn, on the loop's thread, whoever
/// cancels it.
///
/// Mirrors `asyncio.Task`, and tokio's `JoinHandle`.
///
/// # Examples
///
/// ```
/// use cogen::executor::{block_on, spawn};
///
/// async fn answer() -> i32 {
///     6 * 7
/// }
///
/// block_on(async {
///     let mut task = spawn(answer());
///     task.set_name("answer");
///     assert_eq!(task.name(), "answer");
///     assert!(task.future_type().contains("answer"));
///     assert_eq!(format!("{task:?}"), "<Task pending name='answer'>");
///     assert_eq!((&mut task).await.unwrap(), 42);
///     assert!(task.is_done());
/// });
/// ```
#[doc(alias = "asyncio.Task")]
#[doc(alias = "JoinHandle")]
pub struct Task<T> {
    scheduler: Rc<Scheduler>,
    future_type: fn() -> &'static str,
    state: RefCell<State<T>>,
}

/// What a handle knows of the end of its task. It is small, and of one size for all values: there
/// may be many handles, and few of them are asked for more than the value.
///
/// ```text
/// Running ──somebody looks──► Known
///    ├──────somebody awaits─────┴──► Taken
///    └──a callback is added──► Watched
/// ```
enum State<T> {
    /// Nothing, so far: the task is to be asked.
    Running(async_task::Task<Outcome<T>, Meta>),
    /// Shared with whoever just looks at the result, whose code it is that compares, clones and
    /// prints the value.
    Known(Rc<Known<T>>),
    /// The result was given out.
    Taken { number: NonZeroU64, is_cancelled: bool },
    /// Another handle knows, which is kept for the callbacks.
    Watched(Rc<Watch<T>>),
}

/// How a task has ended.
struct Known<T> {
    number: NonZeroU64,
    result: Result<T, JoinError>,
    /// Whether somebody has looked at the result.
    seen: Cell<bool>,
}

/// What is kept with each task, beside its future.
pub(super) struct Meta {
    /// The remote queue of the task's loop, which is there as long as the future is, since a
    /// [`Place`] holds the scheduler. It never changes: it is atomic in order to be `Sync`,
    /// which a plain pointer is not.
    ///
    /// An `Arc` in its place costs two atomic operations a task, a fifteenth of all that it takes
    /// to spawn and join one.
    remote: AtomicPtr<RemoteQueue>,
    id: TaskId,
}

impl Meta {
    /// Which remote queue it is.
    pub(super) fn remote(&self) -> *const RemoteQueue {
        self.remote.load(Ordering::Relaxed)
    }
}

/// The remote queue of the loop of a task, on any thread.
pub(super) fn remote_queue(task: &Runnable) -> Arc<RemoteQueue> {
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
struct Outcome<T>(Option<Result<T, JoinError>>);

impl<T> Outcome<T> {
    fn into_result(mut self) -> Result<T, JoinError> {
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
        let polled =
            if tasks.is_cancelled(id) { Ok(Poll::Pending) } else { caught(|| future.poll(cx)) };
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
pub(super) fn spawn<F>(scheduler: &Rc<Scheduler>, future: F) -> Task<F::Output>
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
    Task {
        scheduler: scheduler.clone(),
        future_type: type_name::<F>,
        state: RefCell::new(State::Running(handle)),
    }
}

impl<T> Task<T> {
    /// Another handle of the same task.
    fn with_state(&self, state: State<T>) -> Self {
        Self {
            scheduler: self.scheduler.clone(),
            future_type: self.future_type,
            state: RefCell::new(state),
        }
    }

    /// Lets `look` see what is known of the end by now.
    fn inspect<U>(&self, look: impl FnOnce(&mut State<T>) -> U) -> U {
        let mut state = self.state.borrow_mut();
        if let State::Watched(watch) = &*state {
            let watch = watch.clone();
            drop(state);
            return watch.task.inspect(look);
        }
        if let Some(result) = state.fetch() {
            *state = State::Known(Rc::new(Known {
                number: state.id().number,
                result,
                seen: Cell::new(false),
            }));
        }
        look(&mut state)
    }

    fn id(&self) -> TaskId {
        self.inspect(|state| state.id())
    }

    /// The name: what [`set_name`](Self::set_name) gave it, or else `Task-` and a number.
    ///
    /// Python: `get_name`. As there, the numbers begin with 1; here, each loop counts for itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn};
    ///
    /// block_on(async {
    ///     let task = spawn(async {});
    ///     assert_eq!(task.name(), "Task-1");
    ///     task.set_name("nothing");
    ///     assert_eq!(task.name(), "nothing");
    /// });
    /// ```
    #[doc(alias = "get_name")]
    #[must_use]
    pub fn name(&self) -> String {
        self.scheduler.tasks.name(self.id())
    }

    /// Gives the task a name, for print-outs and for the exception handler.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn set_name(&self, name: impl Into<String>) {
        self.scheduler.tasks.set_name(self.id(), name.into());
    }

    /// The type of the future that the task runs, as [`type_name`] gives it: for an `async fn`, its
    /// path. For print-outs only.
    ///
    /// Python: `get_coro`, which gives the coroutine itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn};
    ///
    /// block_on(async {
    ///     let task = spawn(std::future::ready(42));
    ///     assert_eq!(task.future_type(), "core::future::ready::Ready<i32>");
    /// });
    /// ```
    #[doc(alias = "get_coro")]
    #[must_use]
    pub fn future_type(&self) -> &'static str {
        (self.future_type)()
    }

    /// Whether the future has returned, panicked or been dropped. Python: `done`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn, yield_now};
    ///
    /// block_on(async {
    ///     let task = spawn(async { 42 });
    ///     assert!(!task.is_done()); // it has not had its turn
    ///     yield_now().await;
    ///     assert!(task.is_done());
    ///     assert_eq!(task.result().unwrap().unwrap(), 42);
    /// });
    /// ```
    #[doc(alias = "done")]
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.inspect(|state| !matches!(state, State::Running(_)))
    }

    /// Whether the task was cancelled, and its future has been dropped: not before the turn after
    /// [`cancel`](Self::cancel). Python: `cancelled`.
    ///
    /// # Examples
    ///
    /// See [`cancel`](Self::cancel).
    #[doc(alias = "cancelled")]
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.inspect(|state| state.is_cancelled())
    }

    /// A copy of what the task has ended with; `None` if it has not, or if the value was taken by
    /// awaiting the task.
    ///
    /// Python's `result` raises `InvalidStateError` there. A panic that was looked at is not
    /// reported to the exception handler.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn, yield_now};
    ///
    /// block_on(async {
    ///     let task = spawn(async { "done" });
    ///     assert!(task.result().is_none());
    ///     yield_now().await;
    ///     assert_eq!(task.result().unwrap().unwrap(), "done");
    ///     assert_eq!(task.await.unwrap(), "done"); // it was only a copy
    /// });
    /// ```
    #[must_use]
    pub fn result(&self) -> Option<Result<T, JoinError>>
    where
        T: Clone,
    {
        self.inspect(|state| state.look()).map(|known| known.result.clone())
    }

    /// The error that the task has ended with; `None` if it has not ended, if it has ended with a
    /// value, or if that was taken.
    ///
    /// Python: `exception`, which raises `CancelledError` of a cancelled task; here that is among
    /// the errors. A panic that was looked at is not reported to the exception handler.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn, yield_now};
    ///
    /// block_on(async {
    ///     let task = spawn(async { panic!("out of paper") });
    ///     yield_now().await;
    ///     assert_eq!(task.exception().unwrap().panic_message(), Some("out of paper"));
    /// });
    /// ```
    #[must_use]
    pub fn exception(&self) -> Option<JoinError> {
        self.inspect(|state| state.look())?.result.as_ref().err().cloned()
    }

    /// Asks the loop to drop the future in its next turn. Returns whether that will happen: not if
    /// the task is done or cancelled already.
    ///
    /// In Python, `cancel` throws `CancelledError` into the coroutine, which may refuse; here it
    /// can't.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn, yield_now};
    ///
    /// block_on(async {
    ///     let task = spawn(std::future::pending::<()>());
    ///     assert!(task.cancel());
    ///     assert!(!task.cancel()); // no news
    ///     assert!(!task.is_cancelled()); // but soon
    ///     yield_now().await;
    ///     assert!(task.is_cancelled());
    ///     assert!(task.await.unwrap_err().is_cancelled());
    /// });
    /// ```
    pub fn cancel(&self) -> bool {
        self.scheduler.tasks.cancel(self.id())
    }

    /// A handle that cancels the task from any thread. It keeps neither the task nor its loop
    /// alive. Named after tokio's.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn};
    ///
    /// block_on(async {
    ///     let task = spawn(std::future::pending::<()>());
    ///     let abort = task.abort_handle();
    ///     std::thread::spawn(move || abort.abort());
    ///     assert!(task.await.unwrap_err().is_cancelled());
    /// });
    /// ```
    #[must_use]
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle { remote: self.scheduler.remote.clone(), task: self.id() }
    }

    /// A future that gives what the task gives, and cancels the task if it is dropped before that.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, sleep, spawn, timeout};
    /// use std::time::Duration;
    ///
    /// block_on(async {
    ///     let task = spawn(sleep(Duration::from_secs(3600))).cancel_on_drop();
    ///     assert!(timeout(Duration::ZERO, task).await.is_err()); // and the task is gone
    /// });
    /// ```
    pub fn cancel_on_drop(self) -> CancelOnDrop<T> {
        CancelOnDrop(Some(self))
    }

    /// Waits until the task is done, and takes its value.
    fn poll_value(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        let mut state = self.state.borrow_mut();
        let id = state.id();
        let result = match (state.fetch(), &mut *state) {
            (Some(result), _) => result,
            (None, State::Known(known)) => match Rc::get_mut(known) {
                Some(known) => std::mem::replace(&mut known.result, Err(JoinError::cancelled())),
                None => panic!(
                    "a task was awaited by its own value, which is just being cloned or printed"
                ),
            },
            (None, State::Taken { .. } | State::Watched(_)) => {
                panic!("a task was awaited again after it had given its value out")
            }
            (None, State::Running(_)) => {
                drop(state);
                self.scheduler.tasks.wait_for(id, cx.waker());
                return Poll::Pending;
            }
        };
        *state = State::Taken { number: id.number, is_cancelled: is_cancelled(&result) };
        Poll::Ready(result)
    }
}

fn is_cancelled<T>(result: &Result<T, JoinError>) -> bool {
    matches!(result, Err(error) if error.is_cancelled())
}

impl<T> State<T> {
    fn id(&self) -> TaskId {
        match self {
            Self::Running(task) => task.metadata().id,
            Self::Known(known) => TaskId::done(known.number),
            Self::Taken { number, .. } => TaskId::done(*number),
            Self::Watched(watch) => watch.task.id(),
        }
    }

    /// The result, if the task is done and nobody has fetched it before.
    fn fetch(&mut self) -> Option<Result<T, JoinError>> {
        match self {
            Self::Running(task) if task.is_finished() => {
                // It is ready, so the context is not used: a foreign waker must not get into there,
                // since what it panics with would abort.
                match Pin::new(task).poll(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(outcome) => Some(outcome.into_result()),
                    Poll::Pending => None,
                }
            }
            _ => None,
        }
    }

    fn look(&self) -> Option<Rc<Known<T>>> {
        let Self::Known(known) = self else {
            return None;
        };
        known.seen.set(true);
        Some(known.clone())
    }

    fn is_cancelled(&self) -> bool {
        match self {
            Self::Known(known) => is_cancelled(&known.result),
            Self::Taken { is_cancelled, .. } => *is_cancelled,
            _ => false,
        }
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    ///
    /// If the task has given its value out before, and if its own value awaits it while that is
    /// cloned or printed.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Watched(watch) = &*self.state.borrow() {
            return watch.poll(cx);
        }
        self.poll_value(cx)
    }
}

// Nothing in it is ever pinned.
impl<T> Unpin for Task<T> {}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        let state = self.state.get_mut();
        if matches!(state, State::Watched(_)) {
            return; // another handle has taken its place
        }
        let id = state.id();
        self.scheduler.tasks.forget_name(id);
        if matches!(state, State::Taken { .. }) {
            return; // as nearly always
        }
        let unseen = match (
            state.fetch(),
            std::mem::replace(state, State::Taken { number: id.number, is_cancelled: false }),
        ) {
            (None, State::Known(known)) if !known.seen.get() => {
                Rc::into_inner(known).map(|known| known.result)
            }
            (None, State::Running(task)) => {
                task.detach();
                None
            }
            (fetched, _) => fetched,
        };
        if let Some(Err(error)) = unseen {
            error.report_if_panic(|context| self.scheduler.report(context));
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        let known = self.inspect(|state| match state {
            state if state.is_cancelled() => Err("cancelled"),
            State::Running(_) | State::Watched(_) => Err("pending"),
            State::Taken { .. } => Err("finished"),
            State::Known(known) => Ok(known.clone()),
        });
        match known.as_ref().map(|known| &known.result) {
            Err(status) => write!(f, "<Task {status} name='{name}'>"),
            Ok(Ok(value)) => write!(f, "<Task finished name='{name}' result={value:?}>"),
            Ok(Err(error)) => write!(
                f,
                "<Task finished name='{name}' exception={:?}>",
                error.panic_message().unwrap_or_default()
            ),
        }
    }
}

/// A handle whose end callbacks wait for.
struct Watch<T> {
    task: Task<T>,
    callbacks: RefCell<Vec<(DoneCallbackId, Box<dyn FnOnce(&Task<T>)>)>>,
    /// Whether there is a [`Watching`] to call the callbacks.
    is_watched: Cell<bool>,
    waiter: Cell<Option<Waker>>,
}

impl<T> Watch<T> {
    /// Waits until the callbacks have been called, and takes the value of the task.
    fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        if !self.is_watched.get() {
            return self.task.poll_value(cx);
        }
        let waiter = self.waiter.take().filter(|waiter| waiter.will_wake(cx.waker()));
        self.waiter.set(Some(waiter.unwrap_or_else(|| cx.waker().clone())));
        Poll::Pending
    }

    /// Another handle of the same task, for those who are called.
    fn handle(self: &Rc<Self>) -> Task<T> {
        self.task.with_state(State::Watched(self.clone()))
    }
}

/// What calls the callbacks when the task is done. If it is dropped before that, since the loop is
/// closed, they are dropped.
struct Watching<T> {
    watch: Rc<Watch<T>>,
    has_called: bool,
}

impl<T> Watching<T> {
    fn call(mut self) {
        self.has_called = true;
        let handle = self.watch.handle();
        for (_, callback) in self.end() {
            self.watch.task.scheduler.guarded("a callback panicked", || callback(&handle));
        }
    }

    /// What is added from now on is for another one of these.
    fn end(&self) -> Vec<(DoneCallbackId, Box<dyn FnOnce(&Task<T>)>)> {
        self.watch.is_watched.set(false);
        self.watch.callbacks.take()
    }
}

impl<T> Drop for Watching<T> {
    fn drop(&mut self) {
        let scheduler = &self.watch.task.scheduler;
        if !self.has_called {
            for callback in self.end() {
                scheduler.guarded("a callback panicked when it was dropped", || drop(callback));
            }
        }
        if let Some(waiter) = self.watch.waiter.take() {
            scheduler.guarded("a waker panicked", || waiter.wake());
        }
    }
}

impl<T: 'static> Task<T> {
    /// Lets `callback` be called with the task when it is done: soon after, in the order in which
    /// callbacks were added, and before whoever awaits the task goes on. If the task is done
    /// already, it is called soon.
    ///
    /// It is called by the loop; if that is closed before, it is dropped. What it panics with goes
    /// to the exception handler. Returns what
    /// [`remove_done_callback`](Self::remove_done_callback) takes. Python: `add_done_callback`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn};
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// block_on(async {
    ///     let seen = Rc::new(RefCell::new(String::new()));
    ///     let task = spawn(async { 42 });
    ///     task.add_done_callback({
    ///         let seen = seen.clone();
    ///         move |task| *seen.borrow_mut() = format!("{task:?}")
    ///     });
    ///     assert_eq!(task.await.unwrap(), 42);
    ///     assert_eq!(*seen.borrow(), "<Task finished name='Task-1' result=42>");
    /// });
    /// ```
    pub fn add_done_callback(&self, callback: impl FnOnce(&Self) + 'static) -> DoneCallbackId {
        let watch = self.watched();
        let id = DoneCallbackId::next();
        watch.callbacks.borrow_mut().push((id, Box::new(callback)));
        if !watch.is_watched.replace(true) {
            let task = watch.task.id();
            let watching = Watching { watch, has_called: false };
            self.scheduler.call_when_done(task, Callback::new(|| watching.call()));
        }
        id
    }

    /// Takes a callback away that was added to this task, and drops it. Returns whether it was
    /// still waiting. The `id` of a callback of another task means nothing here.
    ///
    /// Python's `remove_done_callback` takes the function, and counts how often it was there.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn};
    ///
    /// block_on(async {
    ///     let task = spawn(async { 42 });
    ///     let id = task.add_done_callback(|_| unreachable!());
    ///     assert!(task.remove_done_callback(id));
    ///     assert!(!task.remove_done_callback(id));
    ///     task.await.unwrap();
    /// });
    /// ```
    pub fn remove_done_callback(&self, id: DoneCallbackId) -> bool {
        let watch = match &*self.state.borrow() {
            State::Watched(watch) => watch.clone(),
            _ => return false,
        };
        let mut callbacks = watch.callbacks.borrow_mut();
        let removed =
            callbacks.iter().position(|(waiting, _)| *waiting == id).map(|at| callbacks.remove(at));
        drop(callbacks);
        removed.is_some() // what was removed is dropped after this, and may come back here
    }

    fn watched(&self) -> Rc<Watch<T>> {
        let mut state = self.state.borrow_mut();
        if let State::Watched(watch) = &*state {
            return watch.clone();
        }
        let id = state.id();
        let known =
            std::mem::replace(&mut *state, State::Taken { number: id.number, is_cancelled: false });
        let watch = Rc::new(Watch {
            task: self.with_state(known),
            callbacks: RefCell::default(),
            is_watched: Cell::new(false),
            waiter: Cell::new(self.scheduler.tasks.take_waiter(id)),
        });
        *state = State::Watched(watch.clone());
        watch
    }
}

/// Which callback it is of the [`Task`] or the [`PromiseFuture`](super::PromiseFuture) that it was
/// added to: what their `add_done_callback` returns, and `remove_done_callback` takes.
///
/// # Examples
///
/// See [`Task::remove_done_callback`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoneCallbackId(usize);

impl DoneCallbackId {
    /// One that there was not before, of any task or promise.
    pub(super) fn next() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        Self(COUNT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A task that is cancelled when this is dropped: what [`Task::cancel_on_drop`] returns.
///
/// Awaiting it gives what the task gives, as awaiting a [`Task`] does. asyncio has this for groups
/// only, `asyncio.TaskGroup`.
///
/// # Panics
///
/// If it is polled after it has given its value out.
///
/// # Examples
///
/// ```
/// use cogen::executor::{block_on, spawn, yield_now};
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
pub struct CancelOnDrop<T>(Option<Task<T>>);

impl<T> CancelOnDrop<T> {
    /// The task, which is not tied to anything any more.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn};
    ///
    /// block_on(async {
    ///     let task = spawn(async { 42 }).cancel_on_drop();
    ///     let task = task.detach(); // dropping this would let it go on
    ///     assert_eq!(task.await.unwrap(), 42);
    /// });
    /// ```
    #[allow(clippy::missing_panics_doc)]
    pub fn detach(mut self) -> Task<T> {
        self.0.take().expect("the task is there until it is detached")
    }
}

impl<T> Future for CancelOnDrop<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(self.0.as_mut().expect("the task is there until it is detached")).poll(cx)
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

/// Cancels a task from any thread; its future is dropped on the loop's. Made by
/// [`Task::abort_handle`]. Clones cancel the same task, and dropping one cancels nothing.
///
/// # Examples
///
/// See [`Task::abort_handle`].
#[derive(Clone)]
pub struct AbortHandle {
    remote: Arc<RemoteQueue>,
    task: TaskId,
}

impl AbortHandle {
    /// Asks the loop to drop the future, soon. Does nothing to a task that is done, and nothing if
    /// the loop is closed.
    ///
    /// Unlike [`Task::cancel`] it can't say whether it came in time: awaiting the task does.
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

//! Tasks: futures that run on their own, and the handles of those who wait for them.

use std::any::{Any, type_name};
use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use pin_project::{pin_project, pinned_drop};

use super::callback::Local;
use super::exception::{ExceptionContext, caught, panic_message};
use super::scheduler::{Entry, RemoteEntry, RemoteQueue, Scheduler, schedule, schedule_task};

/// A future that runs on its own, on the loop that it was [spawned](super::spawn) on: this is the handle to wait for it, to ask about
/// it, and to cancel it.
///
/// Awaiting it gives what the future returned, or a [`JoinError`] if it was cancelled or has panicked. It may be awaited by reference,
/// `(&mut task).await`, to be kept; the value is given out once.
///
/// **Dropping the handle detaches the task**: it goes on, as in asyncio and tokio. [`cancel_on_drop`](Self::cancel_on_drop) ties it to its handle.
/// If nobody waits for a task that panics, the loop's exception handler is told.
///
/// A cancelled task's future is dropped in the loop's next turn, on the loop's thread, whoever cancels it.
///
/// Mirrors `asyncio.Task`, and tokio's `JoinHandle`.
///
/// # Examples
///
/// ```
/// use cogen::executor::{block_on, spawn};
///
/// block_on(async {
///     let task = spawn(async { 6 * 7 });
///     task.set_name("answer");
///     assert_eq!(format!("{task:?}"), "<Task pending name='answer'>");
///     assert_eq!(task.await.unwrap(), 42);
/// });
/// ```
#[doc(alias = "asyncio.Task")]
#[doc(alias = "JoinHandle")]
pub struct Task<T> {
    state: Rc<TaskState<T>>,
    /// Whether this is the handle that `spawn` gave out; the others are lent to callbacks.
    owned: bool,
}

/// What a task's future and its handle share.
struct TaskState<T> {
    scheduler: Rc<Scheduler>,
    id: Cell<TaskId>,
    /// The other handle, which cancels: there until the task is done.
    running: Cell<Option<async_task::Task<(), Arc<RemoteQueue>>>>,
    outcome: RefCell<Outcome<T>>,
    waiter: Cell<Option<Waker>>,
    /// Whether there is a handle that somebody may ask.
    attached: Cell<bool>,
    /// How many callbacks have been scheduled and not called: the value is not given out before.
    callbacks_scheduled: Cell<u32>,
    extras: RefCell<Option<Box<Extras<T>>>>,
    future_type: fn() -> &'static str,
}

/// What few tasks have.
struct Extras<T> {
    name: Option<Rc<str>>,
    callbacks: Vec<(DoneCallbackId, Box<dyn FnOnce(&Task<T>)>)>,
    callbacks_added: u64,
}

enum Outcome<T> {
    Pending,
    Finished(Result<T, JoinError>),
    /// As above, and somebody has looked at it.
    Retrieved(Result<T, JoinError>),
    /// Somebody has taken it away. Whether it was a cancellation.
    Taken {
        cancelled: bool,
    },
}

/// Which task of its loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TaskId {
    pub(super) entry: usize,
    pub(super) number: u64,
}

/// A task of whatever type.
pub(super) trait AnyTask {
    /// Tells it from all others of its loop.
    fn number(&self) -> u64;

    /// Lets the loop drop the future, unless the task is done. Whether that will happen.
    fn cancel(&self) -> bool;
}

impl<T> AnyTask for TaskState<T> {
    fn number(&self) -> u64 {
        self.id.get().number
    }

    fn cancel(&self) -> bool {
        self.running.take().is_some() // dropping that cancels
    }
}

/// What the loop runs: the future of a task, which tells the handle about its end.
#[pin_project(PinnedDrop)]
struct Running<F>
where
    F: Future,
    F::Output: 'static,
{
    #[pin]
    future: Option<F>,
    state: Rc<TaskState<F::Output>>,
}

impl<F> Future for Running<F>
where
    F: Future,
    F::Output: 'static,
{
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let Some(future) = this.future.as_mut().as_pin_mut() else {
            return Poll::Ready(());
        };
        let result = match caught(|| future.poll(cx)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(value)) => Ok(value),
            Err(payload) => Err(JoinError::panicked(payload)),
        };
        let state = this.state.clone();
        state.drop_guarded(|| this.future.set(None));
        state.finish(result);
        Poll::Ready(())
    }
}

#[pinned_drop]
impl<F> PinnedDrop for Running<F>
where
    F: Future,
    F::Output: 'static,
{
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        if this.future.is_some() {
            this.state.drop_guarded(|| this.future.set(None));
            this.state.finish(Err(JoinError::cancelled()));
        }
    }
}

/// Makes a task of `future`. It is dropped at once if the loop is closed.
pub(super) fn spawn<F>(scheduler: &Rc<Scheduler>, future: F) -> Task<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let number = scheduler.next_task_number();
    let state = Rc::new(TaskState {
        scheduler: scheduler.clone(),
        id: Cell::new(TaskId { entry: usize::MAX, number }),
        running: Cell::new(None),
        outcome: RefCell::new(Outcome::Pending),
        waiter: Cell::new(None),
        attached: Cell::new(true),
        callbacks_scheduled: Cell::new(0),
        extras: RefCell::new(None),
        future_type: type_name::<F>,
    });
    if scheduler.is_closed() {
        drop(future);
        *state.outcome.borrow_mut() = Outcome::Finished(Err(JoinError::cancelled()));
        return Task { state, owned: true };
    }
    state.id.set(scheduler.add_task(number, state.clone()));
    let running = Running { future: Some(future), state: state.clone() };
    let builder = async_task::Builder::new().metadata(scheduler.remote.clone());
    let (runnable, handle) = builder.spawn_local(|_| running, schedule_task);
    state.running.set(Some(handle));
    scheduler.push(Entry::Task(runnable));
    Task { state, owned: true }
}

impl<T> TaskState<T> {
    fn is_done(&self) -> bool {
        !matches!(*self.outcome.borrow(), Outcome::Pending)
    }

    fn with_extras<U>(&self, function: impl FnOnce(&mut Extras<T>) -> U) -> U {
        let mut extras = self.extras.borrow_mut();
        let extras = extras.get_or_insert_with(|| Box::new(Extras { name: None, callbacks: Vec::new(), callbacks_added: 0 }));
        function(extras)
    }

    fn name(&self) -> Rc<str> {
        let name = self.extras.borrow().as_ref().and_then(|extras| extras.name.clone());
        name.unwrap_or_else(|| format!("Task-{}", self.id.get().number).into())
    }

    /// Lets a destructor of the user's run.
    fn drop_guarded(&self, function: impl FnOnce()) {
        if let Err(payload) = caught(function) {
            self.report("a task panicked when it was dropped", payload);
        }
    }

    #[cold]
    fn report(&self, what: &str, payload: Box<dyn Any + Send>) {
        self.scheduler.report(ExceptionContext::new(what).with_task_name(&*self.name()).with_payload(payload));
    }
}

impl<T: 'static> TaskState<T> {
    fn finish(self: &Rc<Self>, result: Result<T, JoinError>) {
        self.scheduler.remove_task(self.id.get());
        if let Some(handle) = self.running.take() {
            handle.detach();
        }
        *self.outcome.borrow_mut() = Outcome::Finished(result);
        let callbacks = self.extras.borrow_mut().as_mut().map(|extras| std::mem::take(&mut extras.callbacks));
        for (_, callback) in callbacks.into_iter().flatten() {
            self.call_soon(callback);
        }
        if !self.attached.get() {
            self.abandon();
        } else if self.callbacks_scheduled.get() == 0 {
            self.wake();
        }
    }

    fn call_soon(self: &Rc<Self>, callback: Box<dyn FnOnce(&Task<T>)>) {
        /// Says, also on a panic and if it is never called, that a callback is over.
        struct Over<T: 'static>(Rc<TaskState<T>>);

        impl<T> Drop for Over<T> {
            fn drop(&mut self) {
                let left = self.0.callbacks_scheduled.get() - 1;
                self.0.callbacks_scheduled.set(left);
                if left > 0 {
                    return;
                }
                if self.0.attached.get() {
                    self.0.wake();
                } else {
                    self.0.abandon();
                }
            }
        }

        self.callbacks_scheduled.set(self.callbacks_scheduled.get() + 1);
        let over = Over(self.clone());
        self.scheduler.push(Entry::Callback(Local::new(move || callback(&Task { state: over.0.clone(), owned: false }))));
    }
}

impl<T> TaskState<T> {
    /// Wakes whoever waits, and whose waker may do what it likes.
    fn wake(&self) {
        if let Some(waiter) = self.waiter.take() {
            self.scheduler.guarded("a waker panicked", || waiter.wake());
        }
    }

    /// Lets go of the value for which nobody will ask.
    fn abandon(&self) {
        if self.callbacks_scheduled.get() > 0 {
            return;
        }
        let outcome = self.outcome.replace(Outcome::Taken { cancelled: self.is_cancelled() });
        match outcome {
            Outcome::Finished(Err(error)) => {
                if let Some(payload) = error.into_payload() {
                    self.report("nobody waits for a task that panicked", payload);
                }
            }
            outcome => self.drop_guarded(|| drop(outcome)),
        }
    }
    fn is_cancelled(&self) -> bool {
        match &*self.outcome.borrow() {
            Outcome::Finished(result) | Outcome::Retrieved(result) => matches!(result, Err(error) if error.is_cancelled()),
            Outcome::Taken { cancelled } => *cancelled,
            Outcome::Pending => false,
        }
    }
}

impl<T> Task<T> {
    /// The name: what [`set_name`](Self::set_name) gave it, or else `Task-` and a number.
    #[doc(alias = "get_name")]
    #[must_use]
    pub fn name(&self) -> Rc<str> {
        self.state.name()
    }

    /// Gives the task a name, for print-outs and for the exception handler.
    pub fn set_name(&self, name: impl Into<Rc<str>>) {
        let name = name.into();
        self.state.with_extras(|extras| extras.name = Some(name));
    }

    /// The type of the future that the task runs, as the compiler names it: for an `async fn`, its path.
    #[doc(alias = "get_coro")]
    #[must_use]
    pub fn future_type(&self) -> &'static str {
        (self.state.future_type)()
    }

    /// Whether the future has returned, panicked or been dropped.
    #[doc(alias = "done")]
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state.is_done()
    }

    /// Whether the task was cancelled, and its future has been dropped.
    #[doc(alias = "cancelled")]
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.state.is_cancelled()
    }

    /// A copy of what the task has ended with; `None` if it has not, or if the value was taken by awaiting the task.
    ///
    /// Python's `result` raises `InvalidStateError` there.
    #[must_use]
    pub fn result(&self) -> Option<Result<T, JoinError>>
    where
        T: Clone,
    {
        self.with_outcome(|result| result.cloned().map_err(Clone::clone))
    }

    /// The error that the task has ended with, if it has ended with one. A panic that was looked at is not reported to the exception handler.
    #[must_use]
    pub fn exception(&self) -> Option<JoinError> {
        self.with_outcome(|result| result.err().cloned()).flatten()
    }

    fn with_outcome<U>(&self, look: impl FnOnce(Result<&T, &JoinError>) -> U) -> Option<U> {
        let mut outcome = self.state.outcome.borrow_mut();
        *outcome = match std::mem::replace(&mut *outcome, Outcome::Pending) {
            Outcome::Finished(result) => Outcome::Retrieved(result),
            outcome => outcome,
        };
        drop(outcome);
        match &*self.state.outcome.borrow() {
            Outcome::Retrieved(result) => Some(look(result.as_ref())),
            _ => None,
        }
    }

    /// Asks the loop to drop the future in its next turn. Whether that will happen: not if the task is done or cancelled already.
    ///
    /// In Python, `cancel` throws `CancelledError` into the coroutine, which may refuse; here it can't.
    pub fn cancel(&self) -> bool {
        self.state.cancel()
    }

    /// A handle that cancels the task from any thread.
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
        AbortHandle { remote: self.state.scheduler.remote.clone(), task: self.state.id.get() }
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
}

impl<T: 'static> Task<T> {
    /// Lets `callback` be called with the task when it is done: soon after, in the order in which callbacks were added, and before
    /// whoever awaits the task goes on. If the task is done already, it is called soon.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{block_on, spawn};
    ///
    /// block_on(async {
    ///     let task = spawn(async { 42 });
    ///     task.add_done_callback(|task| println!("{task:?}")); // <Task finished name='Task-1' result=42>
    ///     task.await.unwrap();
    /// });
    /// ```
    pub fn add_done_callback(&self, callback: impl FnOnce(&Self) + 'static) -> DoneCallbackId {
        let callback = Box::new(callback);
        if self.is_done() {
            self.state.call_soon(callback);
            return DoneCallbackId(0);
        }
        self.state.with_extras(|extras| {
            extras.callbacks_added += 1;
            let id = DoneCallbackId(extras.callbacks_added);
            extras.callbacks.push((id, callback));
            id
        })
    }

    /// Takes a callback away that was added to this task. Whether it was still waiting.
    pub fn remove_done_callback(&self, id: DoneCallbackId) -> bool {
        let removed = self.state.with_extras(|extras| {
            let at = extras.callbacks.iter().position(|(waiting, _)| *waiting == id)?;
            Some(extras.callbacks.remove(at))
        });
        removed.is_some() // what was removed is dropped now, and may come back here
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    ///
    /// If the task has given its value out before.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let state = &self.state;
        if !state.is_done() || state.callbacks_scheduled.get() > 0 {
            let waiter = state.waiter.take().filter(|waiter| waiter.will_wake(cx.waker()));
            state.waiter.set(Some(waiter.unwrap_or_else(|| cx.waker().clone())));
            return Poll::Pending;
        }
        match state.outcome.replace(Outcome::Taken { cancelled: state.is_cancelled() }) {
            Outcome::Finished(result) | Outcome::Retrieved(result) => Poll::Ready(result),
            Outcome::Taken { .. } | Outcome::Pending => panic!("a task was awaited again after it had given its value out"),
        }
    }
}

impl<T> Unpin for Task<T> {}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if self.owned {
            self.state.attached.set(false);
            if self.is_done() {
                self.state.abandon();
            }
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match &*self.state.outcome.borrow() {
            Outcome::Pending => write!(f, "<Task pending name='{name}'>"),
            Outcome::Finished(Ok(value)) | Outcome::Retrieved(Ok(value)) => write!(f, "<Task finished name='{name}' result={value:?}>"),
            Outcome::Taken { cancelled: false } => write!(f, "<Task finished name='{name}'>"),
            Outcome::Taken { cancelled: true } => write!(f, "<Task cancelled name='{name}'>"),
            Outcome::Finished(Err(error)) | Outcome::Retrieved(Err(error)) => {
                if error.is_cancelled() {
                    write!(f, "<Task cancelled name='{name}'>")
                } else {
                    write!(f, "<Task finished name='{name}' exception={:?}>", error.panic_message().unwrap_or_default())
                }
            }
        }
    }
}

/// Which callback of a task: what [`Task::add_done_callback`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoneCallbackId(u64);

/// What [`Task::cancel_on_drop`] returns.
#[must_use = "dropping this cancels the task"]
pub struct CancelOnDrop<T>(Option<Task<T>>);

impl<T> CancelOnDrop<T> {
    /// The task, which is not tied to anything any more.
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

/// Cancels a task from any thread; its future is dropped on the loop's. Made by [`Task::abort_handle`].
#[derive(Clone)]
pub struct AbortHandle {
    remote: Arc<RemoteQueue>,
    task: TaskId,
}

impl AbortHandle {
    /// Asks the loop to drop the future. Does nothing to a task that is done.
    pub fn abort(&self) {
        schedule(&self.remote, RemoteEntry::Abort(self.task));
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle").field("task", &self.task.number).finish_non_exhaustive()
    }
}

/// Why a task has given no value: it was cancelled, or it panicked. Mirrors tokio's `JoinError`, and `asyncio.CancelledError`.
#[derive(Clone)]
pub struct JoinError(Option<Arc<Panic>>);

struct Panic {
    message: Option<Box<str>>,
    payload: Mutex<Option<Box<dyn Any + Send>>>,
}

impl JoinError {
    fn cancelled() -> Self {
        Self(None)
    }

    fn panicked(payload: Box<dyn Any + Send>) -> Self {
        let message = panic_message(&*payload).map(Box::from);
        Self(Some(Arc::new(Panic { message, payload: Mutex::new(Some(payload)) })))
    }

    /// Whether the task was cancelled, or its loop was closed.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_none()
    }

    /// Whether the task panicked.
    #[must_use]
    pub fn is_panic(&self) -> bool {
        !self.is_cancelled()
    }

    /// The message of the panic, if it was one and had one.
    #[must_use]
    pub fn panic_message(&self) -> Option<&str> {
        self.0.as_ref()?.message.as_deref()
    }

    /// What the task panicked with, for [`resume_unwind`](std::panic::resume_unwind). `None` if it was cancelled, or if the payload was taken
    /// from another copy of this error.
    #[must_use]
    pub fn into_payload(self) -> Option<Box<dyn Any + Send>> {
        self.0?.payload.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0, self.panic_message()) {
            (None, _) => f.write_str("the task was cancelled"),
            (Some(_), Some(message)) => write!(f, "the task panicked: {message}"),
            (Some(_), None) => f.write_str("the task panicked"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("Cancelled"),
            Some(panic) => f.debug_tuple("Panicked").field(&panic.message).finish(),
        }
    }
}

impl Error for JoinError {}

//! The handle of a task.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::cancel::{AbortHandle, CancelOnDrop};
use super::join_error::JoinError;
use super::running::{Meta, Outcome};
use super::watch::Watch;
use crate::runtime::live_tasks::TaskId;
use crate::runtime::scheduler::Scheduler;

/// The handle of a task: a future that runs on its own, on the loop on which it was
/// [spawned](crate::spawn).
///
/// The handle awaits, inspects and cancels the task. It resolves to the output of the task's
/// future, or to a [`JoinError`] if the task was cancelled or has panicked. Await it by reference,
/// `(&mut task).await`, to keep it. The value is handed out once.
///
/// **Dropping the handle detaches the task**: the task continues to run, as in asyncio and tokio.
/// [`cancel_on_drop`](Self::cancel_on_drop) returns a handle that cancels the task instead. If no
/// handle reads the result of a task that panics, the panic is reported to the loop's exception
/// handler.
///
/// Await it on its own loop. A poll while another loop runs on the thread panics with the message
/// of [`OtherLoopError`](crate::OtherLoopError), as the wait would never end.
///
/// The future of a cancelled task is dropped on the loop's thread, in the loop's next turn.
///
/// The type mirrors `asyncio.Task` and tokio's `JoinHandle`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, spawn};
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
    pub(super) scheduler: Rc<Scheduler>,
    future_type: fn() -> &'static str,
    pub(super) state: RefCell<State<T>>,
}

/// The handle's view of the end of its task.
///
/// It is small, and has the same size for all values, as there may be many handles, and most are
/// only awaited.
///
/// ```text
/// Running ──inspected───────► Known
///    ├──────awaited─────────────┴──► Taken
///    └──a callback is added──► Watched
/// ```
pub(super) enum State<T> {
    /// The result is not fetched yet.
    Running(async_task::Task<Outcome<T>, Meta>),
    /// The result is fetched. It is shared with the calls that inspect it, as foreign code clones
    /// and prints the value.
    Known(Rc<Known<T>>),
    /// The result was handed out.
    Taken { number: NonZeroU64, is_cancelled: bool },
    /// The result is in another handle, which the callbacks use.
    Watched(Rc<Watch<T>>),
}

/// The result of a task that has ended.
pub(super) struct Known<T> {
    number: NonZeroU64,
    result: Result<T, JoinError>,
    /// Whether the result was inspected.
    seen: Cell<bool>,
}

impl<T> Task<T> {
    /// Creates the first handle of a task.
    pub(super) fn new(
        scheduler: Rc<Scheduler>,
        future_type: fn() -> &'static str,
        handle: async_task::Task<Outcome<T>, Meta>,
    ) -> Self {
        Self { scheduler, future_type, state: RefCell::new(State::Running(handle)) }
    }

    /// Creates another handle of the same task.
    pub(super) fn with_state(&self, state: State<T>) -> Self {
        Self {
            scheduler: self.scheduler.clone(),
            future_type: self.future_type,
            state: RefCell::new(state),
        }
    }

    /// Calls `look` with the current state, after fetching the result if the task is done.
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

    pub(super) fn id(&self) -> TaskId {
        self.inspect(|state| state.id())
    }

    /// Returns the name that was [set](Self::set_name), or `Task-` and a number.
    ///
    /// Python: `get_name`. As in Python, the numbers begin with 1, but each loop has its own count.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn};
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

    /// Sets the name, for debug output and for the exception handler.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn set_name(&self, name: impl Into<String>) {
        self.scheduler.tasks.set_name(self.id(), name.into());
    }

    /// Returns the [name of the type](std::any::type_name) of the task's future, for debug output.
    ///
    /// For an `async fn`, it contains the function's path.
    ///
    /// Python: `get_coro`, which returns the coroutine itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn};
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

    /// Returns whether the future has completed, panicked or been dropped. Python: `done`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn, yield_now};
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

    /// Returns whether the task was cancelled and its future has been dropped. Python: `cancelled`.
    ///
    /// It returns `true` from the turn after [`cancel`](Self::cancel) on.
    ///
    /// # Examples
    ///
    /// See [`cancel`](Self::cancel).
    #[doc(alias = "cancelled")]
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.inspect(|state| state.is_cancelled())
    }

    /// Returns a clone of the task's result.
    ///
    /// Returns `None` if the task is not done, or if the result was handed out by awaiting the
    /// task.
    ///
    /// Python's `result` raises `InvalidStateError` if the task is not done. A panic that this
    /// method has returned is not reported to the exception handler.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn, yield_now};
    ///
    /// block_on(async {
    ///     let task = spawn(async { "done" });
    ///     assert!(task.result().is_none());
    ///     yield_now().await;
    ///     assert_eq!(task.result().unwrap().unwrap(), "done");
    ///     assert_eq!(task.await.unwrap(), "done"); // the result was a clone
    /// });
    /// ```
    #[must_use]
    pub fn result(&self) -> Option<Result<T, JoinError>>
    where
        T: Clone,
    {
        self.inspect(|state| state.look()).map(|known| known.result.clone())
    }

    /// Returns the error that the task has ended with.
    ///
    /// Returns `None` if the task is not done, if it returned a value, or if the result was handed
    /// out by awaiting the task.
    ///
    /// Python: `exception`, which raises `CancelledError` if the task was cancelled. Here a
    /// cancellation is returned as an error. A panic that this method has returned is not reported
    /// to the exception handler.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn, yield_now};
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

    /// Cancels the task: the loop drops its future in the next turn.
    ///
    /// Returns `false` if the task is already done or cancelled.
    ///
    /// In Python, `cancel` throws `CancelledError` into the coroutine, which may catch it. Here the
    /// task can't refuse.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn, yield_now};
    ///
    /// block_on(async {
    ///     let task = spawn(std::future::pending::<()>());
    ///     assert!(task.cancel());
    ///     assert!(!task.cancel()); // it was cancelled already
    ///     assert!(!task.is_cancelled()); // only in the next turn
    ///     yield_now().await;
    ///     assert!(task.is_cancelled());
    ///     assert!(task.await.unwrap_err().is_cancelled());
    /// });
    /// ```
    pub fn cancel(&self) -> bool {
        self.scheduler.tasks.cancel(self.id())
    }

    /// Returns a handle that cancels the task from any thread.
    ///
    /// The handle keeps neither the task nor its loop alive. It is named after tokio's.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn};
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

    /// Returns a guard that resolves to the task's result, and cancels the task when it is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, sleep, spawn, timeout};
    /// use std::time::Duration;
    ///
    /// block_on(async {
    ///     let task = spawn(sleep(Duration::from_secs(3600))).cancel_on_drop();
    ///     assert!(timeout(Duration::ZERO, task).await.is_err()); // and the task is cancelled
    /// });
    /// ```
    pub fn cancel_on_drop(self) -> CancelOnDrop<T> {
        CancelOnDrop(Some(self))
    }

    /// Polls for the end of the task, and takes its result.
    pub(super) fn poll_value(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        let mut state = self.state.borrow_mut();
        let id = state.id();
        let result = match (state.fetch(), &mut *state) {
            (Some(result), _) => result,
            (None, State::Known(known)) => match Rc::get_mut(known) {
                Some(known) => std::mem::replace(&mut known.result, Err(JoinError::cancelled())),
                None => panic!(
                    "a task was awaited by its own value, while the value is cloned or printed"
                ),
            },
            (None, State::Taken { .. } | State::Watched(_)) => {
                panic!("a task was awaited again after its value was handed out")
            }
            (None, State::Running(_)) => {
                drop(state);
                self.scheduler.expect_no_other_runs("a task");
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
    pub(super) fn id(&self) -> TaskId {
        match self {
            Self::Running(task) => task.metadata().id,
            Self::Known(known) => TaskId::done(known.number),
            Self::Taken { number, .. } => TaskId::done(*number),
            Self::Watched(watch) => watch.task.id(),
        }
    }

    /// Takes the result from `async-task`, if the task is done and the result was not fetched
    /// before.
    fn fetch(&mut self) -> Option<Result<T, JoinError>> {
        match self {
            Self::Running(task) if task.is_finished() => {
                // The task is ready, so the context is not used. A foreign waker must not be passed
                // to `async-task`, as its panic would abort the process.
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
    /// Panics if the task's value was handed out before, if the value itself awaits the task while
    /// it is cloned or printed, and if another loop than the task's runs on this thread: see
    /// [`OtherLoopError`](crate::OtherLoopError).
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
            return; // another handle owns the result
        }
        let id = state.id();
        self.scheduler.tasks.forget_name(id);
        if matches!(state, State::Taken { .. }) {
            return; // the usual case
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

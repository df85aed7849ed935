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

/// A future that runs on its own, on the loop that it was [spawned](crate::spawn) on: this is the
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
/// It can be awaited in its own loop, where no other loop runs: anywhere else, it panics with the
/// message of [`OtherLoopError`](crate::OtherLoopError) instead of waiting for ever.
///
/// A cancelled task's future is dropped in the loop's next turn, on the loop's thread, whoever
/// cancels it.
///
/// Mirrors `asyncio.Task`, and tokio's `JoinHandle`.
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

/// What a handle knows of the end of its task. It is small, and of one size for all values: there
/// may be many handles, and few of them are asked for more than the value.
///
/// ```text
/// Running ──somebody looks──► Known
///    ├──────somebody awaits─────┴──► Taken
///    └──a callback is added──► Watched
/// ```
pub(super) enum State<T> {
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
pub(super) struct Known<T> {
    number: NonZeroU64,
    result: Result<T, JoinError>,
    /// Whether somebody has looked at the result.
    seen: Cell<bool>,
}

impl<T> Task<T> {
    /// The first handle of a task.
    pub(super) fn new(
        scheduler: Rc<Scheduler>,
        future_type: fn() -> &'static str,
        handle: async_task::Task<Outcome<T>, Meta>,
    ) -> Self {
        Self { scheduler, future_type, state: RefCell::new(State::Running(handle)) }
    }

    /// Another handle of the same task.
    pub(super) fn with_state(&self, state: State<T>) -> Self {
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

    pub(super) fn id(&self) -> TaskId {
        self.inspect(|state| state.id())
    }

    /// The name: what [`set_name`](Self::set_name) gave it, or else `Task-` and a number.
    ///
    /// Python: `get_name`. As there, the numbers begin with 1; here, each loop counts for itself.
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

    /// Gives the task a name, for print-outs and for the exception handler.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn set_name(&self, name: impl Into<String>) {
        self.scheduler.tasks.set_name(self.id(), name.into());
    }

    /// The type of the future that the task runs, as [`type_name`](std::any::type_name) gives it:
    /// for an `async fn`, its path. For print-outs only.
    ///
    /// Python: `get_coro`, which gives the coroutine itself.
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

    /// Whether the future has returned, panicked or been dropped. Python: `done`.
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
    /// use cogen_executor::{block_on, spawn, yield_now};
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

    /// Asks the loop to drop the future in its next turn. Returns whether that will happen: not if
    /// the task is done or cancelled already.
    ///
    /// In Python, `cancel` throws `CancelledError` into the coroutine, which may refuse; here it
    /// can't.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn, yield_now};
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

    /// A future that gives what the task gives, and cancels the task if it is dropped before that.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, sleep, spawn, timeout};
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
    #[track_caller]
    pub(super) fn poll_value(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
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
    /// If the task has given its value out before, if its own value awaits it while that is cloned
    /// or printed, and if another loop than the task's runs on this thread:
    /// [`OtherLoopError`](crate::OtherLoopError).
    #[track_caller]
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

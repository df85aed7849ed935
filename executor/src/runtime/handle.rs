//! The shared handles of a loop: for its own thread, and for other threads.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::runtime::callback::{
    Callback, CallbackHandle, ThreadsafeCallback, ThreadsafeCallbackHandle, TimerHandle,
};
use crate::runtime::exception::{ExceptionContext, ExceptionHandler};
use crate::runtime::scheduler::{self, Entry, RemoteQueue, Scheduler, offer_callback};
use crate::runtime::timers::{Action, Deadline};
use crate::task::live_task::LiveTask;
use crate::task::running;
use crate::task::task::Task;

/// Spawns a task on the loop that runs on this thread.
///
/// The task starts in the loop's next turn, whether or not the returned handle is awaited.
///
/// The same as [`LoopHandle::spawn`]. Python: `asyncio.create_task`.
///
/// # Panics
///
/// Panics outside of a running loop. [`LoopHandle::current`] returns an error instead.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, spawn};
///
/// block_on(async {
///     let task = spawn(async { 1 + 1 });
///     assert_eq!(task.await.unwrap(), 2);
/// });
/// ```
#[doc(alias = "create_task")]
#[doc(alias = "ensure_future")]
#[track_caller]
pub fn spawn<F>(future: F) -> Task<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    LoopHandle::expect_current("spawn").spawn(future)
}

/// A handle of an [`EventLoop`](crate::EventLoop), for its own thread.
///
/// Clones refer to the same loop. They don't keep it open.
///
/// It has the methods of Python's loops, except those that run or close the loop.
///
/// # Examples
///
/// ```
/// use cogen_executor::{LoopHandle, block_on};
///
/// assert!(LoopHandle::current().is_err());
/// let handle = block_on(async {
///     let handle = LoopHandle::current().unwrap();
///     assert!(handle.is_running());
///     let task = handle.spawn(async { "done" });
///     assert_eq!(handle.task_count(), 1);
///     assert_eq!(task.await.unwrap(), "done");
///     handle
/// });
/// assert!(handle.is_closed());
/// ```
#[doc(alias = "AbstractEventLoop")]
#[derive(Clone)]
pub struct LoopHandle(pub(crate) Rc<Scheduler>);

impl LoopHandle {
    /// Returns the loop that runs on this thread. Python: `asyncio.get_running_loop`.
    ///
    /// # Errors
    ///
    /// [`NoRunningLoopError`], where Python raises `RuntimeError`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "get_running_loop")]
    pub fn current() -> Result<Self, NoRunningLoopError> {
        scheduler::running().map(Self).ok_or(NoRunningLoopError)
    }

    /// Returns the loop that runs on this thread. Panics with the name `what` if there is none.
    #[track_caller]
    pub(crate) fn expect_current(what: &str) -> Self {
        match Self::current() {
            Ok(handle) => handle,
            Err(error) => panic!("`{what}` needs a running event loop: {error}"),
        }
    }

    /// Spawns a task that runs `future`. Python: `create_task`.
    ///
    /// The task starts in the loop's next turn. If the loop doesn't run, that is the first turn of
    /// the next run. On a closed loop the future is dropped immediately, and the task is cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    ///
    /// let event_loop = EventLoop::new()?;
    /// let task = event_loop.spawn(async { "begun by the run" });
    /// assert_eq!(event_loop.run_until_complete(task)??, "begun by the run");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "create_task")]
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        running::spawn(&self.0, future)
    }

    /// Calls `function` in the loop's next turn, after everything that is already ready.
    ///
    /// On a closed loop it is cancelled immediately.
    ///
    /// A panic is reported to the exception handler. Python: `call_soon`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// let event_loop = EventLoop::new()?;
    /// let order = Rc::new(RefCell::new(Vec::new()));
    /// for n in [1, 2, 3] {
    ///     let order = order.clone();
    ///     event_loop.handle().call_soon(move || order.borrow_mut().push(n));
    /// }
    /// event_loop.handle().stop(); // at the end of the turn
    /// event_loop.run_forever()?;
    /// assert_eq!(*order.borrow(), [1, 2, 3]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn call_soon(&self, function: impl FnOnce() + 'static) -> CallbackHandle {
        let handle = CallbackHandle(Callback::new(function));
        if self.is_closed() {
            handle.cancel();
        } else {
            self.0.push(Entry::Callback(handle.0.clone()));
        }
        handle
    }

    /// Calls `function` after `delay`.
    ///
    /// Functions that are due at the same instant are called in the order of their creation.
    ///
    /// A delay that is too long for an [`Instant`], such as `Duration::MAX`, never ends. On a
    /// closed loop `function` is cancelled immediately. A panic is reported to the exception
    /// handler. Python: `call_later`, whose delay is in seconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    /// use std::time::{Duration, Instant};
    ///
    /// let event_loop = EventLoop::new()?;
    /// let (start, delay) = (Instant::now(), Duration::from_millis(5));
    /// let handle = event_loop.handle().clone();
    /// event_loop.handle().call_later(delay, move || handle.stop());
    /// event_loop.run_forever()?;
    /// assert!(start.elapsed() >= delay);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn call_later(&self, delay: Duration, function: impl FnOnce() + 'static) -> TimerHandle {
        let deadline = Instant::now().checked_add(delay);
        self.set_timer(deadline.map_or(Deadline::After(delay), Deadline::At), deadline, function)
    }

    /// Calls `function` at the instant `deadline` of the loop's [clock](Self::time). Python:
    /// `call_at`.
    ///
    /// If the deadline has passed, `function` is called in one of the next turns. Otherwise like
    /// [`call_later`](Self::call_later).
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    /// use std::{cell::RefCell, rc::Rc, time::Duration};
    ///
    /// let event_loop = EventLoop::new()?;
    /// let order = Rc::new(RefCell::new(Vec::new()));
    /// let now = event_loop.handle().time();
    /// for delay in [2, 1] {
    ///     let order = order.clone();
    ///     event_loop.handle().call_at(now + Duration::from_millis(delay), move || {
    ///         order.borrow_mut().push(delay)
    ///     });
    /// }
    /// let handle = event_loop.handle().clone();
    /// event_loop.handle().call_at(now + Duration::from_millis(3), move || handle.stop());
    /// event_loop.run_forever()?;
    /// assert_eq!(*order.borrow(), [1, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn call_at(&self, deadline: Instant, function: impl FnOnce() + 'static) -> TimerHandle {
        self.set_timer(Deadline::At(deadline), Some(deadline), function)
    }

    fn set_timer(
        &self,
        deadline: Deadline,
        when: Option<Instant>,
        function: impl FnOnce() + 'static,
    ) -> TimerHandle {
        let callback = Callback::new(function);
        let timer = self.0.set_timer(deadline, Action::Call(callback.clone()));
        let handle = TimerHandle { callback, scheduler: self.0.clone(), timer, when };
        if self.is_closed() {
            handle.cancel();
        }
        handle
    }

    /// Returns the time of the loop's clock, which is [`Instant::now`]. Python: `time`, in seconds.
    ///
    /// # Examples
    ///
    /// See [`call_at`](Self::call_at).
    #[must_use]
    pub fn time(&self) -> Instant {
        Instant::now()
    }

    /// Ends the run after the current turn. Python: `stop`.
    ///
    /// If the loop doesn't run, ends the next run after its first turn.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    ///
    /// let event_loop = EventLoop::new()?;
    /// event_loop.handle().stop();
    /// event_loop.run_forever()?; // one turn
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Returns whether the loop is running. Python: `is_running`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.0.is_running()
    }

    /// Returns whether the loop is closed. Python: `is_closed`.
    ///
    /// # Examples
    ///
    /// See [`EventLoop::close`](crate::EventLoop::close).
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Returns the tasks that are not done, in the order of their creation. Python:
    /// `asyncio.all_tasks`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{LoopHandle, TaskState, block_on, spawn, yield_now};
    /// use std::future::pending;
    ///
    /// block_on(async {
    ///     let waits = spawn(pending::<()>());
    ///     waits.set_name("waits");
    ///     let cancelled = spawn(pending::<()>());
    ///     yield_now().await;
    ///     cancelled.cancel();
    ///     let tasks = LoopHandle::current().unwrap().all_tasks();
    ///     let tasks: Vec<_> = tasks.iter().map(|task| (&*task.name, task.state)).collect();
    ///     let expected = [("waits", TaskState::Pending), ("Task-2", TaskState::Cancelling)];
    ///     assert_eq!(tasks, expected);
    /// });
    /// ```
    #[must_use]
    pub fn all_tasks(&self) -> Vec<LiveTask> {
        let mut ids = self.0.tasks.ids();
        ids.sort_unstable_by_key(|id| id.number);
        ids.into_iter().map(|id| LiveTask::of(&self.0, id)).collect()
    }

    /// Returns the number of tasks that are not done. Python: `len(asyncio.all_tasks())`.
    ///
    /// The future that [`block_on`](crate::block_on) runs is no task here.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    ///
    /// let event_loop = EventLoop::new()?;
    /// drop(event_loop.spawn(async {})); // detached, not cancelled
    /// assert_eq!(event_loop.handle().task_count(), 1);
    /// event_loop.run_until_complete(async {})?;
    /// assert_eq!(event_loop.handle().task_count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn task_count(&self) -> usize {
        self.0.tasks.len()
    }

    /// Sets the function that is called with the panics of callbacks, detached tasks and
    /// destructors.
    ///
    /// `None` restores the default, [`ExceptionContext::report`]. Closing the loop drops the
    /// handler. Python: `set_exception_handler`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{LoopHandle, block_on, spawn, yield_now};
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// let seen = Rc::new(RefCell::new(Vec::new()));
    /// block_on(async {
    ///     let seen = seen.clone();
    ///     let handler =
    ///         Rc::new(move |context: &_| seen.borrow_mut().push(format!("{context}")));
    ///     LoopHandle::current().unwrap().set_exception_handler(Some(handler));
    ///     drop(spawn(async { panic!("out of paper") }));
    ///     yield_now().await;
    /// });
    /// assert_eq!(
    ///     *seen.borrow(),
    ///     ["a task that was not awaited panicked (task 'Task-1'): out of paper"]
    /// );
    /// ```
    pub fn set_exception_handler(&self, handler: Option<ExceptionHandler>) {
        let old = self.0.exception_handler.replace(handler);
        drop(old); // its destructor may call this method
    }

    /// Returns the exception handler, or `None` if none was set. Python: `get_exception_handler`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    /// use std::rc::Rc;
    ///
    /// let event_loop = EventLoop::new()?;
    /// assert!(event_loop.handle().exception_handler().is_none());
    ///
    /// // A handler that does something, and then calls the old one.
    /// let old = event_loop.handle().exception_handler();
    /// event_loop.handle().set_exception_handler(Some(Rc::new(move |context| {
    ///     eprintln!("this goes to the log");
    ///     match &old {
    ///         Some(old) => old(context),
    ///         None => context.report(),
    ///     }
    /// })));
    /// assert!(event_loop.handle().exception_handler().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "get_exception_handler")]
    #[must_use]
    pub fn exception_handler(&self) -> Option<ExceptionHandler> {
        self.0.exception_handler.borrow().clone()
    }

    /// Calls the exception handler with `context`, or [reports](ExceptionContext::report) it if
    /// there is none. A panic of the handler is written to standard error. Python:
    /// `call_exception_handler`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{EventLoop, ExceptionContext};
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let event_loop = EventLoop::new()?;
    /// let calls = Rc::new(Cell::new(0));
    /// let count = calls.clone();
    /// event_loop.handle().set_exception_handler(Some(Rc::new(move |context| {
    ///     assert_eq!(context.message(), "the disk is full");
    ///     count.set(count.get() + 1);
    /// })));
    /// event_loop.handle().call_exception_handler(ExceptionContext::new("the disk is full"));
    /// assert_eq!(calls.get(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn call_exception_handler(&self, context: ExceptionContext) {
        self.0.report(context);
    }

    /// Returns a handle for other threads.
    ///
    /// # Examples
    ///
    /// See [`ThreadsafeHandle`].
    #[must_use]
    pub fn threadsafe(&self) -> ThreadsafeHandle {
        ThreadsafeHandle(self.0.remote.clone())
    }
}

impl fmt::Debug for LoopHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLoop")
            .field("running", &self.is_running())
            .field("closed", &self.is_closed())
            .field("tasks", &self.task_count())
            .finish_non_exhaustive()
    }
}

/// A handle of an [`EventLoop`](crate::EventLoop) for other threads.
///
/// [`LoopHandle::threadsafe`] returns it. It doesn't keep the loop open.
///
/// In Python, all threads share the loop object, but other threads may only call
/// `call_soon_threadsafe`.
///
/// # Examples
///
/// ```
/// use cogen_executor::EventLoop;
///
/// let event_loop = EventLoop::new()?;
/// let handle = event_loop.handle().threadsafe();
/// let thread = std::thread::spawn(move || handle.stop());
/// event_loop.run_forever()?; // until the thread stops it
/// thread.join().unwrap();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ThreadsafeHandle(Arc<RemoteQueue>);

impl ThreadsafeHandle {
    /// Schedules `function` to be called on the loop's thread, and wakes the loop if it sleeps.
    ///
    /// Functions from the same thread are called in the order in which they were scheduled. A panic
    /// is reported to the loop's exception handler. Python: `call_soon_threadsafe`.
    ///
    /// # Errors
    ///
    /// [`ClosedError`] with the function, if the loop is closed or closing. A scheduled function
    /// that was not called before the loop closes is dropped with the loop.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{LoopHandle, block_on, promise};
    ///
    /// block_on(async {
    ///     let (promise, called) = promise::<_, ()>();
    ///     let handle = LoopHandle::current().unwrap().threadsafe();
    ///     let thread = std::thread::spawn(move || {
    ///         handle
    ///             .call_soon_threadsafe(move || {
    ///                 promise.set_result(std::thread::current().id()).unwrap()
    ///             })
    ///             .unwrap();
    ///     });
    ///     assert_eq!(called.await, Ok(std::thread::current().id())); // the loop's thread
    ///     thread.join().unwrap();
    /// });
    /// ```
    pub fn call_soon_threadsafe<F>(
        &self,
        function: F,
    ) -> Result<ThreadsafeCallbackHandle, ClosedError<F>>
    where
        F: FnOnce() + Send + 'static,
    {
        let make = |function| {
            let callback = ThreadsafeCallback::new(function);
            (callback.clone(), ThreadsafeCallbackHandle(callback))
        };
        offer_callback(&self.0, function, make).map_err(ClosedError)
    }

    /// Ends the run after the turn in which the loop receives this. Python:
    /// `call_soon_threadsafe(loop.stop)`.
    ///
    /// If the loop doesn't run, ends the next run after such a turn. Does nothing if the loop is
    /// closed.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn stop(&self) {
        on_its_loop(&self.0, |handle| handle.stop());
    }
}

/// Calls `function` on the loop's thread with the loop, unless that is closed.
pub(crate) fn on_its_loop(
    remote: &Arc<RemoteQueue>,
    function: impl FnOnce(&LoopHandle) + Send + 'static,
) {
    let callback = || {
        if let Ok(handle) = LoopHandle::current() {
            function(&handle);
        }
    };
    // On a closed loop there is nothing to do.
    let _ = offer_callback(remote, callback, |callback| (ThreadsafeCallback::new(callback), ()));
}

impl fmt::Debug for ThreadsafeHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadsafeHandle").finish_non_exhaustive()
    }
}

/// No event loop runs on this thread. Python: `RuntimeError`, "no running event loop".
///
/// The sockets of [`net`](crate::net) return it inside an [`io::Error`](std::io::Error).
///
/// # Examples
///
/// ```
/// use cogen_executor::{LoopHandle, NoRunningLoopError};
///
/// assert_eq!(LoopHandle::current().unwrap_err(), NoRunningLoopError);
/// assert_eq!(NoRunningLoopError.to_string(), "no event loop runs on this thread");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRunningLoopError;

impl fmt::Display for NoRunningLoopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no event loop runs on this thread")
    }
}

impl Error for NoRunningLoopError {}

/// A socket, task or timer was awaited in another event loop than its own. Python: `RuntimeError`,
/// "attached to a different loop".
///
/// Its own loop doesn't run meanwhile, so the wait would never end. The sockets of
/// [`net`](crate::net) return this error inside an [`io::Error`](std::io::Error). Tasks, servers
/// and sleeps panic with its message.
///
/// # Examples
///
/// ```
/// use cogen_executor::{EventLoop, OtherLoopError, net::TcpListener};
///
/// let (one, other) = (EventLoop::new()?, EventLoop::new()?);
/// let mut listener = one.run_until_complete(async { TcpListener::bind("127.0.0.1:0") })??;
/// let error = other.run_until_complete(listener.accept())?.unwrap_err();
/// assert_eq!(error.downcast::<OtherLoopError>()?, OtherLoopError);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherLoopError;

impl fmt::Display for OtherLoopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "it belongs to another event loop than the one that runs on this thread: await it on \
             its own loop",
        )
    }
}

impl Error for OtherLoopError {}

/// The loop is closed. This error holds the function that it didn't schedule. Python:
/// `RuntimeError`, "Event loop is closed".
///
/// # Examples
///
/// ```
/// use cogen_executor::EventLoop;
///
/// let event_loop = EventLoop::new()?;
/// let handle = event_loop.handle().threadsafe();
/// drop(event_loop);
/// let error = handle.call_soon_threadsafe(|| println!("too late")).unwrap_err();
/// assert_eq!(error.to_string(), "the event loop is closed");
/// (error.into_inner())(); // too late
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClosedError<F>(F);

impl<F> ClosedError<F> {
    /// Returns the function.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn into_inner(self) -> F {
        self.0
    }
}

impl<F> fmt::Debug for ClosedError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClosedError(..)")
    }
}

impl<F> fmt::Display for ClosedError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the event loop is closed")
    }
}

impl<F> Error for ClosedError<F> {}

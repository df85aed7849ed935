//! The handles of a loop: what one does with it from inside, and from other threads.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::callback::{Callback, CallbackHandle, ThreadsafeCallback, ThreadsafeCallbackHandle, TimerHandle};
use super::exception::{ExceptionContext, ExceptionHandler};
use super::scheduler::{self, Entry, RemoteQueue, Scheduler, offer_callback};
use super::task::{self, Task};
use super::timers::{Action, Deadline};

/// Spawns a task on the loop that runs on this thread.
///
/// # Panics
///
/// Outside of a running loop. [`LoopHandle::current`] gives an error instead.
///
/// # Examples
///
/// ```
/// use cogen::executor::{block_on, spawn};
///
/// assert_eq!(block_on(async { spawn(async { 1 + 1 }).await.unwrap() }), 2);
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

/// A handle of an [`EventLoop`](super::EventLoop), for its own thread. Clones refer to the same loop, which they don't keep from closing.
///
/// Mirrors `asyncio.get_running_loop()`.
///
/// # Examples
///
/// ```
/// use cogen::executor::{LoopHandle, block_on};
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
#[derive(Clone)]
pub struct LoopHandle(pub(super) Rc<Scheduler>);

impl LoopHandle {
    /// The loop that runs on this thread.
    ///
    /// # Errors
    ///
    /// [`NoRunningLoop`], where Python raises `RuntimeError`.
    #[doc(alias = "get_running_loop")]
    pub fn current() -> Result<Self, NoRunningLoop> {
        scheduler::running().map(Self).ok_or(NoRunningLoop)
    }

    /// The loop that runs on this thread, which `what` needs.
    #[track_caller]
    pub(super) fn expect_current(what: &str) -> Self {
        match Self::current() {
            Ok(handle) => handle,
            Err(error) => panic!("`{what}` needs a running event loop: {error}"),
        }
    }

    /// Makes a task of `future`, which begins in the loop's next turn. On a closed loop the future is dropped at once, and the task is cancelled.
    #[doc(alias = "create_task")]
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        task::spawn(&self.0, future)
    }

    /// Calls `function` in the loop's next turn, after what is ready already. On a closed loop it is cancelled at once.
    ///
    /// A panic goes to the exception handler.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::EventLoop;
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// let event_loop = EventLoop::new()?;
    /// let order = Rc::new(RefCell::new(Vec::new()));
    /// for n in [1, 2, 3] {
    ///     let order = order.clone();
    ///     event_loop.call_soon(move || order.borrow_mut().push(n));
    /// }
    /// event_loop.stop(); // at the end of the turn
    /// let _ = event_loop.run_forever();
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

    /// Calls `function` when `delay` has passed. Those that are due at the same instant are called in the order of their creation.
    ///
    /// A delay that is too long for an [`Instant`], such as `Duration::MAX`, never ends. On a closed loop
    /// it is cancelled at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::EventLoop;
    /// use std::time::Duration;
    ///
    /// let event_loop = EventLoop::new()?;
    /// event_loop.call_later(Duration::from_millis(2), || println!("second"));
    /// event_loop.call_at(event_loop.time(), || println!("first"));
    /// let handle = (*event_loop).clone();
    /// event_loop.call_later(Duration::from_millis(2), move || handle.stop());
    /// event_loop.run_forever()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn call_later(&self, delay: Duration, function: impl FnOnce() + 'static) -> TimerHandle {
        let deadline = Instant::now().checked_add(delay);
        self.set_timer(deadline.map_or(Deadline::After(delay), Deadline::At), deadline, function)
    }

    /// Calls `function` at the instant `deadline` of the loop's [clock](Self::time); soon if that has passed.
    pub fn call_at(&self, deadline: Instant, function: impl FnOnce() + 'static) -> TimerHandle {
        self.set_timer(Deadline::At(deadline), Some(deadline), function)
    }

    fn set_timer(&self, deadline: Deadline, when: Option<Instant>, function: impl FnOnce() + 'static) -> TimerHandle {
        let callback = Callback::new(function);
        let timer = self.0.set_timer(deadline, Action::Call(callback.clone()));
        let handle = TimerHandle { callback, scheduler: self.0.clone(), timer, when };
        if self.is_closed() {
            handle.cancel();
        }
        handle
    }

    /// The loop's clock, which is the monotonic one.
    #[must_use]
    pub fn time(&self) -> Instant {
        Instant::now()
    }

    /// Lets the run end after the current turn; if the loop doesn't run, after the first turn of the next run.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Whether the loop runs just now.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.0.is_running()
    }

    /// Whether the loop was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// How many tasks are not done.
    #[doc(alias = "all_tasks")]
    #[must_use]
    pub fn task_count(&self) -> usize {
        self.0.tasks.len()
    }

    /// Sets what is called with panics that reach nobody; `None` is the default, [`ExceptionContext::report`].
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{LoopHandle, block_on, spawn, yield_now};
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// let seen = Rc::new(RefCell::new(Vec::new()));
    /// block_on(async {
    ///     let handler = { let seen = seen.clone(); Rc::new(move |context: &_| seen.borrow_mut().push(format!("{context}"))) };
    ///     LoopHandle::current().unwrap().set_exception_handler(Some(handler));
    ///     drop(spawn(async { panic!("nobody waits for me") }));
    ///     yield_now().await;
    /// });
    /// assert_eq!(*seen.borrow(), ["nobody waits for a task that panicked (task 'Task-1'): nobody waits for me"]);
    /// ```
    pub fn set_exception_handler(&self, handler: Option<ExceptionHandler>) {
        let old = self.0.exception_handler.replace(handler);
        drop(old); // which may come back here
    }

    /// What was set as the exception handler.
    #[doc(alias = "get_exception_handler")]
    #[must_use]
    pub fn exception_handler(&self) -> Option<ExceptionHandler> {
        self.0.exception_handler.borrow().clone()
    }

    /// Calls the exception handler, or what stands in for it, with what code of one's own has found.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::{EventLoop, ExceptionContext};
    ///
    /// let event_loop = EventLoop::new()?;
    /// assert!(event_loop.exception_handler().is_none());
    /// event_loop.call_exception_handler(ExceptionContext::new("the disk is full")); // written to standard error
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn call_exception_handler(&self, context: ExceptionContext) {
        self.0.report(context);
    }

    /// A handle for other threads.
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

/// A handle of an [`EventLoop`](super::EventLoop) for other threads. It doesn't keep the loop from closing.
///
/// # Examples
///
/// ```
/// use cogen::executor::EventLoop;
///
/// let event_loop = EventLoop::new()?;
/// let handle = event_loop.threadsafe();
/// std::thread::spawn(move || handle.stop());
/// let _ = event_loop.run_forever(); // until then
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ThreadsafeHandle(Arc<RemoteQueue>);

impl ThreadsafeHandle {
    /// Calls `function` on the loop's thread, soon, and wakes the loop for it if it sleeps.
    ///
    /// # Errors
    ///
    /// [`ClosedError`], with the function in it, if the loop is closed or about to close. One that was taken and not called by then is dropped
    /// with the loop.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::executor::EventLoop;
    ///
    /// let event_loop = EventLoop::new()?;
    /// let handle = event_loop.threadsafe();
    /// drop(event_loop);
    /// let error = handle.call_soon_threadsafe(|| println!("too late")).unwrap_err();
    /// (error.into_inner())(); // too late
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn call_soon_threadsafe<F>(&self, function: F) -> Result<ThreadsafeCallbackHandle, ClosedError<F>>
    where
        F: FnOnce() + Send + 'static,
    {
        let make = |function| {
            let callback = ThreadsafeCallback::new(function);
            (callback.clone(), ThreadsafeCallbackHandle(callback))
        };
        offer_callback(&self.0, function, make).map_err(ClosedError)
    }

    /// Lets the run end after the current turn. Does nothing to a closed loop.
    pub fn stop(&self) {
        on_its_loop(&self.0, |handle| handle.stop());
    }
}

/// Calls `function` on the loop's thread with the loop, unless that is closed.
pub(super) fn on_its_loop(remote: &Arc<RemoteQueue>, function: impl FnOnce(&LoopHandle) + Send + 'static) {
    let callback = || {
        if let Ok(handle) = LoopHandle::current() {
            function(&handle);
        }
    };
    // A closed loop needs nothing any more.
    let _ = offer_callback(remote, callback, |callback| (ThreadsafeCallback::new(callback), ()));
}

impl fmt::Debug for ThreadsafeHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadsafeHandle").finish_non_exhaustive()
    }
}

/// No event loop runs on this thread. Python: `RuntimeError`, "no running event loop".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRunningLoop;

impl fmt::Display for NoRunningLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no event loop runs on this thread")
    }
}

impl Error for NoRunningLoop {}

/// The loop is closed, and this is the function that it didn't take. Python: `RuntimeError`, "Event loop is closed".
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClosedError<F>(F);

impl<F> ClosedError<F> {
    /// What the loop didn't take.
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

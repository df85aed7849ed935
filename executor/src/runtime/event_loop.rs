//! The owning handle of a loop.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use crate::runtime::handle::LoopHandle;
use crate::runtime::scheduler::{Entered, RemoteQueue, Root, Scheduler, schedule_root};
use crate::task::task::Task;

/// Runs `future` to its end on a new loop, closes the loop, and returns the future's output.
///
/// Tasks that are not done then are cancelled. Python: `asyncio.run`.
///
/// # Panics
///
/// Panics if a loop already runs on this thread, if the system has no descriptors left for a loop,
/// if the loop is stopped before the future completes, and if the future panics.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, sleep};
/// use std::time::Duration;
///
/// let answer = block_on(async {
///     sleep(Duration::from_millis(1)).await;
///     42
/// });
/// assert_eq!(answer, 42);
/// ```
#[doc(alias = "asyncio.run")]
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let event_loop = match EventLoop::new() {
        Ok(event_loop) => event_loop,
        Err(error) => panic!("can't create an event loop: {error}"),
    };
    match event_loop.run_until_complete(future) {
        Ok(value) => value,
        Err(error) => panic!("the future was not run to its end: {error}"),
    }
}

/// A single-threaded event loop: tasks, callbacks, timers and sockets on the thread that runs it.
///
/// Callbacks, timers and the rest are methods of its [`handle`](Self::handle). It can be run
/// several times: tasks and timers that are pending at the end of a run continue in the next.
/// Dropping the loop closes it. It mirrors `asyncio.AbstractEventLoop`. [`block_on`] is shorter if
/// there is only one future to run.
///
/// # Examples
///
/// ```
/// use cogen_executor::EventLoop;
///
/// let event_loop = EventLoop::new()?;
/// let task = event_loop.spawn(async { 6 * 7 });
/// assert_eq!(event_loop.run_until_complete(task)??, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "asyncio.new_event_loop")]
pub struct EventLoop(LoopHandle);

impl EventLoop {
    /// Creates a loop, which doesn't run yet. Python: `asyncio.new_event_loop`.
    ///
    /// # Errors
    ///
    /// Returns the system's error if it has no descriptors left for the loop.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "new_event_loop")]
    pub fn new() -> io::Result<Self> {
        Ok(Self(LoopHandle(Scheduler::new()?)))
    }

    /// Returns the handle, which schedules callbacks and timers, stops the loop, and can be cloned.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    ///
    /// let event_loop = EventLoop::new()?;
    /// let handle = event_loop.handle().clone();
    /// event_loop.handle().call_soon(move || handle.stop());
    /// event_loop.run_forever()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn handle(&self) -> &LoopHandle {
        &self.0
    }

    /// Spawns a task, which runs when the loop runs: see [`LoopHandle::spawn`].
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "create_task")]
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        self.0.spawn(future)
    }

    /// Runs the loop until `future` is ready, and returns its output.
    ///
    /// `future` may borrow from its surroundings. Tasks and callbacks that are ready at its end run
    /// before this returns. The rest continues in the next run. Python: `run_until_complete`.
    ///
    /// # Errors
    ///
    /// [`RunError`] if the loop is closed, if a loop already runs on this thread, or if the loop
    /// was stopped before the future was ready. To keep the future in the last case, pass a
    /// `Pin<&mut _>`.
    ///
    /// # Panics
    ///
    /// Panics if the future panics. The loop can be used again.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{EventLoop, RunError, yield_now};
    /// use std::pin::pin;
    ///
    /// let event_loop = EventLoop::new()?;
    /// let mut future = pin!(async {
    ///     event_loop.handle().stop();
    ///     yield_now().await;
    ///     "done"
    /// });
    /// assert_eq!(event_loop.run_until_complete(future.as_mut()), Err(RunError::Stopped));
    /// assert_eq!(event_loop.run_until_complete(future), Ok("done"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_until_complete<F: Future>(&self, future: F) -> Result<F::Output, RunError> {
        let scheduler = &self.0.0;
        let _entered = self.enter()?;
        // Declared after the guard, so that the future is dropped while the loop still runs.
        let mut future = pin!(future);
        let run = scheduler.next_run();
        let root = Arc::new(RootWaker {
            remote: scheduler.remote.clone(),
            run,
            woken: AtomicBool::new(false),
        });
        root.wake_by_ref();
        let waker = Waker::from(root.clone());
        let mut cx = Context::from_waker(&waker);
        let mut output = None;
        scheduler.run(&mut || {
            root.woken.store(false, Ordering::Release);
            if output.is_some() {
                return Root::Over;
            }
            match future.as_mut().poll(&mut cx) {
                Poll::Ready(value) => output = Some(value),
                Poll::Pending => return Root::Pending,
            }
            Root::Ready
        });
        output.ok_or(RunError::Stopped)
    }

    /// Runs the loop until it is [stopped](LoopHandle::stop). Python: `run_forever`.
    ///
    /// # Errors
    ///
    /// [`RunError::Closed`] if the loop is closed, [`RunError::Nested`] if a loop already runs on
    /// this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    /// use std::time::Duration;
    ///
    /// let event_loop = EventLoop::new()?;
    /// let handle = event_loop.handle().clone();
    /// event_loop.handle().call_later(Duration::from_millis(1), move || handle.stop());
    /// event_loop.run_forever()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_forever(&self) -> Result<(), RunError> {
        let _entered = self.enter()?;
        self.0.0.next_run();
        self.0.0.run(&mut || Root::Pending);
        Ok(())
    }

    fn enter(&self) -> Result<Entered<'_>, RunError> {
        if self.0.is_closed() {
            return Err(RunError::Closed);
        }
        self.0.0.enter_thread().ok_or(RunError::Nested)
    }

    /// Drops the tasks, callbacks and timers that are left, and rejects new ones. A second call
    /// does nothing. Python: `close`, which leaves the tasks pending.
    ///
    /// # Panics
    ///
    /// Panics if the loop is running.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    ///
    /// let event_loop = EventLoop::new()?;
    /// let task = event_loop.spawn(std::future::pending::<()>());
    /// event_loop.close();
    /// assert!(event_loop.handle().is_closed());
    /// assert!(task.is_cancelled());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn close(&self) {
        assert!(!self.0.is_running(), "an event loop can't be closed while it runs: stop it first");
        self.0.0.close();
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        // A running loop is borrowed, so this one doesn't run.
        self.0.0.close();
    }
}

impl fmt::Debug for EventLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Wakes the future of one `run_until_complete`.
struct RootWaker {
    remote: Arc<RemoteQueue>,
    run: u64,
    /// Whether the future is in the queue.
    woken: AtomicBool,
}

impl Wake for RootWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.woken.swap(true, Ordering::AcqRel) {
            schedule_root(&self.remote, self.run);
        }
    }
}

/// The reason why a loop didn't run, or not to the end.
///
/// # Examples
///
/// ```
/// use cogen_executor::{EventLoop, RunError};
///
/// let event_loop = EventLoop::new()?;
/// let nested = event_loop.run_until_complete(async { EventLoop::new().unwrap().run_forever() })?;
/// assert_eq!(nested, Err(RunError::Nested));
///
/// event_loop.close();
/// let error = event_loop.run_forever().unwrap_err();
/// assert_eq!(error, RunError::Closed);
/// assert_eq!(error.to_string(), "the event loop is closed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunError {
    /// The loop is closed. Python: `RuntimeError`, "Event loop is closed".
    Closed,
    /// A loop already runs on this thread. Python: `RuntimeError`, "Cannot run the event loop while
    /// another loop is running".
    Nested,
    /// The loop was stopped before the future was ready. Python: `RuntimeError`, "Event loop
    /// stopped before Future completed.".
    Stopped,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the event loop is closed",
            Self::Nested => "an event loop runs on this thread already",
            Self::Stopped => "the event loop was stopped before the future was ready",
        })
    }
}

impl Error for RunError {}

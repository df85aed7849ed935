//! Functions that a loop calls, and the handles that cancel them.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::runtime::scheduler::Scheduler;
use crate::runtime::timers::TimerKey;

/// A function that the loop's thread calls once, unless it is cancelled before.
pub(crate) struct Callback {
    function: Cell<Option<Box<dyn FnOnce()>>>,
    cancelled: Cell<bool>,
}

impl Callback {
    pub(crate) fn new(function: impl FnOnce() + 'static) -> Rc<Self> {
        Rc::new(Self { function: Cell::new(Some(Box::new(function))), cancelled: Cell::new(false) })
    }

    pub(crate) fn call(&self) {
        if let Some(function) = self.function.take() {
            function();
        }
    }

    pub(crate) fn cancel(&self) {
        if let Some(function) = self.function.take() {
            self.cancelled.set(true);
            drop(function); // its destructor may call this method
        }
    }
}

/// A callback that any thread can schedule and cancel.
pub(crate) struct ThreadsafeCallback(Mutex<Waiting>);

enum Waiting {
    Yes(Box<dyn FnOnce() + Send>),
    Called,
    Cancelled,
}

impl ThreadsafeCallback {
    pub(crate) fn new(function: impl FnOnce() + Send + 'static) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Waiting::Yes(Box::new(function)))))
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the function out if it waits, and sets the state to `over`.
    fn take(&self, over: Waiting) -> Option<Box<dyn FnOnce() + Send>> {
        let mut waiting = self.lock();
        if !matches!(*waiting, Waiting::Yes(_)) {
            return None;
        }
        match std::mem::replace(&mut *waiting, over) {
            Waiting::Yes(function) => Some(function),
            _ => None,
        }
    }

    pub(crate) fn call(&self) {
        if let Some(function) = self.take(Waiting::Called) {
            function();
        }
    }

    pub(crate) fn cancel(&self) {
        drop(self.take(Waiting::Cancelled));
    }
}

/// A handle of a function that [`LoopHandle::call_soon`](crate::LoopHandle::call_soon) scheduled.
///
/// Clones are handles of the same function. Dropping a handle cancels nothing.
///
/// Mirrors `asyncio.Handle`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{LoopHandle, block_on, yield_now};
///
/// block_on(async {
///     let handle = LoopHandle::current().unwrap().call_soon(|| unreachable!());
///     handle.cancel();
///     assert!(handle.is_cancelled());
///     yield_now().await;
/// });
/// ```
#[doc(alias = "asyncio.Handle")]
#[derive(Clone)]
pub struct CallbackHandle(pub(crate) Rc<Callback>);

impl CallbackHandle {
    /// Drops the function immediately, unless it has been called. A second call does nothing.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Returns whether the function was cancelled before it was called, also by the end of the
    /// loop. Python: `cancelled`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "cancelled")]
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.get()
    }
}

impl fmt::Debug for CallbackHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackHandle")
            .field("cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}

/// A handle of a function that [`LoopHandle::call_later`](crate::LoopHandle::call_later) or
/// [`call_at`](crate::LoopHandle::call_at) scheduled.
///
/// Clones are handles of the same function. Dropping a handle cancels nothing.
///
/// Mirrors `asyncio.TimerHandle`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{LoopHandle, block_on};
/// use std::time::Duration;
///
/// block_on(async {
///     let handle = LoopHandle::current()
///         .unwrap()
///         .call_later(Duration::from_secs(3600), || unreachable!());
///     handle.cancel();
///     assert!(handle.is_cancelled());
/// });
/// ```
#[doc(alias = "asyncio.TimerHandle")]
#[derive(Clone)]
pub struct TimerHandle {
    pub(crate) callback: Rc<Callback>,
    pub(crate) scheduler: Rc<Scheduler>,
    pub(crate) timer: TimerKey,
    pub(crate) when: Option<Instant>,
}

impl TimerHandle {
    /// Drops the function immediately, unless it has been called. A second call does nothing.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn cancel(&self) {
        self.callback.cancel();
        self.scheduler.cancel_timer(self.timer);
    }

    /// Returns whether the function was cancelled before it was called, also by the end of the
    /// loop. Python: `cancelled`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "cancelled")]
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.callback.cancelled.get()
    }

    /// Returns the instant at which the function is due. Python: `when`, in seconds of the loop's
    /// clock.
    ///
    /// Returns `None` if the instant is too far off for an [`Instant`], so that the function is
    /// never called.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::EventLoop;
    /// use std::time::{Duration, Instant};
    ///
    /// let event_loop = EventLoop::new()?;
    /// let deadline = Instant::now() + Duration::from_secs(60);
    /// assert_eq!(event_loop.handle().call_at(deadline, || ()).when(), Some(deadline));
    /// assert_eq!(event_loop.handle().call_later(Duration::MAX, || ()).when(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn when(&self) -> Option<Instant> {
        self.when
    }
}

impl fmt::Debug for TimerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimerHandle")
            .field("when", &self.when)
            .field("cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}

/// A handle of a function that
/// [`ThreadsafeHandle::call_soon_threadsafe`](crate::ThreadsafeHandle::call_soon_threadsafe)
/// scheduled.
///
/// Any thread can cancel the function. Clones are handles of the same function. Dropping a handle
/// cancels nothing.
///
/// Mirrors the `asyncio.Handle` that `call_soon_threadsafe` returns in Python, where only the
/// loop's thread may cancel it.
///
/// # Examples
///
/// ```
/// use cogen_executor::EventLoop;
///
/// let event_loop = EventLoop::new()?;
/// let handle = event_loop.handle().threadsafe().call_soon_threadsafe(|| unreachable!()).unwrap();
/// let cancel = handle.clone();
/// std::thread::spawn(move || cancel.cancel()).join().unwrap();
/// event_loop.run_until_complete(async {})?;
/// assert!(handle.is_cancelled());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ThreadsafeCallbackHandle(pub(crate) Arc<ThreadsafeCallback>);

impl ThreadsafeCallbackHandle {
    /// Drops the function immediately, on this thread, unless it has been called or is being
    /// called. A second call does nothing.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Returns whether the function was cancelled before it was called. Python: `cancelled`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "cancelled")]
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(*self.0.lock(), Waiting::Cancelled)
    }
}

impl fmt::Debug for ThreadsafeCallbackHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadsafeCallbackHandle")
            .field("cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}

//! Helpers with which the tests observe the event loop.

use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use cogen::executor::LoopHandle;

/// Runs `body` on a new thread, and fails if it hangs.
///
/// # Panics
///
/// If `body` panics, or if it hasn't returned after a time that is ample for a slow machine.
pub fn in_time<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> T {
    let limit = Duration::from_secs(if cfg!(miri) { 3600 } else { 120 });
    let (done, is_done) = channel();
    let thread = thread::spawn(move || {
        let value = body();
        done.send(()).expect("the test waits");
        value
    });
    match is_done.recv_timeout(limit) {
        Err(RecvTimeoutError::Timeout) => panic!("this hangs"),
        Ok(()) | Err(RecvTimeoutError::Disconnected) => {
            thread.join().unwrap_or_else(|payload| resume_unwind(payload))
        }
    }
}

/// Returns the message that `function` panics with.
///
/// # Panics
///
/// If `function` doesn't panic, or if the payload is not a text.
pub fn panic_message<T>(function: impl FnOnce() -> T) -> String {
    let payload = catch_unwind(AssertUnwindSafe(function)).err().expect("a panic");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => {
            payload.downcast::<&str>().map(|message| (*message).to_owned()).expect("a message")
        }
    }
}

/// A log of events, in order.
#[derive(Clone, Debug, Default)]
pub struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    /// Adds a line.
    pub fn add(&self, line: impl Into<String>) {
        self.0.borrow_mut().push(line.into());
    }

    /// Returns a guard that adds a line when it is dropped, as `finally` would in Python.
    #[must_use]
    pub fn finally(&self, line: &str) -> OnDrop<impl FnOnce() + use<>> {
        OnDrop::new(self.adds(line))
    }

    /// Returns a function that adds a line.
    pub fn adds(&self, line: &str) -> impl FnOnce() + use<> {
        let (log, line) = (self.clone(), line.to_owned());
        move || log.add(line)
    }

    /// Takes the lines that were added so far.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

/// Returns a log of the contexts that the exception handler of this loop receives.
#[must_use]
pub fn reports(of: &LoopHandle) -> Log {
    let log = Log::default();
    let handler = log.clone();
    of.set_exception_handler(Some(Rc::new(move |context| handler.add(context.to_string()))));
    log
}

/// Counts how often its waker is woken.
#[derive(Debug, Default)]
pub struct Wakes(AtomicUsize);

impl Wakes {
    /// Returns a new counter, and its waker.
    #[must_use]
    pub fn new() -> (Arc<Self>, Waker) {
        let wakes = Arc::new(Self::default());
        (wakes.clone(), wakes.into())
    }

    /// Returns how often the waker was woken.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// A future that is ready once it is opened, from any thread. Clones share their state.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<GateState>);

#[derive(Debug, Default)]
struct GateState {
    is_open: AtomicBool,
    polls: AtomicUsize,
    waker: Mutex<Option<Waker>>,
}

impl Gate {
    /// Opens the gate.
    pub fn open(&self) {
        self.0.is_open.store(true, SeqCst);
        if let Some(waker) = self.waker() {
            waker.wake();
        }
    }

    /// Takes the waker of the last poll.
    ///
    /// # Panics
    ///
    /// If another call has panicked in this type.
    #[must_use]
    pub fn waker(&self) -> Option<Waker> {
        self.0.waker.lock().expect("nobody panics in here").take()
    }

    /// Returns how often the gate was polled.
    #[must_use]
    pub fn polls(&self) -> usize {
        self.0.polls.load(SeqCst)
    }
}

impl Future for Gate {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.polls.fetch_add(1, SeqCst);
        let old = self.0.waker.lock().expect("nobody panics in here").replace(cx.waker().clone());
        drop(old);
        if self.0.is_open.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Records the drops of guards, and their threads.
#[derive(Clone, Debug, Default)]
pub struct Drops(Arc<Mutex<Vec<ThreadId>>>);

impl Drops {
    /// Returns a guard whose drop is recorded.
    #[must_use]
    pub fn guard(&self) -> DropGuard {
        DropGuard(self.clone())
    }

    /// Returns how often a guard was dropped.
    ///
    /// # Panics
    ///
    /// If another call has panicked in this type.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.lock().expect("nobody panics in here").len()
    }

    /// Returns whether one guard was dropped, on the current thread.
    ///
    /// # Panics
    ///
    /// If another call has panicked in this type.
    #[must_use]
    pub fn is_once_here(&self) -> bool {
        *self.0.lock().expect("nobody panics in here") == [thread::current().id()]
    }
}

/// See [`Drops::guard`].
#[derive(Debug)]
pub struct DropGuard(Drops);

impl Drop for DropGuard {
    fn drop(&mut self) {
        self.0.0.lock().expect("nobody panics in here").push(thread::current().id());
    }
}

/// Calls a function when it is dropped.
pub struct OnDrop<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> OnDrop<F> {
    /// Creates a guard that calls `function`.
    pub fn new(function: F) -> Self {
        Self(Some(function))
    }
}

impl<F: FnOnce()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        if let Some(function) = self.0.take() {
            function();
        }
    }
}

impl<F: FnOnce()> std::fmt::Debug for OnDrop<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnDrop").finish_non_exhaustive()
    }
}

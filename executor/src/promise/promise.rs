//! A future whose result somebody sets.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::promise::error::{PromiseError, SetError};
use crate::runtime::exception::guarded;
use crate::task::watch::DoneCallbackId;

/// A future, and the handle that sets its result, each for any thread and any executor.
///
/// `T` is what it gives, `E` what [`set_error`](Promise::set_error) takes: where nothing fails,
/// `()`. In Python both are one object, `asyncio.Future`, which `loop.create_future` makes; other
/// crates call this a oneshot channel.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, promise};
///
/// let (promise, future) = promise::<i32, String>();
/// assert_eq!(format!("{future:?}"), "<Future pending>");
/// std::thread::spawn(move || promise.set_result(42).unwrap());
/// assert_eq!(block_on(future), Ok(42));
/// ```
#[doc(alias = "asyncio.Future")]
#[doc(alias = "oneshot")]
#[doc(alias = "create_future")]
pub fn promise<T, E>() -> (Promise<T, E>, PromiseFuture<T, E>) {
    let state = State { phase: Phase::Pending, end: None, callbacks: VecDeque::new(), waker: None };
    let shared = Arc::new(Shared(Mutex::new(state)));
    (Promise(shared.clone()), PromiseFuture { shared, fetched: OnceLock::new(), is_lent: false })
}

type Outcome<T, E> = Result<T, PromiseError<E>>;
type Callback<T, E> = Box<dyn FnOnce(&PromiseFuture<T, E>) + Send>;

/// Under the lock, only fields are moved: clones, drops, wakes and calls, which may be anybody's
/// code, come after it.
struct Shared<T, E>(Mutex<State<T, E>>);

struct State<T, E> {
    phase: Phase<T, E>,
    end: Option<End>,
    callbacks: VecDeque<(DoneCallbackId, Callback<T, E>)>,
    waker: Option<Waker>,
}

/// Where the outcome is.
///
/// ```text
/// Pending ──set, cancelled, abandoned──► Calling ──the callbacks were called──► Done
///    │                                      │             ┌───the future looks───┤
///    │                                      │             ▼                      │
///    │                                      │          Fetched                   │
///    │                                      │             │                      │
///    └────────the future is dropped─────────┴─────────────┴──────────────────────┴──► Dropped
/// ```
///
/// Where there are no callbacks, `Calling` is skipped.
enum Phase<T, E> {
    /// There is none.
    Pending,
    /// With the one who set it, who lends it to the callbacks.
    Calling,
    /// Here.
    Done(Outcome<T, E>),
    /// With the future, or with whoever awaited that.
    Fetched,
    /// Gone, or nobody will ever want it.
    Dropped,
}

impl<T, E> Phase<T, E> {
    /// Takes the outcome if it is here, or with the future.
    fn take(&mut self, fetched: &mut OnceLock<Outcome<T, E>>) -> Poll<Option<Outcome<T, E>>> {
        match mem::replace(self, Self::Fetched) {
            Self::Done(outcome) => Poll::Ready(Some(outcome)),
            Self::Fetched => Poll::Ready(fetched.take()),
            other => {
                *self = other;
                Poll::Pending
            }
        }
    }
}

/// What the outcome was, wherever it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Set,
    Cancelled,
}

impl<T, E> Shared<T, E> {
    fn lock(&self) -> MutexGuard<'_, State<T, E>> {
        // Nothing that could panic runs under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the outcome, calls the callbacks, wakes who waits. The outcome comes back if it was not
    /// wanted.
    fn settle(self: &Arc<Self>, outcome: Outcome<T, E>) -> Result<(), SetError<Outcome<T, E>>> {
        let mut state = self.lock();
        match (state.end, &state.phase) {
            (Some(End::Set), _) => return Err(SetError::Done(outcome)),
            (Some(End::Cancelled), _) => return Err(SetError::Cancelled(outcome)),
            (None, Phase::Dropped) => return Err(SetError::Dropped(outcome)),
            (None, _) => {}
        }
        let is_cancelled = matches!(outcome, Err(PromiseError::Cancelled(_)));
        state.end = Some(if is_cancelled { End::Cancelled } else { End::Set });
        if state.callbacks.is_empty() {
            state.phase = Phase::Done(outcome);
        } else {
            state.phase = Phase::Calling;
            drop(state);
            state = self.call_callbacks(outcome);
        }
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            guarded("a waker panicked", || waker.wake());
        }
        Ok(())
    }

    /// Calls the callbacks, with those that they add.
    fn call_callbacks(self: &Arc<Self>, outcome: Outcome<T, E>) -> MutexGuard<'_, State<T, E>> {
        let mut lent =
            PromiseFuture { shared: self.clone(), fetched: OnceLock::from(outcome), is_lent: true };
        loop {
            let mut state = self.lock();
            if let Some((_, callback)) = state.callbacks.pop_front() {
                drop(state);
                guarded("a callback panicked", || callback(&lent));
            } else {
                if let Phase::Calling = state.phase {
                    state.phase = lent.fetched.take().map_or(Phase::Fetched, Phase::Done);
                    return state;
                }
                // The future was dropped meanwhile.
                drop(state);
                drop(lent);
                return self.lock();
            }
        }
    }

    fn cancel(self: &Arc<Self>, message: String) -> bool {
        self.settle(Err(PromiseError::Cancelled(message))).is_ok()
    }
}

/// Sets the result of a [`PromiseFuture`], once, from any thread: one half of what [`promise`]
/// makes. If it is dropped before, the future is [`Abandoned`](PromiseError::Abandoned).
///
/// Whoever sets it calls the callbacks and wakes the task that waits; what these panic with never
/// comes out here, but goes to the exception handler of the loop that runs on this thread, or to
/// standard error.
///
/// # Examples
///
/// ```
/// use cogen_executor::{PromiseError, block_on, promise};
///
/// let (promise, future) = promise::<i32, ()>();
/// drop(promise); // whoever had it has given up, or panicked
/// assert_eq!(block_on(future), Err(PromiseError::Abandoned));
/// ```
pub struct Promise<T, E>(Arc<Shared<T, E>>);

impl<T, E> Promise<T, E> {
    /// Lets the future give `value`. Python: `set_result`.
    ///
    /// # Errors
    ///
    /// [`SetError`] with the value if nobody will ever get it. Python: `InvalidStateError`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{SetError, promise};
    ///
    /// let (promise, future) = promise::<_, ()>();
    /// assert_eq!(promise.set_result("first"), Ok(()));
    /// assert_eq!(promise.set_result("second"), Err(SetError::Done("second")));
    /// assert_eq!(future.result(), Some(Ok("first")));
    /// ```
    pub fn set_result(&self, value: T) -> Result<(), SetError<T>> {
        self.0.settle(Ok(value)).map_err(|refused| {
            refused.map(|outcome| match outcome {
                Ok(value) => value,
                Err(_) => unreachable!("what is refused is what was offered"),
            })
        })
    }

    /// Lets the future give [`PromiseError::Error`] with `error`. Python: `set_exception`.
    ///
    /// # Errors
    ///
    /// [`SetError`] with the error if nobody will ever get it. Python: `InvalidStateError`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{PromiseError, promise};
    ///
    /// let (promise, future) = promise::<(), _>();
    /// promise.set_error("no route").unwrap();
    /// assert_eq!(future.exception(), Some(PromiseError::Error("no route")));
    /// ```
    #[doc(alias = "set_exception")]
    pub fn set_error(&self, error: E) -> Result<(), SetError<E>> {
        self.0.settle(Err(PromiseError::Error(error))).map_err(|refused| {
            refused.map(|outcome| match outcome {
                Err(PromiseError::Error(error)) => error,
                _ => unreachable!("what is refused is what was offered"),
            })
        })
    }

    /// Lets the future give [`PromiseError::Cancelled`] with `message`, which may be empty; as
    /// [`PromiseFuture::cancel`], from the other side. Returns whether that came in time: not
    /// if the future is done, cancelled or dropped already.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{PromiseError, block_on, promise};
    ///
    /// let (promise, future) = promise::<(), ()>();
    /// assert!(promise.cancel("the server shuts down"));
    /// assert_eq!(
    ///     block_on(future),
    ///     Err(PromiseError::Cancelled("the server shuts down".to_owned()))
    /// );
    /// ```
    pub fn cancel(&self, message: impl Into<String>) -> bool {
        self.0.cancel(message.into())
    }

    /// Whether it is too late to set anything: the future has its result, was cancelled or dropped.
    /// Python: `done`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::promise;
    ///
    /// let (promise, future) = promise::<i32, ()>();
    /// assert!(!promise.is_done());
    /// drop(future);
    /// assert!(promise.is_done()); // so that the work can be spared
    /// ```
    #[doc(alias = "done")]
    #[must_use]
    pub fn is_done(&self) -> bool {
        !matches!(self.0.lock().phase, Phase::Pending)
    }
}

impl<T, E> Drop for Promise<T, E> {
    fn drop(&mut self) {
        // Refused if it was set.
        let _ = self.0.settle(Err(PromiseError::Abandoned));
    }
}

impl<T, E> fmt::Debug for Promise<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_done() { "<Promise done>" } else { "<Promise pending>" })
    }
}

/// The future whose result a [`Promise`] sets: the other half of what [`promise`] makes.
///
/// Awaiting it gives what was set, or a [`PromiseError`]. It may be awaited by reference, `(&mut
/// future).await`, to be kept; the result is given out once. Dropping it drops its callbacks
/// uncalled, and lets the promise know.
///
/// It prints as Python's do: `<Future pending>`, `<Future finished result=42>`, `<Future finished
/// error=…>`, `<Future cancelled message='…'>`; besides, there is `<Future abandoned>`, and
/// `<Future finished>` for one whose result was given out.
///
/// # Panics
///
/// If it is polled after it has given its result out.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, promise};
///
/// let (promise, mut future) = promise::<_, ()>();
/// promise.set_result(42).unwrap();
/// assert_eq!(format!("{future:?}"), "<Future finished result=42>");
/// assert_eq!(block_on(&mut future), Ok(42));
/// assert_eq!(format!("{future:?}"), "<Future finished>");
/// ```
#[must_use = "a promise whose future is dropped can't be set"]
pub struct PromiseFuture<T, E> {
    shared: Arc<Shared<T, E>>,
    /// The outcome, once somebody has looked at it here; set under the lock.
    fetched: OnceLock<Outcome<T, E>>,
    /// Whether this one is for callbacks to look at.
    is_lent: bool,
}

impl<T, E> PromiseFuture<T, E> {
    /// The outcome, which is brought here for it.
    fn look(&self) -> Option<&Outcome<T, E>> {
        if self.fetched.get().is_none() {
            let mut state = self.shared.lock();
            if matches!(state.phase, Phase::Done(_)) {
                if let Phase::Done(outcome) = mem::replace(&mut state.phase, Phase::Fetched) {
                    // Empty: it is filled under the lock, in this phase only.
                    let _ = self.fetched.set(outcome);
                }
            }
        }
        self.fetched.get()
    }

    /// Whether there is a result, an error or a cancellation, and the callbacks that were added
    /// before it have been called. Python: `done`.
    ///
    /// A callback sees this `true`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::promise;
    ///
    /// let (promise, future) = promise::<_, ()>();
    /// assert!(!future.is_done());
    /// promise.set_result(42).unwrap();
    /// assert!(future.is_done());
    /// ```
    #[doc(alias = "done")]
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.fetched.get().is_some()
            || matches!(self.shared.lock().phase, Phase::Done(_) | Phase::Fetched)
    }

    /// Whether the future was cancelled, from either side. One whose promise was dropped was not.
    /// Python: `cancelled`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::promise;
    ///
    /// let (cancelled, future) = promise::<(), ()>();
    /// cancelled.cancel("");
    /// assert!(future.is_cancelled());
    ///
    /// let (dropped, future) = promise::<(), ()>();
    /// drop(dropped);
    /// assert!(future.is_done() && !future.is_cancelled());
    /// ```
    #[doc(alias = "cancelled")]
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.is_done() && self.shared.lock().end == Some(End::Cancelled)
    }

    /// A copy of what awaiting the future gives; `None` if it is not [done](Self::is_done), or if
    /// the result was given out by awaiting it.
    ///
    /// Python's `result` raises `InvalidStateError` if it isn't done.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, promise};
    ///
    /// let (promise, mut future) = promise::<_, ()>();
    /// assert_eq!(future.result(), None);
    /// promise.set_result(42).unwrap();
    /// assert_eq!(future.result(), Some(Ok(42)));
    /// block_on(&mut future).unwrap();
    /// assert_eq!(future.result(), None); // it was given out
    /// ```
    #[must_use]
    pub fn result(&self) -> Option<Result<T, PromiseError<E>>>
    where
        T: Clone,
        E: Clone,
    {
        self.look().cloned()
    }

    /// A copy of the error that awaiting the future gives; `None` if it gives a value, is not
    /// [done](Self::is_done), or was awaited.
    ///
    /// Python's `exception` raises `CancelledError` of a cancelled one, and `InvalidStateError` if
    /// it isn't done.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{PromiseError, promise};
    ///
    /// let (promise, future) = promise::<(), ()>();
    /// assert_eq!(future.exception(), None);
    /// drop(promise);
    /// assert_eq!(future.exception(), Some(PromiseError::Abandoned));
    /// ```
    #[must_use]
    pub fn exception(&self) -> Option<PromiseError<E>>
    where
        E: Clone,
    {
        self.look()?.as_ref().err().cloned()
    }

    /// Lets the future give [`PromiseError::Cancelled`] with `message`, which may be empty, to
    /// whoever awaits it. Returns whether that came in time: not if it is done or cancelled
    /// already. Python: `cancel`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{SetError, promise};
    ///
    /// let (promise, future) = promise::<_, ()>();
    /// assert!(future.cancel("not needed"));
    /// assert!(!future.cancel("twice"));
    /// assert_eq!(format!("{future:?}"), "<Future cancelled message='not needed'>");
    /// assert_eq!(promise.set_result(42), Err(SetError::Cancelled(42)));
    /// ```
    pub fn cancel(&self, message: impl Into<String>) -> bool {
        self.shared.cancel(message.into())
    }

    /// Lets `callback` be called with the future when it is done: by whoever sets it, cancels it or
    /// drops the promise, on that thread, in the order in which callbacks were added, before
    /// whoever awaits the future goes on. If it is done already, it is called here and now.
    ///
    /// What `callback` gets has the methods of this future, and the result. Until the last callback
    /// has returned, this future itself is not done. What a callback panics with goes to the
    /// exception handler of the loop that runs on that thread, or to standard error; the others
    /// are called. Python schedules callbacks on the future's loop: from in here,
    /// [`call_soon`](crate::LoopHandle::call_soon) or
    /// [`call_soon_threadsafe`](crate::ThreadsafeHandle::call_soon_threadsafe) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::promise;
    ///
    /// let (promise, future) = promise::<_, ()>();
    /// let id = future.add_done_callback(|_| unreachable!());
    /// future.add_done_callback(|future| {
    ///     assert_eq!(format!("{future:?}"), "<Future finished result=42>")
    /// });
    /// assert!(future.remove_done_callback(id));
    /// promise.set_result(42).unwrap();
    /// ```
    pub fn add_done_callback(
        &self,
        callback: impl FnOnce(&Self) + Send + 'static,
    ) -> DoneCallbackId {
        let mut callback: Option<Callback<T, E>> = Some(Box::new(callback));
        let mut state = self.shared.lock();
        let id = DoneCallbackId::next();
        if let Phase::Pending | Phase::Calling = state.phase {
            state.callbacks.extend(callback.take().map(|callback| (id, callback)));
        }
        drop(state);
        if let Some(callback) = callback {
            guarded("a callback panicked", || callback(self));
        }
        id
    }

    /// Takes a callback away that was added to this future, and drops it. Returns whether it was
    /// still waiting. The `id` of a callback of another future means nothing here.
    ///
    /// Python's `remove_done_callback` takes the function, and counts how often it was there.
    ///
    /// # Examples
    ///
    /// See [`add_done_callback`](Self::add_done_callback).
    pub fn remove_done_callback(&self, id: DoneCallbackId) -> bool {
        let mut state = self.shared.lock();
        let removed = state
            .callbacks
            .iter()
            .position(|(waiting, _)| *waiting == id)
            .and_then(|at| state.callbacks.remove(at));
        drop(state);
        removed.is_some() // what was removed is dropped after this, and may come back here
    }

    /// The outcome: none if it was given out before.
    fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<Option<Outcome<T, E>>> {
        let mut state = self.shared.lock();
        if let Poll::Ready(outcome) = state.phase.take(&mut self.fetched) {
            return Poll::Ready(outcome);
        }
        if state.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        drop(state);
        let waker = cx.waker().clone();
        let mut state = self.shared.lock();
        let taken = state.phase.take(&mut self.fetched);
        let unused = if taken.is_ready() { Some(waker) } else { state.waker.replace(waker) };
        drop(state);
        drop(unused);
        taken
    }
}

impl<T, E> Future for PromiseFuture<T, E> {
    type Output = Result<T, PromiseError<E>>;

    /// # Panics
    ///
    /// If the future has given its result out before.
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_outcome(cx).map(|outcome| match outcome {
            Some(outcome) => outcome,
            None => {
                panic!("a promise's future was awaited again after it had given its result out")
            }
        })
    }
}

// Nothing in it is ever pinned.
impl<T, E> Unpin for PromiseFuture<T, E> {}

impl<T, E> Drop for PromiseFuture<T, E> {
    fn drop(&mut self) {
        if self.is_lent {
            return;
        }
        let mut state = self.shared.lock();
        let unwanted = (
            mem::replace(&mut state.phase, Phase::Dropped),
            mem::take(&mut state.callbacks),
            state.waker.take(),
        );
        drop(state);
        drop(unwanted);
    }
}

impl<T: fmt::Debug, E: fmt::Debug> fmt::Debug for PromiseFuture<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.look() {
            Some(Ok(value)) => write!(f, "<Future finished result={value:?}>"),
            Some(Err(PromiseError::Error(error))) => write!(f, "<Future finished error={error:?}>"),
            Some(Err(PromiseError::Cancelled(message))) if !message.is_empty() => {
                write!(f, "<Future cancelled message='{message}'>")
            }
            Some(Err(PromiseError::Abandoned)) => f.write_str("<Future abandoned>"),
            Some(Err(PromiseError::Cancelled(_))) => f.write_str("<Future cancelled>"),
            None if self.is_cancelled() => f.write_str("<Future cancelled>"),
            None if self.is_done() => f.write_str("<Future finished>"),
            None => f.write_str("<Future pending>"),
        }
    }
}

//! A future whose result is set from outside.

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

/// Creates a future and the handle that sets its result, for any thread and any executor.
///
/// `T` is the type of the value, `E` that of the error: use `()` if nothing fails. In Python both
/// halves are one object, `asyncio.Future`, which `loop.create_future` creates. Other crates call
/// this a oneshot channel.
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

/// Under the lock, only fields are moved. Clones, drops, wakes and callbacks may run foreign code,
/// so they come after it.
struct Shared<T, E>(Mutex<State<T, E>>);

struct State<T, E> {
    phase: Phase<T, E>,
    end: Option<End>,
    callbacks: VecDeque<(DoneCallbackId, Callback<T, E>)>,
    waker: Option<Waker>,
}

/// The place of the outcome.
///
/// ```text
/// Pending ──set, cancelled, abandoned──► Calling ──the callbacks were called──► Done
///    │                                      │             ┌───the future reads───┤
///    │                                      │             ▼                      │
///    │                                      │          Fetched                   │
///    │                                      │             │                      │
///    └────────the future is dropped─────────┴─────────────┴──────────────────────┴──► Dropped
/// ```
///
/// Without callbacks, `Calling` is skipped.
enum Phase<T, E> {
    /// There is no outcome yet.
    Pending,
    /// On the stack of `call_callbacks`, which lends it to the callbacks.
    Calling,
    /// In this variant.
    Done(Outcome<T, E>),
    /// In the future's field `fetched`, or handed out by awaiting the future.
    Fetched,
    /// The future was dropped, and with it any outcome.
    Dropped,
}

impl<T, E> Phase<T, E> {
    /// Takes the outcome out of `self` or `fetched`.
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

/// The kind of the outcome, which is kept when the outcome moves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Set,
    Cancelled,
}

impl<T, E> Shared<T, E> {
    fn lock(&self) -> MutexGuard<'_, State<T, E>> {
        // Nothing panics under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the outcome, calls the callbacks and wakes the waiting task. Hands a rejected outcome
    /// back.
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

    /// Calls the callbacks, including those that they add.
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

/// Sets the result of a [`PromiseFuture`], once, from any thread.
///
/// [`promise`] creates both. If the promise is dropped before it is set, the future resolves to
/// [`Abandoned`](PromiseError::Abandoned).
///
/// Setting it calls the callbacks and wakes the waiting task. Their panics are caught and reported
/// to the exception handler of the loop that runs on this thread, or to standard error.
///
/// # Examples
///
/// ```
/// use cogen_executor::{PromiseError, block_on, promise};
///
/// let (promise, future) = promise::<i32, ()>();
/// drop(promise); // as a panic would, too
/// assert_eq!(block_on(future), Err(PromiseError::Abandoned));
/// ```
pub struct Promise<T, E>(Arc<Shared<T, E>>);

impl<T, E> Promise<T, E> {
    /// Sets the future's output to `value`. Python: `set_result`.
    ///
    /// # Errors
    ///
    /// [`SetError`] with the value if the future is done, cancelled or dropped. Python:
    /// `InvalidStateError`.
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
                Err(_) => unreachable!("the rejected outcome is the one that was passed"),
            })
        })
    }

    /// Sets the future's output to [`PromiseError::Error`] with `error`. Python: `set_exception`.
    ///
    /// # Errors
    ///
    /// [`SetError`] with the error if the future is done, cancelled or dropped. Python:
    /// `InvalidStateError`.
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
                _ => unreachable!("the rejected outcome is the one that was passed"),
            })
        })
    }

    /// Sets the future's output to [`PromiseError::Cancelled`] with `message`, which may be empty.
    ///
    /// [`PromiseFuture::cancel`] does the same from the other side. Returns `false` if the future
    /// is already done, cancelled or dropped.
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

    /// Returns whether the future has its result, or was cancelled or dropped. Python: `done`.
    ///
    /// The promise can't be set then.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::promise;
    ///
    /// let (promise, future) = promise::<i32, ()>();
    /// assert!(!promise.is_done());
    /// drop(future);
    /// assert!(promise.is_done()); // so the work can be skipped
    /// ```
    #[doc(alias = "done")]
    #[must_use]
    pub fn is_done(&self) -> bool {
        !matches!(self.0.lock().phase, Phase::Pending)
    }
}

impl<T, E> Drop for Promise<T, E> {
    fn drop(&mut self) {
        // An error if the promise was set.
        let _ = self.0.settle(Err(PromiseError::Abandoned));
    }
}

impl<T, E> fmt::Debug for Promise<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_done() { "<Promise done>" } else { "<Promise pending>" })
    }
}

/// The future whose result a [`Promise`] sets. [`promise`] creates both.
///
/// It resolves to the value that was set, or to a [`PromiseError`]. Await it by reference, `(&mut
/// future).await`, to keep it. The result is handed out once. Dropping the future drops its
/// callbacks uncalled, and [`Promise::is_done`] returns `true` from then on.
///
/// Its `Debug` form is like Python's: `<Future pending>`, `<Future finished result=42>`, `<Future
/// finished error=…>`, `<Future cancelled message='…'>`. In addition there are `<Future
/// abandoned>`, and `<Future finished>` after the result was handed out.
///
/// # Panics
///
/// Panics if it is polled after its result was handed out.
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
    /// The outcome, once it was read through this future. Set under the lock.
    fetched: OnceLock<Outcome<T, E>>,
    /// Whether this is the future that callbacks get.
    is_lent: bool,
}

impl<T, E> PromiseFuture<T, E> {
    /// Returns the outcome, after moving it to `fetched`.
    fn look(&self) -> Option<&Outcome<T, E>> {
        if self.fetched.get().is_none() {
            let mut state = self.shared.lock();
            if matches!(state.phase, Phase::Done(_)) {
                if let Phase::Done(outcome) = mem::replace(&mut state.phase, Phase::Fetched) {
                    // Can't fail: `fetched` is filled only under the lock, and only in this phase.
                    let _ = self.fetched.set(outcome);
                }
            }
        }
        self.fetched.get()
    }

    /// Returns whether the future has an outcome and its callbacks were called. Python: `done`.
    ///
    /// In a callback it returns `true`.
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

    /// Returns whether the future was cancelled, from either side. Python: `cancelled`.
    ///
    /// A future whose promise was dropped was not cancelled.
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

    /// Returns a clone of the future's output.
    ///
    /// Returns `None` if the future is not [done](Self::is_done), or if its output was handed out
    /// by awaiting it.
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
    /// assert_eq!(future.result(), None); // it was handed out
    /// ```
    #[must_use]
    pub fn result(&self) -> Option<Result<T, PromiseError<E>>>
    where
        T: Clone,
        E: Clone,
    {
        self.look().cloned()
    }

    /// Returns a clone of the error that the future resolves to.
    ///
    /// Returns `None` if the future resolves to a value, is not [done](Self::is_done), or was
    /// awaited.
    ///
    /// Python's `exception` raises `CancelledError` if the future was cancelled, and
    /// `InvalidStateError` if it isn't done.
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

    /// Sets the output to [`PromiseError::Cancelled`] with `message`, which may be empty. Python:
    /// `cancel`.
    ///
    /// Returns `false` if the future is already done or cancelled.
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

    /// Adds a callback, which is called with the future when it is done.
    ///
    /// The thread that sets or drops the promise, or cancels the future, calls the callbacks in the
    /// order in which they were added, before it wakes the task that awaits the future. If the
    /// future is done already, `callback` is called immediately.
    ///
    /// The argument of `callback` is a future that has the result. This future itself is not done
    /// until the last callback has returned. The panic of a callback is reported to the exception
    /// handler of the loop that runs on that thread, or to standard error, and the other callbacks
    /// are called. Python schedules callbacks on the future's loop: call
    /// [`call_soon`](crate::LoopHandle::call_soon) or
    /// [`call_soon_threadsafe`](crate::ThreadsafeHandle::call_soon_threadsafe) in `callback` for
    /// that.
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

    /// Removes a callback of this future, and drops it.
    ///
    /// Returns `false` if it was called or removed before, or if `id` is of another future.
    ///
    /// Python's `remove_done_callback` takes the function, and returns the number of removed
    /// callbacks.
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
        removed.is_some() // its drop may call this method, so it comes after the lock
    }

    /// Polls for the outcome. `None` if it was handed out before.
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
    /// Panics if the future's result was handed out before.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_outcome(cx).map(|outcome| match outcome {
            Some(outcome) => outcome,
            None => {
                panic!("a promise's future was awaited again after its result was handed out")
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

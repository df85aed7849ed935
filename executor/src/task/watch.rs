//! Callbacks for the end of a task.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use super::join_error::JoinError;
use super::task::{State, Task};
use crate::runtime::callback::Callback;

/// The handle of a task with callbacks, and the callbacks.
pub(super) struct Watch<T> {
    pub(super) task: Task<T>,
    callbacks: RefCell<Vec<(DoneCallbackId, Box<dyn FnOnce(&Task<T>)>)>>,
    /// Whether a [`Watching`] is scheduled to call the callbacks.
    is_watched: Cell<bool>,
    waiter: Cell<Option<Waker>>,
}

impl<T> Watch<T> {
    /// Polls until the callbacks were called, and takes the result of the task.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        if !self.is_watched.get() {
            return self.task.poll_value(cx);
        }
        self.task.scheduler.expect_no_other_runs("a task");
        let waiter = self.waiter.take().filter(|waiter| waiter.will_wake(cx.waker()));
        self.waiter.set(Some(waiter.unwrap_or_else(|| cx.waker().clone())));
        Poll::Pending
    }

    /// Creates another handle of the same task, for the callbacks.
    fn handle(self: &Rc<Self>) -> Task<T> {
        self.task.with_state(State::Watched(self.clone()))
    }
}

/// Calls the callbacks when the task is done. If the loop is closed first, this is dropped, and
/// drops the callbacks.
struct Watching<T> {
    watch: Rc<Watch<T>>,
    has_called: bool,
}

impl<T> Watching<T> {
    fn call(mut self) {
        self.has_called = true;
        let handle = self.watch.handle();
        for (_, callback) in self.end() {
            self.watch.task.scheduler.guarded("a callback panicked", || callback(&handle));
        }
    }

    /// Takes the callbacks. Callbacks that are added later get another `Watching`.
    fn end(&self) -> Vec<(DoneCallbackId, Box<dyn FnOnce(&Task<T>)>)> {
        self.watch.is_watched.set(false);
        self.watch.callbacks.take()
    }
}

impl<T> Drop for Watching<T> {
    fn drop(&mut self) {
        let scheduler = &self.watch.task.scheduler;
        if !self.has_called {
            for callback in self.end() {
                scheduler.guarded("a callback panicked when it was dropped", || drop(callback));
            }
        }
        if let Some(waiter) = self.watch.waiter.take() {
            scheduler.guarded("a waker panicked", || waiter.wake());
        }
    }
}

impl<T: 'static> Task<T> {
    /// Adds a callback, which is called with the task when it is done. Python: `add_done_callback`.
    ///
    /// Callbacks are called in the order in which they were added, before the future that awaits
    /// the task is woken. If the task is done already, `callback` is called in the loop's next
    /// turn.
    ///
    /// The loop calls `callback`, or drops it if the loop is closed first. A panic is reported to
    /// the exception handler. The returned id is for
    /// [`remove_done_callback`](Self::remove_done_callback).
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn};
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// block_on(async {
    ///     let seen = Rc::new(RefCell::new(String::new()));
    ///     let task = spawn(async { 42 });
    ///     task.add_done_callback({
    ///         let seen = seen.clone();
    ///         move |task| *seen.borrow_mut() = format!("{task:?}")
    ///     });
    ///     assert_eq!(task.await.unwrap(), 42);
    ///     assert_eq!(*seen.borrow(), "<Task finished name='Task-1' result=42>");
    /// });
    /// ```
    pub fn add_done_callback(&self, callback: impl FnOnce(&Self) + 'static) -> DoneCallbackId {
        let watch = self.watched();
        let id = DoneCallbackId::next();
        watch.callbacks.borrow_mut().push((id, Box::new(callback)));
        if !watch.is_watched.replace(true) {
            let task = watch.task.id();
            let watching = Watching { watch, has_called: false };
            self.scheduler.call_when_done(task, Callback::new(|| watching.call()));
        }
        id
    }

    /// Removes a callback of this task, and drops it.
    ///
    /// Returns `false` if it was called or removed before, or if `id` is of another task.
    ///
    /// Python's `remove_done_callback` takes the function, and returns the number of removed
    /// callbacks.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn};
    ///
    /// block_on(async {
    ///     let task = spawn(async { 42 });
    ///     let id = task.add_done_callback(|_| unreachable!());
    ///     assert!(task.remove_done_callback(id));
    ///     assert!(!task.remove_done_callback(id));
    ///     task.await.unwrap();
    /// });
    /// ```
    pub fn remove_done_callback(&self, id: DoneCallbackId) -> bool {
        let watch = match &*self.state.borrow() {
            State::Watched(watch) => watch.clone(),
            _ => return false,
        };
        let mut callbacks = watch.callbacks.borrow_mut();
        let removed =
            callbacks.iter().position(|(waiting, _)| *waiting == id).map(|at| callbacks.remove(at));
        drop(callbacks);
        removed.is_some() // its drop may call this method, so it comes after the borrow
    }

    fn watched(&self) -> Rc<Watch<T>> {
        let mut state = self.state.borrow_mut();
        if let State::Watched(watch) = &*state {
            return watch.clone();
        }
        let id = state.id();
        let known =
            std::mem::replace(&mut *state, State::Taken { number: id.number, is_cancelled: false });
        let watch = Rc::new(Watch {
            task: self.with_state(known),
            callbacks: RefCell::default(),
            is_watched: Cell::new(false),
            waiter: Cell::new(self.scheduler.tasks.take_waiter(id)),
        });
        *state = State::Watched(watch.clone());
        watch
    }
}

/// Identifies a callback of a [`Task`] or a [`PromiseFuture`](crate::PromiseFuture).
///
/// `add_done_callback` returns it, and `remove_done_callback` takes it.
///
/// # Examples
///
/// See [`Task::remove_done_callback`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoneCallbackId(usize);

impl DoneCallbackId {
    /// Returns a new id, unique among all tasks and promises.
    pub(crate) fn next() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        Self(COUNT.fetch_add(1, Ordering::Relaxed))
    }
}

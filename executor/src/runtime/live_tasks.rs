//! The table of the tasks of a loop that are not done: their wakers, waiters, callbacks and names.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::num::NonZeroU64;
use std::rc::Rc;
use std::task::Waker;

use slab::Slab;

use crate::runtime::callback::Callback;

/// Identifies a task of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskId {
    entry: usize,
    /// Distinguishes the task from earlier ones with the same entry.
    pub(crate) number: NonZeroU64,
}

impl TaskId {
    /// Returns the id of a task that is done, which has no entry any more.
    pub(crate) fn done(number: NonZeroU64) -> Self {
        Self { entry: usize::MAX, number }
    }

    pub(crate) fn default_name(self) -> String {
        format!("Task-{}", self.number)
    }
}

/// A task whose future has not been dropped.
struct Live {
    number: NonZeroU64,
    /// Wakes the task. `None` before its first `Pending`, as the task is in the queue until then.
    waker: Option<Waker>,
    /// Wakes the future that awaits the task.
    waiter: Option<Waker>,
}

struct Name {
    name: String,
    /// Whether the task or its handle is gone. The name is needed until both are.
    is_half_gone: bool,
}

/// The tasks of one loop that are not done.
#[derive(Default)]
pub(crate) struct LiveTasks {
    table: RefCell<Slab<Live>>,
    /// The number of tasks spawned so far.
    count: Cell<u64>,
    /// The cancelled tasks. There are few at any time.
    cancelled: RefCell<HashSet<NonZeroU64>>,
    /// The names that were set, until the task is done and its handle is gone.
    names: RefCell<HashMap<NonZeroU64, Name>>,
    /// The callbacks of tasks that have one.
    watchers: RefCell<HashMap<NonZeroU64, Rc<Callback>>>,
}

/// The callback and the waker to call at the end of a task.
pub(crate) struct Ended {
    pub(crate) callback: Option<Rc<Callback>>,
    pub(crate) waiter: Option<Waker>,
}

impl LiveTasks {
    /// Returns the id of the next task.
    pub(crate) fn next_id(&self) -> TaskId {
        let number = NonZeroU64::MIN.saturating_add(self.count.get());
        self.count.set(number.get());
        TaskId { entry: self.table.borrow().vacant_key(), number }
    }

    /// Inserts a new task with the id that [`next_id`](Self::next_id) returned.
    pub(crate) fn insert(&self, id: TaskId) {
        let entry =
            self.table.borrow_mut().insert(Live { number: id.number, waker: None, waiter: None });
        debug_assert_eq!(entry, id.entry);
    }

    /// Calls `function` with a task's entry, if the task is not done.
    fn with<T>(&self, id: TaskId, function: impl FnOnce(&mut Live) -> T) -> Option<T> {
        self.table
            .borrow_mut()
            .get_mut(id.entry)
            .filter(|live| live.number == id.number)
            .map(function)
    }

    /// Marks a task as cancelled, so that its future is dropped in the next turn. Returns `false`
    /// if it is done or cancelled already.
    pub(crate) fn cancel(&self, id: TaskId) -> bool {
        let is_live = self.with(id, |live| {
            if let Some(waker) = &live.waker {
                waker.wake_by_ref(); // this only schedules the task
            }
        });
        is_live.is_some() && self.cancelled.borrow_mut().insert(id.number)
    }

    pub(crate) fn cancel_all(&self) {
        for id in self.ids() {
            self.cancel(id);
        }
    }

    /// Returns the ids of all tasks that are not done.
    pub(crate) fn ids(&self) -> Vec<TaskId> {
        let table = self.table.borrow();
        table.iter().map(|(entry, live)| TaskId { entry, number: live.number }).collect()
    }

    /// Returns whether the task is cancelled and not done.
    #[inline]
    pub(crate) fn is_cancelled(&self, id: TaskId) -> bool {
        let cancelled = self.cancelled.borrow();
        !cancelled.is_empty() && cancelled.contains(&id.number)
    }

    /// Stores the waker of a task that was polled and is pending. Returns `false` if the task is
    /// cancelled, so that its future must be dropped.
    #[inline]
    pub(crate) fn keep_pending(&self, id: TaskId, waker: &Waker) -> bool {
        let is_live = self.with(id, |live| {
            if live.waker.is_none() {
                live.waker = Some(waker.clone());
            }
        });
        is_live.is_some() && !self.is_cancelled(id)
    }

    /// Registers `waker` to be woken when the task is done.
    pub(crate) fn wait_for(&self, id: TaskId, waker: &Waker) {
        let waits = self
            .with(id, |live| live.waiter.as_ref().is_some_and(|waiter| waiter.will_wake(waker)));
        if waits == Some(false) {
            let waker = waker.clone();
            let old = self.with(id, |live| live.waiter.replace(waker));
            drop(old); // its destructor may call this table
        }
    }

    /// Removes and returns the waker of the future that awaits the task.
    pub(crate) fn take_waiter(&self, id: TaskId) -> Option<Waker> {
        self.with(id, |live| live.waiter.take()).flatten()
    }

    /// Keeps `callback` for the end of the task. Hands it back if the task is done.
    pub(crate) fn watch(&self, id: TaskId, callback: Rc<Callback>) -> Result<(), Rc<Callback>> {
        if self.with(id, |_| ()).is_none() {
            return Err(callback);
        }
        self.watchers.borrow_mut().insert(id.number, callback);
        Ok(())
    }

    /// Sets the name of a task that has a handle.
    pub(crate) fn set_name(&self, id: TaskId, name: String) {
        let is_half_gone = self.with(id, |_| ()).is_none();
        self.names.borrow_mut().insert(id.number, Name { name, is_half_gone });
    }

    /// Returns the name of a task that is not done or has a handle.
    pub(crate) fn name(&self, id: TaskId) -> String {
        self.names
            .borrow()
            .get(&id.number)
            .map_or_else(|| id.default_name(), |name| name.name.clone())
    }

    /// Notes that the task is done, or that its handle is gone. Removes the name after both.
    #[inline]
    pub(crate) fn forget_name(&self, id: TaskId) {
        if self.names.borrow().is_empty() {
            return;
        }
        let mut names = self.names.borrow_mut();
        if names
            .get_mut(&id.number)
            .is_some_and(|name| std::mem::replace(&mut name.is_half_gone, true))
        {
            names.remove(&id.number);
        }
    }

    /// Removes a task that is done.
    pub(crate) fn remove(&self, id: TaskId) -> Ended {
        let live = self.table.borrow_mut().remove(id.entry);
        let mut cancelled = self.cancelled.borrow_mut();
        if !cancelled.is_empty() {
            cancelled.remove(&id.number);
        }
        self.forget_name(id);
        let callback = if self.watchers.borrow().is_empty() {
            None
        } else {
            self.watchers.borrow_mut().remove(&id.number)
        };
        Ended { callback, waiter: live.waiter }
    }

    pub(crate) fn len(&self) -> usize {
        self.table.borrow().len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.table.borrow().is_empty()
    }
}

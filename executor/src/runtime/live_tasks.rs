//! The tasks of a loop that are not done: what it takes to cancel them, and who is told when they
//! end.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::num::NonZeroU64;
use std::rc::Rc;
use std::task::Waker;

use slab::Slab;

use crate::runtime::callback::Callback;

/// Which task of its loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskId {
    entry: usize,
    /// Tells it from those that had the same entry.
    pub(crate) number: NonZeroU64,
}

impl TaskId {
    /// The id of a task that is done: no entry is its own any more.
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
    /// Wakes the task, once it has been pending: before, it is in the queue.
    waker: Option<Waker>,
    /// Waits for the task.
    waiter: Option<Waker>,
}

struct Name {
    name: String,
    /// Whether one of the two has gone that need it: the task and its handle.
    is_half_gone: bool,
}

/// The table.
#[derive(Default)]
pub(crate) struct LiveTasks {
    table: RefCell<Slab<Live>>,
    /// How many there have been.
    count: Cell<u64>,
    /// Those that are cancelled: few, at any time.
    cancelled: RefCell<HashSet<NonZeroU64>>,
    /// The names of those that were given one, until they are done and their handles are gone.
    names: RefCell<HashMap<NonZeroU64, Name>>,
    /// What is to be called when some of them are done.
    watchers: RefCell<HashMap<NonZeroU64, Rc<Callback>>>,
}

/// Who is to be told of the end of a task.
pub(crate) struct Ended {
    pub(crate) callback: Option<Rc<Callback>>,
    pub(crate) waiter: Option<Waker>,
}

impl LiveTasks {
    /// What the next task will be known by.
    pub(crate) fn next_id(&self) -> TaskId {
        let number = NonZeroU64::MIN.saturating_add(self.count.get());
        self.count.set(number.get());
        TaskId { entry: self.table.borrow().vacant_key(), number }
    }

    /// Takes a new task, with the id that was the next.
    pub(crate) fn insert(&self, id: TaskId) {
        let entry =
            self.table.borrow_mut().insert(Live { number: id.number, waker: None, waiter: None });
        debug_assert_eq!(entry, id.entry);
    }

    /// Lets `function` see a task, if it is not done.
    fn with<T>(&self, id: TaskId, function: impl FnOnce(&mut Live) -> T) -> Option<T> {
        self.table
            .borrow_mut()
            .get_mut(id.entry)
            .filter(|live| live.number == id.number)
            .map(function)
    }

    /// Lets the future of a task be dropped, in the next turn. Whether that is news.
    pub(crate) fn cancel(&self, id: TaskId) -> bool {
        let is_live = self.with(id, |live| {
            if let Some(waker) = &live.waker {
                waker.wake_by_ref(); // which only schedules
            }
        });
        is_live.is_some() && self.cancelled.borrow_mut().insert(id.number)
    }

    pub(crate) fn cancel_all(&self) {
        for id in self.ids() {
            self.cancel(id);
        }
    }

    /// All tasks that are not done.
    pub(crate) fn ids(&self) -> Vec<TaskId> {
        let table = self.table.borrow();
        table.iter().map(|(entry, live)| TaskId { entry, number: live.number }).collect()
    }

    /// Whether a task was cancelled that is not done.
    #[inline]
    pub(crate) fn is_cancelled(&self, id: TaskId) -> bool {
        let cancelled = self.cancelled.borrow();
        !cancelled.is_empty() && cancelled.contains(&id.number)
    }

    /// The task has been polled and is pending, and `waker` is its own. Whether it is to go on: not
    /// if it is cancelled.
    #[inline]
    pub(crate) fn keep_pending(&self, id: TaskId, waker: &Waker) -> bool {
        let is_live = self.with(id, |live| {
            if live.waker.is_none() {
                live.waker = Some(waker.clone());
            }
        });
        is_live.is_some() && !self.is_cancelled(id)
    }

    /// Lets `waker` be woken when the task is done.
    pub(crate) fn wait_for(&self, id: TaskId, waker: &Waker) {
        let waits = self
            .with(id, |live| live.waiter.as_ref().is_some_and(|waiter| waiter.will_wake(waker)));
        if waits == Some(false) {
            let waker = waker.clone();
            let old = self.with(id, |live| live.waiter.replace(waker));
            drop(old); // which may come back here
        }
    }

    /// Takes away who waits for the task.
    pub(crate) fn take_waiter(&self, id: TaskId) -> Option<Waker> {
        self.with(id, |live| live.waiter.take()).flatten()
    }

    /// Keeps `callback` for the end of the task. It comes back if that is over.
    pub(crate) fn watch(&self, id: TaskId, callback: Rc<Callback>) -> Result<(), Rc<Callback>> {
        if self.with(id, |_| ()).is_none() {
            return Err(callback);
        }
        self.watchers.borrow_mut().insert(id.number, callback);
        Ok(())
    }

    /// Names a task that has a handle.
    pub(crate) fn set_name(&self, id: TaskId, name: String) {
        let is_half_gone = self.with(id, |_| ()).is_none();
        self.names.borrow_mut().insert(id.number, Name { name, is_half_gone });
    }

    /// The name of a task that is not done or has a handle.
    pub(crate) fn name(&self, id: TaskId) -> String {
        self.names
            .borrow()
            .get(&id.number)
            .map_or_else(|| id.default_name(), |name| name.name.clone())
    }

    /// The task, or its handle, needs its name no more.
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

    /// Takes out a task that is done.
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

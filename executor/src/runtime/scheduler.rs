//! The inside of a loop: its ready queue, its turns, and its end.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use crate::runtime::budget::Budget;
use crate::runtime::callback::{Callback, ThreadsafeCallback};
use crate::runtime::exception::{self, ExceptionContext, ExceptionHandler, caught};
use crate::runtime::handle::OtherLoopError;
use crate::runtime::live_tasks::{Ended, LiveTasks, TaskId};
use crate::runtime::reactor::Reactor;
use crate::runtime::remote::{Remote, Unpark};
use crate::runtime::timers::{Action, Deadline, TimerKey, Timers};
use crate::task::running::{Meta, remote_queue};

/// A task that is ready to run; it knows its loop.
pub(crate) type Runnable = async_task::Runnable<Meta>;

/// What can be ready, in one queue and so in order.
pub(crate) enum Entry {
    Task(Runnable),
    Callback(Rc<Callback>),
    Threadsafe(Arc<ThreadsafeCallback>),
    /// The future of the `run_until_complete` of this number.
    Root(u64),
}

/// What the future of a `run_until_complete` says when its turn comes.
pub(crate) enum Root {
    Pending,
    Ready,
    /// It was ready before.
    Over,
}

/// What other threads leave.
pub(crate) enum RemoteEntry {
    Task(Runnable),
    Callback(Arc<ThreadsafeCallback>),
    Root(u64),
}

impl From<RemoteEntry> for Entry {
    fn from(entry: RemoteEntry) -> Self {
        match entry {
            RemoteEntry::Task(runnable) => Self::Task(runnable),
            RemoteEntry::Callback(callback) => Self::Threadsafe(callback),
            RemoteEntry::Root(run) => Self::Root(run),
        }
    }
}

pub(crate) type RemoteQueue = Remote<RemoteEntry, mio::Waker>;

impl Unpark for mio::Waker {
    fn unpark(&self) {
        // It can fail only if the descriptor were bad, and the loop holds it.
        let _ = self.wake();
    }
}

thread_local! {
    /// The loop that runs on this thread. Without a destructor, so that it is there in those of
    /// other thread-locals; a run leaves nothing in it.
    static RUNNING: ManuallyDrop<RefCell<Option<Rc<Scheduler>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// The loop that runs on this thread.
pub(crate) fn running() -> Option<Rc<Scheduler>> {
    RUNNING.try_with(|running| running.borrow().clone()).ok().flatten()
}

/// Schedules a task that was woken, on whichever thread this is.
pub(crate) fn schedule_task(runnable: Runnable) {
    let remote = runnable.metadata().remote();
    let Err(runnable) = push_if_running(remote, runnable, Entry::Task) else {
        return;
    };
    // The task may end as soon as it is pushed, so that the queue has to be held.
    let remote = remote_queue(&runnable);
    if let Err(RemoteEntry::Task(runnable)) = remote.push(RemoteEntry::Task(runnable)) {
        // A loop closes when the last of its tasks is gone, so there is none to be woken. If there
        // were, its future must not be dropped here.
        std::mem::forget(runnable);
    }
}

/// Schedules the future of a `run_until_complete` that was woken, on whichever thread this is. A
/// closed loop has no use for it.
pub(crate) fn schedule_root(remote: &Arc<RemoteQueue>, run: u64) {
    if push_if_running(Arc::as_ptr(remote), run, Entry::Root).is_err() {
        let _ = remote.push(RemoteEntry::Root(run));
    }
}

/// Schedules a callback that `make` makes of an offer, on whichever thread this is, and gives what
/// else it makes. The offer comes back if the loop is closed or about to close.
pub(crate) fn offer_callback<T, K>(
    remote: &Arc<RemoteQueue>,
    offer: T,
    make: impl Fn(T) -> (Arc<ThreadsafeCallback>, K),
) -> Result<K, T> {
    match running() {
        Some(scheduler) if Arc::ptr_eq(&scheduler.remote, remote) && !scheduler.is_closed() => {
            let (callback, kept) = make(offer);
            scheduler.push(Entry::Threadsafe(callback));
            Ok(kept)
        }
        _ => remote.offer(offer, |offer| {
            let (callback, kept) = make(offer);
            (RemoteEntry::Callback(callback), kept)
        }),
    }
}

/// Puts `what` straight into the ready queue of the loop with this remote queue, if that runs on
/// this thread.
#[inline]
fn push_if_running<T>(
    remote: *const RemoteQueue,
    what: T,
    entry: impl FnOnce(T) -> Entry,
) -> Result<(), T> {
    let mut what = Some(what);
    // An error means that the thread is ending, where the system has no thread-locals of its own:
    // then this is no place where a loop runs.
    let _ = RUNNING.try_with(|running| {
        if let Some(scheduler) = &*running.borrow() {
            if Arc::as_ptr(&scheduler.remote) == remote {
                if let Some(what) = what.take() {
                    scheduler.push(entry(what));
                }
            }
        }
    });
    what.map_or(Ok(()), Err)
}

/// Everything that belongs to one loop.
pub(crate) struct Scheduler {
    ready: RefCell<VecDeque<Entry>>,
    pub(crate) remote: Arc<RemoteQueue>,
    timers: RefCell<Timers>,
    pub(crate) tasks: LiveTasks,
    /// The one that runs just now.
    pub(crate) current_task: Cell<Option<TaskId>>,
    /// Who waits for the task that has just ended, to be woken when it has left its value.
    waiter: Cell<Option<Waker>>,
    pub(crate) reactor: Rc<Reactor>,
    pub(crate) budget: Budget,
    pub(crate) exception_handler: RefCell<Option<ExceptionHandler>>,
    stopping: Cell<bool>,
    is_running: Cell<bool>,
    is_closed: Cell<bool>,
    runs: Cell<u64>,
}

impl Scheduler {
    pub(crate) fn new() -> io::Result<Rc<Self>> {
        let reactor = Reactor::new()?;
        Ok(Rc::new(Self {
            ready: RefCell::default(),
            remote: Arc::new(Remote::new(reactor.waker()?)),
            timers: RefCell::new(Timers::new()),
            tasks: LiveTasks::default(),
            current_task: Cell::new(None),
            waiter: Cell::new(None),
            reactor: Rc::new(reactor),
            budget: Budget::default(),
            exception_handler: RefCell::default(),
            stopping: Cell::new(false),
            is_running: Cell::new(false),
            is_closed: Cell::new(false),
            runs: Cell::new(0),
        }))
    }

    pub(crate) fn is_running(&self) -> bool {
        self.is_running.get()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.get()
    }

    /// Fails if another loop runs on this thread: then nothing of this one can be waited for.
    pub(crate) fn check_no_other_runs(&self) -> Result<(), OtherLoopError> {
        let other_runs = RUNNING.try_with(|running| {
            running.borrow().as_deref().is_some_and(|running| !std::ptr::eq(running, self))
        });
        // Where thread-locals are gone, no other loop can run.
        if other_runs.unwrap_or(false) { Err(OtherLoopError) } else { Ok(()) }
    }

    /// Panics if another loop runs on this thread.
    #[track_caller]
    pub(crate) fn expect_no_other_runs(&self, what: &str) {
        if let Err(error) = self.check_no_other_runs() {
            panic!("{what} was awaited: {error}");
        }
    }

    /// Lets the run end after the current batch.
    pub(crate) fn stop(&self) {
        self.stopping.set(true);
    }

    pub(crate) fn push(&self, entry: Entry) {
        self.ready.borrow_mut().push_back(entry);
    }

    fn pop(&self) -> Option<Entry> {
        self.ready.borrow_mut().pop_front()
    }

    /// Tells the exception handler.
    pub(crate) fn report(&self, context: ExceptionContext) {
        let handler = self.exception_handler.borrow().clone();
        exception::handle(handler, context); // which may come back here
    }

    /// Calls foreign code; a panic goes to the exception handler.
    pub(crate) fn guarded(&self, what: &str, function: impl FnOnce()) {
        if let Err(payload) = caught(function) {
            self.report_panic(what, payload);
        }
    }

    #[cold]
    pub(crate) fn report_panic(&self, what: &str, payload: Box<dyn Any + Send>) {
        self.report(ExceptionContext::new(what).with_payload(payload));
    }

    /// Takes a new task, with the id that was the next. A closed loop cancels it.
    pub(crate) fn add_task(&self, id: TaskId, runnable: Runnable) {
        self.tasks.insert(id);
        if self.is_closed() {
            self.tasks.cancel(id);
            runnable.run();
        } else {
            self.push(Entry::Task(runnable));
        }
    }

    /// Lets `callback` be called soon after the task is done; there is one at a time. A closed loop
    /// drops it.
    pub(crate) fn call_when_done(&self, id: TaskId, callback: Rc<Callback>) {
        if let Err(callback) = self.tasks.watch(id, callback) {
            if !self.is_closed() {
                self.push(Entry::Callback(callback));
            }
        }
    }

    /// The future of a task has been dropped.
    pub(crate) fn task_is_done(&self, id: TaskId) {
        let Ended { callback, waiter } = self.tasks.remove(id);
        if let Some(callback) = callback {
            self.push(Entry::Callback(callback));
        }
        if let Some(waiter) = waiter {
            let other = self.waiter.replace(Some(waiter));
            debug_assert!(other.is_none());
        }
    }

    /// Runs a task. What could panic in there is caught by it.
    #[inline]
    fn run_task(&self, runnable: Runnable) {
        runnable.run();
        if let Some(waiter) = self.waiter.take() {
            self.guarded("a waker panicked", || waiter.wake());
        }
    }

    pub(crate) fn set_timer(&self, deadline: Deadline, action: Action) -> TimerKey {
        self.timers.borrow_mut().insert(deadline, action)
    }

    pub(crate) fn cancel_timer(&self, key: TimerKey) {
        let action = self.timers.borrow_mut().cancel(key);
        drop(action); // which may come back here
    }

    /// Whether the timer still waits; then it is to wake `waker`.
    pub(crate) fn renew_timer(&self, key: TimerKey, waker: &Waker) -> bool {
        let mut timers = self.timers.borrow_mut();
        let Some(action) = timers.action(key) else {
            return false;
        };
        if matches!(action, Action::Wake(old) if old.will_wake(waker)) {
            return true;
        }
        drop(timers);
        let waker = waker.clone();
        let mut timers = self.timers.borrow_mut();
        let replaced =
            timers.action(key).map(|action| std::mem::replace(action, Action::Wake(waker)));
        drop(timers);
        drop(replaced);
        true
    }

    /// Runs what gets ready until it is stopped. `root` is polled when an entry of this run's
    /// number comes up; it stops the run when it is done.
    pub(crate) fn run(&self, root: &mut dyn FnMut() -> Root) {
        loop {
            let batch = self.ready.borrow().len();
            for _ in 0..batch {
                let Some(entry) = self.pop() else {
                    break;
                };
                self.enter(entry, root);
                if self.budget.count_entry() {
                    self.look();
                    self.budget.renew();
                }
            }
            if self.stopping.take() {
                return;
            }
            if self.remote.may_have() {
                self.look();
                self.budget.renew();
            }
            if self.ready.borrow().is_empty() {
                self.sleep();
                self.budget.renew();
            }
        }
    }

    #[inline]
    fn enter(&self, entry: Entry, root: &mut dyn FnMut() -> Root) {
        match entry {
            Entry::Task(runnable) => self.run_task(runnable),
            Entry::Callback(callback) => self.guarded("a callback panicked", || callback.call()),
            Entry::Threadsafe(callback) => self.guarded("a callback panicked", || callback.call()),
            Entry::Root(run) if run == self.runs.get() => match root() {
                Root::Pending => {}
                // What it has made ready before its end still has its turn, as in asyncio.
                Root::Ready => self.push(Entry::Root(run)),
                Root::Over => self.stop(),
            },
            Entry::Root(_) => {}
        }
    }

    fn push_remote(&self, entries: Vec<RemoteEntry>) {
        self.ready.borrow_mut().extend(entries.into_iter().map(Entry::from));
    }

    /// Looks at what has happened outside, without waiting.
    ///
    /// Bytes that came before another thread left an entry are noted before that entry runs. So the
    /// queue is emptied first, and its entries wait until the descriptors were looked at.
    fn look(&self) {
        let entries = if self.remote.may_have() { self.remote.take() } else { Vec::new() };
        if !self.reactor.is_empty() {
            self.wait(Duration::ZERO);
        }
        self.push_remote(entries);
        self.fire_timers();
    }

    /// Waits until something is ready.
    fn sleep(&self) {
        let until_next = self.timers.borrow_mut().until_next();
        if until_next == Some(Duration::ZERO) {
            self.look();
        } else if self.remote.fall_asleep() {
            self.reactor.wait(until_next).unwrap_or_else(|error| cannot_wait(&error));
            self.remote.awake();
            self.fire_timers();
        }
        // else another thread was faster: the next look takes what it has left
    }

    fn wait(&self, timeout: Duration) {
        self.reactor.wait(Some(timeout)).unwrap_or_else(|error| cannot_wait(&error));
    }

    fn fire_timers(&self) {
        if self.timers.borrow().is_empty() {
            return;
        }
        let now = self.timers.borrow_mut().settle();
        loop {
            let action = self.timers.borrow_mut().pop_due(now);
            match action {
                Some(Action::Wake(waker)) => self.guarded("a waker panicked", || waker.wake()),
                Some(Action::Call(callback)) => self.push(Entry::Callback(callback)),
                None => return,
            }
        }
    }

    /// A number for the next run, which its root's entries bear. What was left before the run is
    /// ready before what the run makes ready.
    pub(crate) fn next_run(&self) -> u64 {
        if self.remote.may_have() {
            self.look();
        }
        let run = self.runs.get() + 1;
        self.runs.set(run);
        run
    }

    /// Makes this the loop that runs on this thread, until the guard is dropped. `None` if there is
    /// one.
    pub(crate) fn enter_thread(self: &Rc<Self>) -> Option<Entered<'_>> {
        let entered = RUNNING.try_with(|running| {
            let mut running = running.borrow_mut();
            let free = running.is_none();
            if free {
                *running = Some(self.clone());
            }
            free
        });
        // Where thread-locals are gone, no other loop can run, and wakers take the remote way.
        if !entered.unwrap_or(true) {
            return None;
        }
        self.is_running.set(true);
        Some(Entered(self))
    }

    /// Drops every task, callback and timer here and now.
    ///
    /// A task that is just being woken by another thread is dropped when it arrives, so this may
    /// wait for that.
    pub(crate) fn close(self: &Rc<Self>) {
        if self.is_closed.replace(true) {
            return;
        }
        self.remote.begin_to_close();
        // If another loop runs on this thread, wakers take the remote way.
        let entered = self.enter_thread();
        loop {
            self.tasks.cancel_all();
            self.push_remote(self.remote.take());
            while let Some(entry) = self.pop() {
                match entry {
                    Entry::Task(runnable) => self.run_task(runnable),
                    // Also if somebody keeps its handle, which may be the callback itself.
                    Entry::Callback(callback) => self
                        .guarded("a callback panicked when it was dropped", || callback.cancel()),
                    Entry::Threadsafe(callback) => self
                        .guarded("a callback panicked when it was dropped", || callback.cancel()),
                    Entry::Root(_) => {}
                }
            }
            let actions = self.timers.borrow_mut().clear();
            for action in actions {
                match action {
                    // Somebody who waits on another loop, as there are no tasks here any more.
                    Action::Wake(waker) => self.guarded("a waker panicked", || waker.wake()),
                    Action::Call(callback) => self
                        .guarded("a callback panicked when it was dropped", || callback.cancel()),
                }
            }
            if self.tasks.is_empty() && self.ready.borrow().is_empty() {
                break;
            }
            if self.ready.borrow().is_empty() && self.remote.fall_asleep() {
                self.reactor.wait(None).unwrap_or_else(|error| cannot_wait(&error));
                self.remote.awake();
            }
        }
        let rest = self.remote.close();
        for entry in rest {
            self.guarded("a callback panicked when it was dropped", || drop(entry));
        }
        self.reactor.close();
        // It may hold a handle of this loop.
        let handler = self.exception_handler.take();
        self.guarded("the exception handler panicked when it was dropped", || drop(handler));
        drop(entered);
    }
}

#[cold]
fn cannot_wait(error: &io::Error) -> ! {
    panic!("the event loop can't wait for its descriptors: {error}")
}

/// See [`Scheduler::enter_thread`].
pub(crate) struct Entered<'a>(&'a Scheduler);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.is_running.set(false);
        // A stop of this run, which may have ended by a panic.
        self.0.stopping.set(false);
        let left = RUNNING.try_with(|running| running.take());
        drop(left);
    }
}

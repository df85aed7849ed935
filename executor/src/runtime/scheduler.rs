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

/// A task that is ready to run, with a reference to its loop in its metadata.
pub(crate) type Runnable = async_task::Runnable<Meta>;

/// An entry of the ready queue. All kinds share one queue, which keeps their order.
pub(crate) enum Entry {
    Task(Runnable),
    Callback(Rc<Callback>),
    Threadsafe(Arc<ThreadsafeCallback>),
    /// The future of the `run_until_complete` of this number.
    Root(u64),
}

/// The result of polling the future of a `run_until_complete`.
pub(crate) enum Root {
    Pending,
    Ready,
    /// It was ready before.
    Over,
}

/// An entry that another thread pushed.
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
        // This fails only if the descriptor is closed, and the loop keeps it open.
        let _ = self.wake();
    }
}

thread_local! {
    /// The loop that runs on this thread. It has no destructor, so that the destructors of other
    /// thread-locals can access it. It is `None` after a run.
    static RUNNING: ManuallyDrop<RefCell<Option<Rc<Scheduler>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// The loop that runs on this thread.
pub(crate) fn running() -> Option<Rc<Scheduler>> {
    RUNNING.try_with(|running| running.borrow().clone()).ok().flatten()
}

/// Schedules a task that was woken, from any thread.
pub(crate) fn schedule_task(runnable: Runnable) {
    let remote = runnable.metadata().remote();
    let Err(runnable) = push_if_running(remote, runnable, Entry::Task) else {
        return;
    };
    // The task may end as soon as it is pushed, so the queue is kept alive here.
    let remote = remote_queue(&runnable);
    if let Err(RemoteEntry::Task(runnable)) = remote.push(RemoteEntry::Task(runnable)) {
        // Not reached: a loop is closed after its last task is gone. If it were reached, the future
        // must not be dropped on this thread.
        std::mem::forget(runnable);
    }
}

/// Schedules the future of a `run_until_complete` that was woken, from any thread. Does nothing if
/// the loop is closed.
pub(crate) fn schedule_root(remote: &Arc<RemoteQueue>, run: u64) {
    if push_if_running(Arc::as_ptr(remote), run, Entry::Root).is_err() {
        let _ = remote.push(RemoteEntry::Root(run));
    }
}

/// Schedules the callback that `make` creates from `offer`, from any thread, and returns the other
/// value of `make`. Hands `offer` back if the loop is closed or closing.
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

/// Pushes `what` into the ready queue of the loop with this remote queue, if the loop runs on this
/// thread. Hands `what` back otherwise.
#[inline]
fn push_if_running<T>(
    remote: *const RemoteQueue,
    what: T,
    entry: impl FnOnce(T) -> Entry,
) -> Result<(), T> {
    let mut what = Some(what);
    // An error means that the thread is ending and its thread-locals are gone. Then no loop runs
    // here.
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
    /// The task that is being polled.
    pub(crate) current_task: Cell<Option<TaskId>>,
    /// The waker of the future that awaits the task that has just ended. It is woken when the value
    /// is in place.
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

    /// Fails if another loop runs on this thread. Then a wait for this loop would never end.
    pub(crate) fn check_no_other_runs(&self) -> Result<(), OtherLoopError> {
        let other_runs = RUNNING.try_with(|running| {
            running.borrow().as_deref().is_some_and(|running| !std::ptr::eq(running, self))
        });
        // If thread-locals are gone, no other loop can run.
        if other_runs.unwrap_or(false) { Err(OtherLoopError) } else { Ok(()) }
    }

    /// Panics if another loop runs on this thread.
    pub(crate) fn expect_no_other_runs(&self, what: &str) {
        if let Err(error) = self.check_no_other_runs() {
            panic!("{what} was awaited: {error}");
        }
    }

    /// Ends the run after the current batch.
    pub(crate) fn stop(&self) {
        self.stopping.set(true);
    }

    pub(crate) fn push(&self, entry: Entry) {
        self.ready.borrow_mut().push_back(entry);
    }

    fn pop(&self) -> Option<Entry> {
        self.ready.borrow_mut().pop_front()
    }

    /// Calls the exception handler.
    pub(crate) fn report(&self, context: ExceptionContext) {
        let handler = self.exception_handler.borrow().clone();
        exception::handle(handler, context); // the handler may call this method
    }

    /// Calls foreign code, and reports its panic to the exception handler.
    pub(crate) fn guarded(&self, what: &str, function: impl FnOnce()) {
        if let Err(payload) = caught(function) {
            self.report_panic(what, payload);
        }
    }

    #[cold]
    pub(crate) fn report_panic(&self, what: &str, payload: Box<dyn Any + Send>) {
        self.report(ExceptionContext::new(what).with_payload(payload));
    }

    /// Adds a new task with the id that `next_id` returned. Cancels it if the loop is closed.
    pub(crate) fn add_task(&self, id: TaskId, runnable: Runnable) {
        self.tasks.insert(id);
        if self.is_closed() {
            self.tasks.cancel(id);
            runnable.run();
        } else {
            self.push(Entry::Task(runnable));
        }
    }

    /// Schedules `callback` for the end of the task. A task has at most one at a time. A closed
    /// loop drops it.
    pub(crate) fn call_when_done(&self, id: TaskId, callback: Rc<Callback>) {
        if let Err(callback) = self.tasks.watch(id, callback) {
            if !self.is_closed() {
                self.push(Entry::Callback(callback));
            }
        }
    }

    /// Removes a task whose future was dropped, and schedules its callback.
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

    /// Polls a task, which catches its own panics, and wakes the future that awaits it.
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
        drop(action); // its destructor may call this method
    }

    /// Sets the waker of a timer to `waker`. Returns `false` if the timer has fired or was removed.
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

    /// Runs the entries that become ready until the loop is stopped. Calls `root` at each entry of
    /// this run's number. The run ends when `root` is done.
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
                // As in asyncio, the entries that it scheduled before its end still run.
                Root::Ready => self.push(Entry::Root(run)),
                Root::Over => self.stop(),
            },
            Entry::Root(_) => {}
        }
    }

    fn push_remote(&self, entries: Vec<RemoteEntry>) {
        self.ready.borrow_mut().extend(entries.into_iter().map(Entry::from));
    }

    /// Takes the events of descriptors, other threads and timers, without waiting.
    ///
    /// Bytes that came before another thread pushed an entry are recorded before that entry runs.
    /// So the queue is emptied first, and its entries are pushed after the descriptors were
    /// checked.
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
        // Otherwise another thread has pushed an entry, which the next look takes.
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

    /// Returns the number of the next run, for the entries of its root. Entries that other threads
    /// pushed before come first in the ready queue.
    pub(crate) fn next_run(&self) -> u64 {
        if self.remote.may_have() {
            self.look();
        }
        let run = self.runs.get() + 1;
        self.runs.set(run);
        run
    }

    /// Makes this the loop that runs on this thread, until the guard is dropped. Returns `None` if
    /// a loop already runs on it.
    pub(crate) fn enter_thread(self: &Rc<Self>) -> Option<Entered<'_>> {
        let entered = RUNNING.try_with(|running| {
            let mut running = running.borrow_mut();
            let free = running.is_none();
            if free {
                *running = Some(self.clone());
            }
            free
        });
        // If thread-locals are gone, no other loop can run, and wakers use the remote queue.
        if !entered.unwrap_or(true) {
            return None;
        }
        self.is_running.set(true);
        Some(Entered(self))
    }

    /// Drops every task, callback and timer.
    ///
    /// If another thread is waking a task, this waits until the task arrives, and then drops it.
    pub(crate) fn close(self: &Rc<Self>) {
        if self.is_closed.replace(true) {
            return;
        }
        self.remote.begin_to_close();
        // If another loop runs on this thread, wakers use the remote queue.
        let entered = self.enter_thread();
        loop {
            self.tasks.cancel_all();
            self.push_remote(self.remote.take());
            while let Some(entry) = self.pop() {
                match entry {
                    Entry::Task(runnable) => self.run_task(runnable),
                    // Cancelled, and not only dropped: a handle may keep the callback alive, even
                    // one in the callback itself.
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
                    // A future on another loop waits for this timer. It is woken, as this loop has
                    // no tasks any more.
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
        // The handler may hold a handle of this loop.
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
        // Resets a stop that the run didn't take because it ended with a panic.
        self.0.stopping.set(false);
        let left = RUNNING.try_with(|running| running.take());
        drop(left);
    }
}

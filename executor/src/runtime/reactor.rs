//! The readiness of descriptors: the registration table.
//!
//! A descriptor is registered once, for all events, edge-triggered: the system reports when it
//! becomes ready, and not again while it stays ready. So the table stores the readiness of each
//! direction:
//!
//! ```text
//!          ┌──── an attempt would have blocked ────┐
//!          │                                       ▼
//! new ─► ready                                  blocked, perhaps with a waker
//!          ▲                                       │
//!          └─── an event came: wake the waker ─────┘
//! ```
//!
//! "Ready" is a hint that an attempt may succeed. A wrong hint costs one attempt. So a stale event
//! does no harm, for instance one for a dropped descriptor whose place in the table has been
//! reused. "Blocked" must be true, or the task would hang. It is true because only
//! [`Reactor::wait`] takes events, and it doesn't run between an attempt and the recording of its
//! result, as both are on one thread. Events in between stay in the system's list until the next
//! `wait`.

use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use mio::event::{Event, Source};
use mio::{Events, Interest, Token};
use slab::Slab;

use crate::runtime::budget::Turns;
use crate::runtime::event_loop::RunError;
use crate::runtime::exception::guarded;
use crate::runtime::scheduler::Scheduler;

/// The number of events that are taken at once. The next look takes the rest.
const EVENTS: usize = 256;

/// The token of the loop's waker. No registration has this number.
const WAKER: Token = Token(usize::MAX);

/// The registration table of one loop, and the system's side of it.
pub(crate) struct Reactor {
    /// `None` when the loop is closed.
    poll: RefCell<Option<mio::Poll>>,
    /// `None` while `wait` uses it.
    events: Cell<Option<Events>>,
    table: RefCell<Slab<Rc<Readiness>>>,
}

impl Reactor {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            poll: RefCell::new(Some(mio::Poll::new()?)),
            events: Cell::new(None),
            table: RefCell::default(),
        })
    }

    /// Creates the waker that ends the wait from any thread. Each loop has one.
    pub(crate) fn waker(&self) -> io::Result<mio::Waker> {
        let poll = self.poll.borrow();
        mio::Waker::new(poll.as_ref().ok_or_else(closed)?.registry(), WAKER)
    }

    /// Waits for events, but not longer than `timeout`, and wakes the tasks that wait for them. A
    /// signal may end the wait early.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> io::Result<()> {
        let mut events = self.events.take().unwrap_or_else(|| Events::with_capacity(EVENTS));
        let waited = match &mut *self.poll.borrow_mut() {
            Some(poll) => poll.poll(&mut events, timeout),
            None => Ok(()),
        };
        match waited {
            Ok(()) => events.iter().for_each(|event| self.note(event)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        self.events.set(Some(events));
        Ok(())
    }

    fn note(&self, event: &Event) {
        let (reader, writer) = match self.table.borrow().get(event.token().0) {
            Some(readiness) => readiness.note(event),
            None => return, // the loop's waker, or a stale event
        };
        [reader, writer].into_iter().flatten().for_each(wake);
    }

    /// Returns whether nothing is registered.
    pub(crate) fn is_empty(&self) -> bool {
        self.table.borrow().is_empty()
    }

    /// Closes the system's descriptor, and wakes the tasks that still wait. Their next poll returns
    /// an error if it would have to wait.
    pub(crate) fn close(&self) {
        drop(self.poll.take());
        drop(self.events.take());
        let wakers: Vec<_> = self
            .table
            .borrow()
            .iter()
            .flat_map(|(_, readiness)| [readiness.read.unblock(), readiness.write.unblock()])
            .collect();
        wakers.into_iter().flatten().for_each(wake);
    }

    fn is_closed(&self) -> bool {
        self.poll.borrow().is_none()
    }

    fn add(
        &self,
        source: &mut impl Source,
        interest: Interest,
    ) -> io::Result<(usize, Rc<Readiness>)> {
        let poll = self.poll.borrow();
        let registry = poll.as_ref().ok_or_else(closed)?.registry();
        let readiness = Rc::new(Readiness::default());
        let mut table = self.table.borrow_mut();
        let entry = table.vacant_entry();
        let key = entry.key();
        registry.register(source, Token(key), interest)?;
        entry.insert(readiness.clone());
        Ok((key, readiness))
    }

    fn remove<S: Source + ?Sized>(&self, source: &mut S, key: usize) {
        if let Some(poll) = &*self.poll.borrow() {
            // A failure does no harm: closing the descriptor removes the registration as well.
            let _ = poll.registry().deregister(source);
        }
        let readiness = self.table.borrow_mut().remove(key);
        drop(readiness); // the destructors of its wakers may call the reactor
    }
}

fn closed() -> io::Error {
    io::Error::other(RunError::Closed)
}

/// Wakes a task or a foreign waker, and reports its panic.
fn wake(waker: Waker) {
    guarded("a waker panicked", || waker.wake());
}

/// The readiness of a descriptor.
#[derive(Default)]
struct Readiness {
    read: Side,
    write: Side,
    /// Whether an event came that shows in the next read, and in no further event: the end, an
    /// error, or urgent data.
    has_final_event: Cell<bool>,
}

impl Readiness {
    fn side(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    /// Records an event, and returns the wakers to wake.
    fn note(&self, event: &Event) -> (Option<Waker>, Option<Waker>) {
        let is_final = event.is_read_closed() || event.is_error() || event.is_priority();
        if is_final {
            self.has_final_event.set(true);
        }
        let reader = if event.is_readable() || is_final { self.read.unblock() } else { None };
        let writes = event.is_writable() || event.is_write_closed() || event.is_error();
        let writer = if writes { self.write.unblock() } else { None };
        (reader, writer)
    }
}

/// One direction of a descriptor.
struct Side {
    ready: Cell<bool>,
    turns: Turns,
    waker: Cell<Option<Waker>>,
}

impl Default for Side {
    fn default() -> Self {
        Self { ready: Cell::new(true), turns: Turns::default(), waker: Cell::new(None) }
    }
}

impl Side {
    fn block(&self) {
        self.ready.set(false);
    }

    fn unblock(&self) -> Option<Waker> {
        self.ready.set(true);
        self.waker.take()
    }

    /// Registers `waker` for the next event, in place of the previous waker.
    fn park(&self, waker: &Waker) {
        let waker = match self.waker.take() {
            Some(old) if old.will_wake(waker) => old,
            _ => waker.clone(),
        };
        self.waker.set(Some(waker));
    }
}

/// The direction of a wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Direction {
    /// Bytes to read, or a connection to accept.
    Read,
    /// Room to write.
    Write,
}

/// A descriptor in the table of a loop, until it is dropped.
///
/// One task can wait for each direction. The last task that polled is woken. The public methods
/// borrow mutably, so that there is only one.
pub(crate) struct Registration<S: Source + ?Sized> {
    scheduler: Rc<Scheduler>,
    key: usize,
    readiness: Rc<Readiness>,
    source: S,
}

impl<S: Source> Registration<S> {
    /// Registers `source`. Fails if the loop is closed, or if the system fails.
    pub(crate) fn new(
        scheduler: Rc<Scheduler>,
        mut source: S,
        interest: Interest,
    ) -> io::Result<Self> {
        let (key, readiness) = scheduler.reactor.add(&mut source, interest)?;
        Ok(Self { scheduler, key, readiness, source })
    }
}

impl<S: Source + ?Sized> Registration<S> {
    pub(crate) fn source(&self) -> &S {
        &self.source
    }

    pub(crate) fn scheduler(&self) -> &Rc<Scheduler> {
        &self.scheduler
    }

    /// Repeats `attempt` until it doesn't block, and waits in between.
    #[inline]
    pub(crate) fn poll_io<T>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut(&S) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        loop {
            ready!(self.poll_ready(direction, cx))?;
            if let Some(value) = self.try_io(direction, &mut attempt)? {
                return Poll::Ready(Ok(value));
            }
        }
    }

    /// Waits until an attempt may succeed and the budget allows it.
    #[inline]
    pub(crate) fn poll_ready(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let side = self.readiness.side(direction);
        if side.ready.get() {
            return self.poll_turn(direction, cx).map(Ok);
        }
        let error = if self.scheduler.reactor.is_closed() {
            closed()
        } else if let Err(other) = self.scheduler.check_no_other_runs() {
            io::Error::other(other)
        } else {
            side.park(cx.waker());
            return Poll::Pending;
        };
        self.poll_kept(direction, cx).map(|()| Err(error))
    }

    /// Calls `attempt` unless the direction is blocked. Returns `None` if it is blocked before or
    /// after.
    #[inline]
    pub(crate) fn try_io<T>(
        &self,
        direction: Direction,
        mut attempt: impl FnMut(&S) -> io::Result<T>,
    ) -> io::Result<Option<T>> {
        let side = self.readiness.side(direction);
        if !side.ready.get() {
            return Ok(None);
        }
        side.turns.count_attempt(&self.scheduler.budget);
        loop {
            match attempt(&self.source) {
                Ok(value) => return Ok(Some(value)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    side.block();
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns `Pending` if the loop's budget is spent and this direction has used its share.
    #[inline]
    pub(crate) fn poll_turn(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<()> {
        self.readiness.side(direction).turns.poll_turn(&self.scheduler.budget, cx)
    }

    /// Counts bytes that were read or written.
    pub(crate) fn count_bytes(&self, bytes: usize) {
        self.scheduler.budget.count_bytes(bytes);
    }

    /// Counts a result that took no attempt, such as a stored error, as one attempt. So a task that
    /// reads it in a loop yields to others, too.
    pub(crate) fn poll_kept(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_turn(direction, cx));
        self.readiness.side(direction).turns.count_attempt(&self.scheduler.budget);
        Poll::Ready(())
    }

    /// Marks the direction of a newly registered descriptor as blocked. The system always sends a
    /// first event when the direction is ready.
    pub(crate) fn wait_for_event(&self, direction: Direction) {
        self.readiness.side(direction).block();
    }

    /// Records that the last read took all bytes, so that the next one can wait without an attempt.
    ///
    /// Only for descriptors on which arriving bytes always cause an event. Bytes that arrived after
    /// the last `wait` are reported by the next one. If an end or an error may have come with the
    /// bytes, nothing is recorded.
    #[inline]
    pub(crate) fn read_everything(&self) {
        if !self.readiness.has_final_event.get() {
            self.readiness.read.block();
        }
    }
}

impl<S: Source + ?Sized> Drop for Registration<S> {
    fn drop(&mut self) {
        self.scheduler.reactor.remove(&mut self.source, self.key);
    }
}

// Miri has no sockets.
#[cfg(all(test, unix, not(miri)))]
mod tests;

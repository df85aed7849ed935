//! What the operating system tells of descriptors: the registration table.
//!
//! A descriptor is registered once, for all that it can be waited for, edge-triggered: the system
//! tells when it becomes ready, and not again while it is. So its readiness is kept here, for each
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
//! "Ready" is a hint that an attempt may succeed. If it is false, it costs that attempt, so an
//! event may safely be stale: one for a descriptor that was dropped, whose place in the table has
//! another by now, does no harm. "Blocked" must be true, or its task would hang. It is: events are
//! taken in [`Reactor::wait`] only, which doesn't run between an attempt and the note of what came
//! of it, since all of this is on one thread. What happens in between is in the system's list, and
//! comes with the next `wait`.

use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use mio::event::{Event, Source};
use mio::{Events, Interest, Token};
use slab::Slab;

use crate::runtime::budget::Look;
use crate::runtime::event_loop::RunError;
use crate::runtime::exception::guarded;
use crate::runtime::scheduler::Scheduler;

/// How many events are taken at once. The rest comes with the next look.
const EVENTS: usize = 256;

/// The token of the loop's waker. No registration gets that far.
const WAKER: Token = Token(usize::MAX);

/// The registration table of one loop, and the system's side of it.
pub(crate) struct Reactor {
    /// Gone when the loop is closed.
    poll: RefCell<Option<mio::Poll>>,
    /// Taken out while it is gone through.
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

    /// What ends the wait from any thread. One for each loop.
    pub(crate) fn waker(&self) -> io::Result<mio::Waker> {
        let poll = self.poll.borrow();
        mio::Waker::new(poll.as_ref().ok_or_else(closed)?.registry(), WAKER)
    }

    /// Waits until something happens, but not longer than `timeout`, and wakes those who wait for
    /// it. A signal may end it early.
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
            None => return, // the waker's, or stale
        };
        [reader, writer].into_iter().flatten().for_each(wake);
    }

    /// Whether nothing is registered.
    pub(crate) fn is_empty(&self) -> bool {
        self.table.borrow().is_empty()
    }

    /// Gives the system's descriptor back. Whoever still waits is woken, to see an error.
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
            // If it fails, the descriptor is closed in a moment, which takes it out as well.
            let _ = poll.registry().deregister(source);
        }
        let readiness = self.table.borrow_mut().remove(key);
        drop(readiness); // with wakers, which may come back here
    }
}

fn closed() -> io::Error {
    io::Error::other(RunError::Closed)
}

/// Wakes a task, or something foreign, whose panic is not the loop's.
fn wake(waker: Waker) {
    guarded("a waker panicked", || waker.wake());
}

/// What is known of a descriptor.
#[derive(Default)]
struct Readiness {
    read: Side,
    write: Side,
    /// Whether something came that shows in the next read and in no further event: the end, an
    /// error, or a mark that reads stop at.
    has_final_event: Cell<bool>,
}

impl Readiness {
    fn side(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    /// Notes an event, and gives the wakers that it is for.
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
    /// Before which look outside the last attempt was made.
    last_attempt: Cell<Option<Look>>,
    waker: Cell<Option<Waker>>,
}

impl Default for Side {
    fn default() -> Self {
        Self { ready: Cell::new(true), last_attempt: Cell::new(None), waker: Cell::new(None) }
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

    /// Lets `waker` be woken by the next event, in place of whoever waited before.
    fn park(&self, waker: &Waker) {
        let waker = match self.waker.take() {
            Some(old) if old.will_wake(waker) => old,
            _ => waker.clone(),
        };
        self.waker.set(Some(waker));
    }
}

/// What one can wait for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Direction {
    /// Something to read, or a connection to accept.
    Read,
    /// Room to write.
    Write,
}

/// A descriptor in the table of a loop, until it is dropped.
///
/// For each direction, one task can wait; the last one that asks is the one that is woken. What is
/// public sees to it by borrowing mutably.
pub(crate) struct Registration<S: Source + ?Sized> {
    scheduler: Rc<Scheduler>,
    key: usize,
    readiness: Rc<Readiness>,
    source: S,
}

impl<S: Source> Registration<S> {
    /// Fails if the loop is closed, and if the system refuses.
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

    /// Attempts what may block, and waits until it doesn't.
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

    /// Waits until an attempt may succeed, and it is this direction's turn.
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

    /// Attempts what may block, if it is not known to. `None` if it is, or does.
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
        self.count_attempt(side);
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

    /// Lets others run if the loop's budget is spent, and this direction has had its share of it.
    ///
    /// A direction may make one attempt before each look in any case. Otherwise one that is polled
    /// first, in the same task, could leave nothing for the others again and again.
    #[inline]
    pub(crate) fn poll_turn(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<()> {
        let budget = &self.scheduler.budget;
        let side = self.readiness.side(direction);
        if !budget.is_spent() || side.last_attempt.get() != Some(budget.next_look()) {
            return Poll::Ready(());
        }
        // Now it has let others run, wherever it is polled: the loop may not even be running.
        side.last_attempt.set(None);
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn count_attempt(&self, side: &Side) {
        let budget = &self.scheduler.budget;
        budget.count_attempt();
        side.last_attempt.set(Some(budget.next_look()));
    }

    /// Counts bytes that were read or written.
    pub(crate) fn count_bytes(&self, bytes: usize) {
        self.scheduler.budget.count_bytes(bytes);
    }

    /// Counts a result that took no attempt, such as an error that was kept, as one. So whoever
    /// asks for it again and again lets others run, too.
    pub(crate) fn poll_kept(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_turn(direction, cx));
        self.count_attempt(self.readiness.side(direction));
        Poll::Ready(())
    }

    /// Lets the next attempt wait for the first event of a descriptor that was registered just now:
    /// it comes in any case, when the direction is ready.
    pub(crate) fn wait_for_event(&self, direction: Direction) {
        self.readiness.side(direction).block();
    }

    /// Notes that the last read has taken everything that was there, so that the next one can wait
    /// without an attempt.
    ///
    /// Only for descriptors on which every byte that arrives is an event. What arrives after the
    /// last `wait` comes with the next one. What doesn't show as bytes might have come with
    /// them: then nothing is noted.
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

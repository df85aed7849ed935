//! Streams of other crates inside a reader or a writer: TLS, pipes in memory.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::runtime::budget::Turns;
use crate::runtime::handle::LoopHandle;
use crate::runtime::scheduler::{Scheduler, running};

/// One direction of a stream that isn't half of a connection of this crate.
pub(super) struct Foreign<S: ?Sized> {
    /// `None` when the stream was dropped before its end.
    pub(super) stream: RefCell<Option<Pin<Box<S>>>>,
    turns: Turns,
    /// The loop whose task writes to it.
    scheduler: OnceCell<Rc<Scheduler>>,
}

impl<S: ?Sized> Foreign<S> {
    pub(super) fn new(stream: Pin<Box<S>>) -> Self {
        Self {
            stream: RefCell::new(Some(stream)),
            turns: Turns::default(),
            scheduler: OnceCell::new(),
        }
    }

    /// Returns `Pending` if the budget of the loop that runs on this thread is spent.
    pub(super) fn poll_turn(&self, cx: &mut Context<'_>) -> Poll<()> {
        running().map_or(Poll::Ready(()), |running| self.turns.poll_turn(&running.budget, cx))
    }

    /// Counts a result as an attempt to read or write, with the bytes that were moved.
    pub(super) fn count(&self, bytes: usize) {
        if let Some(running) = running() {
            self.turns.count_attempt(&running.budget);
            running.budget.count_bytes(bytes);
        }
    }

    /// Counts a result that took no attempt as one attempt.
    pub(super) fn poll_kept(&self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_turn(cx));
        self.count(0);
        Poll::Ready(())
    }

    /// Returns the loop whose task writes to the stream, or `None` before the first write.
    pub(super) fn scheduler(&self) -> Option<&Rc<Scheduler>> {
        self.scheduler.get()
    }

    /// Returns the loop whose task writes to the stream: the one that runs at the first write.
    pub(super) fn scheduler_or_current(&self) -> io::Result<&Rc<Scheduler>> {
        if let Some(scheduler) = self.scheduler.get() {
            return Ok(scheduler);
        }
        let LoopHandle(scheduler) = LoopHandle::current().map_err(io::Error::other)?;
        Ok(self.scheduler.get_or_init(|| scheduler))
    }
}

/// Returns `stream` as an `H` if it is one.
pub(super) fn downcast<H: 'static, S: 'static>(stream: S) -> Result<H, S> {
    let mut stream = Some(stream);
    match (&mut stream as &mut dyn Any).downcast_mut::<Option<H>>().and_then(Option::take) {
        Some(half) => Ok(half),
        None => Err(stream.expect("it was not taken")),
    }
}

pub(super) fn no_socket() -> io::Error {
    io::Error::new(ErrorKind::Unsupported, "the stream is not a socket, so it has no address")
}

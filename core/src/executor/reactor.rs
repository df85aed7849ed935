//! What the operating system tells of descriptors: the registration table.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::time::Duration;

use mio::{Events, Poll, Token, Waker};

pub(super) struct Reactor {
    inner: RefCell<Option<(Poll, Events)>>,
}

impl Reactor {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { inner: RefCell::new(Some((Poll::new()?, Events::with_capacity(64)))) })
    }

    pub(super) fn waker(&self) -> io::Result<Waker> {
        Waker::new(self.inner.borrow().as_ref().expect("the loop is open").0.registry(), Token(usize::MAX))
    }

    pub(super) fn wait(&self, timeout: Option<Duration>) -> io::Result<()> {
        let mut inner = self.inner.borrow_mut();
        let Some((poll, events)) = &mut *inner else { return Ok(()) };
        match poll.poll(events, timeout) {
            Err(error) if error.kind() != ErrorKind::Interrupted => Err(error),
            _ => Ok(()),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        true
    }

    pub(super) fn close(&self) {
        drop(self.inner.take());
    }
}

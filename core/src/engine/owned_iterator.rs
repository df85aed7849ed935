//! The iterator that a function under `#[cogen::coroutine]` returns as `impl Iterator`.

use alloc::boxed::Box;
use core::fmt;
use core::iter::FusedIterator;
use core::mem;
use core::panic::UnwindSafe;
use core::pin::Pin;

use crate::engine::machine::Machine;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::{CoroutineState, Status};

/// A coroutine as an iterator that moves freely: it goes into a box when it is first advanced, and
/// leaves it at the end.
pub struct MachineIterator<C>(State<C>);

enum State<C> {
    Created(C),
    Started(Pin<Box<C>>),
    Ended,
}

// A coroutine is pinned in its box only, so the iterator may move whatever it holds.
impl<C> Unpin for MachineIterator<C> {}

// As for the machine itself: without the box as a step of its own.

// SAFETY: the iterator holds the machine, or a box with it, which is its only owner.
unsafe impl<H: Send, F: Send> Send for MachineIterator<Machine<H, F>> {}
// SAFETY: as above.
unsafe impl<H: Sync, F: Sync> Sync for MachineIterator<Machine<H, F>> {}
impl<H: UnwindSafe, F: UnwindSafe> UnwindSafe for MachineIterator<Machine<H, F>> {}

impl<C> MachineIterator<C> {
    /// An iterator over what `coroutine` yields.
    #[inline]
    pub fn new(coroutine: C) -> Self {
        Self(State::Created(coroutine))
    }
}

impl<C: Coroutine<(), Return = ()>> Iterator for MachineIterator<C> {
    type Item = C::Yield;

    #[inline]
    fn next(&mut self) -> Option<C::Yield> {
        if matches!(self.0, State::Created(_)) {
            if let State::Created(coroutine) = mem::replace(&mut self.0, State::Ended) {
                self.0 = State::Started(Box::pin(coroutine));
            }
        }
        let State::Started(coroutine) = &mut self.0 else {
            return None;
        };
        if coroutine.status() == Status::Closed {
            self.0 = State::Ended; // after a panic, and after the error of a `?`
            return None;
        }
        match coroutine.as_mut().resume(()) {
            CoroutineState::Yielded(value) => Some(value),
            CoroutineState::Complete(()) => {
                self.0 = State::Ended;
                None
            }
        }
    }
}

impl<C: Coroutine<(), Return = ()>> FusedIterator for MachineIterator<C> {}

impl<C: Coroutine> fmt::Debug for MachineIterator<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = match &self.0 {
            State::Created(coroutine) => coroutine.status(),
            State::Started(coroutine) => coroutine.status(),
            State::Ended => Status::Closed,
        };
        f.debug_struct("Iterator").field("status", &status).finish_non_exhaustive()
    }
}

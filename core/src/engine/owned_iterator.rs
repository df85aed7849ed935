//! The iterators that a function under `#[cogen::coroutine]` returns as `impl Iterator` and as
//! `Box<dyn Iterator>`.

use alloc::boxed::Box;
use core::fmt;
use core::future::Future;
use core::iter::FusedIterator;
use core::mem;
use core::panic::UnwindSafe;
use core::pin::{Pin, pin};

use super::machine::Machine;
use super::sync::handle::Handle;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::{CoroutineState, Status};

/// An iterator that runs a coroutine and can move freely. The coroutine moves into a box when the
/// iterator is first advanced, and the box is freed at the end.
pub struct MachineIterator<M>(State<M>);

enum State<M> {
    Created(M),
    /// The machine is suspended.
    Started(Pin<Box<M>>),
    /// The machine has ended or panicked, or its body runs.
    Ended,
}

// The coroutine is not pinned before it is in its box, so the iterator itself may always move.
impl<M> Unpin for MachineIterator<M> {}

// As in `Machine`, the bounds are on the body, so the box is not one more type in a chain.

// SAFETY: the iterator holds the machine, or a box that alone owns it.
unsafe impl<H: Send, F: Send> Send for MachineIterator<Machine<H, F>> {}
// SAFETY: as above.
unsafe impl<H: Sync, F: Sync> Sync for MachineIterator<Machine<H, F>> {}
impl<H: UnwindSafe, F: UnwindSafe> UnwindSafe for MachineIterator<Machine<H, F>> {}

impl<M> MachineIterator<M> {
    /// Creates an iterator over the values that `machine` yields.
    #[inline]
    pub fn new(machine: M) -> Self {
        Self(State::Created(machine))
    }
}

// Both functions take their argument by value. So no call refers to the iterator, and it can stay
// in registers where `next` is inlined. `start` is inlined, too: the optimiser can see that nothing
// else points to a new box.

/// Moves the machine into a box and marks it as started.
#[cold]
#[inline(always)]
fn start<Y, F: Future>(machine: Machine<Handle<(), Y>, F>) -> Pin<Box<Machine<Handle<(), Y>, F>>> {
    let mut machine = Box::pin(machine);
    machine.as_mut().start();
    machine
}

/// Drops the machine and its box.
#[cold]
#[inline(never)]
fn end<M>(_: Pin<Box<M>>) {}

/// The iterator that rust-analyzer sees. There, machines are opaque coroutines.
#[cfg(rust_analyzer)]
impl<C: Coroutine<(), Return = ()>> Iterator for MachineIterator<C> {
    type Item = C::Yield;

    fn next(&mut self) -> Option<C::Yield> {
        unreachable!()
    }
}

#[cfg(not(rust_analyzer))]
impl<Y, F: Future> Iterator for MachineIterator<Machine<Handle<(), Y>, F>> {
    type Item = Y;

    // The body stays in `Machine::advance`, which is not inlined unless the body is short.
    //
    // While the body runs, the state is `Ended`. Afterwards it is set to `Started` again. So in a
    // loop that `next` is inlined into, the optimiser sees that each round but the first begins
    // with that state.
    #[inline(always)]
    fn next(&mut self) -> Option<Y> {
        // The usual state is checked first.
        let mut machine = if matches!(self.0, State::Started(_)) {
            let State::Started(machine) = mem::replace(&mut self.0, State::Ended) else {
                return None;
            };
            machine
        } else {
            let State::Created(machine) = mem::replace(&mut self.0, State::Ended) else {
                return None;
            };
            start(machine)
        };
        let mut has_ended = false;
        let item = machine.as_mut().advance(&mut has_ended);
        if has_ended {
            end(machine);
        } else {
            // Forgotten, because the destructor of the old state would refer to the iterator.
            mem::forget(mem::replace(&mut self.0, State::Started(machine)));
        }
        item
    }

    /// Allocates no box if the iterator has not been advanced. The machine is then pinned on the
    /// stack.
    #[inline]
    fn fold<B, G: FnMut(B, Y) -> B>(mut self, first: B, mut fold: G) -> B {
        let mut on_the_stack = pin!(None);
        if let State::Created(_) = self.0 {
            if let State::Created(machine) = mem::replace(&mut self.0, State::Ended) {
                on_the_stack.set(Some(machine));
            }
        }
        // One loop for both cases, because a body that is run in only one place is inlined there.
        let mut machine = match (on_the_stack.as_mut().as_pin_mut(), &mut self.0) {
            (Some(mut machine), _) => {
                machine.as_mut().start();
                machine
            }
            (None, State::Started(machine)) => machine.as_mut(),
            (None, _) => return first,
        };
        let mut folded = first;
        let mut has_ended = false;
        while !has_ended {
            if let Some(item) = machine.as_mut().advance(&mut has_ended) {
                folded = fold(folded, item);
            }
        }
        folded
    }
}

impl<Y, F: Future> FusedIterator for MachineIterator<Machine<Handle<(), Y>, F>> {}

impl<H, F> fmt::Debug for MachineIterator<Machine<H, F>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = match &self.0 {
            State::Created(machine) => machine.current(),
            State::Started(machine) => machine.current(),
            State::Ended => Status::Closed,
        };
        f.debug_struct("Iterator").field("status", &status).finish_non_exhaustive()
    }
}

/// An iterator that runs a coroutine which is boxed from the beginning. A function that calls
/// itself returns one, because its body may hold another. `Box<dyn Iterator>` contains one, because
/// the content of that box may be moved into an `Rc`.
pub struct BoxedIterator<C>(pub(super) C);

impl<C> BoxedIterator<C> {
    /// Creates an iterator over the values that `coroutine`, which is boxed, yields.
    #[inline]
    pub fn new(coroutine: C) -> Self {
        Self(coroutine)
    }
}

impl<C: Coroutine + Unpin> Iterator for BoxedIterator<C> {
    type Item = C::Yield;

    #[inline]
    fn next(&mut self) -> Option<C::Yield> {
        if self.0.status() == Status::Closed {
            return None;
        }
        match Pin::new(&mut self.0).resume(()) {
            CoroutineState::Yielded(value) => Some(value),
            CoroutineState::Complete(_) => None,
        }
    }
}

impl<C: Coroutine + Unpin> FusedIterator for BoxedIterator<C> {}

impl<C: Coroutine> fmt::Debug for BoxedIterator<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iterator").field("status", &self.0.status()).finish_non_exhaustive()
    }
}

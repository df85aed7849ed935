//! The iterator that a function under `#[cogen::coroutine]` returns as `Box<dyn Iterator>`.

use alloc::boxed::Box;
use core::fmt;
use core::future::Future;
use core::iter::FusedIterator;
use core::panic::UnwindSafe;
use core::pin::Pin;

use super::machine::Machine;
use super::sync::handle::Handle;

/// A coroutine as an iterator that stays in its box: unlike a
/// [`MachineIterator`](super::owned_iterator::MachineIterator) it needs no second one.
///
/// # Invariant
///
/// It is in the box of a `dyn Iterator`, which nobody can move it out of.
pub struct IteratorInPlace<H, F>(Machine<H, F>);

// As for the machine itself: without a step of its own.

// SAFETY: the iterator is the machine.
unsafe impl<H: Send, F: Send> Send for IteratorInPlace<H, F> {}
// SAFETY: as above.
unsafe impl<H: Sync, F: Sync> Sync for IteratorInPlace<H, F> {}
impl<H: UnwindSafe, F: UnwindSafe> UnwindSafe for IteratorInPlace<H, F> {}

impl<Y, F: Future<Output = ()>> IteratorInPlace<Handle<(), Y>, F> {
    /// An iterator over what `machine` yields.
    ///
    /// # Safety
    ///
    /// The box is made one of a `dyn core::iter::Iterator` before anything else can be done with
    /// it.
    #[inline]
    pub unsafe fn boxed(machine: Machine<Handle<(), Y>, F>) -> Box<Self> {
        let mut boxed = Box::new(Self(machine));
        boxed.machine().start();
        boxed
    }

    #[inline(always)]
    fn machine(&mut self) -> Pin<&mut Machine<Handle<(), Y>, F>> {
        // SAFETY: it is in a box that it is never moved out of (the invariant of the type, which
        // the caller of `boxed` upholds).
        unsafe { Pin::new_unchecked(&mut self.0) }
    }
}

impl<Y, F: Future<Output = ()>> Iterator for IteratorInPlace<Handle<(), Y>, F> {
    type Item = Y;

    #[inline]
    fn next(&mut self) -> Option<Y> {
        self.machine().advance()
    }
}

impl<Y, F: Future<Output = ()>> FusedIterator for IteratorInPlace<Handle<(), Y>, F> {}

impl<H, F> fmt::Debug for IteratorInPlace<H, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iterator").field("status", &self.0.current()).finish_non_exhaustive()
    }
}

//! The pinned struct that `#[cogen::coroutine]` and `co!` create: a body and its status.

use core::mem::{self, ManuallyDrop};
use core::panic::UnwindSafe;
use core::pin::Pin;

use super::body::BodyCell;
use crate::protocol::pinned::{NeedsNoPin, Unpinned};
use crate::protocol::state::Status;

/// A coroutine whose body is the `async` block `F`. The body yields through the handle `H`: a
/// [`Handle`](super::sync::handle::Handle), or an
/// [`AsyncHandle`](super::asynchronous::handle::AsyncHandle) if the body may also `.await`.
///
/// The body may hold references into itself, so a machine doesn't move once it has started.
///
/// # Invariant
///
/// The body exists unless the status is `Closed`.
#[must_use = "coroutines do nothing until started"]
pub struct Machine<H, F> {
    /// The status between two polls of the body. No other code reads it during a poll, because the
    /// poll borrows the machine mutably. `Running` marks an async body that waits for a future, and
    /// a boxed body whose [active stack](super::recursion) is not empty.
    pub(super) status: Status,
    /// Pinned with the machine.
    pub(super) body: ManuallyDrop<BodyCell<H, F>>,
}

// The compiler would derive the same auto traits, but through each type between the machine and its
// body. It counts these types in a chain of coroutines, and gives up at 128. With these `impl`s,
// one level counts as four: the function's return type, the machine, the body and its locals.

// No machine is `Unpin`, because none implements `NeedsNoPin`, whose message says what to write.
impl<H, F> Unpin for Machine<H, F> where Unpinned<Self>: NeedsNoPin {}

// SAFETY: a machine consists of the status, the handle and the body.
unsafe impl<H: Send, F: Send> Send for Machine<H, F> {}
// SAFETY: a shared reference to a machine yields at most shared references to these parts.
unsafe impl<H: Sync, F: Sync> Sync for Machine<H, F> {}
impl<H: UnwindSafe, F: UnwindSafe> UnwindSafe for Machine<H, F> {}

impl<H, F> Machine<H, F> {
    /// Creates a coroutine that runs `future`, which yields through `handle`.
    #[inline(always)]
    pub(crate) fn new(handle: H, future: F) -> Self {
        Self { status: Status::Created, body: ManuallyDrop::new(BodyCell::new(handle, future)) }
    }

    #[inline(always)]
    pub(crate) fn current(&self) -> Status {
        self.status
    }

    /// Returns the status and the body.
    #[inline(always)]
    pub(crate) fn parts(
        self: Pin<&mut Self>,
    ) -> (&mut Status, Pin<&mut ManuallyDrop<BodyCell<H, F>>>) {
        // SAFETY: the body is pinned with the machine, which is never `Unpin`. Nothing moves the
        // body out of the machine, and `close` drops it in place. The status is never pinned.
        unsafe {
            let machine = self.get_unchecked_mut();
            (&mut machine.status, Pin::new_unchecked(&mut machine.body))
        }
    }
}

/// Guards a machine while its body runs. Dropping the guard, for example in a panic, closes the
/// machine. If the body has paused, the guard is forgotten.
pub(crate) struct CloseUnlessPaused<'a, H, F>(Pin<&'a mut Machine<H, F>>);

impl<'a, H, F> CloseUnlessPaused<'a, H, F> {
    /// Guards `machine`, which is not closed.
    #[inline(always)]
    pub(crate) fn new(machine: Pin<&'a mut Machine<H, F>>) -> Self {
        Self(machine)
    }

    /// Keeps the body, which has paused, and sets the machine's status.
    #[inline(always)]
    pub(crate) fn pause(mut self, status: Status) {
        *self.0.as_mut().parts().0 = status;
        mem::forget(self);
    }

    /// Marks the machine as closed. The body has returned and dropped its locals, so it needs no
    /// destructor.
    #[inline(always)]
    pub(crate) fn complete(self) {
        self.pause(Status::Closed);
    }

    /// Sets the status.
    #[cfg(feature = "alloc")]
    pub(crate) fn set_status(&mut self, status: Status) {
        *self.0.as_mut().parts().0 = status;
    }

    #[inline(always)]
    pub(crate) fn body(&mut self) -> Pin<&mut BodyCell<H, F>> {
        let (_, body) = self.0.as_mut().parts();
        // SAFETY: the body is pinned with the machine (`parts`).
        unsafe { body.map_unchecked_mut(|body| &mut **body) }
    }
}

impl<H, F> Drop for CloseUnlessPaused<'_, H, F> {
    #[inline(always)]
    fn drop(&mut self) {
        close(self.0.as_mut());
    }
}

/// Closes the machine, and drops the body if it still exists.
#[inline(always)]
pub(crate) fn close<H, F>(machine: Pin<&mut Machine<H, F>>) {
    let (status, body) = machine.parts();
    if mem::replace(status, Status::Closed) != Status::Closed {
        // SAFETY: the body exists (the invariant). The status is `Closed` from now on, so no code
        // uses the body again, even if a destructor panics. The body is dropped in place.
        unsafe { ManuallyDrop::drop(body.get_unchecked_mut()) };
    }
}

// Without `#[inline]`, which would make some loops faster and others slower.
impl<H, F> Drop for Machine<H, F> {
    fn drop(&mut self) {
        // SAFETY: the machine is being dropped, so it is not moved any more.
        close(unsafe { Pin::new_unchecked(self) });
    }
}

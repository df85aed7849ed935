//! The pinned struct that `#[cogen::coroutine]` and `co!` make: a body and where it stands.

use core::mem::{self, ManuallyDrop};
use core::panic::UnwindSafe;
use core::pin::Pin;

use super::body::BodyCell;
use crate::protocol::pinned::{NeedsNoPin, Unpinned};
use crate::protocol::state::Status;

/// A coroutine whose body is the `async` block `F`, which yields through the handle `H`: a
/// [`Handle`](super::sync::handle::Handle), or an
/// [`AsyncHandle`](super::asynchronous::handle::AsyncHandle) if it may also wait for futures.
///
/// The body may hold references into itself, so the machine stays where it is once it has started.
///
/// # Invariant
///
/// The body is there unless the status is `Closed`.
#[must_use = "coroutines do nothing until started"]
pub struct Machine<H, F> {
    /// One byte, written where it changes. A resume has the machine to itself, so a body that runs
    /// just now counts as suspended; one that waits for a future is `Running`.
    pub(super) status: Status,
    /// Pinned with the machine.
    pub(super) body: ManuallyDrop<BodyCell<H, F>>,
}

// The compiler would find these out, too, but through each of the types that stand between the
// machine and its body. It counts them when it looks at a chain of coroutines, and gives up at 128:
// in this way a level is four (what the function returns, the machine, the body, its locals).

// No machine is, as none implements `NeedsNoPin`, whose message says what to write.
impl<H, F> Unpin for Machine<H, F> where Unpinned<Self>: NeedsNoPin {}

// SAFETY: the machine is the status, the handle and the body.
unsafe impl<H: Send, F: Send> Send for Machine<H, F> {}
// SAFETY: a shared reference to the machine leads to shared references to these at most.
unsafe impl<H: Sync, F: Sync> Sync for Machine<H, F> {}
impl<H: UnwindSafe, F: UnwindSafe> UnwindSafe for Machine<H, F> {}

impl<H, F> Machine<H, F> {
    /// A coroutine that runs `future`, whose yields go through `handle`.
    #[inline(always)]
    pub(crate) fn new(handle: H, future: F) -> Self {
        Self { status: Status::Created, body: ManuallyDrop::new(BodyCell::new(handle, future)) }
    }

    #[inline(always)]
    pub(crate) fn current(&self) -> Status {
        self.status
    }

    /// The status and the body.
    #[inline(always)]
    pub(crate) fn parts(
        self: Pin<&mut Self>,
    ) -> (&mut Status, Pin<&mut ManuallyDrop<BodyCell<H, F>>>) {
        // SAFETY: the body is pinned with the machine, which is never `Unpin`. Nothing moves it out
        // of there, and it is dropped in place (`close`). The status is never pinned.
        unsafe {
            let machine = self.get_unchecked_mut();
            (&mut machine.status, Pin::new_unchecked(&mut machine.body))
        }
    }
}

/// A machine whose body runs. Unless it is forgotten, since the body has paused, it closes the
/// machine, as on a panic.
pub(crate) struct CloseUnlessPaused<'a, H, F>(Pin<&'a mut Machine<H, F>>);

impl<'a, H, F> CloseUnlessPaused<'a, H, F> {
    /// Guards `machine`, which is not closed, while its body runs.
    #[inline(always)]
    pub(crate) fn new(machine: Pin<&'a mut Machine<H, F>>) -> Self {
        Self(machine)
    }

    /// The body has paused: it is still there, and the machine has this status from now on.
    #[inline(always)]
    pub(crate) fn pause(mut self, status: Status) {
        *self.0.as_mut().parts().0 = status;
        mem::forget(self);
    }

    /// The body has returned, which has dropped all that was in it: it needs no destructor.
    #[inline(always)]
    pub(crate) fn complete(self) {
        self.pause(Status::Closed);
    }

    /// Says where the machine stands.
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

/// Drops the body, if it is still there.
#[inline(always)]
pub(crate) fn close<H, F>(machine: Pin<&mut Machine<H, F>>) {
    let (status, body) = machine.parts();
    if mem::replace(status, Status::Closed) != Status::Closed {
        // SAFETY: the body was there (the invariant) and nobody will find it again, even if a
        // destructor panics, since the status says `Closed` from now on. It is not moved,
        // but dropped in place.
        unsafe { ManuallyDrop::drop(body.get_unchecked_mut()) };
    }
}

// Inlined by a hint, it would make some loops faster and others slower.
impl<H, F> Drop for Machine<H, F> {
    fn drop(&mut self) {
        // SAFETY: the machine is not moved any more.
        close(unsafe { Pin::new_unchecked(self) });
    }
}

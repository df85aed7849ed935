//! The pinned struct that `#[cogen::coroutine]` and `co!` make: a body and the stage that it is in.

use core::fmt;
use core::future::Future;
use core::mem::{self, ManuallyDrop};
use core::pin::Pin;
use core::task::Poll;

use pin_project::{pin_project, pinned_drop};

use crate::slot::{Body, Channel, Handle};
use crate::{Coroutine, CoroutineState, Status, argument};

/// A coroutine whose body is the `async` block `F`. It may hold references into itself, so it stays where it is once it has started.
///
/// # Invariant
///
/// The body is there unless the stage is `Closed`.
#[pin_project(PinnedDrop, !Unpin)]
pub struct Machine<R, Y, F> {
    stage: Stage,
    #[pin]
    body: ManuallyDrop<Body<R, Y, F>>,
}

/// How far a body is: one byte, which a resume compares once and doesn't write.
///
/// ```text
/// Created ──the first run begins──► Started ──it ends, panics, or is closed──► Closed
///    └────────────────────────────────closed─────────────────────────────────────▲
/// ```
///
/// A resume has the machine to itself, so to everybody else a started body is suspended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Created,
    Started,
    Closed,
}

impl<R, Y, F: Future> Machine<R, Y, F> {
    /// A coroutine that runs `future`, whose yields go through `handle`.
    #[inline(always)]
    pub(crate) fn new(handle: Handle<R, Y>, future: F) -> Self {
        Self { stage: Stage::Created, body: ManuallyDrop::new(Body::new(handle, future)) }
    }

    #[inline(always)]
    fn start(self: Pin<&mut Self>) {
        *self.project().stage = Stage::Started;
    }

    /// Runs the started body to its next yield or to its end.
    #[inline]
    fn run(self: Pin<&mut Self>, argument: Option<R>) -> CoroutineState<Y, F::Output> {
        let mut running = Running(self);
        let state = running.body().resume(argument);
        match state {
            Some(CoroutineState::Yielded(_)) => mem::forget(running),
            _ => drop(running),
        }
        state.unwrap_or_else(|| awaited())
    }
}

/// A started machine whose body runs. Unless it is forgotten, since the body has yielded, it closes the machine: at the end and on a panic.
struct Running<'a, R, Y, F>(Pin<&'a mut Machine<R, Y, F>>);

impl<R, Y, F> Running<'_, R, Y, F> {
    #[inline(always)]
    fn body(&mut self) -> Pin<&mut Body<R, Y, F>> {
        // SAFETY: the body is pinned with the machine: it is never moved out, and is dropped in place (`close`).
        unsafe { self.0.as_mut().project().body.map_unchecked_mut(|body| &mut **body) }
    }
}

impl<R, Y, F> Drop for Running<'_, R, Y, F> {
    #[inline(always)]
    fn drop(&mut self) {
        close(self.0.as_mut());
    }
}

/// Drops the body, if it is still there.
#[inline(always)]
fn close<R, Y, F>(machine: Pin<&mut Machine<R, Y, F>>) {
    let machine = machine.project();
    if mem::replace(machine.stage, Stage::Closed) != Stage::Closed {
        // SAFETY: the body was there (the invariant) and nobody will find it again, even if a destructor panics, since
        // the stage says `Closed` from now on. It is not moved, but dropped in place.
        unsafe { ManuallyDrop::drop(machine.body.get_unchecked_mut()) };
    }
}

#[pinned_drop]
impl<R, Y, F> PinnedDrop for Machine<R, Y, F> {
    #[inline(always)]
    fn drop(self: Pin<&mut Self>) {
        close(self);
    }
}

impl<R, Y, F: Future> Coroutine<R> for Machine<R, Y, F> {
    type Yield = Y;
    type Return = F::Output;

    #[inline]
    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<Y, F::Output> {
        if let Some(argument) = argument::unit() {
            return self.resume(argument);
        }
        if self.stage != Stage::Created {
            not_created(self.stage);
        }
        self.as_mut().start();
        self.run(None)
    }

    #[inline]
    fn resume(mut self: Pin<&mut Self>, argument: R) -> CoroutineState<Y, F::Output> {
        if argument::is_unit::<R>() && self.stage != Stage::Closed {
            // The argument that a first yield doesn't wait for is lost, and that is no loss.
            self.as_mut().start();
        } else if self.stage != Stage::Started {
            not_suspended(self.stage);
        }
        self.run(Some(argument))
    }

    #[inline]
    fn terminate(self: Pin<&mut Self>) {
        close(self);
    }

    #[inline]
    fn status(&self) -> Status {
        match self.stage {
            Stage::Created => Status::Created,
            Stage::Started => Status::Suspended,
            Stage::Closed => Status::Closed,
        }
    }

    #[inline(always)]
    fn __delegate(mut self: Pin<&mut Self>, channel: &mut Channel<'_, '_, R, Y>) -> Poll<F::Output> {
        match self.stage {
            Stage::Started => {
                if let Some(argument) = argument::unit() {
                    channel.send(argument); // it goes on without one, if it takes none
                } else if !channel.has_argument() {
                    delegated_to_when_started();
                }
            }
            Stage::Created => self.as_mut().start(),
            Stage::Closed => resumed_when_closed(),
        }
        let mut running = Running(self);
        let poll = running.body().delegate(channel);
        match poll {
            Some(Poll::Pending) => mem::forget(running),
            _ => drop(running),
        }
        poll.unwrap_or_else(|| awaited())
    }
}

impl<R, Y, F: Future> fmt::Debug for Machine<R, Y, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}

#[cold]
#[inline(never)]
fn not_created(stage: Stage) -> ! {
    if stage == Stage::Started {
        panic!("a coroutine that has started was started again: call `send` to go on with it");
    }
    resumed_when_closed();
}

#[cold]
#[inline(never)]
fn not_suspended(stage: Stage) -> ! {
    if stage == Stage::Created {
        sent_before_start();
    }
    resumed_when_closed();
}

#[cold]
#[inline(never)]
pub(crate) fn sent_before_start() -> ! {
    panic!(
        "a value was sent to a coroutine that has not started, where no yield waits for it: call `start` first, or use `try_send`, which \
         hands the value back"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn resumed_when_closed() -> ! {
    panic!(
        "a closed coroutine was resumed: it has returned, was closed, or panicked; call the function again for a new one, or use \
         `try_send`, which hands the value back"
    )
}

#[cold]
#[inline(never)]
fn delegated_to_when_started() -> ! {
    panic!(
        "a coroutine was delegated to that had started already, and there is no argument for it to go on with: delegate to one that has not \
         started, or that is primed"
    )
}

#[cold]
#[inline(never)]
fn awaited() -> ! {
    panic!(
        "a coroutine waited for a future that was not ready, which closes it: only yields can suspend a coroutine that is not async, so look for \
         an `.await` inside a macro"
    )
}

//! The pinned struct that `#[cogen::coroutine]` and `co!` make: a body and the stage that it is in.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::Poll;

use pin_project::pin_project;

use crate::slot::{Body, Channel, Handle};
use crate::{Coroutine, CoroutineState, Resume, Status, argument};

/// A coroutine whose body is the `async` block `F`. It may hold references into itself, so it stays where it is once it has started.
#[pin_project(!Unpin)]
pub struct Machine<R, Y, F>(#[pin] State<R, Y, F>);

/// The body of a live coroutine and its stage. As large as the body and one byte, since `Closed` is a spare value of the stage.
#[pin_project(project = StateProjection)]
enum State<R, Y, F> {
    Live {
        stage: Stage,
        #[pin]
        body: Body<R, Y, F>,
    },
    Closed,
}

/// How far a live body is.
///
/// | stage | set | left |
/// |---|---|---|
/// | `Created` | when made | by the first resume |
/// | `Running` | by each resume, before the body runs | when the body yields or ends; never if it panics |
/// | `Suspended` | when the body has yielded | by the next resume |
///
/// A resume has the machine to itself, so whoever finds it `Running` finds what a panic left behind: that counts as closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Created,
    Running,
    Suspended,
}

impl<R, Y, F: Future> Machine<R, Y, F> {
    /// A coroutine that runs `future`, whose yields go through `handle`.
    #[inline]
    pub fn new(handle: Handle<R, Y>, future: F) -> Self {
        Self(State::Live { stage: Stage::Created, body: Body::new(handle, future) })
    }
}

impl<R, Y, F: Future> Coroutine<R> for Machine<R, Y, F> {
    type Yield = Y;
    type Return = F::Output;

    #[inline]
    fn resume(self: Pin<&mut Self>, argument: Resume<R>) -> CoroutineState<Y, F::Output> {
        let mut state = self.project().0;
        let StateProjection::Live { stage, body } = state.as_mut().project() else {
            resumed_when_closed();
        };
        let argument = match (*stage, argument) {
            (Stage::Created, Resume::Start) => None,
            (Stage::Created, Resume::Send(_)) if argument::is_unit::<R>() => None,
            (Stage::Created, Resume::Send(_)) => sent_before_start(),
            (Stage::Suspended, Resume::Send(argument)) => Some(argument),
            (Stage::Suspended, Resume::Start) => started_twice(),
            (Stage::Running, _) => resumed_when_closed(),
        };
        *stage = Stage::Running;
        match body.resume(argument) {
            Some(CoroutineState::Yielded(value)) => {
                *stage = Stage::Suspended;
                CoroutineState::Yielded(value)
            }
            Some(CoroutineState::Complete(value)) => {
                state.set(State::Closed);
                CoroutineState::Complete(value)
            }
            None => {
                state.set(State::Closed);
                awaited();
            }
        }
    }

    #[inline]
    fn terminate(self: Pin<&mut Self>) {
        self.project().0.set(State::Closed);
    }

    #[inline]
    fn status(&self) -> Status {
        match self.0 {
            State::Live { stage: Stage::Created, .. } => Status::Created,
            State::Live { stage: Stage::Suspended, .. } => Status::Suspended,
            State::Live { stage: Stage::Running, .. } | State::Closed => Status::Closed,
        }
    }

    #[inline]
    fn __delegate(self: Pin<&mut Self>, channel: &mut Channel<'_, '_, R, Y>) -> Poll<F::Output> {
        let mut state = self.project().0;
        let StateProjection::Live { stage, body } = state.as_mut().project() else {
            resumed_when_closed();
        };
        match *stage {
            Stage::Created => {}
            Stage::Suspended if channel.has_argument() => {}
            Stage::Suspended => channel.send(argument::unit().unwrap_or_else(|| started_twice())),
            Stage::Running => resumed_when_closed(),
        }
        *stage = Stage::Running;
        let poll = body.delegate(channel);
        match poll {
            Poll::Pending => *stage = Stage::Suspended,
            Poll::Ready(_) => state.set(State::Closed),
        }
        poll
    }
}

impl<R, Y, F: Future> fmt::Debug for Machine<R, Y, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}

#[cold]
#[inline(never)]
pub(crate) fn resumed_when_closed() -> ! {
    panic!(
        "a closed coroutine was resumed: it has returned, was closed, or panicked; call the function again for a new one, \
         or use `try_send`, which hands the value back"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn sent_before_start() -> ! {
    panic!(
        "a value was sent to a coroutine that has not started, where no yield waits for it: call `start` first, \
         or use `try_send`, which hands the value back"
    )
}

#[cold]
#[inline(never)]
pub(crate) fn started_twice() -> ! {
    panic!("a coroutine that has started was started again: call `send` to go on with it")
}

#[cold]
#[inline(never)]
fn awaited() -> ! {
    panic!(
        "a coroutine waited for a future that was not ready: only yields can suspend a coroutine that is not async, \
         so look for an `.await` inside a macro"
    )
}

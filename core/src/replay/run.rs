//! The replay: runs the steps of a record again, and compares.

use alloc::boxed::Box;
use alloc::string::String;
use core::cell::Cell;
use core::pin::Pin;

use super::step::{Input, Output};
use super::{Constructor, Evidence, Record, ReplayErrorKind, Step};
use crate::fingerprint::Fingerprint;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::{CoroutineState, Status};

/// The failure of a replay.
pub(super) struct Failure<E> {
    pub(super) kind: ReplayErrorKind,
    /// The evidence of the value that the body yielded in the replay, if it differs from the
    /// recorded one.
    pub(super) found: Option<E>,
    /// The message of the panic, if its payload is a text.
    pub(super) message: Option<String>,
}

impl<E> From<ReplayErrorKind> for Failure<E> {
    fn from(kind: ReplayErrorKind) -> Self {
        Self { kind, found: None, message: None }
    }
}

/// A coroutine at the end of a record.
pub(super) struct Restored<C: Coroutine<R>, R, E> {
    pub(super) coroutine: Pin<Box<C>>,
    /// Its last yielded value or its return value.
    pub(super) state: Option<CoroutineState<C::Yield, C::Return>>,
    /// The outcome of the last step, if that is unfinished in the record.
    pub(super) outcome: Option<Output<E>>,
}

impl<A, R, E> Record<A, R, E> {
    pub(super) fn run<F>(
        &self,
        fingerprint: Fingerprint,
        constructor: &F,
    ) -> Result<Restored<F::Coroutine, R, E>, Failure<E>>
    where
        F: Constructor<A, R>,
        A: Clone,
        R: Clone,
        E: Evidence<<F::Coroutine as Coroutine<R>>::Yield>,
    {
        if self.fingerprint() != fingerprint {
            let recorded = self.fingerprint();
            return Err(ReplayErrorKind::Fingerprint { recorded, given: fingerprint }.into());
        }
        let at = Cell::new(self.steps().first().map_or(0, Step::number));
        caught(&at, || self.take_steps(constructor, &at))
    }

    fn take_steps<F>(
        &self,
        constructor: &F,
        at: &Cell<u64>,
    ) -> Result<Restored<F::Coroutine, R, E>, Failure<E>>
    where
        F: Constructor<A, R>,
        A: Clone,
        R: Clone,
        E: Evidence<<F::Coroutine as Coroutine<R>>::Yield>,
    {
        let mut coroutine = Box::pin(constructor.construct(self.arguments().clone()));
        if coroutine.status() != self.first_status() {
            return Err(ReplayErrorKind::NotNew { status: coroutine.status() }.into());
        }
        let mut state = None;
        let mut steps = self.steps().iter().peekable();
        while let Some(step) = steps.next() {
            at.set(step.number());
            if steps.peek().is_some_and(|next| step.is_unfinished() && next.is_close()) {
                continue; // the body panicked here, and then the coroutine was closed
            }
            drop(state.take()); // the original caller has dropped it, too
            if step.is_close() {
                coroutine.as_mut().terminate();
            } else {
                state = Some(step.repeat(coroutine.as_mut(), &|value| constructor.past(value))?);
            }
        }
        let unfinished = self.steps().last().is_some_and(Step::is_unfinished);
        let outcome = state.as_ref().filter(|_| unfinished).map(Output::of);
        Ok(Restored { coroutine, state, outcome })
    }
}

impl<R: Clone, E> Step<R, E> {
    /// Runs this step again. `past` returns the replies to questions that older code did not yield.
    fn repeat<C>(
        &self,
        mut coroutine: Pin<&mut C>,
        past: &impl Fn(&C::Yield) -> Option<R>,
    ) -> Result<CoroutineState<C::Yield, C::Return>, Failure<E>>
    where
        C: Coroutine<R>,
        E: Evidence<C::Yield>,
    {
        // A body that has behaved as recorded has this status only if other code has resumed it.
        let status = coroutine.status();
        if matches!(status, Status::Closed | Status::Running) {
            return Err(ReplayErrorKind::NotNew { status }.into());
        }
        let step = self.number();
        let mut state = match &self.0.input {
            Input::Send(argument) => coroutine.as_mut().resume(argument.clone()),
            Input::Start | Input::Close => coroutine.as_mut().begin(),
        };
        loop {
            let (kind, value) = match (&state, &self.0.output) {
                (_, Output::Unfinished) | (CoroutineState::Complete(_), Output::Ended) => {
                    return Ok(state);
                }
                (CoroutineState::Complete(_), Output::Yielded(_)) => {
                    return Err(ReplayErrorKind::EndedEarly { step }.into());
                }
                (CoroutineState::Yielded(value), Output::Yielded(evidence)) => {
                    if evidence.matches(value) {
                        return Ok(state);
                    }
                    (ReplayErrorKind::Differs { step }, value)
                }
                (CoroutineState::Yielded(value), Output::Ended) => {
                    (ReplayErrorKind::WentOn { step }, value)
                }
            };
            let Some(reply) = past(value) else {
                return Err(Failure { kind, found: Some(E::of(value)), message: None });
            };
            state = coroutine.as_mut().resume(reply);
        }
    }
}

/// Runs `replay`. A panic in it is a failure at the current step.
#[cfg(feature = "std")]
pub(super) fn caught<T, E>(
    at: &Cell<u64>,
    replay: impl FnOnce() -> Result<T, Failure<E>>,
) -> Result<T, Failure<E>> {
    // The state that a panicking body leaves inconsistent is dropped with it, except state that it
    // shares with other code.
    let result = std::panic::catch_unwind(core::panic::AssertUnwindSafe(replay));
    result.unwrap_or_else(|panic| {
        let message = match panic.downcast::<String>() {
            Ok(message) => Some(*message),
            Err(panic) => panic.downcast_ref::<&str>().map(|&message| message.into()),
        };
        Err(Failure { kind: ReplayErrorKind::Panicked { step: at.get() }, found: None, message })
    })
}

#[cfg(not(feature = "std"))]
pub(super) fn caught<T, E>(
    _: &Cell<u64>,
    replay: impl FnOnce() -> Result<T, Failure<E>>,
) -> Result<T, Failure<E>> {
    replay()
}

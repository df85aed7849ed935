//! One step of a record.

use core::fmt;

use super::Evidence;
use crate::protocol::state::CoroutineState;

/// A step of a [`Record`](super::Record): a start, a `send` or a `close`, and its outcome.
///
/// A step is recorded before the body runs. So the last step has no [outcome](Self::is_unfinished)
/// if the body panicked in it, or the process ended.
///
/// # Examples
///
/// See [`Record::steps`](super::Record::steps).
#[derive(Clone, PartialEq, Eq)]
pub struct Step<R, E>(pub(super) Line<R, E>);

#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Line<R, E> {
    pub(super) number: u64,
    pub(super) input: Input<R>,
    pub(super) output: Output<E>,
}

/// The input of a step. It is not an `Option<R>`: formats such as JSON couldn't distinguish it from
/// an optional argument.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) enum Input<R> {
    Start,
    Send(R),
    Close,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) enum Output<E> {
    /// The body has neither yielded nor returned.
    Unfinished,
    Yielded(E),
    /// The body has returned, or was closed.
    Ended,
}

impl<E> Output<E> {
    pub(super) fn of<Y, T>(state: &CoroutineState<Y, T>) -> Self
    where
        E: Evidence<Y>,
    {
        match state {
            CoroutineState::Yielded(value) => Self::Yielded(E::of(value)),
            CoroutineState::Complete(_) => Self::Ended,
        }
    }
}

impl<R, E> Step<R, E> {
    /// Creates a step before its body runs.
    pub(super) fn unfinished(number: u64, input: Input<R>) -> Self {
        Self(Line { number, input, output: Output::Unfinished })
    }

    /// Returns the number of this step, from 0.
    ///
    /// No other step of the coroutine has it, and it stays the same when the record is
    /// [cut](super::Recorded::cut).
    ///
    /// Together with a name for the coroutine, it is an *idempotency key*, by which the receiver
    /// recognises a repeated request.
    ///
    /// # Examples
    ///
    /// See [`Record::steps`](super::Record::steps).
    #[must_use]
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// Returns the value that was sent, or `None` if this step is the start or the close.
    ///
    /// # Examples
    ///
    /// See [`Record::steps`](super::Record::steps).
    #[must_use]
    pub fn sent(&self) -> Option<&R> {
        match &self.0.input {
            Input::Send(argument) => Some(argument),
            Input::Start | Input::Close => None,
        }
    }

    /// Returns the evidence of the value that was yielded, or `None` if the coroutine has ended in
    /// this step or the step is [unfinished](Self::is_unfinished).
    ///
    /// # Examples
    ///
    /// See [`Record::steps`](super::Record::steps).
    #[must_use]
    pub fn yielded(&self) -> Option<&E> {
        match &self.0.output {
            Output::Yielded(evidence) => Some(evidence),
            Output::Unfinished | Output::Ended => None,
        }
    }

    /// Returns whether the body has neither yielded nor returned: it panicked, or the record was
    /// saved before the body ran.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::{Recorded, ReplayErrorKind};
    /// use cogen::{CoroutineExt, Fingerprint, Status};
    /// use std::panic::{AssertUnwindSafe, catch_unwind};
    ///
    /// #[cogen::coroutine]
    /// fn order() -> impl cogen::Coroutine<String, Yield = &'static str> {
    ///     let receipt = yield_!("charge 12");
    ///     let number: u32 = receipt.parse().expect("a receipt is a number");
    ///     yield_!("ship");
    /// }
    ///
    /// let mut order = Recorded::new(Fingerprint::NONE, order, ());
    /// order.start();
    /// let panic = catch_unwind(AssertUnwindSafe(|| order.send("R-1".to_owned())));
    /// assert!(panic.is_err());
    ///
    /// // The receipt isn't lost, so the charge needn't be repeated:
    /// let record = order.record();
    /// assert!(record.steps()[1].is_unfinished());
    /// assert_eq!(record.steps()[1].sent().unwrap(), "R-1");
    /// assert_eq!(record.status(), Status::Running);
    /// let error = order.try_clone().unwrap_err();
    /// assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 1 });
    /// ```
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        matches!(self.0.output, Output::Unfinished)
    }

    /// Returns whether this step is a [`close`](crate::CoroutineExt::close).
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::Recorded;
    /// use cogen::{CoroutineExt, Fingerprint};
    ///
    /// # #[cogen::coroutine]
    /// # fn pause() -> impl cogen::Coroutine { yield_!(); }
    /// let mut pause = Recorded::new(Fingerprint::NONE, pause, ());
    /// pause.start();
    /// pause.close();
    /// assert!(pause.record().steps()[1].is_close());
    /// ```
    #[must_use]
    pub fn is_close(&self) -> bool {
        matches!(self.0.input, Input::Close)
    }

    /// Returns whether the coroutine is closed after this step.
    pub(super) fn ends(&self) -> bool {
        matches!(self.0.output, Output::Ended)
    }
}

impl<R: fmt::Debug, E: fmt::Debug> fmt::Debug for Step<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("number", &self.0.number)
            .field("input", &self.0.input)
            .field("output", &self.0.output)
            .finish()
    }
}

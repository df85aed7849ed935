//! The record of a coroutine's inputs and outputs.

use alloc::vec::Vec;
use core::fmt;

use super::step::{Input, Line, Output};
use super::{Constructor, Evidence, RecordError, Recorded, ReplayError, Step};
use crate::engine::unit;
use crate::fingerprint::Fingerprint;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::Status;

/// The history of a coroutine: its arguments `A`, the values `R` that it was sent, and the
/// [`Evidence`] `E` of the values that it yielded.
///
/// With the feature `serde` it can be saved and loaded, if its parts can. A saved record has a
/// version and a check over all values. If it is damaged or of other types, loading it is an error,
/// and never a wrong history: see `Saved`. Steps can also be saved one by one, and added with
/// [`push`](Self::push).
///
/// The record doesn't hold the coroutine's return value: a replay computes it again.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use cogen::replay::{ByValue, Record, Recorded};
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
///
/// #[cogen::coroutine(fingerprint = ADDER)]
/// fn adder(mut sum: i32) -> impl Coroutine<i32, Yield = i32> {
///     let sum = &mut sum; // a borrow across the yields
///     loop {
///         *sum += yield_!(*sum);
///     }
/// }
///
/// let mut recorded = Recorded::new(ADDER, adder, (10,));
/// recorded.start();
/// assert_eq!(recorded.send(5), Yielded(15));
/// let saved = serde_json::to_string(recorded.record()).unwrap();
///
/// // In another process:
/// let record: Record<(i32,), i32, ByValue<i32>> = serde_json::from_str(&saved).unwrap();
/// let mut restored = record.replay(ADDER, adder).unwrap();
/// assert_eq!(restored.send(1), Yielded(16));
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Record<A, R, E>(Contents<A, R, E>);

#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(bound(
        serialize = "A: serde::Serialize, R: serde::Serialize, E: serde::Serialize",
        deserialize = "A: serde::Deserialize<'de>, R: serde::Deserialize<'de>, \
                       E: serde::Deserialize<'de>"
    ))
)]
pub(super) struct Contents<A, R, E> {
    fingerprint: Fingerprint,
    arguments: A,
    /// Whether the coroutine had started before its first step, as a primed one has.
    primed: bool,
    #[cfg_attr(feature = "serde", serde(with = "super::saved::lines"))]
    steps: Vec<Step<R, E>>,
}

impl<A, R, E> Record<A, R, E> {
    /// Creates the record of a new coroutine.
    pub(super) fn new(fingerprint: Fingerprint, arguments: A, primed: bool) -> Self {
        Self(Contents { fingerprint, arguments, primed, steps: Vec::new() })
    }

    #[cfg(feature = "serde")]
    pub(super) fn contents(&self) -> &Contents<A, R, E> {
        &self.0
    }

    /// Creates a record from its contents, if its steps can follow each other.
    #[cfg(feature = "serde")]
    pub(super) fn from_contents(contents: Contents<A, R, E>) -> Result<Self, RecordError> {
        let steps = &contents.steps;
        let mut before: Option<&Step<R, E>> = None;
        for step in steps {
            let expected = before.map_or(step.number(), |before| before.number().wrapping_add(1));
            if step.number() != expected || !can_follow(step, before, contents.primed) {
                return Err(RecordError::Misplaced { step: step.number() });
            }
            before = Some(step);
        }
        Ok(Self(contents))
    }

    /// Returns the status of the coroutine before its first step.
    pub(super) fn first_status(&self) -> Status {
        if self.0.primed { Status::Suspended } else { Status::Created }
    }

    /// Returns the arguments with which the coroutine was created, or those of the checkpoint at
    /// which the record was [cut](Recorded::cut).
    ///
    /// # Examples
    ///
    /// See [`steps`](Self::steps).
    #[must_use]
    pub fn arguments(&self) -> &A {
        &self.0.arguments
    }

    /// Returns the fingerprint of the code that made the record.
    ///
    /// # Examples
    ///
    /// See [`steps`](Self::steps).
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint
    }

    /// Returns all steps since the start of the coroutine, or since the last cut.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::{ByValue, Recorded};
    /// use cogen::{Coroutine, CoroutineExt, Fingerprint, Status};
    ///
    /// #[cogen::coroutine]
    /// fn echo_once(first: u32) -> impl Coroutine<u32, Yield = u32> {
    ///     let heard = yield_!(first);
    ///     yield_!(heard);
    /// }
    ///
    /// let mut echo = Recorded::new(Fingerprint::NONE, echo_once, (1,));
    /// echo.start();
    /// echo.send(2);
    /// echo.send(3);
    ///
    /// let record = echo.into_record();
    /// assert_eq!((record.arguments(), record.fingerprint()), (&(1,), Fingerprint::NONE));
    /// let steps: Vec<_> =
    ///     record.steps().iter().map(|step| (step.sent(), step.yielded())).collect();
    /// assert_eq!(
    ///     steps,
    ///     [(None, Some(&ByValue(1))), (Some(&2), Some(&ByValue(2))), (Some(&3), None)]
    /// );
    /// assert_eq!(record.status(), Status::Closed);
    /// ```
    #[must_use]
    pub fn steps(&self) -> &[Step<R, E>] {
        &self.0.steps
    }

    /// Adds a step that was saved by itself.
    ///
    /// So a saved record and the steps since can be combined.
    ///
    /// A step with the number of the last one replaces it, if the last one is
    /// [unfinished](Step::is_unfinished): it was saved before the body ran, and again after the
    /// body yielded or returned. A finished step is never replaced. [`Recorded::drive_saved`] saves
    /// steps like this.
    ///
    /// If the record already has steps, because it was [cut](Recorded::cut) or saved later, push
    /// only the steps that were saved after it.
    ///
    /// # Errors
    ///
    /// [`RecordError::Misplaced`] if the step's number is not the next one, if the last step has
    /// the same number and is finished, or if no coroutine could take the step there. The record is
    /// unchanged. A step of *another* coroutine is not recognised if it could follow.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "serde")] {
    /// use cogen::replay::{ByValue, Record, RecordError, Recorded, Step};
    /// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
    ///
    /// #[cogen::coroutine(fingerprint = ADDER)]
    /// fn adder(mut sum: i32) -> impl Coroutine<i32, Yield = i32> {
    ///     loop {
    ///         sum += yield_!(sum);
    ///     }
    /// }
    ///
    /// let mut recorded = Recorded::new(ADDER, adder, (10,));
    /// let header = serde_json::to_string(recorded.record()).unwrap(); // no steps yet
    /// let mut lines = Vec::new();
    /// recorded.start();
    /// for number in 1..=3 {
    ///     recorded.send(number);
    /// }
    /// for step in recorded.record().steps() {
    ///     lines.push(serde_json::to_string(step).unwrap());
    /// }
    ///
    /// let mut record: Record<(i32,), i32, ByValue<i32>> = serde_json::from_str(&header).unwrap();
    /// for line in &lines {
    ///     record.push(serde_json::from_str(line).unwrap()).unwrap();
    /// }
    /// assert_eq!(record, *recorded.record());
    ///
    /// let mut record: Record<(i32,), i32, ByValue<i32>> = serde_json::from_str(&header).unwrap();
    /// let second: Step<_, _> = serde_json::from_str(&lines[1]).unwrap();
    /// assert_eq!(record.push(second), Err(RecordError::Misplaced { step: 1 }));
    /// # }
    /// ```
    pub fn push(&mut self, step: Step<R, E>) -> Result<(), RecordError> {
        let steps = &mut self.0.steps;
        let again =
            steps.last().is_some_and(|last| last.is_unfinished() && last.number() == step.number());
        let known = steps.len() - usize::from(again);
        let before = known.checked_sub(1).map(|at| &steps[at]);
        let expected = match (before, again) {
            (_, true) => step.number(),
            (None, false) => 0,
            (Some(before), false) => before.number().wrapping_add(1),
        };
        if step.number() != expected || !can_follow(&step, before, self.0.primed) {
            return Err(RecordError::Misplaced { step: step.number() });
        }
        steps.truncate(known);
        steps.push(step);
        Ok(())
    }

    /// Takes back the last step, and returns it.
    ///
    /// Use it if the last reply was wrong, so that the body panics at it in each replay. The record
    /// then ends at the request, and the coroutine can be sent another reply. If the steps are
    /// saved one by one, also remove the saved step.
    ///
    /// The next step gets the same [number](Step::number). So if the step has yielded a request,
    /// take the step back only if nobody has carried the request out yet.
    ///
    /// Returns `None` if the record has no steps, or only the start, which has no reply. After a
    /// [cut](Recorded::cut), the start is the step at which the record was cut.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::{Recorded, ReplayErrorKind};
    /// use cogen::{Coroutine, CoroutineExt, CoroutineState::*, Fingerprint};
    /// use std::panic::{AssertUnwindSafe, catch_unwind};
    ///
    /// #[cogen::coroutine]
    /// fn order() -> impl Coroutine<String, Yield = &'static str, Return = u32> {
    ///     yield_!("How many?").parse().expect("a number")
    /// }
    ///
    /// let mut recorded = Recorded::new(Fingerprint::NONE, order, ());
    /// recorded.start();
    /// catch_unwind(AssertUnwindSafe(|| recorded.send("three".to_owned()))).unwrap_err();
    ///
    /// let error = recorded.into_record().replay(Fingerprint::NONE, order).unwrap_err();
    /// assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 1 });
    /// let mut record = error.into_record();
    /// assert_eq!(record.pop().unwrap().sent().unwrap(), "three");
    ///
    /// let mut restored = record.replay(Fingerprint::NONE, order).unwrap();
    /// assert_eq!(restored.replayed(), Some(Yielded(&"How many?")));
    /// assert_eq!(restored.send("3".to_owned()), Complete(3));
    /// ```
    pub fn pop(&mut self) -> Option<Step<R, E>> {
        match &*self.0.steps {
            // After a cut, the start has the number at which the later steps begin.
            [Step(Line { input: Input::Start, .. })] => None,
            _ => self.0.steps.pop(),
        }
    }

    /// Sets the fingerprint, so that changed code can replay the record.
    ///
    /// Use it after a change of the code that leaves the recorded steps as they were. A replay
    /// still compares the steps. See the [guide](crate::guide::replay).
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::{Recorded, ReplayErrorKind};
    /// use cogen::{CoroutineExt, CoroutineState::*, Fingerprint};
    ///
    /// # #[cogen::coroutine]
    /// # fn count(from: u32) -> impl cogen::Coroutine<(), Yield = u32> { yield_from!(from..); }
    /// const OLD: Fingerprint = Fingerprint::new(1);
    /// const NEW: Fingerprint = Fingerprint::new(2);
    ///
    /// let mut recorded = Recorded::new(OLD, count, (7,));
    /// recorded.start();
    /// let mut record = recorded.into_record();
    /// record.restamp(NEW);
    /// assert_eq!(record.replay(NEW, count).unwrap().send(()), Yielded(8));
    /// ```
    pub fn restamp(&mut self, fingerprint: Fingerprint) {
        self.0.fingerprint = fingerprint;
    }

    /// Returns the status of the coroutine at the end of the record, without running it.
    ///
    /// It is [`Status::Running`] if the last step is [unfinished](Step::is_unfinished).
    ///
    /// # Examples
    ///
    /// See [`steps`](Self::steps).
    #[must_use]
    pub fn status(&self) -> Status {
        match self.0.steps.last() {
            None => self.first_status(),
            Some(step) => match step.0.output {
                Output::Unfinished => Status::Running,
                Output::Yielded(_) => Status::Suspended,
                Output::Ended => Status::Closed,
            },
        }
    }

    /// Creates the coroutine again, and runs it to the end of this record.
    ///
    /// The body runs through all recorded steps, so a replay costs as much as they do. The values
    /// that it yields are compared with the evidence. [`replayed`](Recorded::replayed) returns the
    /// last yielded value, or the return value, which the body computes again. If the coroutine was
    /// closed, it is closed again at the same place. An [unfinished](Step::is_unfinished) step runs
    /// to its end, and nothing is compared in it.
    ///
    /// # Errors
    ///
    /// A [`ReplayError`], which holds the record. If `fingerprint` is not the record's, the body
    /// has not run. If the body behaves differently or panics, the error names the step.
    ///
    /// # Panics
    ///
    /// Without the feature `std`, panics if the body, the constructor or the evidence panics. Then
    /// the record is dropped: clone it first to keep it. With `panic = "abort"` in the profile,
    /// such a panic ends the process.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn replay<F>(
        self,
        fingerprint: Fingerprint,
        constructor: F,
    ) -> Result<Recorded<F, A, R, E>, ReplayError<A, R, E>>
    where
        F: Constructor<A, R>,
        A: Clone,
        R: Clone,
        E: Evidence<<F::Coroutine as Coroutine<R>>::Yield>,
    {
        match self.run(fingerprint, &constructor) {
            Ok(restored) => Ok(Recorded::from_replay(constructor, self, restored)),
            Err(failure) => Err(ReplayError { record: self, failure }),
        }
    }

    /// Returns the number of the next step.
    pub(super) fn next_number(&self) -> u64 {
        self.0.steps.last().map_or(0, |last| last.number() + 1)
    }

    /// Adds a step. The caller has checked that it can follow.
    pub(super) fn append(&mut self, step: Step<R, E>) {
        self.0.steps.push(step);
    }

    /// Records the outcome of the last step.
    pub(super) fn finish(&mut self, outcome: Output<E>) {
        if let Some(Step(last)) = self.0.steps.last_mut() {
            last.output = outcome;
        }
    }

    /// Removes the last step, which has not run.
    pub(super) fn retract(&mut self) {
        self.0.steps.pop();
    }

    pub(super) fn close(&mut self) {
        if self.status() != Status::Closed {
            let number = self.next_number();
            self.append(Step(Line { number, input: Input::Close, output: Output::Ended }));
        }
    }

    /// Turns this into the record of a coroutine that was created with `arguments` and has just
    /// started, at the yield where this record ends.
    pub(super) fn cut(&mut self, arguments: A) {
        let contents = &mut self.0;
        contents.arguments = arguments;
        let last = contents.steps.pop();
        contents.steps.clear();
        contents.steps.extend(last.map(|Step(last)| Step(Line { input: Input::Start, ..last })));
    }
}

impl<A: fmt::Debug, R: fmt::Debug, E: fmt::Debug> fmt::Debug for Record<A, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("fingerprint", &self.0.fingerprint)
            .field("arguments", &self.0.arguments)
            .field("primed", &self.0.primed)
            .field("steps", &self.0.steps)
            .finish()
    }
}

/// Returns whether a coroutine can run `step` after `before`, or as its first step.
fn can_follow<R, E>(step: &Step<R, E>, before: Option<&Step<R, E>>, primed: bool) -> bool {
    let started = before.is_some() || primed;
    match (&step.0.input, before.map(|before| &before.0.output)) {
        (_, Some(Output::Ended)) => false,
        (Input::Close, _) => step.ends(),
        (_, Some(Output::Unfinished)) => false,
        (Input::Start, before) => before.is_none() || unit::is_unit::<R>(),
        (Input::Send(_), _) => started || unit::is_unit::<R>(),
    }
}

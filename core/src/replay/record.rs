//! What went into a coroutine and what came out of it.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::pin::Pin;

use super::{Constructor, Evidence, Recorded, ReplayError, ReplayErrorKind};
use crate::engine::unit;
use crate::fingerprint::Fingerprint;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::{CoroutineState, Status};

/// The version of the format: what is serialised is this struct and `Step`, as they stand.
const VERSION: u32 = 1;

/// The life of a coroutine so far: its arguments `A`, everything of type `R` that it was sent, and
/// the [`Evidence`] `E` of what it yielded.
///
/// With the feature `serde` it can be saved and loaded, where its parts can. The format has a
/// version, which [`replay`](Self::replay) looks at, and in formats that name their fields further
/// ones are ignored. The coroutine's return value is not in it.
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Record<A, R, E> {
    version: u32,
    fingerprint: Fingerprint,
    arguments: A,
    steps: Vec<Step<R, E>>,
    closed: bool,
}

/// One step of a [`Record`]: a start or a `send`, and what came of it.
///
/// # Examples
///
/// See [`Record::steps`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Step<R, E> {
    input: Input<R>,
    output: Output<E>,
}

/// Not an `Option`, which formats like JSON can't tell from that of an optional argument.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) enum Input<R> {
    Start,
    Send(R),
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
enum Output<E> {
    Yielded(E),
    Returned,
}

impl<R, E> Step<R, E> {
    /// What was sent, or `None` if this step is the start.
    ///
    /// # Examples
    ///
    /// See [`Record::steps`].
    #[must_use]
    pub fn sent(&self) -> Option<&R> {
        match &self.input {
            Input::Start => None,
            Input::Send(argument) => Some(argument),
        }
    }

    /// The evidence of what was yielded, or `None` if the coroutine has returned in this step.
    ///
    /// # Examples
    ///
    /// See [`Record::steps`].
    #[must_use]
    pub fn yielded(&self) -> Option<&E> {
        match &self.output {
            Output::Yielded(evidence) => Some(evidence),
            Output::Returned => None,
        }
    }
}

impl<A, R, E> Record<A, R, E> {
    /// That of a coroutine that has not started.
    pub(super) fn new(fingerprint: Fingerprint, arguments: A) -> Self {
        Self { version: VERSION, fingerprint, arguments, steps: Vec::new(), closed: false }
    }

    /// The arguments that the coroutine was made with, or those of the checkpoint at which the
    /// record was [cut](Recorded::cut).
    ///
    /// # Examples
    ///
    /// See [`steps`](Self::steps).
    #[must_use]
    pub fn arguments(&self) -> &A {
        &self.arguments
    }

    /// That of the code that made the record.
    ///
    /// # Examples
    ///
    /// See [`steps`](Self::steps).
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Every step since the coroutine, or since the last cut, began.
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
        &self.steps
    }

    /// Where a coroutine stands that this is replayed into. Nothing is run to know that.
    ///
    /// # Examples
    ///
    /// See [`steps`](Self::steps).
    #[must_use]
    pub fn status(&self) -> Status {
        match self.steps.last() {
            _ if self.closed => Status::Closed,
            None => Status::Created,
            Some(Step { output: Output::Returned, .. }) => Status::Closed,
            Some(_) => Status::Suspended,
        }
    }

    /// Makes the coroutine again, and brings it to where this record ends.
    ///
    /// The body runs through all that is recorded, and what it yields is compared with the
    /// evidence: restoring costs what the recorded steps cost. What it yielded last is
    /// [there to look at](Recorded::replayed). A coroutine that has returned runs to its end once
    /// more, and is closed; its return value, which was given out before, is dropped. One that
    /// was closed runs to where it was closed, and is closed there.
    ///
    /// # Errors
    ///
    /// A [`ReplayError`] that names the step, and has the record, if the body behaves in another
    /// way than recorded; and one before anything has run, if `fingerprint` is not the record's
    /// or the format is of an unknown version.
    ///
    /// # Panics
    ///
    /// If the body or the constructor panics. The record is gone then, unless it was cloned before.
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
            Ok((coroutine, yielded)) => {
                Ok(Recorded::from_replay(constructor, coroutine, self, yielded))
            }
            Err((kind, found)) => Err(ReplayError { record: self, kind, found }),
        }
    }

    /// The coroutine, and what it yielded last.
    fn run<F, C>(
        &self,
        fingerprint: Fingerprint,
        constructor: &F,
    ) -> Result<(Pin<Box<C>>, Option<C::Yield>), (ReplayErrorKind, Option<E>)>
    where
        F: Constructor<A, R, Coroutine = C>,
        C: Coroutine<R>,
        A: Clone,
        R: Clone,
        E: Evidence<C::Yield>,
    {
        if self.version != VERSION {
            return Err((
                ReplayErrorKind::Version { recorded: self.version, known: VERSION },
                None,
            ));
        }
        if self.fingerprint != fingerprint {
            return Err((
                ReplayErrorKind::Fingerprint { recorded: self.fingerprint, given: fingerprint },
                None,
            ));
        }
        let mut coroutine = Box::pin(constructor.construct(self.arguments.clone()));
        let mut yielded = None;
        for (number, step) in self.steps.iter().enumerate() {
            drop(yielded.take()); // as whoever was given it has, before the next step or later
            yielded = step.repeat(number, coroutine.as_mut())?;
        }
        if self.closed {
            yielded = None;
            coroutine.as_mut().terminate();
        }
        Ok((coroutine, yielded))
    }

    pub(super) fn push<Y, T>(&mut self, input: Input<R>, state: &CoroutineState<Y, T>)
    where
        E: Evidence<Y>,
    {
        let output = match state {
            CoroutineState::Yielded(value) => Output::Yielded(E::of(value)),
            CoroutineState::Complete(_) => Output::Returned,
        };
        self.steps.push(Step { input, output });
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// The record of a coroutine that was made with `arguments` and has just started, at the yield
    /// where this one ends.
    pub(super) fn cut(&mut self, arguments: A) {
        self.arguments = arguments;
        let last = self.steps.pop().map(|last| Step { input: Input::Start, output: last.output });
        self.steps.clear();
        self.steps.extend(last);
    }
}

impl<R: Clone, E> Step<R, E> {
    /// Takes this step again. Gives what was yielded.
    fn repeat<C>(
        &self,
        step: usize,
        coroutine: Pin<&mut C>,
    ) -> Result<Option<C::Yield>, (ReplayErrorKind, Option<E>)>
    where
        C: Coroutine<R>,
        E: Evidence<C::Yield>,
    {
        // What no coroutine would have let happen must not panic now.
        let possible = match (&self.input, coroutine.status()) {
            (_, Status::Closed | Status::Running) => false,
            (Input::Send(_), Status::Created) => unit::is_unit::<R>(),
            (Input::Start, Status::Suspended) => step == 0 || unit::is_unit::<R>(),
            (Input::Start, Status::Created) | (Input::Send(_), Status::Suspended) => true,
        };
        if !possible {
            return Err((ReplayErrorKind::Malformed { step }, None));
        }
        let state = match &self.input {
            Input::Start => coroutine.begin(),
            Input::Send(argument) => coroutine.resume(argument.clone()),
        };
        match (state, &self.output) {
            (CoroutineState::Yielded(value), Output::Yielded(evidence))
                if evidence.matches(&value) =>
            {
                Ok(Some(value))
            }
            (CoroutineState::Yielded(value), Output::Yielded(_)) => {
                Err((ReplayErrorKind::Differs { step }, Some(E::of(&value))))
            }
            (CoroutineState::Yielded(value), Output::Returned) => {
                Err((ReplayErrorKind::WentOn { step }, Some(E::of(&value))))
            }
            (CoroutineState::Complete(_), Output::Yielded(_)) => {
                Err((ReplayErrorKind::EndedEarly { step }, None))
            }
            (CoroutineState::Complete(_), Output::Returned) => Ok(None),
        }
    }
}

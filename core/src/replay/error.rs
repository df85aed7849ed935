//! The errors of records and replays.

use alloc::format;
use alloc::string::String;
use core::error::Error;
use core::fmt;

use super::run::Failure;
use super::{Record, Step};
use crate::fingerprint::Fingerprint;
use crate::protocol::state::Status;

/// The error of a saved record or step that can't be used.
///
/// # Examples
///
/// See `Saved` and [`Record::push`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordError {
    /// It was saved in a format that this version of the crate doesn't read.
    Version {
        /// The version of its format.
        saved: u32,
        /// The version that this crate reads.
        known: u32,
    },
    /// The check doesn't match the values: they are not those that were saved. If their types have
    /// changed on purpose, load them with `Saved::open_changed`.
    Damaged,
    /// A step can't follow the steps before it: its number is not the next one, or no coroutine
    /// could take it there, such as a step after the end.
    ///
    /// A step of *another* coroutine is not recognised if it could follow. A replay may detect it
    /// by the yielded values.
    Misplaced {
        /// The number of the step.
        step: u64,
    },
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { saved, known } => write!(
                f,
                "the record was saved in version {saved} of the format, and this version of \
                 `cogen` reads only version {known}: load it with the version of `cogen` that \
                 saved it"
            ),
            Self::Damaged => f.write_str(
                "the values are not those that were saved: the record is damaged, or the format \
                 doesn't keep all values, or the types have changed (if they have, load it with \
                 `Saved::open_changed`)",
            ),
            Self::Misplaced { step } => write!(
                f,
                "step {step} can't follow the steps before it: push each step once, in the order \
                 of their numbers, and after a cut only those after the saved record"
            ),
        }
    }
}

impl Error for RecordError {}

/// The error of a replay whose body doesn't match the record.
///
/// [`into_record`](Self::into_record) returns the record.
///
/// # Examples
///
/// ```
/// use cogen::replay::{Recorded, ReplayErrorKind};
/// use cogen::{Coroutine, CoroutineExt, Fingerprint};
///
/// #[cogen::coroutine]
/// fn count(step: u32) -> impl Coroutine<(), Yield = u32> {
///     yield_!(0);
///     yield_!(step);
/// }
///
/// let mut one = Recorded::new(Fingerprint::NONE, count, (1,));
/// one.start();
/// one.send(());
///
/// let error =
///     one.into_record().replay(Fingerprint::NONE, |step: u32| count(step + 1)).unwrap_err();
/// assert_eq!(error.kind(), ReplayErrorKind::Differs { step: 1 });
/// assert_eq!(
///     error.to_string(),
///     "at step 1 the body yielded something other than what was recorded: make it deterministic, \
///      or see `cogen::guide::replay` if its code has changed\n\
///      - ByValue(1)\n\
///      + ByValue(2)"
/// );
/// assert_eq!(error.found().unwrap().0, 2); // the evidence is by value here
///
/// let record = error.into_record();
/// assert!(record.replay(Fingerprint::NONE, count).is_ok());
/// ```
pub struct ReplayError<A, R, E> {
    pub(super) record: Record<A, R, E>,
    pub(super) failure: Failure<E>,
}

impl<A, R, E> ReplayError<A, R, E> {
    /// Returns the kind of the mismatch, with its step.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn kind(&self) -> ReplayErrorKind {
        self.failure.kind
    }

    /// Returns the evidence of the value that the body yielded in the replay, if it differs from
    /// the [recorded](Self::recorded) one.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn found(&self) -> Option<&E> {
        self.failure.found.as_ref()
    }

    /// Returns the evidence of the value that was recorded at the step, if there is one.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn recorded(&self) -> Option<&E> {
        let number = self.failure.kind.step()?;
        let steps = self.record.steps();
        let at = usize::try_from(number.checked_sub(steps.first()?.number())?).ok()?;
        steps.get(at).and_then(Step::yielded)
    }

    /// Returns the message of the panic, if the body panicked with a text.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::{Recorded, ReplayErrorKind};
    /// use cogen::{CoroutineExt, Fingerprint};
    ///
    /// # #[cogen::coroutine]
    /// # fn count(from: u32) -> impl cogen::Coroutine<(), Yield = u32> { yield_from!(from..); }
    /// let mut recorded = Recorded::new(Fingerprint::NONE, count, (1,));
    /// recorded.start();
    /// let error = recorded
    ///     .into_record()
    ///     .replay(Fingerprint::NONE, |from: u32| count(from.checked_sub(2).expect("no two")))
    ///     .unwrap_err();
    /// assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 0 });
    /// assert_eq!(error.message(), Some("no two"));
    /// ```
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.failure.message.as_deref()
    }

    /// Returns the record, unchanged.
    ///
    /// # Examples
    ///
    /// See [`into_record`](Self::into_record), which returns it by value.
    #[must_use]
    pub fn record(&self) -> &Record<A, R, E> {
        &self.record
    }

    /// Returns the record, unchanged.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn into_record(self) -> Record<A, R, E> {
        self.record
    }
}

/// Shows both sides, too, for an `unwrap`.
impl<A, R, E: fmt::Debug> fmt::Debug for ReplayError<A, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ReplayError");
        shown.field("kind", &self.failure.kind);
        if let Some(message) = self.message() {
            shown.field("message", &message);
        }
        if let Some(recorded) = self.recorded() {
            shown.field("recorded", recorded);
        }
        if let Some(found) = self.found() {
            shown.field("found", found);
        }
        shown.finish_non_exhaustive()
    }
}

/// Writes the mismatch and both sides: the lines of their `{:#?}` that differ, with `-` for the
/// recorded value and `+` for the value that the body yielded in the replay.
impl<A, R, E: fmt::Debug> fmt::Display for ReplayError<A, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.kind.fmt(f)?;
        if let Some(message) = self.message() {
            write!(f, ": {message}")?;
        }
        match (self.recorded(), self.found()) {
            (recorded, Some(found)) => difference(f, recorded, Some(found)),
            (recorded, None) if matches!(self.kind(), ReplayErrorKind::EndedEarly { .. }) => {
                difference(f, recorded, None)
            }
            _ => Ok(()),
        }
    }
}

impl<A, R, E: fmt::Debug> Error for ReplayError<A, R, E> {}

/// Writes the lines that differ, with up to three lines around them.
fn difference<E: fmt::Debug>(
    f: &mut fmt::Formatter<'_>,
    recorded: Option<&E>,
    found: Option<&E>,
) -> fmt::Result {
    const AROUND: usize = 3;
    let text = |evidence: Option<&E>| evidence.map_or_else(String::new, shown);
    let (recorded, found) = (text(recorded), text(found));
    let lines = |text: &str| text.lines().map(String::from).collect::<alloc::vec::Vec<_>>();
    let (old, new) = (lines(&recorded), lines(&found));
    let alike = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old.len().min(new.len()) - alike;
    let backwards = old.iter().rev().zip(new.iter().rev());
    let alike_at_the_end = backwards.take(rest).take_while(|(old, new)| old == new).count();
    let (old_end, new_end) = (old.len() - alike_at_the_end, new.len() - alike_at_the_end);
    for line in &old[alike.saturating_sub(AROUND)..alike] {
        write!(f, "\n  {line}")?;
    }
    for line in &old[alike..old_end] {
        write!(f, "\n- {line}")?;
    }
    for line in &new[alike..new_end] {
        write!(f, "\n+ {line}")?;
    }
    for line in old[old_end..].iter().take(AROUND) {
        write!(f, "\n  {line}")?;
    }
    if old == new {
        f.write_str("\n(both sides look alike, but they differ)")?;
    }
    Ok(())
}

/// Returns the `Debug` form, on one line if it is short.
fn shown<E: fmt::Debug>(evidence: &E) -> String {
    let line = format!("{evidence:?}");
    if line.len() <= 80 { line } else { format!("{evidence:#?}") }
}

/// The reason why a body doesn't match a record.
///
/// Step 0 is the start, step 1 the first `send`: see [`Step::number`].
///
/// # Examples
///
/// See [`ReplayError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplayErrorKind {
    /// The record was made by other code. The body has not run.
    Fingerprint {
        /// The fingerprint of the code that made the record.
        recorded: Fingerprint,
        /// The fingerprint of the code that should replay it.
        given: Fingerprint,
    },
    /// At this step the body yielded something other than what was recorded.
    Differs {
        /// The number of the step.
        step: u64,
    },
    /// At this step the body returned, but a yield was recorded.
    EndedEarly {
        /// The number of the step.
        step: u64,
    },
    /// At this step the body yielded, but a return was recorded.
    WentOn {
        /// The number of the step.
        step: u64,
    },
    /// The body or the evidence panicked in this step, or the constructor panicked, which counts as
    /// the first step. See [`ReplayError::message`].
    ///
    /// With `panic = "abort"` in the profile, and without the feature `std`, panics can't be
    /// caught. Then there is no such error: the panic ends the process, in each replay.
    Panicked {
        /// The number of the step.
        step: u64,
    },
    /// The constructor returned a coroutine that has already started, such as a clone of a
    /// [`Shared`](crate::Shared), or other code has resumed the coroutine. Each call must create a
    /// new one. Or only one of the recorded coroutine and the new one is primed.
    NotNew {
        /// The status of the coroutine.
        status: Status,
    },
    /// The value passed to [`cut`](super::Recorded::cut) is not the one at which the coroutine is
    /// suspended.
    Elsewhere,
    /// The value passed to [`cut`](super::Recorded::cut) comes from a coroutine or an iterator to
    /// which the body delegates with `yield_from!`. Its checkpoint doesn't know what the body does
    /// afterwards.
    Delegated,
}

const CORRECT: &str =
    "make it deterministic, or see `cogen::guide::replay` if its code has changed";

impl fmt::Display for ReplayErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fingerprint { recorded, given } => {
                write!(
                    f,
                    "the record was made by code with the fingerprint {recorded}, but this code \
                     has {given}: `restamp` the record if its steps stay as they are, otherwise \
                     see `cogen::guide::replay`"
                )
            }
            Self::Differs { step } => {
                write!(
                    f,
                    "at step {step} the body yielded something other than what was recorded: \
                     {CORRECT}"
                )
            }
            Self::EndedEarly { step } => {
                write!(f, "at step {step} the body returned, but a yield was recorded: {CORRECT}")
            }
            Self::WentOn { step } => {
                write!(f, "at step {step} the body yielded, but a return was recorded: {CORRECT}")
            }
            Self::Panicked { step } => write!(
                f,
                "at step {step} the body panicked (correct the body, or take a bad reply back with \
                 `Record::pop`)"
            ),
            Self::NotNew { status: Status::Created } => f.write_str(
                "the record is of a primed coroutine, and the constructor returned one that is not",
            ),
            Self::NotNew { status } => write!(
                f,
                "the constructor returned a coroutine that is {} already: create a new one in each \
                 call, and don't share or prime it",
                match status {
                    Status::Closed => "closed",
                    Status::Running => "running",
                    Status::Suspended | Status::Created => "started",
                }
            ),
            Self::Elsewhere => f.write_str(
                "the value is not the one at which the coroutine is suspended: pass the value \
                     that the last resume returned",
            ),
            Self::Delegated => f.write_str(
                "the checkpoint comes from a `yield_from!`: cut at a value that the body itself \
                 yields",
            ),
        }
    }
}

impl ReplayErrorKind {
    fn step(self) -> Option<u64> {
        match self {
            Self::Differs { step }
            | Self::EndedEarly { step }
            | Self::WentOn { step }
            | Self::Panicked { step } => Some(step),
            Self::Fingerprint { .. } | Self::NotNew { .. } | Self::Elsewhere | Self::Delegated => {
                None
            }
        }
    }
}

impl Error for ReplayErrorKind {}

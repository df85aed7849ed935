//! What a replay and a record refuse.

use alloc::format;
use alloc::string::String;
use core::error::Error;
use core::fmt;

use super::run::Failure;
use super::{Record, Step};
use crate::fingerprint::Fingerprint;
use crate::protocol::state::Status;

/// What was saved is no record that can be used.
///
/// # Examples
///
/// See `Saved` and [`Record::push`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordError {
    /// It was saved in a form that this version of the crate doesn't know.
    Version {
        /// The version of its form.
        saved: u32,
        /// The version that is known here.
        known: u32,
    },
    /// The check doesn't fit the values: they are not those that were saved.
    Damaged,
    /// This step can't follow those before it.
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
                "the record was saved in version {saved} of the form, and only version {known} is \
                 known here"
            ),
            Self::Damaged => f.write_str(
                "the values are not those that were saved: the record is damaged, or its types \
                 have changed, or the format doesn't keep all values",
            ),
            Self::Misplaced { step } => write!(
                f,
                "step {step} can't follow the steps before it: one is missing, or it is of another \
                 coroutine"
            ),
        }
    }
}

impl Error for RecordError {}

/// A record and a body that don't belong together. The record is still there:
/// [`into_record`](Self::into_record).
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
///     "at step 1 the body yielded something other than what was recorded\n\
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
    /// What doesn't fit, and at which step.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn kind(&self) -> ReplayErrorKind {
        self.failure.kind
    }

    /// The evidence of what the body yielded now, where it differs from what was
    /// [recorded](Self::recorded).
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn found(&self) -> Option<&E> {
        self.failure.found.as_ref()
    }

    /// The evidence of what the body yielded when the step was recorded, if it yielded then.
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

    /// What the body panicked with, if it did, and if that is text.
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

    /// The record, as it was before.
    ///
    /// # Examples
    ///
    /// See [`into_record`](Self::into_record), which is the same by value.
    #[must_use]
    pub fn record(&self) -> &Record<A, R, E> {
        &self.record
    }

    /// The record, as it was before.
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

/// Says what doesn't fit, and shows both sides: the lines of their `{:#?}` that differ, with `-`
/// for what was recorded and `+` for what the body yielded now.
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

/// The lines that differ, with three of those around them.
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
    Ok(())
}

/// On one line if that is short.
fn shown<E: fmt::Debug>(evidence: &E) -> String {
    let line = format!("{evidence:?}");
    if line.len() <= 80 { line } else { format!("{evidence:#?}") }
}

/// Why a record and a body don't belong together.
///
/// Step 0 is the start, step 1 the first `send`: see [`Step::number`].
///
/// # Examples
///
/// See [`ReplayError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplayErrorKind {
    /// The record was made by other code. Nothing has run.
    Fingerprint {
        /// That of the code that made the record.
        recorded: Fingerprint,
        /// That of the code that was to replay it.
        given: Fingerprint,
    },
    /// At this step the body yielded something else.
    Differs {
        /// The number of the step.
        step: u64,
    },
    /// At this step the body returned, and had yielded when it was recorded.
    EndedEarly {
        /// The number of the step.
        step: u64,
    },
    /// At this step the body yielded, and had returned when it was recorded.
    WentOn {
        /// The number of the step.
        step: u64,
    },
    /// In this step the body panicked, or in the first one the constructor did. See
    /// [`ReplayError::message`].
    Panicked {
        /// The number of the step.
        step: u64,
    },
    /// The constructor returned a coroutine that has been used already, such as a clone of a
    /// [`Shared`](crate::Shared), or somebody else has resumed it. Each call has to make a new one.
    /// Or it returned a primed one, and the record is of one that was not, or the other way round.
    NotNew {
        /// Its status.
        status: Status,
    },
    /// The value that was to be a checkpoint is not the one that the coroutine is paused at.
    Elsewhere,
}

impl fmt::Display for ReplayErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fingerprint { recorded, given } => {
                write!(
                    f,
                    "the record was made by code with the fingerprint {recorded}, and this code \
                     has {given}"
                )
            }
            Self::Differs { step } => {
                write!(f, "at step {step} the body yielded something other than what was recorded")
            }
            Self::EndedEarly { step } => {
                write!(f, "at step {step} the body returned, and had yielded when it was recorded")
            }
            Self::WentOn { step } => {
                write!(f, "at step {step} the body yielded, and had returned when it was recorded")
            }
            Self::Panicked { step } => write!(f, "at step {step} the body panicked"),
            Self::NotNew { status: Status::Created } => f.write_str(
                "the record is of a primed coroutine, and the constructor returned one that is not",
            ),
            Self::NotNew { status } => write!(
                f,
                "the constructor returned a coroutine that is {} already: it must make a new one \
                 in each call, and neither share one nor prime it now",
                match status {
                    Status::Closed => "closed",
                    Status::Running => "running",
                    Status::Suspended | Status::Created => "started",
                }
            ),
            Self::Elsewhere => {
                f.write_str("the value is not the one that the coroutine is paused at")
            }
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
            Self::Fingerprint { .. } | Self::NotNew { .. } | Self::Elsewhere => None,
        }
    }
}

impl Error for ReplayErrorKind {}

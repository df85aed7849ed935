//! What a replay refuses.

use core::error::Error;
use core::fmt;

use super::Record;
use crate::fingerprint::Fingerprint;

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
///     "at step 1 the body yielded something else than what is recorded"
/// );
/// assert_eq!(error.found().unwrap().0, 2); // the evidence is by value here
///
/// let record = error.into_record();
/// assert!(record.replay(Fingerprint::NONE, count).is_ok());
/// ```
pub struct ReplayError<A, R, E> {
    pub(super) record: Record<A, R, E>,
    pub(super) kind: ReplayErrorKind,
    pub(super) found: Option<E>,
}

impl<A, R, E> ReplayError<A, R, E> {
    /// What doesn't fit, and at which step.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn kind(&self) -> ReplayErrorKind {
        self.kind
    }

    /// The evidence of what the body yielded, where that was not what is recorded. What is recorded
    /// stands in the [record](Self::record).
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn found(&self) -> Option<&E> {
        self.found.as_ref()
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

impl<A, R, E> fmt::Debug for ReplayError<A, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayError").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl<A, R, E> fmt::Display for ReplayError<A, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl<A, R, E> Error for ReplayError<A, R, E> {}

/// Why a record and a body don't belong together.
///
/// Steps are counted from the beginning of the record: step 0 is the start, step 1 the first
/// `send`.
///
/// # Examples
///
/// See [`ReplayError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplayErrorKind {
    /// The record has a format that this version of the crate doesn't know. Nothing has run.
    Version {
        /// The version of the record's format.
        recorded: u32,
        /// The version that is known here.
        known: u32,
    },
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
        step: usize,
    },
    /// At this step the body returned, and had yielded when it was recorded.
    EndedEarly {
        /// The number of the step.
        step: usize,
    },
    /// At this step the body yielded, and had returned when it was recorded.
    WentOn {
        /// The number of the step.
        step: usize,
    },
    /// This step can't follow those before it, whatever the body: no coroutine made this record.
    Malformed {
        /// The number of the step.
        step: usize,
    },
    /// The value that was to be a checkpoint is not the one that the coroutine is paused at.
    Elsewhere,
}

impl fmt::Display for ReplayErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { recorded, known } => {
                write!(
                    f,
                    "the record has version {recorded} of the format, and only version {known} is \
                     known here"
                )
            }
            Self::Fingerprint { recorded, given } => {
                write!(
                    f,
                    "the record was made by code with the fingerprint {recorded}, and this code \
                     has {given}"
                )
            }
            Self::Differs { step } => {
                write!(f, "at step {step} the body yielded something else than what is recorded")
            }
            Self::EndedEarly { step } => {
                write!(f, "at step {step} the body returned where it is recorded to have yielded")
            }
            Self::WentOn { step } => {
                write!(f, "at step {step} the body yielded where it is recorded to have returned")
            }
            Self::Malformed { step } => write!(
                f,
                "step {step} of the record can't follow those before it: the record is damaged"
            ),
            Self::Elsewhere => {
                f.write_str("the value is not the one that the coroutine is paused at")
            }
        }
    }
}

impl Error for ReplayErrorKind {}

//! The error for a value that a coroutine can't take.

use core::error::Error;
use core::fmt;

#[cfg(feature = "alloc")]
use super::misuse;

/// The error for a value that a coroutine can't take. It contains the value, and its variant is the
/// reason.
///
/// The coroutine has not run. [`CoroutineExt::try_send`](crate::CoroutineExt::try_send) and the
/// methods like it return this error.
///
/// # Examples
///
/// ```
/// use cogen::SendError;
///
/// let error = SendError::Closed("hello");
/// assert_eq!(error.to_string(), "the coroutine is closed");
/// assert_eq!(error.into_inner(), "hello");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError<R> {
    /// The coroutine has not started, so no yield waits for a value. Call `start` first. Python:
    /// `TypeError`.
    #[doc(alias = "TypeError")]
    NotStarted(R),
    /// The coroutine is in the middle of a resume: its own body uses it, or the future of a resume
    /// of an async coroutine was dropped. Python: `ValueError`, "generator already executing".
    #[doc(alias = "ValueError")]
    Running(R),
    /// The coroutine is closed. Python: `StopIteration`.
    #[doc(alias = "StopIteration")]
    Closed(R),
}

impl<R> SendError<R> {
    /// Returns the value that the coroutine can't take.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn into_inner(self) -> R {
        match self {
            Self::NotStarted(value) | Self::Running(value) | Self::Closed(value) => value,
        }
    }

    /// Panics on behalf of a method that can't return the value.
    #[cfg(feature = "alloc")]
    #[track_caller]
    pub(crate) fn raise(&self) -> ! {
        match self {
            Self::NotStarted(_) => misuse::sent_before_start(),
            Self::Running(_) => misuse::already_executing(),
            Self::Closed(_) => misuse::resumed_when_closed(),
        }
    }
}

impl<R> fmt::Debug for SendError<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotStarted(_) => "NotStarted(..)",
            Self::Running(_) => "Running(..)",
            Self::Closed(_) => "Closed(..)",
        })
    }
}

impl<R> fmt::Display for SendError<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotStarted(_) => "the coroutine has not started",
            Self::Running(_) => "the coroutine is already executing",
            Self::Closed(_) => "the coroutine is closed",
        })
    }
}

impl<R> Error for SendError<R> {}

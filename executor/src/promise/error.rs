//! Errors of promises.

use std::error::Error;
use std::fmt;

/// The reason why a [`PromiseFuture`](crate::PromiseFuture) has no value.
///
/// # Examples
///
/// ```
/// use cogen_executor::{PromiseError, block_on, promise};
///
/// let (promise, future) = promise::<i32, &str>();
/// promise.set_error("no route").unwrap();
/// let message = match block_on(future) {
///     Ok(number) => format!("{number} it is"),
///     Err(PromiseError::Error(error)) => format!("it failed: {error}"),
///     Err(other) => other.to_string(), // cancelled, or the promise was dropped
/// };
/// assert_eq!(message, "it failed: no route");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PromiseError<E> {
    /// The error that was passed to [`Promise::set_error`](crate::Promise::set_error).
    Error(E),
    /// The future was cancelled, with this message. Python: `CancelledError`.
    #[doc(alias = "CancelledError")]
    Cancelled(String),
    /// The promise was dropped before it was set. In Python, the future would stay pending forever.
    Abandoned,
}

impl<E: fmt::Display> fmt::Display for PromiseError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Cancelled(message) if message.is_empty() => {
                f.write_str("the future was cancelled")
            }
            Self::Cancelled(message) => write!(f, "the future was cancelled: {message}"),
            Self::Abandoned => f.write_str("the promise was dropped before it was set"),
        }
    }
}

impl<E: Error> Error for PromiseError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Error(error) => error.source(),
            Self::Cancelled(_) | Self::Abandoned => None,
        }
    }
}

/// The rejected value or error of a [`Promise`](crate::Promise), and the reason. Python:
/// `asyncio.InvalidStateError`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{SetError, promise};
///
/// let (promise, future) = promise::<_, ()>();
/// drop(future);
/// let error = promise.set_result("hello").unwrap_err();
/// assert_eq!(error, SetError::Dropped("hello"));
/// assert_eq!(error.to_string(), "the promise's future was dropped");
/// assert_eq!(error.into_inner(), "hello");
/// ```
#[doc(alias = "InvalidStateError")]
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetError<T> {
    /// A result or an error was set before.
    Done(T),
    /// The future was cancelled.
    Cancelled(T),
    /// The future was dropped.
    Dropped(T),
}

impl<T> SetError<T> {
    /// Returns the value or error that was rejected.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn into_inner(self) -> T {
        match self {
            Self::Done(value) | Self::Cancelled(value) | Self::Dropped(value) => value,
        }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> SetError<U> {
        match self {
            Self::Done(value) => SetError::Done(change(value)),
            Self::Cancelled(value) => SetError::Cancelled(change(value)),
            Self::Dropped(value) => SetError::Dropped(change(value)),
        }
    }
}

impl<T> fmt::Debug for SetError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done(_) => "Done(..)",
            Self::Cancelled(_) => "Cancelled(..)",
            Self::Dropped(_) => "Dropped(..)",
        })
    }
}

impl<T> fmt::Display for SetError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done(_) => "the promise was set before",
            Self::Cancelled(_) => "the promise's future was cancelled",
            Self::Dropped(_) => "the promise's future was dropped",
        })
    }
}

impl<T> Error for SetError<T> {}

//! The reason why a task has no value.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::runtime::exception::{ExceptionContext, panic_message};

/// The reason why a task has no value: it was cancelled, or it panicked.
///
/// Clones share the payload of the panic, which [`into_payload`](Self::into_payload) takes out
/// once. The type mirrors tokio's `JoinError`. A cancellation corresponds to
/// `asyncio.CancelledError`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, spawn};
///
/// block_on(async {
///     let error = spawn(async { panic!("out of paper") }).await.unwrap_err();
///     assert!(error.is_panic());
///     assert_eq!(error.panic_message(), Some("out of paper"));
///     assert_eq!(error.to_string(), "the task panicked: out of paper");
///
///     let task = spawn(std::future::pending::<()>());
///     task.cancel();
///     let error = task.await.unwrap_err();
///     assert!(error.is_cancelled());
///     assert_eq!(error.to_string(), "the task was cancelled");
/// });
/// ```
#[doc(alias = "CancelledError")]
#[derive(Clone)]
pub struct JoinError(Option<Arc<Panic>>);

struct Panic {
    task: String,
    message: Option<Box<str>>,
    payload: Mutex<Option<Box<dyn Any + Send>>>,
}

impl JoinError {
    pub(crate) fn cancelled() -> Self {
        Self(None)
    }

    pub(crate) fn panicked(payload: Box<dyn Any + Send>, task: String) -> Self {
        let message = panic_message(&*payload).map(Box::from);
        Self(Some(Arc::new(Panic { task, message, payload: Mutex::new(Some(payload)) })))
    }

    /// Calls `report` if this is a panic whose payload was not taken.
    pub(crate) fn report_if_panic(self, report: impl FnOnce(ExceptionContext)) {
        let Some(task) = self.0.as_ref().map(|panic| panic.task.clone()) else {
            return;
        };
        if let Some(payload) = self.into_payload() {
            report(
                ExceptionContext::new("a task that was not awaited panicked")
                    .with_task_name(task)
                    .with_payload(payload),
            );
        }
    }

    /// Returns whether the task was cancelled, also by the end of its loop.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_none()
    }

    /// Returns whether the task panicked.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn is_panic(&self) -> bool {
        !self.is_cancelled()
    }

    /// Returns the message of the panic.
    ///
    /// Returns `None` if the task was cancelled, or if the payload is neither a `&str` nor a
    /// [`String`]. The message is still available after the payload was taken.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn panic_message(&self) -> Option<&str> {
        self.0.as_ref()?.message.as_deref()
    }

    /// Returns the payload of the panic, for [`resume_unwind`](std::panic::resume_unwind).
    ///
    /// Returns `None` if the task was cancelled, or if the payload was taken from a clone of this
    /// error.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, spawn};
    /// use std::panic::panic_any;
    ///
    /// block_on(async {
    ///     let error = spawn(async { panic_any(404) }).await.unwrap_err();
    ///     let copy = error.clone();
    ///     assert_eq!(*error.into_payload().unwrap().downcast::<i32>().unwrap(), 404);
    ///     assert!(copy.into_payload().is_none());
    /// });
    /// ```
    #[must_use]
    pub fn into_payload(self) -> Option<Box<dyn Any + Send>> {
        self.0?.payload.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0, self.panic_message()) {
            (None, _) => f.write_str("the task was cancelled"),
            (Some(_), Some(message)) => write!(f, "the task panicked: {message}"),
            (Some(_), None) => f.write_str("the task panicked"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("Cancelled"),
            Some(panic) => f.debug_tuple("Panicked").field(&panic.message).finish(),
        }
    }
}

impl Error for JoinError {}

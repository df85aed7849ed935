//! The handling of panics that have no caller to propagate to.

use std::any::Any;
use std::fmt;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::runtime::scheduler;

/// A function that a loop calls with the panic of a callback, a detached task or a destructor.
///
/// [`LoopHandle::set_exception_handler`](crate::LoopHandle::set_exception_handler) sets it. It may
/// use the loop. If it panics itself, both panics are written to standard error.
///
/// # Examples
///
/// ```
/// use cogen_executor::{EventLoop, ExceptionHandler};
/// use std::rc::Rc;
///
/// let event_loop = EventLoop::new()?;
/// let handler: ExceptionHandler = Rc::new(|context| eprintln!("my program: {context}"));
/// event_loop.handle().set_exception_handler(Some(handler));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type ExceptionHandler = Rc<dyn Fn(&ExceptionContext)>;

/// The description of a panic or an error, for the exception handler of a loop.
///
/// Its `Display` form is one line: the message, the task, and the panic's message. Python: the
/// `context` dictionary that `loop.set_exception_handler` documents.
///
/// # Examples
///
/// ```
/// use cogen_executor::ExceptionContext;
///
/// let context = ExceptionContext::new("a job failed")
///     .with_task_name("printer")
///     .with_payload(Box::new("out of paper"));
/// assert_eq!(context.message(), "a job failed");
/// assert_eq!(context.task_name(), Some("printer"));
/// assert_eq!(context.panic_message(), Some("out of paper"));
/// assert_eq!(context.to_string(), "a job failed (task 'printer'): out of paper");
/// ```
pub struct ExceptionContext {
    message: String,
    task: Option<String>,
    payload: Option<Box<dyn Any + Send>>,
}

impl ExceptionContext {
    /// Creates a context with this message and nothing else, for
    /// [`LoopHandle::call_exception_handler`](crate::LoopHandle::call_exception_handler).
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::ExceptionContext;
    ///
    /// assert_eq!(ExceptionContext::new("the disk is full").to_string(), "the disk is full");
    /// ```
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), task: None, payload: None }
    }

    /// Adds the payload of the panic, as [`catch_unwind`] returns it. Python: the key `exception`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn with_payload(mut self, payload: Box<dyn Any + Send>) -> Self {
        self.payload = Some(payload);
        self
    }

    /// Adds the name of the task that panicked. Python: the key `task`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn with_task_name(mut self, name: impl Into<String>) -> Self {
        self.task = Some(name.into());
        self
    }

    /// Returns the message. Python: the key `message`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the name of the task that panicked, if there is one.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn task_name(&self) -> Option<&str> {
        self.task.as_deref()
    }

    /// Returns the payload of the panic, if there was a panic.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::ExceptionContext;
    ///
    /// let context = ExceptionContext::new("a request failed").with_payload(Box::new(404));
    /// assert_eq!(context.payload().unwrap().downcast_ref(), Some(&404));
    /// assert_eq!(context.panic_message(), None); // a number is no text
    /// ```
    #[doc(alias = "exception")]
    #[must_use]
    pub fn payload(&self) -> Option<&(dyn Any + Send)> {
        self.payload.as_deref()
    }

    /// Returns the message of the panic, if its payload is a `&str` or a [`String`].
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn panic_message(&self) -> Option<&str> {
        self.payload().and_then(panic_message)
    }

    /// Writes the context to standard error, in one line. Python: `default_exception_handler`.
    ///
    /// A loop without an exception handler calls this.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::ExceptionContext;
    ///
    /// ExceptionContext::new("the disk is full").report();
    /// ```
    #[doc(alias = "default_exception_handler")]
    pub fn report(&self) {
        // A failure to write can't be reported anywhere.
        let _ = io::stderr().write_all(format!("{self}\n").as_bytes());
    }
}

impl fmt::Display for ExceptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(name) = &self.task {
            write!(f, " (task '{name}')")?;
        }
        if let Some(message) = self.panic_message() {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ExceptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExceptionContext")
            .field("message", &self.message)
            .field("task", &self.task)
            .field("panic", &self.panic_message())
            .finish_non_exhaustive()
    }
}

/// Returns the message of a panic, if it has one.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// Calls `function`, and returns the payload if it panics.
pub(crate) fn caught<T>(function: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    // The callers report the panic, and don't use the state that `function` left.
    catch_unwind(AssertUnwindSafe(function))
}

/// Calls foreign code, and reports its panic.
pub(crate) fn guarded(what: &str, function: impl FnOnce()) {
    if let Err(payload) = caught(function) {
        report(ExceptionContext::new(what).with_payload(payload));
    }
}

/// Calls the exception handler of the loop that runs on this thread. If no loop runs, writes to
/// standard error.
pub(crate) fn report(context: ExceptionContext) {
    match scheduler::running() {
        Some(scheduler) => scheduler.report(context),
        None => handle(None, context),
    }
}

/// Calls `handler` with `context`. Reports `context` if there is no handler, or if the handler
/// panics.
pub(crate) fn handle(handler: Option<ExceptionHandler>, context: ExceptionContext) {
    let reported = caught(|| match &handler {
        Some(handler) => handler(&context),
        None => context.report(),
    });
    if let Err(payload) = reported {
        context.report();
        let nested = ExceptionContext::new("the exception handler panicked").with_payload(payload);
        nested.report();
        forget_if_it_panics(nested);
    }
    forget_if_it_panics(context);
    // This may be the last reference to the handler, as the handler may have replaced itself.
    if let Err(payload) = caught(|| drop(handler)) {
        let nested = ExceptionContext::new("the exception handler panicked when it was dropped")
            .with_payload(payload);
        nested.report();
        forget_if_it_panics(nested);
    }
}

/// Drops `value`. If its destructor panics, forgets that payload.
fn forget_if_it_panics(value: ExceptionContext) {
    if let Err(payload) = caught(|| drop(value)) {
        std::mem::forget(payload);
    }
}

//! What happens to panics that nobody waits for.

use std::any::Any;
use std::fmt;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::runtime::scheduler;

/// What a loop calls with a panic that reaches nobody: of a callback, of a detached task, of a
/// destructor.
///
/// [`LoopHandle::set_exception_handler`](crate::LoopHandle::set_exception_handler) takes one. It
/// may use the loop; if it panics itself, both are written to standard error.
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

/// What went wrong, for the exception handler of a loop.
///
/// It prints as a line: the message, the task, what was panicked with. Python: the `context`
/// dictionary that `loop.set_exception_handler` documents.
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
    /// A context with this message and nothing else, to be given to
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

    /// Adds what was panicked with, as [`catch_unwind`] gives it. Python: the key `exception`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn with_payload(mut self, payload: Box<dyn Any + Send>) -> Self {
        self.payload = Some(payload);
        self
    }

    /// Adds the name of the task in which it happened. Python: the key `task`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn with_task_name(mut self, name: impl Into<String>) -> Self {
        self.task = Some(name.into());
        self
    }

    /// What happened, in a few words. Python: the key `message`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The name of the task in which it happened, if it was one.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn task_name(&self) -> Option<&str> {
        self.task.as_deref()
    }

    /// What was panicked with, if there was a panic.
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

    /// The message of the panic, if there was one, with a `&str` or a [`String`].
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn panic_message(&self) -> Option<&str> {
        self.payload().and_then(panic_message)
    }

    /// Writes it to standard error, in one line: what a loop without a handler of its own does.
    /// Python: `default_exception_handler`.
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
        // A message that can't be written has nobody to go to.
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

/// The message of a panic, if it had one.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// Calls `function`; what it panics with comes back.
pub(crate) fn caught<T>(function: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    // Whoever asks for this reports the panic and never looks at what `function` left.
    catch_unwind(AssertUnwindSafe(function))
}

/// Calls foreign code; what it panics with is reported.
pub(crate) fn guarded(what: &str, function: impl FnOnce()) {
    if let Err(payload) = caught(function) {
        report(ExceptionContext::new(what).with_payload(payload));
    }
}

/// Tells the exception handler of the loop that runs on this thread, if one does; or else writes to
/// standard error.
pub(crate) fn report(context: ExceptionContext) {
    match scheduler::running() {
        Some(scheduler) => scheduler.report(context),
        None => handle(None, context),
    }
}

/// Hands `context` to `handler`, or reports it where there is none; also if the handler itself
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
    // This may be the last of it, as it may have been replaced from inside.
    if let Err(payload) = caught(|| drop(handler)) {
        let nested = ExceptionContext::new("the exception handler panicked when it was dropped")
            .with_payload(payload);
        nested.report();
        forget_if_it_panics(nested);
    }
}

/// Drops `value`, whose destructor may panic once more, to nobody's use.
fn forget_if_it_panics(value: ExceptionContext) {
    if let Err(payload) = caught(|| drop(value)) {
        std::mem::forget(payload);
    }
}

//! Time limits for futures.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use pin_project_lite::pin_project;

use crate::combinators::sleep::{Sleep, sleep, sleep_until};

/// Limits `future` to `duration`, measured from the first poll.
///
/// When the time is up, `future` is dropped, and then the error is returned. Python's `wait_for`
/// awaits the cancelled task's clean-up. Here the destructor is the clean-up. If `future` is ready
/// when the time is up, its output is returned. With a duration of zero, `future` can complete at
/// its first or second poll.
///
/// A dropped [`Task`](crate::Task) is detached and continues to run. Pass
/// [`Task::cancel_on_drop`](crate::Task::cancel_on_drop) to cancel it, or `&mut task` to keep it.
///
/// # Errors
///
/// The future resolves to [`TimeoutError`] when the time is up.
///
/// # Panics
///
/// The future panics outside of a running loop, unless `future` is ready at its first poll. It
/// panics if it is polled after it has completed.
///
/// # Examples
///
/// ```
/// use cogen_executor::{TimeoutError, block_on, timeout};
/// use std::{future::pending, time::Duration};
///
/// block_on(async {
///     assert_eq!(timeout(Duration::from_millis(1), pending::<()>()).await, Err(TimeoutError));
///     assert_eq!(timeout(Duration::ZERO, async { 42 }).await, Ok(42));
/// });
/// ```
#[doc(alias = "wait_for")]
pub fn timeout<F: Future>(duration: Duration, future: F) -> Timeout<F> {
    Timeout { future: Some(future), sleep: sleep(duration) }
}

/// Limits `future` to the time until `deadline`. Otherwise like [`timeout`]. Python:
/// `asyncio.timeout_at`, which is a context manager there.
///
/// # Errors
///
/// The future resolves to [`TimeoutError`] when the time is up.
///
/// # Panics
///
/// As [`timeout`].
///
/// # Examples
///
/// ```
/// use cogen_executor::{TimeoutError, block_on, timeout_at};
/// use std::{future::{pending, ready}, time::Instant};
///
/// let deadline = Instant::now(); // one for both
/// assert_eq!(block_on(timeout_at(deadline, pending::<()>())), Err(TimeoutError));
/// assert_eq!(block_on(timeout_at(deadline, ready(42))), Ok(42));
/// ```
pub fn timeout_at<F: Future>(deadline: Instant, future: F) -> Timeout<F> {
    Timeout { future: Some(future), sleep: sleep_until(deadline) }
}

pin_project! {
    /// The future that [`timeout`] and [`timeout_at`] return. It is `Unpin` if the limited future
    /// is.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{Timeout, block_on, timeout};
    /// use std::{future::{Ready, ready}, time::Duration};
    ///
    /// /// A timeout in a field.
    /// struct Request(Timeout<Ready<u32>>);
    ///
    /// let request = Request(timeout(Duration::from_secs(3600), ready(42)));
    /// assert_eq!(block_on(request.0), Ok(42));
    /// ```
    #[must_use = "futures do nothing unless awaited"]
    pub struct Timeout<F> {
        // `None` after completion.
        #[pin]
        future: Option<F>,
        #[pin]
        sleep: Sleep,
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, TimeoutError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let future =
            this.future.as_mut().as_pin_mut().expect("`timeout` was polled after it had completed");
        let result = match future.poll(cx) {
            Poll::Ready(output) => Ok(output),
            Poll::Pending if this.sleep.poll(cx).is_ready() => Err(TimeoutError),
            Poll::Pending => return Poll::Pending,
        };
        this.future.set(None);
        Poll::Ready(result)
    }
}

impl<F> fmt::Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout").field("sleep", &self.sleep).finish_non_exhaustive()
    }
}

/// The error of a future that was not ready when the time was up. Python: `TimeoutError`.
///
/// It converts into an [`io::Error`] of the kind [`TimedOut`](io::ErrorKind::TimedOut), for
/// functions that read and write.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, timeout};
/// use std::{future::pending, io, time::Duration};
///
/// async fn request() -> io::Result<String> {
///     timeout(Duration::from_millis(1), pending()).await?
/// }
///
/// let error = block_on(request()).unwrap_err();
/// assert_eq!(error.kind(), io::ErrorKind::TimedOut);
/// assert_eq!(error.to_string(), "the time was up before the future was ready");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeoutError;

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time was up before the future was ready")
    }
}

impl Error for TimeoutError {}

impl From<TimeoutError> for io::Error {
    fn from(error: TimeoutError) -> Self {
        Self::new(io::ErrorKind::TimedOut, error)
    }
}

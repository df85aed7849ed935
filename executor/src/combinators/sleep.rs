//! Waiting for an instant.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::runtime::handle::LoopHandle;
use crate::runtime::scheduler::Scheduler;
use crate::runtime::timers::{Action, Deadline, TimerKey};

/// Waits for `duration`, and always suspends the task once, so that others run.
///
/// As in Python, the time is measured from the first poll, or precisely, from the loop's next check
/// of its timers after that poll. A duration that is too long for an [`Instant`], such as
/// `Duration::MAX`, never passes. Python: `asyncio.sleep`.
///
/// # Panics
///
/// The future panics if it is polled outside of a running loop. It panics if it is polled in
/// another loop than at first, unless the first loop has been closed: see
/// [`OtherLoopError`](crate::OtherLoopError).
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, sleep};
/// use std::time::{Duration, Instant};
///
/// let start = Instant::now();
/// block_on(sleep(Duration::from_millis(10)));
/// assert!(start.elapsed() >= Duration::from_millis(10));
/// ```
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { deadline: Deadline::After(duration), timer: None }
}

/// Waits until `deadline`, which may have passed, and always suspends the task once. Otherwise like
/// [`sleep`]. asyncio has only `loop.call_at`.
///
/// # Panics
///
/// As [`sleep`].
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, sleep_until};
/// use std::time::{Duration, Instant};
///
/// block_on(async {
///     let mut next = Instant::now();
///     for _ in 0..3 {
///         next += Duration::from_millis(1); // intervals that don't drift
///         sleep_until(next).await;
///         assert!(Instant::now() >= next);
///     }
/// });
/// ```
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { deadline: Deadline::At(deadline), timer: None }
}

/// The future that [`sleep`] and [`sleep_until`] return.
///
/// It can be moved, and polled again after it has completed. Dropping it removes the timer.
///
/// # Examples
///
/// ```
/// use cogen_executor::{Sleep, TimeoutError, block_on, sleep, timeout};
/// use std::time::Duration;
///
/// block_on(async {
///     let mut sleep: Sleep = sleep(Duration::from_secs(3600));
///     assert_eq!(timeout(Duration::ZERO, &mut sleep).await, Err(TimeoutError)); // still pending
/// });
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Sleep {
    deadline: Deadline,
    /// The timer, after the first poll.
    timer: Option<(Rc<Scheduler>, TimerKey)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &self.timer {
            Some((scheduler, timer)) if scheduler.renew_timer(*timer, cx.waker()) => {
                scheduler.expect_no_other_runs("a sleep that has begun");
                Poll::Pending
            }
            Some((scheduler, _)) if !scheduler.is_closed() => Poll::Ready(()),
            // New, or it waited on a loop that has been closed.
            _ => {
                let LoopHandle(scheduler) = LoopHandle::expect_current("sleep");
                let timer = scheduler.set_timer(self.deadline, Action::Wake(cx.waker().clone()));
                self.timer = Some((scheduler, timer));
                Poll::Pending
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some((scheduler, timer)) = &self.timer {
            scheduler.cancel_timer(*timer);
        }
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep").finish_non_exhaustive()
    }
}

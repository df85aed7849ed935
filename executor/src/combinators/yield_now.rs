//! Suspending a task so that others run.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Lets every other task that is ready run once. Works on any executor.
///
/// Python: `asyncio.sleep(0)`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, spawn, yield_now};
/// use std::{cell::RefCell, rc::Rc};
///
/// let order = Rc::new(RefCell::new(Vec::new()));
/// block_on(async {
///     let task = spawn({
///         let order = order.clone();
///         async move { order.borrow_mut().push("task") }
///     });
///     order.borrow_mut().push("before");
///     yield_now().await;
///     order.borrow_mut().push("after");
///     task.await.unwrap();
/// });
/// assert_eq!(*order.borrow(), ["before", "task", "after"]);
/// ```
#[doc(alias = "sleep(0)")]
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

/// The future that [`yield_now`] returns.
///
/// Its first poll wakes the task and returns `Pending`. Later polls return `Ready`.
///
/// # Examples
///
/// ```
/// use cogen_executor::yield_now;
/// use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
///
/// let mut pause = pin!(yield_now());
/// let cx = &mut Context::from_waker(Waker::noop());
/// assert_eq!(pause.as_mut().poll(cx), Poll::Pending);
/// assert_eq!(pause.as_mut().poll(cx), Poll::Ready(()));
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

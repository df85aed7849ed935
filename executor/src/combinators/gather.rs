//! Several futures at once, until all have completed.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::stream::{FuturesUnordered, Stream};
use pin_project_lite::pin_project;

/// Runs futures concurrently, and resolves to their outputs, in the order of the futures.
///
/// Errors are among the outputs, as with Python's `gather(…, return_exceptions=True)`.
/// [`try_gather`] stops at the first error instead. With no futures it resolves immediately. The
/// futures run in the task that awaits this one, which polls only those that were woken. A
/// [`Task`](crate::Task) runs on its own. `gather` needs no loop.
///
/// Dropping it drops the futures, in their order. A dropped task is detached: see
/// [`Task::cancel_on_drop`](crate::Task::cancel_on_drop).
///
/// # Panics
///
/// The future panics if one of `futures` panics (a task doesn't), and if it is polled after it has
/// completed.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, gather, sleep};
/// use std::time::Duration;
///
/// async fn after(millis: u64) -> u64 {
///     sleep(Duration::from_millis(millis)).await;
///     millis
/// }
///
/// assert_eq!(block_on(gather([after(3), after(1), after(2)])), [3, 1, 2]);
/// ```
#[doc(alias = "return_exceptions")]
#[doc(alias = "join_all")]
pub fn gather<I>(futures: I) -> Gather<I::Item>
where
    I: IntoIterator<Item: Future>,
{
    Gather(Slots::new(futures))
}

/// Runs futures concurrently, and resolves to their values, in the order of the futures, or to the
/// first error.
///
/// At the first error it resolves immediately, after dropping the other futures. **Dropped
/// [`Task`](crate::Task)s are detached and continue to run**, as with Python's `gather` and
/// `return_exceptions=False`. To cancel them, as `asyncio.TaskGroup` does, pass
/// [`Task::cancel_on_drop`](crate::Task::cancel_on_drop). Otherwise like [`gather`].
///
/// # Errors
///
/// The future resolves to the error of the first of `futures` that fails.
///
/// # Panics
///
/// Like [`gather`].
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, try_gather};
/// use std::future::ready;
///
/// assert_eq!(
///     block_on(try_gather(["1", "2"].map(|digit| ready(digit.parse::<i32>())))),
///     Ok(vec![1, 2])
/// );
/// assert!(block_on(try_gather(["1", "x"].map(|digit| ready(digit.parse::<i32>())))).is_err());
/// ```
#[doc(alias = "try_join_all")]
pub fn try_gather<I, T, E>(futures: I) -> TryGather<I::Item, T>
where
    I: IntoIterator<Item: Future<Output = Result<T, E>>>,
{
    TryGather(Slots::new(futures))
}

/// The future that [`gather`] returns.
///
/// It can be moved. Await it by reference to keep it.
///
/// # Examples
///
/// ```
/// use cogen_executor::{TimeoutError, block_on, gather, promise, timeout};
/// use std::time::Duration;
///
/// block_on(async {
///     let (promise, slow) = promise::<_, ()>();
///     let mut answers = gather([slow]);
///     assert_eq!(timeout(Duration::ZERO, &mut answers).await, Err(TimeoutError));
///     promise.set_result(42).unwrap();
///     assert_eq!(answers.await, [Ok(42)]);
/// });
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Gather<F: Future>(Slots<F, F::Output>);

impl<F: Future> Future for Gather<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some((index, output)) = ready!(self.0.poll_next(cx)) {
            self.0.values[index] = Some(output);
        }
        Poll::Ready(self.0.take())
    }
}

// The futures are pinned in the heap, and the outputs never are.
impl<F: Future> Unpin for Gather<F> {}

impl<F: Future> fmt::Debug for Gather<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(f, "Gather")
    }
}

/// The future that [`try_gather`] returns.
///
/// It can be moved. Await it by reference to keep it, as with [`Gather`].
///
/// # Examples
///
/// ```
/// use cogen_executor::{TryGather, block_on, try_gather};
/// use std::future::{Ready, ready};
///
/// fn parse_all(lines: &str) -> TryGather<Ready<Result<i32, std::num::ParseIntError>>, i32> {
///     try_gather(lines.lines().map(|line| ready(line.parse())))
/// }
///
/// assert_eq!(block_on(parse_all("1\n2")), Ok(vec![1, 2]));
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct TryGather<F, T>(Slots<F, T>);

impl<F, T, E> Future for TryGather<F, T>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<Vec<T>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some((index, output)) = ready!(self.0.poll_next(cx)) {
            match output {
                Ok(value) => self.0.values[index] = Some(value),
                Err(error) => {
                    self.0 = Slots::ended();
                    return Poll::Ready(Err(error));
                }
            }
        }
        Poll::Ready(Ok(self.0.take()))
    }
}

// The futures are pinned in the heap, and the values never are.
impl<F, T> Unpin for TryGather<F, T> {}

impl<F, T> fmt::Debug for TryGather<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(f, "TryGather")
    }
}

/// Futures, and a place for the output of each.
struct Slots<F, T> {
    futures: InOrder<F>,
    values: Vec<Option<T>>,
    is_ended: bool,
}

impl<F, T> Slots<F, T> {
    fn new(futures: impl IntoIterator<Item = F>) -> Self {
        let futures = in_order(futures);
        let values = (0..futures.len()).map(|_| None).collect();
        Self { futures, values, is_ended: false }
    }

    fn ended() -> Self {
        Self { futures: InOrder(FuturesUnordered::new()), values: Vec::new(), is_ended: true }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, F::Output)>>
    where
        F: Future,
    {
        assert!(
            !self.is_ended,
            "a `gather` or `try_gather` future was polled after it had completed"
        );
        self.futures.poll_next(cx)
    }

    fn take(&mut self) -> Vec<T> {
        let Self { values, .. } = std::mem::replace(self, Self::ended());
        values
            .into_iter()
            .map(|value| {
                value.expect("an output is missing, as one of the gathered futures panicked before")
            })
            .collect()
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        f.debug_struct(name)
            .field("pending", &self.futures.len())
            .field("of", &self.values.len())
            .finish_non_exhaustive()
    }
}

impl<F> Drop for InOrder<F> {
    fn drop(&mut self) {
        drop_in_order(&mut self.0, |child| child.index, |index| Indexed { index, future: None });
    }
}

/// Drops futures in the order of their indices, and leaves an empty one in the place of each. By
/// itself, a [`FuturesUnordered`] drops the last one first.
pub(super) fn drop_in_order<F>(
    futures: &mut FuturesUnordered<F>,
    number: impl Fn(&F) -> usize,
    empty: impl Fn(usize) -> F,
) {
    let mut futures: Vec<_> = Pin::new(futures).iter_pin_mut().collect();
    futures.sort_unstable_by_key(|future| number(future));
    for mut future in futures {
        let empty = empty(number(&future));
        future.set(empty);
    }
}

/// Futures that are dropped in their order.
pub(super) struct InOrder<F>(FuturesUnordered<Indexed<F>>);

/// Pairs each future with its index.
pub(super) fn in_order<F>(futures: impl IntoIterator<Item = F>) -> InOrder<F> {
    let indexed = |(index, future)| Indexed { index, future: Some(future) };
    InOrder(futures.into_iter().enumerate().map(indexed).collect())
}

impl<F> InOrder<F> {
    /// Polls for the next output, and the index of its future.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, F::Output)>>
    where
        F: Future,
    {
        Pin::new(&mut self.0).poll_next(cx)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

pin_project! {
    /// A future that outputs its index, too.
    struct Indexed<F> {
        index: usize,
        // `None` once [`drop_in_order`] has dropped it.
        #[pin]
        future: Option<F>,
    }
}

impl<F: Future> Future for Indexed<F> {
    type Output = (usize, F::Output);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.future.as_pin_mut() {
            Some(future) => future.poll(cx).map(|output| (*this.index, output)),
            None => Poll::Pending,
        }
    }
}

//! Several futures at once, one output after another.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::Stream;

use super::gather::{InOrder, in_order};

/// Runs futures concurrently, and returns a stream of their outputs in order of completion.
///
/// Each output is paired with the index of its future. The futures run in the task that awaits the
/// stream, which polls only those that were woken. Dropping the stream drops the futures that have
/// not completed, in their order. A dropped task is detached. The stream needs no loop. Python:
/// `asyncio.as_completed`.
///
/// # Panics
///
/// The stream panics if one of `futures` does (a task doesn't).
///
/// # Examples
///
/// ```
/// use cogen_executor::{as_completed, block_on, sleep};
/// use std::time::Duration;
///
/// async fn after(millis: u64) -> u64 {
///     sleep(Duration::from_millis(millis)).await;
///     millis
/// }
///
/// block_on(async {
///     let mut completed = as_completed([after(30), after(1)]);
///     assert_eq!(completed.next().await, Some((1, 1)));
///     assert_eq!(completed.next().await, Some((0, 30)));
///     assert_eq!(completed.next().await, None);
/// });
/// ```
pub fn as_completed<I>(futures: I) -> AsCompleted<I::Item>
where
    I: IntoIterator<Item: Future>,
{
    AsCompleted(in_order(futures))
}

/// The stream that [`as_completed`] returns.
///
/// # Examples
///
/// ```
/// use cogen_executor::{AsCompleted, as_completed, block_on};
/// use futures::StreamExt;
/// use std::future::{Ready, ready};
///
/// let completed: AsCompleted<Ready<u8>> = as_completed([ready(1), ready(2)]);
/// let outputs: Vec<_> = block_on(completed.map(|(_, output)| output).collect());
/// assert_eq!(outputs, [1, 2]);
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct AsCompleted<F>(InOrder<F>);

impl<F: Future> AsCompleted<F> {
    /// Waits for the next output, and returns it with the index of its future. Returns `None` when
    /// all futures have completed. Cancel-safe.
    ///
    /// # Examples
    ///
    /// See [`as_completed`].
    pub async fn next(&mut self) -> Option<(usize, F::Output)> {
        poll_fn(|cx| self.0.poll_next(cx)).await
    }
}

impl<F: Future> Stream for AsCompleted<F> {
    type Item = (usize, F::Output);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

// The futures are pinned in the heap.
impl<F> Unpin for AsCompleted<F> {}

impl<F> fmt::Debug for AsCompleted<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsCompleted").field("pending", &self.0.len()).finish_non_exhaustive()
    }
}

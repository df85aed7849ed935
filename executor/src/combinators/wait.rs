//! Several futures at once, until a condition holds.

use std::fmt;
use std::future::{Future, Pending, pending};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, Stream};

use crate::combinators::gather::drop_in_order;
use crate::combinators::sleep::{Sleep, sleep};

/// Runs futures concurrently until all are done, and returns them with their outputs.
///
/// [`first_completed`](Wait::first_completed), [`first_error`](Wait::first_error),
/// [`until`](Wait::until) and [`timeout`](Wait::timeout) end the wait earlier. Then the futures
/// that are pending are returned as well.
///
/// No future is cancelled or lost: wait again for those that are pending, or drop them.
/// [`Task`](crate::Task)s continue to run meanwhile. The futures run in the task that awaits this
/// one, which polls only those that were woken. Only `timeout` needs a running loop.
///
/// Pass futures that can't be moved as `Box::pin(future)`, or as tasks. Python: `asyncio.wait`.
///
/// # Panics
///
/// Panics if there are no futures, where Python raises `ValueError`. The future panics if one of
/// `futures` panics (a task doesn't), and if it is polled after it has completed.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, spawn, wait, yield_now};
///
/// async fn after(turns: u32) -> u32 {
///     for _ in 0..turns {
///         yield_now().await;
///     }
///     turns
/// }
///
/// block_on(async {
///     let waited = wait([30, 1, 20].map(|turns| spawn(after(turns)))).first_completed().await;
///     assert_eq!(waited.done[0].index, 1);
///     assert_eq!(*waited.done[0].output.as_ref().unwrap(), 1);
///
///     let waited = wait(waited.pending).await; // the tasks with 30 and 20 turns
///     assert_eq!(waited.done.iter().map(|done| done.index).collect::<Vec<_>>(), [1, 0]);
///     assert!(waited.pending.is_empty());
/// });
/// ```
#[doc(alias = "select_all")]
#[track_caller]
pub fn wait<I>(futures: I) -> Wait<I::Item>
where
    I: IntoIterator<Item: Future + Unpin>,
{
    let futures: FuturesUnordered<_> = futures
        .into_iter()
        .enumerate()
        .map(|(index, future)| Child { index, future: Some(future) })
        .collect();
    assert!(
        !futures.is_empty(),
        "`wait` got no futures: check whether there are any before the call"
    );
    Wait { state: Some(State { futures, done: Vec::new() }), until: |_| false, deadline: pending() }
}

/// The future that [`wait`] returns, and its builder.
///
/// `P` is the condition that was passed to [`until`](Self::until). `D` is a [`Sleep`] if there is a
/// [`timeout`](Self::timeout).
///
/// If several of [`first_completed`](Self::first_completed), [`first_error`](Self::first_error) and
/// `until` are called, the last one counts. `timeout` combines with each of them.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, sleep, spawn, wait};
/// use std::{future::pending, time::Duration};
///
/// block_on(async {
///     let tasks = [spawn(sleep(Duration::from_millis(1))), spawn(pending())];
///     let waited = wait(tasks).first_completed().timeout(Duration::from_secs(3600)).await;
///     assert_eq!(waited.done[0].index, 0);
///     assert_eq!(waited.pending.len(), 1);
/// });
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Wait<F: Future, P = fn(&<F as Future>::Output) -> bool, D = Pending<()>> {
    /// `None` after completion.
    state: Option<State<F>>,
    until: P,
    deadline: D,
}

struct State<F: Future> {
    futures: FuturesUnordered<Child<F>>,
    done: Vec<Completed<F>>,
}

impl<F: Future> Drop for State<F> {
    fn drop(&mut self) {
        drop_in_order(
            &mut self.futures,
            |child| child.index,
            |index| Child { index, future: None },
        );
    }
}

impl<F: Future, P, D> Wait<F, P, D> {
    /// Ends the wait when one future is done. Python: `FIRST_COMPLETED`.
    ///
    /// Several futures can be in `done`, as each one that was woken is polled before the wait ends.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, wait};
    /// use std::{future::{Future, pending, ready}, pin::Pin};
    ///
    /// let futures: [Pin<Box<dyn Future<Output = i32>>>; 2] =
    ///     [Box::pin(pending()), Box::pin(ready(42))];
    /// let waited = block_on(wait(futures).first_completed());
    /// assert_eq!((waited.done[0].index, waited.done[0].output), (1, 42));
    /// assert_eq!(waited.pending.len(), 1);
    /// ```
    #[doc(alias = "FIRST_COMPLETED")]
    pub fn first_completed(self) -> Wait<F, fn(&F::Output) -> bool, D> {
        self.until(|_| true)
    }

    /// Ends the wait when one future has failed, or when all are done. Python: `FIRST_EXCEPTION`.
    ///
    /// A [`JoinError`](crate::JoinError) counts as a failure, also that of a cancelled task, which
    /// Python doesn't count. Use [`until`](Self::until) to distinguish them.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, wait};
    /// use std::{future::Future, future::{pending, ready}, pin::Pin};
    ///
    /// let futures: [Pin<Box<dyn Future<Output = Result<(), &str>>>>; 3] =
    ///     [Box::pin(ready(Ok(()))), Box::pin(pending()), Box::pin(ready(Err("no route")))];
    /// let waited = block_on(wait(futures).first_error());
    /// assert_eq!(waited.done.last().unwrap().output, Err("no route"));
    /// assert_eq!(waited.pending.len(), 1);
    /// ```
    #[doc(alias = "FIRST_EXCEPTION")]
    pub fn first_error<T, E>(self) -> Wait<F, fn(&F::Output) -> bool, D>
    where
        F: Future<Output = Result<T, E>>,
    {
        self.until(Result::is_err)
    }

    /// Ends the wait when `condition` holds for an output, or when all are done.
    ///
    /// `condition` is called once with each output, in order of completion.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, wait};
    /// use std::future::ready;
    ///
    /// let mut sum = 0;
    /// let waited = block_on(wait([1, 2, 3].map(ready)).until(|n| { sum += n; sum > 2 }));
    /// assert_eq!(waited.done.len(), 3); // all were ready
    /// assert_eq!(sum, 6);
    /// ```
    pub fn until<Q: FnMut(&F::Output) -> bool>(self, condition: Q) -> Wait<F, Q, D> {
        Wait { state: self.state, until: condition, deadline: self.deadline }
    }

    /// Ends the wait when `duration` has passed since the first poll. This is no error: the futures
    /// that are still pending are returned. Python: `wait(…, timeout=…)`.
    ///
    /// # Panics
    ///
    /// The future panics outside of a running loop, unless the wait is over at the first poll.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, wait};
    /// use std::{future::pending, time::Duration};
    ///
    /// let waited = block_on(wait([pending::<()>()]).timeout(Duration::from_millis(1)));
    /// assert!(waited.done.is_empty());
    /// assert_eq!(waited.pending.len(), 1);
    /// ```
    pub fn timeout(self, duration: Duration) -> Wait<F, P, Sleep> {
        Wait { state: self.state, until: self.until, deadline: sleep(duration) }
    }
}

impl<F, P, D> Future for Wait<F, P, D>
where
    F: Future + Unpin,
    P: FnMut(&F::Output) -> bool,
    D: Future<Output = ()> + Unpin,
{
    type Output = Waited<F>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let state = this.state.as_mut().expect("`wait` was polled after it had completed");
        let mut is_over = false;
        // Polls every woken future before the wait ends, so that no ready one counts as pending.
        while let Poll::Ready(completed) = Pin::new(&mut state.futures).poll_next(cx) {
            let Some(completed) = completed else {
                is_over = true;
                break;
            };
            state.done.push(completed);
            is_over |= state.done.last().is_some_and(|completed| (this.until)(&completed.output));
        }
        if !is_over && Pin::new(&mut this.deadline).poll(cx).is_pending() {
            return Poll::Pending;
        }
        this.state.take().map_or(Poll::Pending, |state| Poll::Ready(state.into_waited()))
    }
}

// Only the deadline is ever pinned, and it is `Unpin`. The futures are `Unpin` where `Wait` is a
// future.
impl<F: Future, P, D: Unpin> Unpin for Wait<F, P, D> {}

impl<F: Future> State<F> {
    fn into_waited(mut self) -> Waited<F>
    where
        F: Unpin,
    {
        let mut pending: Vec<_> = std::mem::take(&mut self.futures).into_iter().collect();
        pending.sort_unstable_by_key(|child| child.index);
        Waited {
            done: std::mem::take(&mut self.done),
            pending: pending.into_iter().filter_map(|child| child.future).collect(),
        }
    }
}

impl<F: Future, P, D> fmt::Debug for Wait<F, P, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (done, pending) =
            self.state.as_ref().map_or((0, 0), |state| (state.done.len(), state.futures.len()));
        f.debug_struct("Wait")
            .field("done", &done)
            .field("pending", &pending)
            .finish_non_exhaustive()
    }
}

/// A future that outputs the inner future together with its output.
struct Child<F> {
    index: usize,
    /// `None` when it is done.
    future: Option<F>,
}

impl<F: Future + Unpin> Future for Child<F> {
    type Output = Completed<F>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let index = self.index;
        let Some(future) = &mut self.future else {
            return Poll::Pending;
        };
        let output = std::task::ready!(Pin::new(future).poll(cx));
        self.future
            .take()
            .map_or(Poll::Pending, |future| Poll::Ready(Completed { index, future, output }))
    }
}

/// The output of [`wait`]. Python: the pair of sets `(done, pending)`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{Waited, block_on, spawn, wait};
/// use std::future::{pending, ready};
///
/// block_on(async {
///     let tasks = [spawn(pending::<()>()), spawn(async {})];
///     let Waited { done, pending, .. } = wait(tasks).first_completed().await;
///     assert_eq!(done.len(), 1);
///     for task in &pending {
///         task.cancel(); // `wait` doesn't cancel them
///     }
/// });
/// ```
#[non_exhaustive]
pub struct Waited<F: Future> {
    /// The futures that are done, in order of completion.
    pub done: Vec<Completed<F>>,
    /// The futures that are not done, in the order in which they were passed.
    pub pending: Vec<F>,
}

impl<F: Future<Output: fmt::Debug> + fmt::Debug> fmt::Debug for Waited<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waited").field("done", &self.done).field("pending", &self.pending).finish()
    }
}

/// A future that is done, and its output.
///
/// # Examples
///
/// ```
/// use cogen_executor::{Completed, block_on, spawn, wait};
///
/// block_on(async {
///     let task = spawn(async { 42 });
///     task.set_name("answer");
///     let mut waited = wait([task]).await;
///     let Completed { index, future, output, .. } = waited.done.remove(0);
///     assert_eq!((index, output.unwrap()), (0, 42));
///     assert_eq!(future.name(), "answer");
/// });
/// ```
#[non_exhaustive]
pub struct Completed<F: Future> {
    /// The future's index among those that were passed to [`wait`].
    pub index: usize,
    /// The future. It must not be polled again, but a [`Task`](crate::Task) can still be inspected.
    pub future: F,
    /// The future's output.
    pub output: F::Output,
}

impl<F: Future<Output: fmt::Debug> + fmt::Debug> fmt::Debug for Completed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completed")
            .field("index", &self.index)
            .field("future", &self.future)
            .field("output", &self.output)
            .finish()
    }
}

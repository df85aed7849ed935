//! Protection of a future from being dropped before it completes.

use std::future::Future;

use crate::runtime::handle::spawn;
use crate::task::task::Task;

/// Runs `future` to its end, even if the task that awaits it is cancelled.
///
/// `future` becomes a task of its own, whose handle may be dropped.
///
/// As with Python's `asyncio.shield`, it starts in the loop's next turn, whether or not the handle
/// is awaited. Only [`Task::cancel`] and the end of the loop cancel it. A [`Task`] needs no shield:
/// awaiting it by reference does the same.
///
/// # Panics
///
/// Outside of a running loop.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, promise, shield, timeout};
/// use std::time::Duration;
///
/// block_on(async {
///     let (disk, is_free) = promise::<(), ()>();
///     let (saving, saved) = promise::<_, ()>();
///     let save = shield(async move {
///         is_free.await.unwrap();
///         saving.set_result("saved").unwrap();
///     });
///     assert!(timeout(Duration::from_millis(1), save).await.is_err()); // and `save` is dropped
///     disk.set_result(()).unwrap();
///     assert_eq!(saved.await, Ok("saved"));
/// });
/// ```
#[track_caller]
pub fn shield<F>(future: F) -> Task<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    spawn(future)
}

//! The executors on which async coroutines are tested, and futures that are pending on all of them.

#![allow(dead_code)] // each test takes what it needs

use std::future::poll_fn;
use std::task::Poll;

use futures::future::{BoxFuture, FutureExt};

/// The functions with which each executor runs a future to its end. The first one runs under Miri.
const EXECUTORS: &[(&str, fn(BoxFuture<'static, ()>))] = &[
    ("futures", |future| futures::executor::block_on(future)),
    ("cogen", |future| cogen::executor::block_on(future)),
    ("smol", |future| smol::block_on(future)),
    ("tokio, current thread", |future| {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
            .block_on(future)
    }),
    ("tokio, threads", |future| {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .unwrap();
        threads.block_on(async { tokio::spawn(future).await.unwrap() });
    }),
];

/// Runs the future that `test` makes on every executor.
pub(crate) fn everywhere<F: Future<Output = ()> + Send + 'static>(test: impl Fn() -> F) {
    let count = if cfg!(miri) { 1 } else { EXECUTORS.len() };
    for (name, run) in &EXECUTORS[..count] {
        eprintln!("on {name}:");
        run(test().boxed());
    }
}

/// A future that is pending once, and wakes its task.
///
/// It has no references into itself: according to Miri, the `is_terminated(&self)` of `select!`
/// would invalidate them.
pub(crate) fn yield_now() -> impl Future<Output = ()> + Send + Unpin {
    let mut pending = true;
    poll_fn(move |cx| {
        if std::mem::take(&mut pending) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
}

/// Resolves to `value`, a moment later.
pub(crate) async fn later<T>(value: T) -> T {
    yield_now().await;
    value
}

//! Attempts with threads: a `Send` coroutine continues on another thread at each resume.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{
    AsyncCoroutine, AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt, SendBoxCoroutine,
    Status,
};
use futures::FutureExt;

use crate::{PendingOnce, borrows_itself};

// A body with references into itself, in another thread and in another box.
#[test]
fn a_started_one_goes_on_in_another_thread_and_place() {
    let mut coroutine = Box::pin(borrows_itself("abc".into()));
    coroutine.start();
    let mut coroutine = std::thread::spawn(move || {
        assert_eq!(coroutine.send(()), Yielded(6));
        coroutine
    })
    .join()
    .unwrap();
    assert_eq!(coroutine.send(()), Complete("abcabc".to_owned()));
}

#[cogen::coroutine]
fn hops(depth: u32) -> SendBoxCoroutine<'static, u32, u32, u32> {
    let mut sum = 0;
    if depth > 0 {
        sum += yield_from!(hops(depth - 1));
    }
    let kept = &mut sum;
    for _ in 0..2 {
        let before = std::thread::current().id();
        *kept += yield_!(depth);
        assert_ne!(std::thread::current().id(), before);
    }
    sum
}

// A new thread for each resume, in the middle of a recursion.
#[test]
fn each_resume_may_be_in_a_new_thread() {
    let mut coroutine = hops(2);
    let mut returned = None;
    for sent in 0..7u32 {
        (coroutine, returned) = std::thread::spawn(move || {
            let state = if sent == 0 { coroutine.start() } else { coroutine.send(sent) };
            (coroutine, state.complete())
        })
        .join()
        .unwrap();
    }
    assert_eq!(returned, Some(1 + 2 + 3 + 4 + 5 + 6));
}

// A value that isn't `Send`, made and dropped between two yields, doesn't make a body `!Send`.
#[test]
fn what_is_not_sendable_and_not_kept_stays_in_its_thread() {
    #[cogen::coroutine]
    fn counts() -> impl Coroutine<(), Yield = usize> + Send {
        for _ in 0..3 {
            let count = {
                let shared = Rc::new(());
                let other = Rc::clone(&shared);
                Rc::strong_count(&other)
            };
            yield_!(count);
        }
    }
    let mut coroutine = Box::pin(counts());
    for _ in 0..3 {
        coroutine = std::thread::spawn(move || {
            assert_eq!(coroutine.start(), Yielded(2));
            coroutine
        })
        .join()
        .unwrap();
    }
}

// A `Send` body with a return value that isn't `Send`: the value is created in the thread that gets
// it.
#[test]
fn a_return_value_belongs_to_the_thread_that_runs_the_end() {
    #[cogen::coroutine]
    fn ends(depth: u32) -> SendBoxCoroutine<'static, (), u32, Rc<Cell<u32>>> {
        yield_!(depth);
        if depth > 0 {
            let below = yield_from!(ends(depth - 1));
            below.set(below.get() + 1);
            return below;
        }
        Rc::default()
    }
    let mut coroutine = ends(3);
    for _ in 0..4 {
        assert!(coroutine.start().is_yielded());
    }
    let count =
        std::thread::spawn(move || coroutine.start().complete().unwrap().get()).join().unwrap();
    assert_eq!(count, 3);
}

// Many threads take turns at one coroutine behind a lock, and read its status all the time.
#[test]
fn threads_that_share_one_behind_a_lock_take_turns() {
    #[cogen::coroutine]
    fn sums(depth: u32) -> SendBoxCoroutine<'static, u64, u64> {
        let mut sum = yield_!(0);
        if depth > 0 {
            yield_from!(sums(depth - 1));
        }
        loop {
            sum += yield_!(sum);
        }
    }
    const ROUNDS: u64 = if cfg!(miri) { 5 } else { 500 };
    let shared = Arc::new(Mutex::new(sums(3)));
    shared.lock().unwrap().start();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || {
                for _ in 0..ROUNDS {
                    let mut coroutine = shared.lock().unwrap();
                    assert_eq!(coroutine.status(), Status::Suspended);
                    assert!(coroutine.send(1).is_yielded());
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(shared.lock().unwrap().send(0).yielded().unwrap() >= 4 * ROUNDS - 8);
}

// Threads read the status of a `Sync` coroutine through shared references, while its body holds
// references into itself.
#[test]
fn threads_that_look_at_one_disturb_nothing() {
    let mut coroutine = Box::pin(borrows_itself("abc".into()));
    coroutine.start();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert_eq!(coroutine.status(), Status::Suspended));
        }
    });
    assert_eq!(coroutine.send(()), Yielded(6));
}

// An async coroutine waits in one thread, is polled in another, and dropped in a third.
#[test]
fn an_async_one_that_waits_is_polled_and_dropped_elsewhere() {
    #[cogen::coroutine]
    fn waits(text: String) -> impl AsyncCoroutine<u8, Yield = usize> + Send {
        let slice = text.as_str();
        for _ in 0..2 {
            PendingOnce(false).await;
            let sent = yield_!(slice.len());
            PendingOnce(false).await;
            yield_!(usize::from(sent));
        }
    }
    fn elsewhere<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
        std::thread::spawn(run).join().unwrap()
    }
    let cx = || Context::from_waker(Waker::noop());
    let mut coroutine = Box::pin(waits("abc".into()));
    assert!(coroutine.start().poll_unpin(&mut cx()).is_pending());
    let mut coroutine = elsewhere(move || {
        assert_eq!(coroutine.proceed().poll_unpin(&mut cx()), Poll::Ready(Yielded(3)));
        coroutine
    });
    let coroutine = elsewhere(move || {
        assert!(coroutine.send(5).poll_unpin(&mut cx()).is_pending());
        coroutine
    });
    elsewhere(move || drop(coroutine));
}

// A value that isn't `Send` belongs to a coroutine that stays, and is lent to one that would move.
#[test]
fn one_that_is_not_sendable_runs_only_where_it_is() {
    #[cogen::coroutine]
    fn local(count: Rc<Cell<u32>>) -> BoxCoroutine<'static, (), u32> {
        loop {
            count.set(count.get() + 1);
            yield_!(count.get());
        }
    }
    let count = Rc::new(Cell::new(0));
    let mut inner: Pin<Box<dyn Coroutine<(), Yield = u32, Return = ()>>> = local(count.clone());
    let lent = &mut inner;
    let mut outer = Box::pin(cogen::co! { yield_from!(lent) });
    assert_eq!((outer.start(), outer.start()), (Yielded(1), Yielded(2)));
    drop(outer);
    assert_eq!(inner.start(), Yielded(3));
    assert_eq!(count.get(), 3);
}

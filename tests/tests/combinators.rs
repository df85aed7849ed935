//! Several futures at once, timeouts, and shields: which run, which are dropped, and their results.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use cogen::executor::{
    JoinError, Promise, PromiseFuture, Task, TimeoutError, Waited, as_completed, block_on, gather,
    promise, shield, sleep, spawn, timeout, timeout_at, try_gather, wait, yield_now,
};
use cogen_tests::observe::{Log, OnDrop};
use futures::future::BoxFuture;

const SHORT: Duration = Duration::from_millis(2);
const LONG: Duration = Duration::from_secs(3600);

type Value = Result<u32, &'static str>;

fn promises<const N: usize>()
-> ([Promise<u32, &'static str>; N], [PromiseFuture<u32, &'static str>; N]) {
    let mut futures = Vec::new();
    let promises = std::array::from_fn(|_| {
        let (promise, future) = promise();
        futures.push(future);
        promise
    });
    (promises, futures.try_into().unwrap_or_else(|_| unreachable!("there are as many")))
}

fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn panic_message(function: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(function)).unwrap_err();
    payload.downcast_ref::<&str>().map_or_else(
        || payload.downcast_ref::<String>().unwrap().clone(),
        |message| message.to_string(),
    )
}

/// Sets a flag when it is dropped.
struct SetsOnDrop(Rc<Cell<bool>>);

impl Drop for SetsOnDrop {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

/// Returns a future that never ends, and a flag for its drop.
fn endless<T>() -> (impl Future<Output = T>, Rc<Cell<bool>>) {
    let is_dropped = Rc::new(Cell::new(false));
    let guard = SetsOnDrop(is_dropped.clone());
    let future = async move {
        let _guard = guard;
        pending().await
    };
    (future, is_dropped)
}

/// A promise's future that counts its polls.
async fn counted(polls: &Cell<u32>, future: PromiseFuture<u32, &'static str>) -> u32 {
    let mut future = future;
    poll_fn(|cx| {
        polls.set(polls.get() + 1);
        Pin::new(&mut future).poll(cx)
    })
    .await
    .unwrap()
}

fn is_send(_: &impl Send) {}

#[test]
fn gather_keeps_the_order_whatever_the_order_of_completion() {
    let (promises, futures) = promises::<3>();
    let mut gathered = pin!(gather(futures));
    for index in [2, 0, 1] {
        assert!(poll_once(gathered.as_mut()).is_pending());
        promises[index].set_result(u32::try_from(index).unwrap()).unwrap();
    }
    assert_eq!(futures::executor::block_on(gathered), [Ok(0), Ok(1), Ok(2)]);
}

#[test]
fn gather_hands_errors_back_among_the_results() {
    let results: [Value; 3] = [Ok(1), Err("no route"), Ok(3)];
    assert_eq!(block_on(gather(results.map(ready))), results);
}

#[test]
fn gather_hands_back_what_became_of_tasks() {
    let results: Vec<Result<i32, JoinError>> = block_on(async {
        let cancelled = spawn(pending());
        cancelled.cancel();
        gather([spawn(async { 1 }), cancelled, spawn(async { panic!("in the task") })]).await
    });
    assert_eq!(*results[0].as_ref().unwrap(), 1);
    assert!(results[1].as_ref().unwrap_err().is_cancelled());
    assert_eq!(results[2].as_ref().unwrap_err().panic_message(), Some("in the task"));
}

#[test]
fn gather_of_nothing_is_ready_at_once() {
    assert_eq!(poll_once(pin!(gather(Vec::<BoxFuture<'_, u8>>::new()))), Poll::Ready(vec![]));
    assert_eq!(
        poll_once(pin!(try_gather(Vec::<BoxFuture<'_, Value>>::new()))),
        Poll::Ready(Ok(vec![]))
    );
}

#[test]
fn gather_runs_concurrently() {
    let log = RefCell::new(Vec::new());
    block_on(gather([1, 2, 3].map(async |number| {
        log.borrow_mut().push(("begins", number));
        sleep(SHORT).await;
        log.borrow_mut().push(("ends", number));
    })));
    let begun: Vec<_> = log.borrow()[..3].to_vec();
    assert_eq!(begun, [("begins", 1), ("begins", 2), ("begins", 3)]);
}

#[test]
fn gather_takes_futures_that_borrow_and_that_can_not_be_moved() {
    let names = ["a".to_owned(), "b".to_owned()];
    let gathered = gather(names.iter().map(|name| async move {
        yield_now().await;
        name.as_str()
    }));
    is_send(&gathered);
    assert_eq!(futures::executor::block_on(gathered), ["a", "b"]);
}

#[test]
fn a_wake_polls_only_the_one_that_was_woken() {
    let polls: [Cell<u32>; 3] = Default::default();
    let (promises, futures) = promises::<3>();
    let mut gathered =
        pin!(gather(polls.iter().zip(futures).map(|(polls, future)| counted(polls, future))));
    let mut check = |expected| {
        let polled = poll_once(gathered.as_mut());
        assert_eq!(polls.each_ref().map(Cell::get), expected);
        polled
    };
    assert!(check([1, 1, 1]).is_pending());
    promises[1].set_result(11).unwrap();
    assert!(check([1, 2, 1]).is_pending());
    promises[2].set_result(12).unwrap();
    assert!(check([1, 2, 2]).is_pending());
    assert!(check([1, 2, 2]).is_pending());
    promises[0].set_result(10).unwrap();
    assert_eq!(check([2, 2, 2]), Poll::Ready(vec![10, 11, 12]));
}

#[test]
fn wait_polls_only_the_one_that_was_woken() {
    let polls: [Cell<u32>; 2] = Default::default();
    let (promises, futures) = promises::<2>();
    let mut waits = pin!(wait(
        polls.iter().zip(futures).map(|(polls, future)| Box::pin(counted(polls, future)))
    ));
    assert!(poll_once(waits.as_mut()).is_pending());
    promises[1].set_result(1).unwrap();
    assert!(poll_once(waits.as_mut()).is_pending());
    assert_eq!(polls.each_ref().map(Cell::get), [1, 2]);
}

#[test]
fn try_gather_gives_the_values_in_order() {
    let (promises, futures) = promises::<2>();
    let mut gathered = pin!(try_gather(futures));
    assert!(poll_once(gathered.as_mut()).is_pending());
    promises[1].set_result(1).unwrap();
    promises[0].set_result(0).unwrap();
    assert_eq!(poll_once(gathered), Poll::Ready(Ok(vec![0, 1])));
}

#[test]
fn try_gather_fails_with_the_first_error_and_drops_the_others_first() {
    let (endless, is_dropped) = endless::<Value>();
    let futures: [Pin<Box<dyn Future<Output = Value>>>; 3] =
        [Box::pin(endless), Box::pin(ready(Ok(1))), Box::pin(ready(Err("no route")))];
    let mut gathered = pin!(try_gather(futures));
    assert_eq!(poll_once(gathered.as_mut()), Poll::Ready(Err("no route")));
    assert!(is_dropped.get());
}

#[test]
fn tasks_go_on_after_try_gather_has_failed_unless_they_are_tied_to_their_handles() {
    let log = Rc::new(RefCell::new(Vec::new()));
    block_on(async {
        let writes = |what: &'static str| {
            let log = log.clone();
            async move {
                yield_now().await;
                yield_now().await;
                log.borrow_mut().push(what);
                Ok::<_, &str>(())
            }
        };
        let fails = || Box::pin(ready(Err("no route")));
        let joined = |task: Task<Result<(), &'static str>>| Box::pin(async { task.await.unwrap() });
        let tied = |task: Task<Result<(), &'static str>>| {
            Box::pin(async { task.cancel_on_drop().await.unwrap() })
        };
        type Boxed = Pin<Box<dyn Future<Output = Result<(), &'static str>>>>;

        let futures: [Boxed; 2] = [joined(spawn(writes("detached"))), fails()];
        assert_eq!(try_gather(futures).await, Err("no route"));
        let futures: [Boxed; 2] = [tied(spawn(writes("cancelled"))), fails()];
        assert_eq!(try_gather(futures).await, Err("no route"));
        sleep(SHORT).await;
    });
    assert_eq!(*log.borrow(), ["detached"]);
}

#[test]
fn a_panic_of_a_gathered_future_comes_out_and_its_result_stays_missing() {
    let mut polls = 0;
    let mut gathered = gather([poll_fn(move |_| {
        polls += 1;
        assert!(polls > 1, "in the future");
        Poll::Ready(())
    })]);
    let mut gathered = pin!(&mut gathered);
    assert_eq!(panic_message(|| _ = poll_once(gathered.as_mut())), "in the future");
    assert!(panic_message(|| _ = poll_once(gathered.as_mut())).contains("panicked before"));
}

#[test]
fn polling_after_the_end_panics() {
    let mut gathered = pin!(gather([ready(1)]));
    assert_eq!(poll_once(gathered.as_mut()), Poll::Ready(vec![1]));
    assert!(panic_message(|| _ = poll_once(gathered)).contains("after it had completed"));
    let mut gathered = pin!(try_gather([ready(Err::<(), _>(1))]));
    assert_eq!(poll_once(gathered.as_mut()), Poll::Ready(Err(1)));
    assert!(panic_message(|| _ = poll_once(gathered)).contains("after it had completed"));
    let mut waits = pin!(wait([ready(1)]));
    assert!(poll_once(waits.as_mut()).is_ready());
    assert!(panic_message(|| _ = poll_once(waits)).contains("after it had completed"));
    let mut limited = pin!(timeout(LONG, ready(1)));
    assert_eq!(poll_once(limited.as_mut()), Poll::Ready(Ok(1)));
    assert!(panic_message(|| _ = poll_once(limited)).contains("after it had completed"));
}

/// Returns the done futures, in order of completion, and the number of pending ones.
fn summary<F: Future>(waited: &Waited<F>) -> (Vec<usize>, usize) {
    (waited.done.iter().map(|done| done.index).collect(), waited.pending.len())
}

#[test]
fn wait_waits_for_all_and_gives_them_in_order_of_completion() {
    let (promises, futures) = promises::<3>();
    let mut waits = pin!(wait(futures));
    for index in [1, 2, 0] {
        assert!(poll_once(waits.as_mut()).is_pending());
        promises[index].set_error("no route").unwrap();
    }
    let waited = futures::executor::block_on(waits);
    assert_eq!(summary(&waited), (vec![1, 2, 0], 0));
    assert_eq!(format!("{:?}", waited.done[0].future), "<Future finished>");
}

#[test]
fn wait_for_the_first_gives_the_others_back_in_their_order_to_be_waited_for_again() {
    let (promises, futures) = promises::<4>();
    let mut waits = pin!(wait(futures).first_completed());
    assert!(poll_once(waits.as_mut()).is_pending());
    promises[2].set_result(12).unwrap();
    let Poll::Ready(waited) = poll_once(waits) else { panic!("one is done") };
    assert_eq!(summary(&waited), (vec![2], 3));
    assert_eq!(waited.done[0].output, Ok(12));
    for (promise, value) in [(&promises[0], 10), (&promises[1], 11), (&promises[3], 13)] {
        promise.set_result(value).unwrap();
    }
    assert_eq!(block_on(gather(waited.pending)), [Ok(10), Ok(11), Ok(13)]);
}

#[test]
fn wait_for_the_first_gives_all_that_are_done_by_then() {
    let (promises, futures) = promises::<3>();
    promises[0].set_result(1).unwrap();
    promises[2].set_result(3).unwrap();
    assert_eq!(summary(&block_on(wait(futures).first_completed())), (vec![0, 2], 1));
}

#[test]
fn wait_for_the_first_error_ends_with_it_or_with_the_last() {
    let (promises, futures) = promises::<3>();
    let mut waits = pin!(wait(futures).first_error());
    promises[0].set_result(0).unwrap();
    assert!(poll_once(waits.as_mut()).is_pending());
    promises[2].set_error("no route").unwrap();
    let Poll::Ready(waited) = poll_once(waits) else { panic!("one has failed") };
    assert_eq!(summary(&waited), (vec![0, 2], 1));

    let futures =
        [Box::pin(ready(Err(1))) as BoxFuture<'_, _>, Box::pin(ready(Ok(2))), Box::pin(pending())];
    let Poll::Ready(waited) = poll_once(pin!(wait(futures).first_error())) else {
        panic!("one has failed")
    };
    assert_eq!(summary(&waited), (vec![0, 1], 1));

    assert_eq!(
        summary(&block_on(wait([1, 2].map(|n| ready(Ok::<_, ()>(n)))).first_error())),
        (vec![0, 1], 0)
    );
}

#[test]
fn wait_until_asks_once_of_each_and_its_panic_loses_nothing() {
    let (promises, futures) = promises::<3>();
    let mut asked = Vec::new();
    let mut waits = pin!(wait(futures).until(|output| {
        asked.push(output.clone());
        assert!(asked.len() > 1, "in the condition");
        asked.len() == 2
    }));
    promises[1].set_result(11).unwrap();
    assert_eq!(panic_message(|| _ = poll_once(waits.as_mut())), "in the condition");
    assert!(poll_once(waits.as_mut()).is_pending());
    promises[0].set_result(10).unwrap();
    let Poll::Ready(waited) = poll_once(waits.as_mut()) else { panic!("two are done") };
    assert_eq!(summary(&waited), (vec![1, 0], 1));
    assert_eq!(asked, [Ok(11), Ok(10)]);
}

#[test]
fn wait_with_a_timeout_cancels_nothing() {
    block_on(async {
        let (promise, future) = promise::<_, ()>();
        let quick = async { Ok(1) };
        let waited = wait([spawn(future), spawn(quick)]).timeout(SHORT).await;
        assert_eq!(summary(&waited), (vec![1], 1));
        promise.set_result(2).unwrap();
        let waited = wait(waited.pending).timeout(LONG).await;
        assert_eq!(summary(&waited), (vec![0], 0));
        assert_eq!(*waited.done[0].output.as_ref().unwrap(), Ok(2));
        assert_eq!(format!("{:?}", waited.done[0].future), "<Task finished name='Task-1'>");
    });
}

#[test]
fn a_timeout_goes_with_every_condition_in_either_order() {
    block_on(async {
        let futures = || [Box::pin(ready(1)) as BoxFuture<'_, _>, Box::pin(pending())];
        assert_eq!(summary(&wait(futures()).timeout(LONG).first_completed().await), (vec![0], 1));
        assert_eq!(summary(&wait(futures()).until(|_| true).timeout(LONG).await), (vec![0], 1));
        assert_eq!(
            summary(&wait(futures()).until(|_| false).timeout(Duration::ZERO).await),
            (vec![0], 1)
        );
    });
}

#[test]
fn wait_is_send_without_a_timeout() {
    let (_promises, futures) = promises::<1>();
    is_send(&wait(futures).first_error());
}

#[test]
fn wait_for_nothing_panics_at_once() {
    assert!(panic_message(|| drop(wait(Vec::<Task<()>>::new()))).contains("`wait` got no futures"));
}

#[test]
fn the_timed_out_future_is_dropped_before_the_error_is_given() {
    let (endless, is_dropped) = endless::<()>();
    let mut limited = Box::pin(timeout(SHORT, endless));
    block_on(async {
        assert_eq!(limited.as_mut().await, Err(TimeoutError));
        assert!(is_dropped.get());
    });
}

#[test]
fn a_ready_future_wins_over_a_time_that_is_up() {
    block_on(async {
        assert_eq!(timeout(Duration::ZERO, ready(1)).await, Ok(1));
        assert_eq!(timeout_at(Instant::now(), ready(1)).await, Ok(1));
        let (promise, future) = promise::<_, ()>();
        let limited = spawn(timeout(SHORT, future));
        yield_now().await;
        std::thread::sleep(2 * SHORT);
        promise.set_result(1).unwrap();
        assert_eq!(limited.await.unwrap(), Ok(Ok(1)));
    });
}

#[test]
fn the_innermost_timeout_is_the_one_that_counts() {
    block_on(async {
        assert_eq!(timeout(LONG, timeout(SHORT, pending::<()>())).await, Ok(Err(TimeoutError)));
        assert_eq!(timeout(SHORT, timeout(LONG, pending::<()>())).await, Err(TimeoutError));
        assert_eq!(
            timeout(SHORT, timeout(Duration::MAX, pending::<()>())).await,
            Err(TimeoutError)
        );
    });
}

#[test]
fn a_task_is_detached_kept_or_cancelled_by_a_timeout() {
    block_on(async {
        let (detached, is_dropped) = endless::<()>();
        assert!(timeout(SHORT, spawn(detached)).await.is_err());
        assert!(!is_dropped.get());

        let (kept, is_dropped) = endless::<()>();
        let mut kept = spawn(kept);
        assert!(timeout(SHORT, &mut kept).await.is_err());
        assert!(!kept.is_done() && !is_dropped.get());

        let (cancelled, is_dropped) = endless::<()>();
        assert!(timeout(SHORT, spawn(cancelled).cancel_on_drop()).await.is_err());
        yield_now().await;
        assert!(is_dropped.get());
    });
}

#[test]
fn only_what_must_wait_needs_a_loop() {
    assert_eq!(futures::executor::block_on(timeout(LONG, ready(1))), Ok(1));
    assert!(
        panic_message(|| _ = futures::executor::block_on(timeout(LONG, pending::<()>())))
            .contains("needs a running event loop")
    );
    assert!(
        panic_message(|| _ = futures::executor::block_on(wait([pending::<()>()]).timeout(LONG)))
            .contains("needs a running event loop")
    );
    assert!(panic_message(|| drop(shield(async {}))).contains("needs a running event loop"));
}

#[test]
fn a_timeout_is_an_io_error() {
    let error = std::io::Error::from(TimeoutError);
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (std::io::ErrorKind::TimedOut, "the time was up before the future was ready")
    );
}

#[test]
fn what_is_shielded_goes_on_when_its_awaiter_is_cancelled() {
    let saved = Rc::new(Cell::new(false));
    block_on(async {
        let (promise, future) = promise::<(), ()>();
        let awaiter = spawn({
            let saved = saved.clone();
            async move {
                shield(async move {
                    future.await.unwrap();
                    saved.set(true);
                })
                .await
            }
        });
        yield_now().await;
        awaiter.cancel();
        assert!(awaiter.await.unwrap_err().is_cancelled());
        promise.set_result(()).unwrap();
        sleep(SHORT).await;
    });
    assert!(saved.get());
}

#[test]
fn shield_gives_what_the_future_gives() {
    assert_eq!(block_on(async { timeout(LONG, shield(async { 42 })).await.unwrap().unwrap() }), 42);
}

#[test]
fn futures_that_are_given_up_are_dropped_in_their_order() {
    /// Returns some futures. Those in the middle end at once.
    fn futures(log: &Log) -> Vec<impl Future<Output = Result<u32, &'static str>> + use<>> {
        let future = |number: u32| {
            let log = log.clone();
            async move {
                let _on_drop = OnDrop::new(move || log.add(number.to_string()));
                match number {
                    2 => Ok(number),
                    _ => pending().await,
                }
            }
        };
        (0..5).map(future).collect()
    }
    let log = Log::default();
    let poll = |future: Pin<&mut dyn Future<Output = ()>>| assert!(poll_once(future).is_pending());

    let mut gathers = gather(futures(&log));
    poll(pin!(async { drop((&mut gathers).await) }));
    assert_eq!(log.take(), ["2"]);
    drop(gathers);
    assert_eq!(log.take(), ["0", "1", "3", "4"]);

    let mut gathers = try_gather(futures(&log));
    poll(pin!(async { drop((&mut gathers).await) }));
    drop(gathers);
    assert_eq!(log.take(), ["2", "0", "1", "3", "4"]);

    // The first error cancels the others.
    let failing = log.clone();
    let fails: Pin<Box<dyn Future<Output = Result<u32, &str>>>> = Box::pin(async move {
        let _on_drop = OnDrop::new(move || failing.add("error"));
        Err("no route")
    });
    let others = futures(&log).into_iter().map(|future| Box::pin(future) as _);
    assert!(block_on(try_gather(others.chain([fails]))).is_err());
    assert_eq!(log.take(), ["2", "error", "0", "1", "3", "4"]);

    let mut waits = wait(futures(&log).into_iter().map(Box::pin));
    poll(pin!(async { drop((&mut waits).await) }));
    assert_eq!(log.take(), ["2"]);
    drop(waits);
    assert_eq!(log.take(), ["0", "1", "3", "4"]);

    let mut completed = as_completed(futures(&log));
    assert_eq!(block_on(completed.next()), Some((2, Ok(2))));
    assert!(poll_once(pin!(completed.next())).is_pending());
    assert_eq!(log.take(), ["2"]);
    drop(completed);
    assert_eq!(log.take(), ["0", "1", "3", "4"]);

    block_on(async {
        let tasks: Vec<_> =
            futures(&log).into_iter().map(|future| spawn(future).cancel_on_drop()).collect();
        assert!(timeout(Duration::ZERO, gather(tasks)).await.is_err());
        yield_now().await;
        assert_eq!(log.take(), ["2", "0", "1", "3", "4"]);
    });
}

#[test]
fn outputs_come_as_they_are_completed() {
    block_on(async {
        let ([first, second, third], futures) = promises();
        let mut completed = as_completed(futures);
        assert!(poll_once(pin!(completed.next())).is_pending()); // a dropped poll loses nothing
        third.set_result(3).unwrap();
        first.set_error("no route").unwrap();
        assert_eq!(completed.next().await, Some((2, Ok(3))));
        assert_eq!(completed.next().await.unwrap().0, 0);
        assert!(poll_once(pin!(completed.next())).is_pending());
        second.set_result(2).unwrap();
        assert_eq!(completed.next().await, Some((1, Ok(2))));
        assert_eq!(completed.next().await, None);
        assert_eq!(completed.next().await, None);
        assert_eq!(as_completed(Vec::<Task<()>>::new()).next().await.map(|done| done.0), None);
    });
}

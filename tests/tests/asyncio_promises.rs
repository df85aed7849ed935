//! What asyncio's documentation promises of tasks, futures, `gather`, `wait`, `shield`, timeouts and the order of callbacks, rule by rule, of the event loop of cogen. Each test
//! cites the page and the section that it is about.
//!
//! What has no meaning here:
//!
//! - "Coroutines and Tasks", "Task Groups", `to_thread`, `run_coroutine_threadsafe`, `as_completed`, eager tasks: there are no such functions. `try_gather` fails together, and `FuturesUnordered`
//!   gives results as they come.
//! - "Task.cancel()", a task that suppresses its cancellation, `uncancel`, `cancelling`: nothing is thrown into a task. Its future is dropped, which it can't refuse.
//! - "Task.print_stack", "Task.get_stack", "Task.get_context": a future doesn't show where it stands, and there are no context variables.
//! - "create_task", the warning to keep a reference: the loop keeps what it runs.
//! - "Futures", `isfuture`, `ensure_future`, `wrap_future`: the trait `Future` is what they look for.
//! - "Event Loop", "Executing code in thread or process pools", "Enabling debug mode", subprocesses, signals, servers.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, ready};
use std::rc::Rc;
use std::time::{Duration, Instant};

use cogen::executor::{
    EventLoop, LoopHandle, PromiseError, RunError, SetError, Task, Waited, block_on, gather, promise, shield, sleep, spawn, timeout,
    try_gather, wait, yield_now,
};
use cogen_tests::observe::{Log, OnDrop, reports};

const SHORT: Duration = Duration::from_millis(2);
const LONG: Duration = Duration::from_secs(3600);

fn current() -> LoopHandle {
    LoopHandle::current().unwrap()
}

/// A task that logs its beginning, and its end however that comes.
fn logging(log: &Log, name: &'static str, future: impl Future<Output = ()> + 'static) -> Task<()> {
    let log = log.clone();
    spawn(async move {
        log.add(format!("{name} begins"));
        let _end = OnDrop::new(log.adds(&format!("{name} ends")));
        future.await;
    })
}

/// "Coroutines and Tasks".
mod coroutines_and_tasks {
    use super::*;

    /// "Coroutines": a call alone runs nothing.
    #[test]
    fn what_is_not_awaited_does_not_run() {
        let log = Log::default();
        block_on(async {
            let called = async { log.add("ran") };
            yield_now().await;
            assert!(log.take().is_empty());
            called.await;
        });
        assert_eq!(log.take(), ["ran"]);
    }

    /// "Coroutines": awaited one after the other, they take their turns; as tasks they run at once.
    #[test]
    fn awaiting_is_sequential_and_tasks_are_concurrent() {
        let log = Log::default();
        let say = |name: &'static str| {
            let log = log.clone();
            async move {
                log.add(format!("{name} begins"));
                yield_now().await;
                log.add(format!("{name} ends"));
            }
        };
        block_on(async {
            say("a").await;
            say("b").await;
            assert_eq!(log.take(), ["a begins", "a ends", "b begins", "b ends"]);
            let (a, b) = (spawn(say("a")), spawn(say("b")));
            a.await.unwrap();
            b.await.unwrap();
            assert_eq!(log.take(), ["a begins", "b begins", "a ends", "b ends"]);
        });
    }

    /// "Creating Tasks": a task is scheduled when it is made, and begins when its maker lets others run.
    #[test]
    fn a_task_begins_once_its_maker_waits() {
        let log = Log::default();
        block_on(async {
            let task = logging(&log, "task", ready(()));
            assert!(log.take().is_empty());
            yield_now().await;
            assert_eq!(log.take(), ["task begins", "task ends"]);
            assert!(task.is_done());
        });
    }

    /// "Awaitables".
    #[test]
    fn awaiting_a_task_gives_its_result() {
        block_on(async {
            let mut task = spawn(async { 6 * 7 });
            assert_eq!((&mut task).await.unwrap(), 42);
            assert!(task.is_done());
        });
    }

    /// "Running an asyncio Program": what is left when the main function has returned is cancelled.
    #[test]
    fn the_end_of_the_main_future_cancels_what_is_left() {
        let log = Log::default();
        block_on(async {
            drop(logging(&log, "task", pending()));
            yield_now().await;
        });
        assert_eq!(log.take(), ["task begins", "task ends"]);
    }

    /// "Sleeping": zero lets others run for one turn.
    #[test]
    fn sleeping_for_nothing_lets_others_run() {
        let log = Log::default();
        block_on(async {
            let _task = logging(&log, "task", ready(()));
            sleep(Duration::ZERO).await;
            log.add("awake");
        });
        assert_eq!(log.take(), ["task begins", "task ends", "awake"]);
    }

    /// "Sleeping": it suspends its own task only.
    #[test]
    fn sleeping_keeps_nobody_else_waiting() {
        let log = Log::default();
        block_on(async {
            let (slow, quick) = (logging(&log, "slow", sleep(LONG)), logging(&log, "quick", sleep(SHORT)));
            quick.await.unwrap();
            assert_eq!(log.take(), ["slow begins", "quick begins", "quick ends"]);
            assert!(!slow.is_done());
        });
    }

    /// "Introspection": who is it that runs.
    #[test]
    fn the_loop_knows_how_many_tasks_are_not_done() {
        block_on(async {
            let tasks = [spawn(ready(())), spawn(pending::<()>())];
            assert_eq!(current().task_count(), 2);
            yield_now().await;
            assert_eq!(current().task_count(), 1);
            drop(tasks);
        });
    }
}

/// "Coroutines and Tasks", "Running Tasks Concurrently".
mod running_concurrently {
    use super::*;

    /// `gather`: the order is that of what was given.
    #[test]
    fn gather_keeps_the_order_of_what_it_was_given() {
        let values = block_on(gather([LONG / 1_000_000, Duration::ZERO, SHORT].map(async |duration| {
            sleep(duration).await;
            duration
        })));
        assert_eq!(values, [LONG / 1_000_000, Duration::ZERO, SHORT]);
    }

    /// `gather`, "If any awaitable in aws is a coroutine …": they are scheduled in their order, before the first is done.
    #[test]
    fn gather_begins_all_of_them_in_order() {
        let log = Log::default();
        block_on(gather(["a", "b", "c"].map(async |name| {
            log.add(format!("{name} begins"));
            yield_now().await;
            log.add(format!("{name} ends"));
        })));
        assert_eq!(log.take(), ["a begins", "b begins", "c begins", "a ends", "b ends", "c ends"]);
    }

    /// `gather` with `return_exceptions=True`: errors are results, and all are waited for.
    #[test]
    fn gather_gives_errors_among_the_results() {
        block_on(async {
            let cancelled = spawn(pending::<i32>());
            cancelled.cancel();
            let results = gather([spawn(async { 1 }), cancelled, spawn(async { panic!("failed") })]).await;
            assert_eq!(*results[0].as_ref().unwrap(), 1);
            assert!(results[1].as_ref().unwrap_err().is_cancelled());
            assert_eq!(results[2].as_ref().unwrap_err().panic_message(), Some("failed"));
        });
    }

    /// `gather` with `return_exceptions=False`: the first error comes out at once, and tasks go on.
    #[test]
    fn try_gather_fails_with_the_first_error_and_tasks_go_on() {
        let log = Log::default();
        block_on(async {
            let (go_on, may_go_on) = promise::<(), ()>();
            let other = logging(&log, "other", async { may_go_on.await.unwrap() });
            let abort = other.abort_handle();
            let failing = async {
                yield_now().await;
                Err::<(), _>("failed")
            };
            let others = async { other.await.map_err(|_| "cancelled") };
            let both: [std::pin::Pin<Box<dyn Future<Output = Result<(), &str>>>>; 2] = [Box::pin(failing), Box::pin(others)];
            assert_eq!(try_gather(both).await, Err("failed"));
            assert_eq!(log.take(), ["other begins"]);
            go_on.set_result(()).unwrap();
            yield_now().await;
            yield_now().await;
            assert_eq!(log.take(), ["other ends"]);
            drop(abort);
        });
    }

    /// `gather`, "If gather() is cancelled": what it was given is cancelled, too.
    #[test]
    fn dropping_gather_drops_what_it_was_given() {
        let log = Log::default();
        block_on(async {
            let children = ["a", "b"].map(|name| {
                let end = OnDrop::new(log.adds(name));
                async move {
                    let _end = end;
                    pending::<()>().await;
                }
            });
            let outer = spawn(gather(children));
            yield_now().await;
            outer.cancel();
            assert!(outer.await.unwrap_err().is_cancelled());
        });
        let mut dropped = log.take();
        dropped.sort();
        assert_eq!(dropped, ["a", "b"], "in whichever order");
    }

    /// `gather`, "If any Task or Future from the aws sequence is cancelled": the others and the gathering are not.
    #[test]
    fn a_cancelled_child_cancels_nobody_else() {
        block_on(async {
            let child = spawn(pending::<i32>());
            let abort = child.abort_handle();
            let all = spawn(gather([child, spawn(async { 2 })]));
            yield_now().await;
            abort.abort();
            let results = all.await.unwrap();
            assert!(results[0].as_ref().unwrap_err().is_cancelled());
            assert_eq!(*results[1].as_ref().unwrap(), 2);
        });
    }
}

/// "Coroutines and Tasks", "Shielding From Cancellation".
mod shielding {
    use super::*;

    /// The cancellation of who waits does not reach what is shielded.
    #[test]
    fn what_is_shielded_goes_on_when_who_waits_is_cancelled() {
        let log = Log::default();
        block_on(async {
            let (go_on, may_go_on) = promise::<(), ()>();
            let inner = log.clone();
            let waits = spawn(async move {
                shield(async move {
                    may_go_on.await.unwrap();
                    inner.add("saved");
                })
                .await
                .unwrap();
            });
            yield_now().await;
            waits.cancel();
            assert!(waits.await.unwrap_err().is_cancelled(), "from its point of view it is cancelled");
            go_on.set_result(()).unwrap();
            yield_now().await;
            yield_now().await;
        });
        assert_eq!(log.take(), ["saved"]);
    }

    /// A cancellation of what is shielded itself is seen by who waits.
    #[test]
    fn what_is_shielded_can_be_cancelled_itself() {
        block_on(async {
            let shielded = shield(pending::<()>());
            shielded.cancel();
            assert!(shielded.await.unwrap_err().is_cancelled());
        });
    }
}

/// "Coroutines and Tasks", "Timeouts".
mod timeouts {
    use super::*;

    /// `wait_for`: what takes too long is cancelled, which is over before the error comes.
    #[test]
    fn what_takes_too_long_is_dropped_before_the_error_is_given() {
        let log = Log::default();
        block_on(async {
            let slow = async {
                let _end = OnDrop::new(log.adds("dropped"));
                pending::<()>().await;
            };
            assert!(timeout(SHORT, slow).await.is_err());
            assert_eq!(log.take(), ["dropped"]);
        });
    }

    /// `wait_for`: what is done in time gives its result.
    #[test]
    fn what_is_done_in_time_gives_its_result() {
        assert_eq!(block_on(timeout(LONG, async { 1 })), Ok(1));
    }

    /// `wait_for`: what is done already gives its result, whatever the time.
    #[test]
    fn a_time_of_zero_is_enough_for_what_is_ready() {
        assert_eq!(block_on(timeout(Duration::ZERO, ready(1))), Ok(1));
    }

    /// `wait_for`, "If the wait is cancelled": what it waits for is cancelled, too.
    #[test]
    fn dropping_a_timeout_drops_what_it_waits_for() {
        let log = Log::default();
        block_on(async {
            let end = OnDrop::new(log.adds("dropped"));
            let waits = spawn(timeout(LONG, async move {
                let _end = end;
                pending::<()>().await;
            }));
            yield_now().await;
            waits.cancel();
            assert!(waits.await.unwrap_err().is_cancelled());
        });
        assert_eq!(log.take(), ["dropped"]);
    }

    /// `timeout()`: they can be nested, and each ends what it is around.
    #[test]
    fn timeouts_can_be_nested() {
        block_on(async {
            let inner = timeout(SHORT, pending::<()>());
            assert!(timeout(LONG, inner).await.expect("the outer one has time").is_err());
        });
    }

    /// "Protecting from timeouts", of `wait_for` with `shield`: the task goes on.
    #[test]
    fn a_shielded_task_outlives_its_timeout() {
        block_on(async {
            let mut task = shield(async {
                sleep(SHORT).await;
                "done"
            });
            assert!(timeout(Duration::ZERO, &mut task).await.is_err());
            assert_eq!(task.await.unwrap(), "done");
        });
    }
}

/// "Coroutines and Tasks", "Waiting Primitives".
mod waiting {
    use super::*;

    /// `wait`, `ALL_COMPLETED`: two sets, and nothing is raised.
    #[test]
    fn wait_waits_for_all_and_raises_nothing() {
        block_on(async {
            let Waited { done, pending } = wait([spawn(async { 1 }), spawn(async { panic!("failed") })]).await;
            assert!(pending.is_empty());
            assert_eq!(*done[0].output.as_ref().unwrap(), 1);
            assert_eq!(done[1].output.as_ref().unwrap_err().panic_message(), Some("failed"));
        });
    }

    /// `wait`, `FIRST_COMPLETED`.
    #[test]
    fn the_first_that_is_done_ends_the_wait_and_cancels_nobody() {
        block_on(async {
            let Waited { done, pending } = wait([spawn(pending::<i32>()), spawn(async { 2 })]).first_completed().await;
            assert_eq!((done[0].index, *done[0].output.as_ref().unwrap()), (1, 2));
            assert!(!pending[0].is_done(), "unlike `wait_for`, it cancels nothing");
        });
    }

    /// `wait`, `FIRST_EXCEPTION`: without one, it is `ALL_COMPLETED`.
    #[test]
    fn the_first_error_ends_the_wait() {
        async fn fails(number: u32) -> Result<u32, u32> {
            sleep(SHORT * number).await;
            if number == 1 { Err(number) } else { Ok(number) }
        }

        block_on(async {
            let Waited { done, pending } = wait([1, 0, 9_999_999].map(|number| Box::pin(fails(number)))).first_error().await;
            assert_eq!(done.iter().map(|done| done.output).collect::<Vec<_>>(), [Ok(0), Err(1)]);
            assert_eq!(pending.len(), 1);
            let all = wait([0, 2].map(|number| Box::pin(fails(number)))).first_error().await;
            assert_eq!((all.done.len(), all.pending.len()), (2, 0));
        });
    }

    /// `wait` with a timeout: no error, and what is not done is in the second set.
    #[test]
    fn a_timeout_of_wait_is_no_error_and_cancels_nothing() {
        block_on(async {
            let Waited { done, pending } = wait([spawn(pending::<()>())]).timeout(SHORT).await;
            assert!(done.is_empty());
            assert!(!pending[0].is_done());
            assert!(!pending[0].is_cancelled());
        });
    }
}

/// "Coroutines and Tasks", "Task Object".
mod task_object {
    use super::*;

    /// `done`, `result`, `exception`.
    #[test]
    fn there_is_no_result_before_it_is_done() {
        block_on(async {
            let task = spawn(async { 1 });
            assert!(!task.is_done() && task.result().is_none() && task.exception().is_none());
            yield_now().await;
            assert!(task.is_done() && task.exception().is_none());
            assert_eq!(task.result().unwrap().unwrap(), 1);
        });
    }

    /// `exception`, of one that has failed.
    #[test]
    fn a_task_that_has_failed_keeps_its_exception() {
        block_on(async {
            let task = spawn(async { panic!("failed") });
            yield_now().await;
            assert_eq!(task.exception().unwrap().panic_message(), Some("failed"));
            let _: Result<(), _> = task.await;
        });
    }

    /// `cancel`: arranged for the next turn, in which the clean-up runs.
    #[test]
    fn a_cancelled_task_cleans_up_in_the_next_turn() {
        let log = Log::default();
        block_on(async {
            let task = logging(&log, "task", pending());
            yield_now().await;
            assert!(task.cancel());
            assert_eq!(log.take(), ["task begins"]);
            yield_now().await;
            assert_eq!(log.take(), ["task ends"]);
            assert!(task.is_cancelled());
        });
    }

    /// `cancel`, of one that is done: there is nothing to cancel.
    #[test]
    fn what_is_done_is_not_cancelled() {
        block_on(async {
            let task = spawn(async { 1 });
            yield_now().await;
            assert!(!task.cancel());
            assert!(!task.is_cancelled());
            assert_eq!(task.await.unwrap(), 1);
        });
    }

    /// `cancel`, of one that has not begun: it never does.
    #[test]
    fn a_task_that_is_cancelled_before_it_begins_never_begins() {
        let log = Log::default();
        block_on(async {
            let task = logging(&log, "task", ready(()));
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
        });
        assert!(log.take().is_empty());
    }

    /// `cancel`, of one that waits for another task: that one is not its own.
    #[test]
    fn cancelling_who_waits_for_a_task_leaves_that_task_alone() {
        block_on(async {
            let (done, is_done) = promise::<(), ()>();
            let inner = spawn(async move { done.set_result(()).unwrap() });
            let outer = spawn(inner);
            outer.cancel();
            assert!(outer.await.unwrap_err().is_cancelled());
            assert_eq!(is_done.await, Ok(()));
        });
    }

    /// `get_name`, `set_name`.
    #[test]
    fn tasks_have_names_by_default_and_by_choice() {
        block_on(async {
            let tasks = [spawn(ready(())), spawn(ready(()))];
            assert_ne!(tasks[0].name(), tasks[1].name());
            tasks[0].set_name("mine");
            assert_eq!(tasks[0].name(), "mine");
        });
    }

    /// `add_done_callback`: called with the task, in the order in which they were added.
    #[test]
    fn done_callbacks_are_called_in_order_with_the_task() {
        let log = Log::default();
        block_on(async {
            let task = spawn(async { 5 });
            for name in ["first", "second"] {
                let log = log.clone();
                task.add_done_callback(move |task| log.add(format!("{name} {:?}", task.result().unwrap().unwrap())));
            }
            task.await.unwrap();
        });
        assert_eq!(log.take(), ["first 5", "second 5"]);
    }

    /// `add_done_callback`, to one that is done: by `call_soon`, not at once.
    #[test]
    fn a_callback_that_is_added_late_is_called_soon() {
        let log = Log::default();
        block_on(async {
            let task = spawn(ready(()));
            yield_now().await;
            let late = log.clone();
            task.add_done_callback(move |_| late.add("called"));
            assert!(log.take().is_empty());
            yield_now().await;
        });
        assert_eq!(log.take(), ["called"]);
    }

    /// `remove_done_callback`.
    #[test]
    fn a_callback_that_is_removed_is_not_called() {
        let log = Log::default();
        block_on(async {
            let task = spawn(ready(()));
            let called = log.clone();
            let id = task.add_done_callback(move |_| called.add("called"));
            assert!(task.remove_done_callback(id));
            assert!(!task.remove_done_callback(id), "there is none any more");
            task.await.unwrap();
        });
        assert!(log.take().is_empty());
    }
}

/// "Futures", "Future Object".
mod future_object {
    use super::*;

    /// `set_result`: once, and who waits gets it.
    #[test]
    fn a_future_is_set_once() {
        block_on(async {
            let (promise, future) = promise::<_, ()>();
            let waits = spawn(future);
            yield_now().await;
            assert_eq!(promise.set_result(1), Ok(()));
            assert_eq!(promise.set_result(2), Err(SetError::Done(2)), "the value comes back");
            assert_eq!(waits.await.unwrap(), Ok(1));
        });
    }

    /// `set_exception`.
    #[test]
    fn an_exception_that_is_set_comes_out_of_the_await() {
        let (promise, future) = promise::<(), _>();
        promise.set_error("failed").unwrap();
        assert_eq!(block_on(future), Err(PromiseError::Error("failed")));
    }

    /// `done`, `result`, `exception`, before there is one.
    #[test]
    fn there_is_no_result_before_it_is_set() {
        let (promise, future) = promise::<i32, ()>();
        assert_eq!((future.is_done(), future.result(), future.exception()), (false, None, None));
        promise.set_result(1).unwrap();
        assert_eq!((future.is_done(), future.result(), future.exception()), (true, Some(Ok(1)), None));
    }

    /// `cancel`, `cancelled`: once, and not after it is set.
    #[test]
    fn a_future_is_cancelled_unless_it_is_done() {
        let (_promise, future) = promise::<i32, ()>();
        assert!(future.cancel("enough"));
        assert!(!future.cancel("again"));
        assert!(future.is_cancelled());
        assert_eq!(block_on(future), Err(PromiseError::Cancelled("enough".to_owned())));
        let (promise, future) = promise::<_, ()>();
        promise.set_result(1).unwrap();
        assert!(!future.cancel("too late"));
    }

    /// `cancel`, seen by who would set it.
    #[test]
    fn a_cancelled_future_takes_no_result() {
        let (promise, future) = promise::<_, ()>();
        future.cancel("");
        assert_eq!(promise.set_result(7).unwrap_err().into_inner(), 7);
    }

    /// `add_done_callback`, `remove_done_callback`.
    #[test]
    fn callbacks_are_called_in_order_unless_they_are_removed() {
        let (sender, called) = std::sync::mpsc::channel();
        let (promise, future) = promise::<i32, ()>();
        let ids = [1, 2, 3].map(|number| {
            let sender = sender.clone();
            future.add_done_callback(move |future| sender.send((number, future.result())).unwrap())
        });
        assert!(future.remove_done_callback(ids[1]));
        promise.set_result(7).unwrap();
        assert_eq!(called.try_iter().collect::<Vec<_>>(), [(1, Some(Ok(7))), (3, Some(Ok(7)))]);
    }
}

/// "Event Loop".
mod event_loop {
    use super::*;

    /// "Scheduling callbacks", `call_soon`: in the order in which they were registered, each exactly once.
    #[test]
    fn callbacks_are_called_in_the_order_of_their_registration() {
        let log = Log::default();
        block_on(async {
            for name in ["a", "b", "c"] {
                current().call_soon(log.adds(name));
            }
            assert!(log.take().is_empty(), "in the next turn");
            yield_now().await;
            yield_now().await;
        });
        assert_eq!(log.take(), ["a", "b", "c"]);
    }

    /// "Callback Handles".
    #[test]
    fn a_callback_that_is_cancelled_is_not_called() {
        let log = Log::default();
        block_on(async {
            let handle = current().call_soon(log.adds("soon"));
            let timer = current().call_later(SHORT, log.adds("later"));
            handle.cancel();
            timer.cancel();
            assert!(handle.is_cancelled() && timer.is_cancelled());
            sleep(SHORT * 2).await;
        });
        assert!(log.take().is_empty());
    }

    /// "Scheduling delayed callbacks", `call_at`, `call_later`: by time, and among equals by registration.
    #[test]
    fn timers_are_called_by_time_and_then_by_registration() {
        let log = Log::default();
        block_on(async {
            let (handle, now) = (current(), Instant::now());
            handle.call_at(now + SHORT * 2, log.adds("third"));
            handle.call_at(now + SHORT, log.adds("first"));
            handle.call_at(now + SHORT, log.adds("second"));
            sleep(SHORT * 3).await;
        });
        assert_eq!(log.take(), ["first", "second", "third"]);
    }

    /// "Scheduling delayed callbacks": never early, each exactly once.
    #[test]
    fn a_timer_is_never_early() {
        let called = Rc::new(RefCell::new(Vec::new()));
        block_on(async {
            let (due, times) = (Instant::now() + SHORT, called.clone());
            let timer = current().call_at(due, move || times.borrow_mut().push(Instant::now()));
            assert_eq!(timer.when(), Some(due));
            sleep(SHORT * 3).await;
            assert_eq!(called.borrow().len(), 1);
            assert!(called.borrow()[0] >= due);
        });
    }

    /// "Scheduling callbacks", `call_soon_threadsafe`.
    #[test]
    fn other_threads_can_schedule_callbacks() {
        block_on(async {
            let (promise, future) = promise::<_, ()>();
            let handle = current().threadsafe();
            std::thread::spawn(move || {
                let set = move || promise.set_result("from there").unwrap();
                handle.call_soon_threadsafe(set).map(drop).map_err(drop).unwrap();
            });
            assert_eq!(future.await, Ok("from there"));
        });
    }

    /// "Running and stopping the loop", `run_until_complete`, and `RuntimeError` when it was stopped.
    #[test]
    fn a_loop_that_is_stopped_has_no_result() {
        let event_loop = EventLoop::new().unwrap();
        assert_eq!(event_loop.run_until_complete(async { 1 }), Ok(1));
        event_loop.stop();
        assert_eq!(event_loop.run_until_complete(pending::<()>()), Err(RunError::Stopped));
    }

    /// "Running and stopping the loop", `run_forever`: the callbacks of the turn in which it is stopped still run, those that they schedule don't.
    #[test]
    fn a_stopped_loop_finishes_its_turn() {
        let (event_loop, log) = (EventLoop::new().unwrap(), Log::default());
        let handle = event_loop.call_soon({
            let log = log.clone();
            move || {
                current().stop();
                current().call_soon(log.adds("scheduled after the stop"));
            }
        });
        event_loop.call_soon(log.adds("in the same turn"));
        event_loop.run_forever().unwrap();
        assert_eq!(log.take(), ["in the same turn"]);
        drop(handle);
        event_loop.call_soon(|| current().stop());
        event_loop.run_forever().unwrap();
        assert_eq!(log.take(), ["scheduled after the stop"], "they run the next time");
    }

    /// "Running and stopping the loop", `close`, `is_closed`: idempotent, and nothing is scheduled after it.
    #[test]
    fn a_closed_loop_runs_nothing() {
        let event_loop = EventLoop::new().unwrap();
        event_loop.close();
        event_loop.close();
        assert!(event_loop.is_closed());
        assert_eq!(event_loop.run_until_complete(ready(1)), Err(RunError::Closed));
    }

    /// "Error Handling API": what a callback raises goes to the exception handler, and the loop goes on.
    #[test]
    fn a_callback_that_fails_is_reported_and_the_loop_goes_on() {
        let went_on = Rc::new(Cell::new(false));
        block_on(async {
            let reports = reports(&current());
            current().call_soon(|| panic!("in a callback"));
            let next = went_on.clone();
            current().call_soon(move || next.set(true));
            yield_now().await;
            assert_eq!(reports.take().len(), 1);
        });
        assert!(went_on.get());
    }

    /// "Error Handling API": so does what a task raises that nobody waits for.
    #[test]
    fn a_task_that_fails_unseen_is_reported() {
        block_on(async {
            let reports = reports(&current());
            drop(spawn(async { panic!("unseen") }));
            yield_now().await;
            yield_now().await;
            let reported = reports.take();
            assert!(reported.len() == 1 && reported[0].contains("unseen"), "{reported:?}");
        });
    }
}

//! The promises of asyncio's documentation about tasks, futures, `gather`, `wait`, timeouts,
//! `shield` and the order of callbacks, tested with `cogen::executor`. Each page or function has a
//! module, and each promise has a test.
//!
//! A Python exception is an `Err` here, and a `finally` is a drop guard, because cancelling drops
//! the future.
//!
//! Promises without a counterpart, or with tests elsewhere:
//!
//! - "Task Cancellation", catching `CancelledError`, `uncancel`, `cancelling`: a task can't refuse
//!   to be dropped.
//! - "Task Cancellation" and "Timeouts", awaiting in a `finally`: destructors run at once.
//! - "Task.cancel", its message: a task has none. A promise has one, which is tested.
//! - "Creating Tasks", the duty to hold a reference: the loop holds its tasks. A test drops their
//!   handles.
//! - "Creating Tasks" and "Eager Task Factory", contexts and eager starts: there are no contexts,
//!   and tasks start in the next turn.
//! - "Introspection", `current_task` and `all_tasks`: tested in `tasks.rs`. `iscoroutine`, and the
//!   stack of a "Task": types are static, and a task has no stack.
//! - "Task Groups": `task_group` is tested in `groups.rs`, and `try_gather` of tied tasks here.
//! - "Timeouts", `reschedule`, `when`, `expired`: a timeout is a future, of which another one can
//!   be made.
//! - "Running in Threads": `to_thread` is tested in `threads.rs`. "Scheduling From Other Threads"
//!   is a callback with a promise, which is tested here.
//! - "Future", `get_loop`, `isfuture`, `ensure_future`, `wrap_future`: a promise has no loop, and
//!   types are static.
//! - "Future", several tasks that await one: a result is handed out once, otherwise copied.
//! - "gather", the same awaitable passed twice: it can be owned only once.
//! - "wait", coroutines that are refused: it accepts every future.
//! - "Event Loop", executors, signals, subprocesses, debug mode, asynchronous generators that are
//!   finalized by the loop: there are none.
//! - "Synchronization Primitives" and "Queues": there are none. Those of other crates run on this
//!   loop.
//!
//! Tested differences: a cancelled task detaches the tasks that it awaits. `cancel` returns whether
//! it changed anything. A wait for the first error counts a cancelled task as an error. Setting a
//! promise calls its callbacks at once. Done callbacks are called before the waiting task is woken,
//! whichever was added first. `shield` returns the task itself.

use std::cell::RefCell;
use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use cogen::executor::{
    EventLoop, LoopHandle, PromiseError, RunError, SetError, Task, TimeoutError, block_on, gather,
    promise, shield, sleep, sleep_until, spawn, timeout, timeout_at, try_gather, wait, yield_now,
};
use cogen_tests::observe::{Gate, Log, in_time, panic_message, reports};

const SHORT: Duration = Duration::from_millis(2);
const HOUR: Duration = Duration::from_secs(3600);

type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

fn current() -> LoopHandle {
    LoopHandle::current().unwrap()
}

/// Runs everything that is ready.
async fn settle() {
    for _ in 0..6 {
        yield_now().await;
    }
}

/// Waits for ever, and logs its drop.
async fn waits<T>(log: Log, name: &'static str) -> T {
    let _finally = log.finally(&format!("{name} is cleaned up"));
    pending().await
}

/// Lets others run this number of times, and logs its steps.
async fn steps(log: Log, name: &'static str, count: u32) -> &'static str {
    for step in 1..=count {
        log.add(format!("{name} {step}"));
        yield_now().await;
    }
    name
}

mod running {
    use super::*;

    /// asyncio, "Runners", `asyncio.run`.
    #[test]
    fn run_gives_what_the_main_coroutine_returns() {
        assert_eq!(block_on(async { 42 }), 42);
        assert_eq!(panic_message(|| block_on(async { panic!("in main") })), "in main");
    }

    /// asyncio, "Runners", `asyncio.run`.
    #[test]
    fn run_cancels_the_tasks_that_are_left() {
        let log = Log::default();
        block_on(async {
            drop(spawn(waits::<()>(log.clone(), "task")));
            yield_now().await;
        });
        assert_eq!(log.take(), ["task is cleaned up"]);
    }

    /// asyncio, "Runners", `asyncio.run`.
    #[test]
    fn run_is_refused_inside_of_a_running_loop() {
        let nested = panic_message(|| block_on(async { block_on(async {}) }));
        assert!(nested.contains("an event loop runs on this thread already"));
    }
}

mod coroutines_and_tasks {
    use super::*;

    /// asyncio, "Coroutines and Tasks", "Coroutines".
    #[test]
    fn calling_a_coroutine_does_not_run_it() {
        let log = Log::default();
        block_on(async {
            let coroutine = steps(log.clone(), "a", 1);
            settle().await;
            assert!(log.take().is_empty());
            coroutine.await;
        });
        assert_eq!(log.take(), ["a 1"]);
    }

    /// asyncio, "Coroutines and Tasks", "Awaitables".
    #[test]
    fn awaited_coroutines_run_one_after_the_other() {
        let log = Log::default();
        block_on(async {
            steps(log.clone(), "a", 2).await;
            steps(log.clone(), "b", 2).await;
        });
        assert_eq!(log.take(), ["a 1", "a 2", "b 1", "b 2"]);
    }

    /// asyncio, "Coroutines and Tasks", "Creating Tasks".
    #[test]
    fn tasks_run_concurrently() {
        let log = Log::default();
        block_on(async {
            let tasks = [spawn(steps(log.clone(), "a", 2)), spawn(steps(log.clone(), "b", 2))];
            for task in tasks {
                task.await.unwrap();
            }
        });
        assert_eq!(log.take(), ["a 1", "b 1", "a 2", "b 2"]);
    }

    /// asyncio, "Coroutines and Tasks", "Creating Tasks".
    #[test]
    fn a_new_task_is_scheduled_and_does_not_begin_at_once() {
        block_on(async {
            let log = Log::default();
            let task = spawn(steps(log.clone(), "task", 1));
            log.add("creator");
            yield_now().await;
            assert_eq!(log.take(), ["creator", "task 1"]);
            assert_eq!(task.await.unwrap(), "task");
        });
    }

    /// asyncio, "Coroutines and Tasks", "Creating Tasks".
    #[test]
    fn fire_and_forget_goes_on() {
        block_on(async {
            let log = Log::default();
            drop(spawn(steps(log.clone(), "task", 2)));
            assert_eq!(current().task_count(), 1);
            settle().await;
            assert_eq!(log.take(), ["task 1", "task 2"]);
            assert_eq!(current().task_count(), 0);
        });
    }

    /// asyncio, "Coroutines and Tasks", "Creating Tasks".
    #[test]
    fn a_task_needs_a_running_loop() {
        assert!(panic_message(|| spawn(async {})).contains("needs a running event loop"));
    }

    /// asyncio, "Coroutines and Tasks", "Task Groups".
    #[test]
    fn of_tied_tasks_the_first_failure_cancels_the_others() {
        block_on(async {
            let log = Log::default();
            let tied = |task: Task<Result<(), &'static str>>| {
                Box::pin(async { task.cancel_on_drop().await.unwrap() })
            };
            let gate = Gate::default();
            let fails = {
                let gate = gate.clone();
                async move {
                    gate.await;
                    Err("no route")
                }
            };
            let group: [Boxed<_>; 2] =
                [tied(spawn(waits(log.clone(), "sibling"))), tied(spawn(fails))];
            let group = spawn(try_gather(group));
            settle().await;
            assert!(!group.is_done() && log.take().is_empty());
            gate.open();
            assert_eq!(group.await.unwrap(), Err("no route"));
            settle().await;
            assert_eq!(log.take(), ["sibling is cleaned up"]);
        });
    }
}

mod task_object {
    use super::*;

    /// asyncio, "Task Object", `done`.
    #[test]
    fn it_is_done_when_its_coroutine_has_returned_or_raised_or_was_cancelled() {
        block_on(async {
            let _reports = reports(&current());
            let gate = Gate::default();
            let tasks = [
                spawn(async {}),
                spawn(async { panic!("raised") }),
                spawn(pending()),
                spawn(gate.clone()),
            ];
            assert!(tasks.iter().all(|task| !task.is_done()));
            tasks[2].cancel();
            settle().await;
            assert_eq!(tasks.each_ref().map(Task::is_done), [true, true, true, false]);
            gate.open();
            settle().await;
            assert!(tasks[3].is_done());
        });
    }

    /// asyncio, "Task Object", `result`.
    #[test]
    fn its_result_is_what_it_returned_or_raised_or_that_it_was_cancelled() {
        block_on(async {
            let tasks = [spawn(async { 42 }), spawn(async { panic!("raised") }), spawn(pending())];
            assert!(tasks.iter().all(|task| task.result().is_none()), "it is not done");
            tasks[2].cancel();
            settle().await;
            let [returned, raised, cancelled] = tasks.each_ref().map(|task| task.result().unwrap());
            assert_eq!(returned.unwrap(), 42);
            assert_eq!(raised.unwrap_err().panic_message(), Some("raised"));
            assert!(cancelled.unwrap_err().is_cancelled());
        });
    }

    /// asyncio, "Task Object", `exception`.
    #[test]
    fn its_exception_is_none_where_it_returned() {
        block_on(async {
            let tasks = [spawn(async {}), spawn(async { panic!("raised") }), spawn(pending())];
            assert!(tasks.iter().all(|task| task.exception().is_none()), "it is not done");
            tasks[2].cancel();
            settle().await;
            let [returned, raised, cancelled] = tasks.each_ref().map(Task::exception);
            assert!(returned.is_none());
            assert_eq!(raised.unwrap().panic_message(), Some("raised"));
            assert!(cancelled.unwrap().is_cancelled());
        });
    }

    /// asyncio, "Task Object", `add_done_callback`; "Future Object", `add_done_callback`.
    #[test]
    fn its_callbacks_are_called_soon_with_it_and_in_their_order() {
        block_on(async {
            let log = Log::default();
            let task = spawn(async { 42 });
            for name in ["first", "second"] {
                let log = log.clone();
                task.add_done_callback(move |task| {
                    log.add(format!("{name}: {}", task.result().unwrap().unwrap()))
                });
            }
            assert!(log.take().is_empty());
            task.await.unwrap();
            assert_eq!(log.take(), ["first: 42", "second: 42"]);
        });
    }

    /// asyncio, "Task Object", `add_done_callback`; "Future Object", `add_done_callback`.
    #[test]
    fn its_callbacks_are_called_soon_if_it_is_done() {
        block_on(async {
            let log = Log::default();
            let task = spawn(async {});
            settle().await;
            let adds = log.adds("callback");
            task.add_done_callback(|_| adds());
            log.add("not at once");
            settle().await;
            assert_eq!(log.take(), ["not at once", "callback"]);
        });
    }

    /// asyncio, "Task Object", `add_done_callback`.
    #[test]
    fn its_callbacks_are_called_before_who_awaits_it_goes_on() {
        block_on(async {
            let log = Log::default();
            let gate = Gate::default();
            let task = Rc::new(RefCell::new(spawn(gate.clone())));
            let (before, after) = (log.adds("before"), log.adds("after"));
            task.borrow().add_done_callback(|_| before());
            let awaits = spawn({
                let (task, adds) = (task.clone(), log.adds("awaiter"));
                async move {
                    std::future::poll_fn(|cx| Pin::new(&mut *task.borrow_mut()).poll(cx))
                        .await
                        .unwrap();
                    adds();
                }
            });
            settle().await;
            task.borrow().add_done_callback(|_| after());
            gate.open();
            awaits.await.unwrap();
            assert_eq!(log.take(), ["before", "after", "awaiter"]);
        });
    }

    /// asyncio, "Task Object", `remove_done_callback`.
    #[test]
    fn a_callback_that_is_removed_is_not_called() {
        block_on(async {
            let task = spawn(async {});
            let id = task.add_done_callback(|_| unreachable!());
            assert!(task.remove_done_callback(id));
            assert!(!task.remove_done_callback(id), "there is none any more");
            task.await.unwrap();
        });
    }

    /// asyncio, "Event Loop", "Error Handling API".
    #[test]
    fn an_exception_in_a_callback_goes_to_the_handler_and_the_others_are_called() {
        block_on(async {
            let reported = reports(&current());
            let log = Log::default();
            let task = spawn(async {});
            task.add_done_callback(|_| panic!("raised"));
            let adds = log.adds("second");
            task.add_done_callback(|_| adds());
            task.await.unwrap();
            assert_eq!(log.take(), ["second"]);
            assert_eq!(reported.take(), ["a callback panicked: raised"]);
        });
    }

    /// asyncio, "Developing with asyncio", "Detect never-retrieved exceptions".
    #[test]
    fn an_exception_that_nobody_retrieves_goes_to_the_handler() {
        block_on(async {
            let reported = reports(&current());
            let raises = || spawn(async { panic!("raised") });
            let retrieved: Task<()> = raises();
            let lost: Task<()> = raises();
            settle().await;
            assert!(retrieved.exception().is_some());
            drop((retrieved, lost));
            assert_eq!(
                reported.take(),
                ["a task that was not awaited panicked (task 'Task-2'): raised"]
            );
        });
    }

    /// asyncio, "Task Object", `get_name` and `set_name`.
    #[test]
    fn it_has_a_name_which_can_be_set() {
        block_on(async {
            let task = spawn(async {});
            assert_eq!(task.name(), "Task-1");
            task.set_name("other");
            assert_eq!(
                (task.name(), format!("{task:?}")),
                ("other".to_owned(), "<Task pending name='other'>".to_owned())
            );
        });
    }
}

mod task_cancellation {
    use super::*;

    /// asyncio, "Task Object", `cancel`.
    #[test]
    fn cancel_takes_effect_in_the_next_cycle() {
        block_on(async {
            let log = Log::default();
            let task = spawn(waits::<()>(log.clone(), "task"));
            settle().await;
            assert!(task.cancel());
            assert!(!task.is_cancelled() && log.take().is_empty());
            yield_now().await;
            assert!(task.is_cancelled());
            assert_eq!(log.take(), ["task is cleaned up"]);
        });
    }

    /// asyncio, "Task Object", `cancel`.
    #[test]
    fn who_awaits_a_cancelled_task_is_told() {
        block_on(async {
            let task = spawn(pending::<()>());
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
        });
    }

    /// asyncio, "Task Object", `cancel`.
    #[test]
    fn cancel_of_a_done_task_does_nothing_and_says_so() {
        block_on(async {
            let task = spawn(async { 42 });
            settle().await;
            assert!(!task.cancel());
            assert!(!task.is_cancelled());
            assert_eq!(task.await.unwrap(), 42);
        });
    }

    /// asyncio, "Task Object", `cancel`.
    #[test]
    fn cancel_says_whether_it_is_news() {
        block_on(async {
            let task = spawn(pending::<()>());
            assert_eq!([task.cancel(), task.cancel()], [true, false]);
            settle().await;
            assert!(!task.cancel());
        });
    }

    /// asyncio, "Task Object", `cancel`.
    #[test]
    fn a_task_that_is_cancelled_before_it_begins_runs_nothing() {
        block_on(async {
            let log = Log::default();
            let task = spawn(steps(log.clone(), "task", 1));
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
            assert!(log.take().is_empty());
        });
    }

    /// asyncio, "Task Object", `cancel`.
    #[test]
    fn cancel_comes_before_the_result_of_what_the_task_awaits() {
        block_on(async {
            let (promise, future) = promise::<_, ()>();
            let task = spawn(future);
            settle().await;
            promise.set_result(42).unwrap();
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
        });
    }

    /// asyncio, "Task Object", `cancel`.
    #[test]
    fn a_task_that_cancels_itself_ends_where_it_next_waits() {
        block_on(async {
            let log = Log::default();
            let own = Rc::new(RefCell::new(None::<Task<()>>));
            let task = spawn({
                let (own, log) = (own.clone(), log.clone());
                async move {
                    let _finally = log.finally("cleaned up");
                    own.borrow().as_ref().unwrap().cancel();
                    log.add("still runs");
                    yield_now().await;
                    unreachable!("it was cancelled");
                }
            });
            *own.borrow_mut() = Some(task);
            settle().await;
            assert_eq!(log.take(), ["still runs", "cleaned up"]);
            assert!(own.take().unwrap().is_cancelled());
        });
    }

    /// asyncio, "Task Object", `cancel`.
    #[test]
    fn a_task_that_cancels_itself_and_returns_is_cancelled() {
        block_on(async {
            let own = Rc::new(RefCell::new(None::<Task<u32>>));
            let task = spawn({
                let own = own.clone();
                async move {
                    assert!(own.borrow().as_ref().unwrap().cancel());
                    42
                }
            });
            *own.borrow_mut() = Some(task);
            settle().await;
            assert!(own.take().unwrap().await.unwrap_err().is_cancelled());
        });
    }

    /// asyncio, "Task Object", `cancel`.
    #[test]
    fn the_innermost_coroutine_is_cleaned_up_first() {
        block_on(async {
            let log = Log::default();
            let task = spawn({
                let log = log.clone();
                async move {
                    let _finally = log.finally("outer is cleaned up");
                    waits::<()>(log.clone(), "inner").await;
                }
            });
            settle().await;
            task.cancel();
            settle().await;
            assert_eq!(log.take(), ["inner is cleaned up", "outer is cleaned up"]);
        });
    }

    /// asyncio, "Task Object".
    #[test]
    fn what_a_cancelled_task_awaits_is_cancelled_if_it_is_tied_to_it() {
        block_on(async {
            let log = Log::default();
            let tied = spawn(waits::<()>(log.clone(), "tied")).cancel_on_drop();
            let detached = spawn(waits::<()>(log.clone(), "detached"));
            let tasks =
                [spawn(async { tied.await.is_ok() }), spawn(async { detached.await.is_ok() })];
            settle().await;
            for task in &tasks {
                task.cancel();
            }
            settle().await;
            assert_eq!(log.take(), ["tied is cleaned up"]);
        });
    }

    /// asyncio, "Task Object".
    #[test]
    fn a_future_that_a_cancelled_task_awaits_is_cancelled() {
        block_on(async {
            let (promise, future) = promise::<_, ()>();
            let task = spawn(future);
            settle().await;
            assert!(!promise.is_done());
            task.cancel();
            settle().await;
            assert!(promise.is_done());
            assert_eq!(promise.set_result(42), Err(SetError::Dropped(42)));
        });
    }
}

mod future_object {
    use super::*;

    /// asyncio, "Future Object", `result`.
    #[test]
    fn its_result_is_what_was_set() {
        let (promise, future) = promise::<_, &str>();
        assert_eq!(future.result(), None, "it is not done");
        promise.set_result(42).unwrap();
        assert_eq!(future.result(), Some(Ok(42)));
        assert_eq!(future.exception(), None);
    }

    /// asyncio, "Future Object", `result` and `exception`.
    #[test]
    fn its_exception_is_what_was_set() {
        let (promise, future) = promise::<i32, _>();
        assert_eq!(future.exception(), None, "it is not done");
        promise.set_error("no route").unwrap();
        assert_eq!(future.exception(), Some(PromiseError::Error("no route")));
        assert_eq!(future.result(), Some(Err(PromiseError::Error("no route"))));
    }

    /// asyncio, "Future Object", `set_result` and `set_exception`.
    #[test]
    fn it_is_set_once() {
        let (promise, future) = promise::<_, &str>();
        promise.set_result(1).unwrap();
        assert_eq!(promise.set_result(2), Err(SetError::Done(2)));
        assert_eq!(promise.set_error("late"), Err(SetError::Done("late")));
        assert_eq!(future.result(), Some(Ok(1)));
    }

    /// asyncio, "Future Object", `done` and `cancelled`.
    #[test]
    fn it_is_done_when_it_was_set_or_cancelled() {
        let futures = [0, 1, 2, 3].map(|n| {
            let (promise, future) = promise::<(), ()>();
            match n {
                0 => promise.set_result(()).unwrap(),
                1 => promise.set_error(()).unwrap(),
                2 => assert!(promise.cancel("")),
                _ => {}
            }
            let seen = (future.is_done(), future.is_cancelled());
            drop(promise);
            seen
        });
        assert_eq!(futures, [(true, false), (true, false), (true, true), (false, false)]);
    }

    /// asyncio, "Future Object", `cancel`.
    #[test]
    fn cancel_schedules_its_callbacks_and_says_whether_it_came_in_time() {
        block_on(async {
            let (calls, is_called) = promise::<_, ()>();
            let (promise, future) = promise::<(), ()>();
            future
                .add_done_callback(move |future| calls.set_result(future.is_cancelled()).unwrap());
            assert!(future.cancel("enough"));
            assert!(!future.cancel("twice"));
            assert_eq!(is_called.await, Ok(true));
            assert_eq!(promise.set_result(()), Err(SetError::Cancelled(())));
            assert_eq!(future.await, Err(PromiseError::Cancelled("enough".to_owned())));
        });
    }

    /// asyncio, "Future Object", `cancel`.
    #[test]
    fn cancel_of_a_done_one_changes_nothing() {
        let (promise, future) = promise::<_, ()>();
        promise.set_result(42).unwrap();
        assert!(!future.cancel("late"));
        assert_eq!(future.result(), Some(Ok(42)));
    }

    /// asyncio, "Future Object".
    #[test]
    fn who_awaits_it_goes_on_when_it_is_set() {
        block_on(async {
            let (promise, future) = promise::<_, ()>();
            let task = spawn(future);
            settle().await;
            assert!(!task.is_done());
            promise.set_result(42).unwrap();
            assert_eq!(task.await.unwrap(), Ok(42));
        });
    }

    /// asyncio, "Future Object", `add_done_callback`.
    #[test]
    fn its_callbacks_are_called_with_it_in_their_order_by_who_sets_it() {
        let (calls, log) = std::sync::mpsc::channel();
        let (promise, future) = promise::<_, ()>();
        for name in ["first", "second"] {
            let calls = calls.clone();
            future.add_done_callback(move |future| calls.send((name, future.result())).unwrap());
        }
        promise.set_result(42).unwrap();
        assert!(log.try_iter().eq([("first", Some(Ok(42))), ("second", Some(Ok(42)))]));
        future.add_done_callback(move |future| calls.send(("late", future.result())).unwrap());
        assert!(log.try_iter().eq([("late", Some(Ok(42)))]));
    }

    /// asyncio, "Future Object", `remove_done_callback`.
    #[test]
    fn a_callback_that_is_removed_is_not_called() {
        let (promise, future) = promise::<_, ()>();
        let id = future.add_done_callback(|_| unreachable!());
        assert!(future.remove_done_callback(id));
        assert!(!future.remove_done_callback(id));
        promise.set_result(42).unwrap();
    }
}

mod gathering {
    use super::*;

    /// asyncio, "Running Tasks Concurrently", `gather`.
    #[test]
    fn it_runs_all_concurrently_and_gives_the_results_in_the_order_of_the_arguments() {
        let log = Log::default();
        let results = block_on(gather([
            steps(log.clone(), "a", 3),
            steps(log.clone(), "b", 1),
            steps(log.clone(), "c", 2),
        ]));
        assert_eq!(results, ["a", "b", "c"]);
        assert_eq!(log.take(), ["a 1", "b 1", "c 1", "a 2", "c 2", "a 3"]);
    }

    /// asyncio, "Running Tasks Concurrently", `gather`.
    #[test]
    fn the_first_exception_goes_at_once_to_who_awaits_it_and_the_other_tasks_go_on() {
        block_on(async {
            let log = Log::default();
            let gate = Gate::default();
            let others = spawn({
                let (log, gate) = (log.clone(), gate.clone());
                async move {
                    gate.await;
                    log.add("went on");
                    Ok(())
                }
            });
            let joined = |task: Task<Result<(), &'static str>>| async { task.await.unwrap() };
            let tasks = [joined(others), joined(spawn(ready(Err("no route"))))];
            assert_eq!(try_gather(tasks).await, Err("no route"));
            gate.open();
            settle().await;
            assert_eq!(log.take(), ["went on"]);
        });
    }

    /// asyncio, "Running Tasks Concurrently", `gather`.
    #[test]
    fn the_first_exception_is_the_first_in_time() {
        block_on(async {
            let fails = async |turns, error| {
                for _ in 0..turns {
                    yield_now().await;
                }
                Err::<(), _>(error)
            };
            assert_eq!(try_gather([fails(3, "later"), fails(1, "first")]).await, Err("first"));
        });
    }

    /// asyncio, "Running Tasks Concurrently", `gather`.
    #[test]
    fn exceptions_are_results_like_any_other_if_one_wants() {
        let results = [Ok(1), Err("no route"), Ok(3)];
        assert_eq!(block_on(gather(results.map(ready))), results);
    }

    /// asyncio, "Running Tasks Concurrently", `gather`.
    #[test]
    fn if_it_is_cancelled_all_that_are_not_done_are_cancelled() {
        block_on(async {
            let log = Log::default();
            let tied = spawn(waits::<u8>(log.clone(), "tied")).cancel_on_drop();
            let futures: [Boxed<u8>; 3] = [
                Box::pin(waits(log.clone(), "coroutine")),
                Box::pin(ready(1)),
                Box::pin(async { tied.await.unwrap() }),
            ];
            let gathers = spawn(gather(futures));
            settle().await;
            gathers.cancel();
            settle().await;
            let mut cleaned_up = log.take();
            cleaned_up.sort();
            assert_eq!(cleaned_up, ["coroutine is cleaned up", "tied is cleaned up"]);
        });
    }

    /// asyncio, "Running Tasks Concurrently", `gather`.
    #[test]
    fn a_task_that_is_cancelled_is_one_that_has_raised_and_does_not_cancel_the_others() {
        block_on(async {
            let gate = Gate::default();
            let [cancelled, goes_on] = [spawn(pending()), spawn(gate.clone())];
            cancelled.cancel();
            let gathers = spawn(gather([cancelled, goes_on]));
            settle().await;
            assert!(!gathers.is_done());
            gate.open();
            let results = gathers.await.unwrap();
            assert!(results[0].as_ref().unwrap_err().is_cancelled());
            assert!(results[1].is_ok());

            let cancelled = spawn(pending::<()>());
            cancelled.cancel();
            assert!(try_gather([cancelled, spawn(pending())]).await.unwrap_err().is_cancelled());
        });
    }

    /// asyncio, "Running Tasks Concurrently", `gather`.
    #[test]
    fn of_nothing_it_is_an_empty_list() {
        assert_eq!(block_on(gather(Vec::<std::future::Ready<u8>>::new())), []);
    }
}

mod shielding {
    use super::*;

    /// asyncio, "Shielding From Cancellation", `shield`.
    #[test]
    fn it_gives_what_the_coroutine_gives() {
        assert_eq!(block_on(async { shield(async { 42 }).await }).unwrap(), 42);
    }

    /// asyncio, "Shielding From Cancellation", `shield`.
    #[test]
    fn the_coroutine_is_scheduled_as_a_task() {
        block_on(async {
            let log = Log::default();
            let _shielded = shield(steps(log.clone(), "shielded", 1));
            settle().await;
            assert_eq!(log.take(), ["shielded 1"]);
        });
    }

    /// asyncio, "Shielding From Cancellation", `shield`.
    #[test]
    fn if_who_awaits_it_is_cancelled_the_coroutine_goes_on() {
        block_on(async {
            let log = Log::default();
            let gate = Gate::default();
            let awaits = spawn({
                let (log, gate) = (log.clone(), gate.clone());
                async move {
                    let _finally = log.finally("awaiter is cleaned up");
                    let adds = log.adds("shielded goes on");
                    shield(async {
                        gate.await;
                        adds();
                    })
                    .await
                }
            });
            settle().await;
            awaits.cancel();
            settle().await;
            assert!(awaits.is_cancelled());
            gate.open();
            settle().await;
            assert_eq!(log.take(), ["awaiter is cleaned up", "shielded goes on"]);
        });
    }

    /// asyncio, "Shielding From Cancellation", `shield`.
    #[test]
    fn if_the_coroutine_is_cancelled_by_other_means_who_awaits_it_is_told() {
        block_on(async {
            let log = Log::default();
            let mut shielded = shield(waits::<()>(log.clone(), "shielded"));
            settle().await;
            shielded.cancel();
            assert!((&mut shielded).await.unwrap_err().is_cancelled());
            assert_eq!(log.take(), ["shielded is cleaned up"]);
        });
    }

    /// asyncio, "Shielding From Cancellation", `shield`.
    #[test]
    fn one_can_let_go_of_it_and_come_back_to_it() {
        block_on(async {
            let (promise, future) = promise::<_, ()>();
            let mut shielded = shield(future);
            assert_eq!(timeout(SHORT, &mut shielded).await.unwrap_err(), TimeoutError);
            promise.set_result(42).unwrap();
            assert_eq!(shielded.await.unwrap(), Ok(42));
        });
    }

    /// asyncio, "Shielding From Cancellation", `shield`.
    #[test]
    fn what_it_raises_when_nobody_awaits_it_any_more_goes_to_the_handler() {
        block_on(async {
            let reported = reports(&current());
            let gate = Gate::default();
            let raises = {
                let gate = gate.clone();
                async move {
                    gate.await;
                    panic!("raised")
                }
            };
            let _: Result<Result<(), _>, _> = timeout(SHORT, shield(raises)).await;
            gate.open();
            settle().await;
            assert_eq!(
                reported.take(),
                ["a task that was not awaited panicked (task 'Task-1'): raised"]
            );
        });
    }
}

mod time_limits {
    use super::*;

    /// asyncio, "Timeouts", `wait_for` and `timeout`.
    #[test]
    fn what_comes_in_time_is_given() {
        block_on(async {
            assert_eq!(timeout(HOUR, async { 42 }).await, Ok(42));
            assert_eq!(timeout_at(Instant::now() + HOUR, async { 42 }).await, Ok(42));
        });
    }

    /// asyncio, "Timeouts", `wait_for` and `timeout`.
    #[test]
    fn what_does_not_is_cancelled_and_cleaned_up_before_the_error_comes() {
        block_on(async {
            let log = Log::default();
            let mut limited = Box::pin(timeout(SHORT, waits::<()>(log.clone(), "late")));
            assert_eq!(limited.as_mut().await, Err(TimeoutError));
            assert_eq!(log.take(), ["late is cleaned up"]);
        });
    }

    /// asyncio, "Timeouts", `wait_for`.
    #[test]
    fn a_task_that_is_tied_to_the_limit_is_cancelled_by_it() {
        block_on(async {
            let log = Log::default();
            let task = spawn(waits::<()>(log.clone(), "task"));
            assert!(timeout(SHORT, task.cancel_on_drop()).await.is_err());
            settle().await;
            assert_eq!(log.take(), ["task is cleaned up"]);
        });
    }

    /// asyncio, "Timeouts", `wait_for`.
    #[test]
    fn what_is_shielded_is_not_cancelled_by_the_limit() {
        block_on(async {
            let log = Log::default();
            assert!(timeout(SHORT, shield(waits::<()>(log.clone(), "shielded"))).await.is_err());
            settle().await;
            assert!(log.take().is_empty());
        });
    }

    /// asyncio, "Timeouts", `wait_for`.
    #[test]
    fn if_the_limited_wait_is_cancelled_so_is_what_it_waits_for() {
        block_on(async {
            let log = Log::default();
            let task = spawn(timeout(HOUR, waits::<()>(log.clone(), "inner")));
            settle().await;
            task.cancel();
            settle().await;
            assert_eq!(log.take(), ["inner is cleaned up"]);
        });
    }

    /// asyncio, "Timeouts", `wait_for`.
    #[test]
    fn without_time_only_what_is_ready_is_given() {
        block_on(async {
            assert_eq!(timeout(Duration::ZERO, ready(42)).await, Ok(42));
            assert_eq!(timeout(Duration::ZERO, pending::<()>()).await, Err(TimeoutError));
            let past = Instant::now().checked_sub(SHORT).unwrap();
            assert_eq!(timeout_at(past, pending::<()>()).await, Err(TimeoutError));
        });
    }

    /// asyncio, "Timeouts", `wait_for` and `timeout`.
    #[test]
    fn without_a_limit_it_waits_until_it_is_ready() {
        block_on(async {
            let gate = Gate::default();
            let task = spawn(timeout(Duration::MAX, gate.clone()));
            settle().await;
            assert!(!task.is_done());
            gate.open();
            assert_eq!(task.await.unwrap(), Ok(()));
        });
    }

    /// asyncio, "Timeouts", `timeout`.
    #[test]
    fn limits_can_be_nested_and_each_tells_its_own_end() {
        block_on(async {
            assert_eq!(timeout(HOUR, timeout(SHORT, pending::<()>())).await, Ok(Err(TimeoutError)));
            assert_eq!(timeout(SHORT, timeout(HOUR, pending::<()>())).await, Err(TimeoutError));
        });
    }

    /// asyncio, "Timeouts", `timeout`.
    #[test]
    fn after_a_limit_one_goes_on_as_if_nothing_had_been() {
        block_on(async {
            let task = spawn(async {
                assert!(timeout(SHORT, pending::<()>()).await.is_err());
                yield_now().await;
                42
            });
            assert_eq!(task.await.unwrap(), 42);
        });
    }
}

mod waiting {
    use super::*;

    fn after(turns: u32) -> Task<Result<u32, &'static str>> {
        spawn(async move {
            for _ in 0..turns {
                yield_now().await;
            }
            if turns == 13 { Err("unlucky") } else { Ok(turns) }
        })
    }

    /// asyncio, "Waiting Primitives", `wait`, `ALL_COMPLETED`.
    #[test]
    fn it_waits_until_all_are_done() {
        block_on(async {
            let waited = wait([after(5), after(13), after(1)]).await;
            assert!(waited.pending.is_empty());
            assert!(waited.done.iter().map(|done| done.index).eq([2, 0, 1]));
        });
    }

    /// asyncio, "Waiting Primitives", `wait`, `FIRST_COMPLETED`.
    #[test]
    fn it_waits_until_one_is_done_or_cancelled() {
        block_on(async {
            let waited = wait([after(30), after(1)]).first_completed().await;
            assert_eq!((waited.done[0].index, waited.done.len(), waited.pending.len()), (1, 1, 1));

            let cancelled = spawn(pending::<()>());
            cancelled.cancel();
            let waited = wait([spawn(pending()), cancelled]).first_completed().await;
            assert_eq!((waited.done[0].index, waited.pending.len()), (1, 1));
        });
    }

    /// asyncio, "Waiting Primitives", `wait`, `FIRST_EXCEPTION`.
    #[test]
    fn it_waits_until_one_has_raised() {
        block_on(async {
            let tasks: [Task<()>; 3] =
                [spawn(pending()), spawn(async {}), spawn(async { panic!("raised") })];
            let waited = wait(tasks).first_error().await;
            assert!(waited.done.iter().map(|done| done.index).eq([1, 2]));
            assert_eq!(waited.pending.len(), 1);

            let waited = wait([after(40), after(13), after(1)])
                .until(|output| !matches!(output, Ok(Ok(_))))
                .await;
            assert!(waited.done.iter().map(|done| done.index).eq([2, 1]));
        });
    }

    /// asyncio, "Waiting Primitives", `wait`, `FIRST_EXCEPTION`.
    #[test]
    fn it_waits_until_all_are_done_where_none_raises() {
        block_on(async {
            let waited = wait([after(2), after(1)]).first_error().await;
            assert_eq!((waited.done.len(), waited.pending.len()), (2, 0));
        });
    }

    /// asyncio, "Waiting Primitives", `wait`, `FIRST_EXCEPTION`.
    #[test]
    fn one_that_was_cancelled_is_an_error_here_and_can_be_told_from_one_that_raised() {
        block_on(async {
            let tasks = || {
                let tasks = [spawn(pending()), spawn(yield_now())];
                tasks[0].cancel();
                tasks
            };
            let waited = wait(tasks()).first_error().await;
            assert!(waited.done[0].output.as_ref().unwrap_err().is_cancelled());
            let waited = wait([tasks(), tasks()].into_iter().flatten())
                .until(|output| output.as_ref().is_err_and(cogen::executor::JoinError::is_panic))
                .await;
            assert_eq!((waited.done.len(), waited.pending.len()), (4, 0));
        });
    }

    /// asyncio, "Waiting Primitives", `wait`.
    #[test]
    fn the_end_of_its_time_is_no_error_and_cancels_nothing() {
        block_on(async {
            let log = Log::default();
            let waited =
                wait([spawn(waits(log.clone(), "a")), spawn(async {})]).timeout(SHORT).await;
            assert_eq!((waited.done.len(), waited.pending.len()), (1, 1));
            settle().await;
            assert!(!waited.pending[0].is_done() && log.take().is_empty());
        });
    }

    /// asyncio, "Waiting Primitives", `wait`.
    #[test]
    fn that_it_is_cancelled_itself_cancels_no_task() {
        block_on(async {
            let log = Log::default();
            let gate = Gate::default();
            let inner = spawn({
                let (adds, gate) = (log.adds("went on"), gate.clone());
                async {
                    gate.await;
                    adds();
                }
            });
            let waits = spawn(wait([inner]));
            settle().await;
            waits.cancel();
            settle().await;
            gate.open();
            settle().await;
            assert_eq!(log.take(), ["went on"]);
        });
    }

    /// asyncio, "Waiting Primitives", `wait`.
    #[test]
    fn there_must_be_something_to_wait_for() {
        assert!(panic_message(|| wait(Vec::<Task<()>>::new())).contains("`wait` got no futures"));
    }

    /// asyncio, "Waiting Primitives", `as_completed`.
    #[test]
    fn they_can_be_had_as_they_complete() {
        block_on(async {
            let log = Log::default();
            let mut left = vec![after(40), after(1), after(20)];
            while !left.is_empty() {
                let waited = wait(left).first_completed().await;
                for done in waited.done {
                    log.add(format!("{:?}", done.output.unwrap()));
                }
                left = waited.pending;
            }
            assert_eq!(log.take(), ["Ok(1)", "Ok(20)", "Ok(40)"]);
        });
    }
}

mod sleeping {
    use super::*;

    /// asyncio, "Sleeping", `sleep`.
    #[test]
    fn a_sleep_of_nothing_lets_each_other_one_run_once() {
        block_on(async {
            let log = Log::default();
            let tasks = ["a", "b"].map(|name| spawn(steps(log.clone(), name, 2)));
            yield_now().await;
            assert_eq!(log.take(), ["a 1", "b 1"]);
            yield_now().await;
            assert_eq!(log.take(), ["a 2", "b 2"]);
            drop(tasks);
        });
    }

    /// asyncio, "Sleeping", `sleep`.
    #[test]
    fn a_sleep_always_suspends() {
        block_on(async {
            let log = Log::default();
            for wait in [sleep(Duration::ZERO), sleep_until(Instant::now())] {
                let task = spawn(steps(log.clone(), "other", 1));
                wait.await;
                assert_eq!(log.take(), ["other 1"]);
                task.await.unwrap();
            }
        });
    }

    /// asyncio, "Sleeping", `sleep`.
    #[test]
    fn a_sleep_is_as_long_as_was_asked_and_suspends_nobody_else() {
        in_time(|| {
            block_on(async {
                let log = Log::default();
                let start = Instant::now();
                let sleeps = |name: &'static str, milliseconds| {
                    let log = log.clone();
                    let deadline = start + Duration::from_millis(milliseconds);
                    async move {
                        sleep_until(deadline).await;
                        assert!(Instant::now() >= deadline);
                        log.add(name);
                    }
                };
                gather([sleeps("c", 3), sleeps("a", 1), sleeps("b", 2)]).await;
                assert_eq!(log.take(), ["a", "b", "c"]);
            });
        });
    }

    /// asyncio, "Sleeping", `sleep`.
    #[test]
    fn a_sleep_can_be_cancelled() {
        block_on(async {
            let task = spawn(sleep(HOUR));
            settle().await;
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
        });
    }
}

mod callbacks {
    use super::*;

    /// Runs everything that is ready now.
    fn run_a_turn(event_loop: &EventLoop) {
        event_loop.handle().stop();
        event_loop.run_forever().unwrap();
    }

    /// asyncio, "Event Loop", "Scheduling callbacks", `call_soon`.
    #[test]
    fn callbacks_are_called_in_the_order_of_their_registration_and_once() {
        let event_loop = EventLoop::new().unwrap();
        let log = Log::default();
        for name in ["a", "b", "c"] {
            event_loop.handle().call_soon(log.adds(name));
        }
        assert!(log.take().is_empty(), "not at once");
        run_a_turn(&event_loop);
        assert_eq!(log.take(), ["a", "b", "c"]);
        run_a_turn(&event_loop);
        assert!(log.take().is_empty());
    }

    /// asyncio, "Event Loop", "Scheduling callbacks", `call_soon`.
    #[test]
    fn callbacks_of_callbacks_are_called_in_the_next_iteration() {
        let event_loop = EventLoop::new().unwrap();
        let log = Log::default();
        let handle = event_loop.handle().clone();
        let (outer, inner) = (log.adds("outer"), log.adds("inner"));
        event_loop.handle().call_soon(move || {
            outer();
            handle.call_soon(inner);
        });
        event_loop.handle().call_soon(log.adds("second"));
        run_a_turn(&event_loop);
        assert_eq!(log.take(), ["outer", "second"]);
        run_a_turn(&event_loop);
        assert_eq!(log.take(), ["inner"]);
    }

    /// asyncio, "Event Loop", "Scheduling callbacks", `call_soon`.
    #[test]
    fn tasks_and_callbacks_stand_in_one_queue() {
        let event_loop = EventLoop::new().unwrap();
        let log = Log::default();
        event_loop.handle().call_soon(log.adds("first"));
        let task = event_loop.spawn(steps(log.clone(), "task", 2));
        event_loop.handle().call_soon(log.adds("last"));
        event_loop.run_until_complete(task).unwrap().unwrap();
        assert_eq!(log.take(), ["first", "task 1", "last", "task 2"]);
    }

    /// asyncio, "Event Loop", "Callback Handles".
    #[test]
    fn a_cancelled_callback_is_not_called_and_cancelling_late_does_nothing() {
        let event_loop = EventLoop::new().unwrap();
        let log = Log::default();
        let (cancelled, called) = (
            event_loop.handle().call_soon(|| unreachable!()),
            event_loop.handle().call_soon(log.adds("called")),
        );
        cancelled.cancel();
        cancelled.cancel();
        run_a_turn(&event_loop);
        called.cancel();
        assert_eq!((cancelled.is_cancelled(), called.is_cancelled()), (true, false));
        assert_eq!(log.take(), ["called"]);
    }

    /// asyncio, "Event Loop", "Scheduling delayed callbacks", `call_later` and `call_at`.
    #[test]
    fn delayed_callbacks_are_called_once_in_the_order_of_their_times() {
        in_time(|| {
            let event_loop = EventLoop::new().unwrap();
            let log = Log::default();
            let now = event_loop.handle().time();
            for (name, milliseconds) in [("c", 2), ("a", 1), ("d", 2), ("b", 1)] {
                event_loop
                    .handle()
                    .call_at(now + Duration::from_millis(milliseconds), log.adds(name));
            }
            event_loop.run_until_complete(sleep_until(now + Duration::from_millis(3))).unwrap();
            assert_eq!(log.take(), ["a", "b", "c", "d"]);
        });
    }

    /// asyncio, "Event Loop", "Scheduling delayed callbacks", `call_later`.
    #[test]
    fn a_delay_of_nothing_comes_after_what_is_ready() {
        in_time(|| {
            block_on(async {
                let log = Log::default();
                current().call_later(Duration::ZERO, log.adds("later"));
                current().call_soon(log.adds("soon"));
                sleep(Duration::ZERO).await;
                assert_eq!(log.take(), ["soon", "later"]);
            });
        });
    }

    /// asyncio, "Event Loop", "Callback Handles".
    #[test]
    fn a_delayed_callback_says_when_and_can_be_cancelled() {
        in_time(|| {
            block_on(async {
                let deadline = Instant::now() + SHORT;
                let timer = current().call_at(deadline, || unreachable!());
                assert_eq!(timer.when(), Some(deadline));
                timer.cancel();
                assert!(timer.is_cancelled());
                sleep_until(deadline).await;
            });
        });
    }

    /// asyncio, "Event Loop", "Scheduling delayed callbacks", `time`.
    #[test]
    fn the_clock_does_not_go_back() {
        block_on(async {
            let before = current().time();
            sleep(Duration::ZERO).await;
            assert!(current().time() >= before);
        });
    }

    /// asyncio, "Event Loop", "Error Handling API".
    #[test]
    fn an_exception_in_a_callback_goes_to_the_handler_and_the_loop_goes_on() {
        let event_loop = EventLoop::new().unwrap();
        let (log, reported) = (Log::default(), reports(event_loop.handle()));
        event_loop.handle().call_soon(|| panic!("raised"));
        event_loop.handle().call_soon(log.adds("next"));
        run_a_turn(&event_loop);
        assert_eq!(
            (log.take(), reported.take()),
            (vec!["next".to_owned()], vec!["a callback panicked: raised".to_owned()])
        );
    }

    /// asyncio, "Event Loop", "Error Handling API", `set_exception_handler`.
    #[test]
    fn the_handler_can_be_seen_and_taken_away() {
        let event_loop = EventLoop::new().unwrap();
        assert!(event_loop.handle().exception_handler().is_none());
        let _reports = reports(event_loop.handle());
        assert!(event_loop.handle().exception_handler().is_some());
        event_loop.handle().set_exception_handler(None);
        assert!(event_loop.handle().exception_handler().is_none());
    }

    /// asyncio, "Event Loop", "Scheduling callbacks", `call_soon_threadsafe`.
    #[test]
    fn other_threads_wake_the_loop_and_their_callbacks_keep_their_order() {
        in_time(|| {
            block_on(async {
                let (promise, future) = promise::<_, ()>();
                let handle = current().threadsafe();
                let thread = std::thread::spawn(move || {
                    let (calls, called) = std::sync::mpsc::channel();
                    for n in 0..5 {
                        let calls = calls.clone();
                        handle.call_soon_threadsafe(move || calls.send(n).unwrap()).unwrap();
                    }
                    handle
                        .call_soon_threadsafe(move || {
                            promise.set_result(called.try_iter().collect::<Vec<_>>()).unwrap()
                        })
                        .unwrap();
                });
                assert_eq!(future.await, Ok(vec![0, 1, 2, 3, 4]));
                thread.join().unwrap();
            });
        });
    }

    /// asyncio, "Coroutines and Tasks", "Scheduling From Other Threads".
    #[test]
    fn another_thread_can_submit_a_coroutine_and_wait_for_its_result() {
        in_time(|| {
            block_on(async {
                let handle = current().threadsafe();
                let (finished, is_finished) = promise::<_, ()>();
                let thread = std::thread::spawn(move || {
                    let (promise, future) = promise::<_, ()>();
                    let submits = move || {
                        drop(spawn(async move {
                            yield_now().await;
                            promise.set_result(42).unwrap();
                        }));
                    };
                    handle.call_soon_threadsafe(submits).unwrap();
                    finished.set_result(block_on(future)).unwrap();
                });
                assert_eq!(is_finished.await, Ok(Ok(42)));
                thread.join().unwrap();
            });
        });
    }
}

mod running_and_stopping {
    use super::*;

    /// asyncio, "Event Loop", "Running and stopping the loop", `run_until_complete`.
    #[test]
    fn run_until_complete_gives_the_result() {
        let event_loop = EventLoop::new().unwrap();
        assert_eq!(event_loop.run_until_complete(async { 42 }), Ok(42));
        let task = event_loop.spawn(async { 43 });
        assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), 43);
    }

    /// asyncio, "Event Loop", "Running and stopping the loop", `stop`.
    #[test]
    fn stop_before_a_run_lets_run_what_is_scheduled() {
        let event_loop = EventLoop::new().unwrap();
        let log = Log::default();
        event_loop.handle().call_soon(log.adds("scheduled"));
        event_loop.handle().stop();
        event_loop.run_forever().unwrap();
        assert_eq!(log.take(), ["scheduled"]);
    }

    /// asyncio, "Event Loop", "Running and stopping the loop", `stop`.
    #[test]
    fn stop_during_a_run_lets_the_batch_finish_and_what_it_schedules_waits() {
        let event_loop = EventLoop::new().unwrap();
        let log = Log::default();
        let (handle, adds) = (event_loop.handle().clone(), log.adds("scheduled by the batch"));
        event_loop.handle().call_soon(move || {
            handle.stop();
            handle.call_soon(adds);
        });
        event_loop.handle().call_soon(log.adds("of the batch"));
        event_loop.run_forever().unwrap();
        assert_eq!(log.take(), ["of the batch"]);
        event_loop.run_until_complete(async {}).unwrap();
        assert_eq!(log.take(), ["scheduled by the batch"]);
    }

    /// asyncio, "Event Loop", "Running and stopping the loop", `run_until_complete`.
    #[test]
    fn a_loop_that_is_stopped_before_its_future_is_ready_says_so() {
        let event_loop = EventLoop::new().unwrap();
        event_loop.handle().stop();
        assert_eq!(event_loop.run_until_complete(pending::<()>()), Err(RunError::Stopped));
    }

    /// asyncio, "Event Loop", "Running and stopping the loop", `is_running` and `is_closed`.
    #[test]
    fn a_loop_knows_whether_it_runs_and_whether_it_is_closed() {
        let event_loop = EventLoop::new().unwrap();
        assert_eq!(
            (event_loop.handle().is_running(), event_loop.handle().is_closed()),
            (false, false)
        );
        assert!(event_loop.run_until_complete(async { current().is_running() }).unwrap());
        event_loop.close();
        assert_eq!(
            (event_loop.handle().is_running(), event_loop.handle().is_closed()),
            (false, true)
        );
    }

    /// asyncio, "Event Loop", "Running and stopping the loop", `close`.
    #[test]
    fn close_is_refused_while_the_loop_runs() {
        let event_loop = EventLoop::new().unwrap();
        let closes = || event_loop.run_until_complete(async { event_loop.close() });
        assert!(panic_message(closes).contains("can't be closed while it runs"));
        assert!(!event_loop.handle().is_closed());
    }

    /// asyncio, "Event Loop", "Running and stopping the loop", `close`.
    #[test]
    fn close_discards_the_callbacks_that_are_left_and_is_for_ever() {
        let event_loop = EventLoop::new().unwrap();
        event_loop.handle().call_soon(|| unreachable!());
        event_loop.handle().call_later(Duration::ZERO, || unreachable!());
        event_loop.close();
        event_loop.close();
        assert_eq!(event_loop.run_until_complete(async {}), Err(RunError::Closed));
        assert_eq!(event_loop.run_forever(), Err(RunError::Closed));
    }
}

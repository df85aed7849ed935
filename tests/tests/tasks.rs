//! The behaviour of tasks, and operations on them.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Waker};
use std::thread;

use cogen::executor::{
    AbortHandle, EventLoop, JoinError, LoopHandle, OtherLoopError, Task, TaskState, block_on,
    current_task, gather, spawn, yield_now,
};
use cogen_tests::observe::{Drops, Gate, Log, OnDrop, Wakes, in_time, panic_message, reports};

fn poll_once<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

/// Runs everything that is ready.
async fn settle() {
    for _ in 0..5 {
        yield_now().await;
    }
}

fn current() -> LoopHandle {
    LoopHandle::current().unwrap()
}

#[test]
fn a_task_begins_by_itself_in_the_next_turn() {
    block_on(async {
        let log = Log::default();
        let task = spawn({
            let log = log.clone();
            async move { log.add("task") }
        });
        log.add("spawner");
        assert!(!task.is_done());
        yield_now().await;
        assert_eq!(log.take(), ["spawner", "task"]);
        assert!(task.is_done());
    });
}

#[test]
fn awaiting_a_task_gives_what_its_future_returns() {
    block_on(async {
        assert_eq!(spawn(async { 6 * 7 }).await.unwrap(), 42);
        let mut task = spawn(async { Rc::new(1) });
        assert_eq!(*(&mut task).await.unwrap(), 1);
        assert!(task.is_done());
    });
}

#[test]
#[should_panic = "a task was awaited again after its value was handed out"]
fn the_value_is_given_out_once() {
    block_on(async {
        let mut task = spawn(async { 1 });
        (&mut task).await.unwrap();
        let _ = (&mut task).await;
    });
}

#[test]
fn tasks_run_in_the_order_of_their_creation() {
    block_on(async {
        let log = Log::default();
        let tasks: Vec<_> = (0..5)
            .map(|n| {
                let log = log.clone();
                spawn(async move {
                    log.add(format!("{n} begins"));
                    yield_now().await;
                    log.add(format!("{n} ends"));
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let all = log.take();
        let expected: Vec<_> = (0..5)
            .map(|n| format!("{n} begins"))
            .chain((0..5).map(|n| format!("{n} ends")))
            .collect();
        assert_eq!(all, expected);
    });
}

#[test]
fn tasks_have_names() {
    block_on(async {
        let first = spawn(async {});
        let second = spawn(async {});
        assert_eq!((first.name(), second.name()), ("Task-1".to_owned(), "Task-2".to_owned()));
        second.set_name("B");
        assert_eq!(second.name(), "B");
        second.set_name(String::from("C"));
        settle().await;
        assert_eq!((first.name(), second.name()), ("Task-1".to_owned(), "C".to_owned()));
        second.set_name("after its end");
        assert_eq!(second.name(), "after its end");
        assert_eq!(spawn(async {}).name(), "Task-3");
    });
}

#[test]
fn done_callbacks_take_no_names_away_from_tasks() {
    block_on(async {
        let first = spawn(async {});
        first.add_done_callback(|_| ());
        first.set_name("A");
        let second = spawn(async {});
        assert_eq!((first.name(), second.name()), ("A".to_owned(), "Task-2".to_owned()));
    });
}

#[test]
fn what_runs_done_callbacks_is_not_counted_as_a_task() {
    block_on(async {
        let task = spawn(async {});
        task.add_done_callback(|_| ());
        assert_eq!(current().task_count(), 1);
        task.await.unwrap();
        assert_eq!(current().task_count(), 0);
    });
}

#[test]
fn a_task_knows_the_type_of_its_future() {
    async fn named_like_this() {}
    block_on(async {
        let task = spawn(named_like_this());
        assert!(task.future_type().contains("named_like_this"));
        settle().await;
        assert!(task.future_type().contains("named_like_this"), "also when it is done");
    });
}

#[test]
fn print_outs_show_name_state_and_result() {
    block_on(async {
        let _reported = reports(&current());
        let gate = Gate::default();
        let task = spawn({
            let gate = gate.clone();
            async move {
                gate.await;
                42
            }
        });
        task.set_name("A");
        assert_eq!(format!("{task:?}"), "<Task pending name='A'>");
        gate.open();
        settle().await;
        assert_eq!(format!("{task:?}"), "<Task finished name='A' result=42>");
        let mut task = task;
        (&mut task).await.unwrap();
        assert_eq!(format!("{task:?}"), "<Task finished name='A'>", "the value was given out");

        let mut cancelled = spawn(pending::<u8>());
        cancelled.cancel();
        assert_eq!(
            format!("{cancelled:?}"),
            "<Task pending name='Task-2'>",
            "until its future is dropped"
        );
        settle().await;
        assert_eq!(format!("{cancelled:?}"), "<Task cancelled name='Task-2'>");
        (&mut cancelled).await.unwrap_err();
        assert_eq!(
            format!("{cancelled:?}"),
            "<Task cancelled name='Task-2'>",
            "also when that was given out"
        );

        let panicked = spawn(async { panic!("oh") });
        panicked.set_name("P");
        settle().await;
        let _: &Task<()> = &panicked;
        assert_eq!(format!("{panicked:?}"), "<Task finished name='P' exception=\"oh\">");

        let with_callback = spawn(async { "x" });
        with_callback.add_done_callback(|_| ());
        assert_eq!(format!("{with_callback:?}"), "<Task pending name='Task-4'>");
        settle().await;
        assert_eq!(format!("{with_callback:?}"), "<Task finished name='Task-4' result=\"x\">");
    });
}

#[test]
fn result_and_exception_consume_nothing() {
    block_on(async {
        let log = reports(&current());
        let fine = spawn(async { String::from("value") });
        assert!(fine.result().is_none() && fine.exception().is_none(), "it is not done");
        settle().await;
        assert_eq!(fine.result().unwrap().unwrap(), "value");
        assert_eq!(fine.result().unwrap().unwrap(), "value");
        assert!(fine.exception().is_none());
        assert_eq!(fine.await.unwrap(), "value");

        let panics = spawn(async { panic!("no value") });
        settle().await;
        let _: &Task<u8> = &panics;
        assert_eq!(panics.exception().unwrap().panic_message(), Some("no value"));
        assert!(panics.result().unwrap().unwrap_err().is_panic());
        assert_eq!(panics.await.unwrap_err().to_string(), "the task panicked: no value");

        let cancelled = spawn(pending::<u8>());
        cancelled.cancel();
        settle().await;
        assert!(cancelled.exception().unwrap().is_cancelled());
        assert!(cancelled.result().unwrap().unwrap_err().is_cancelled());

        let mut taken = spawn(async { 1 });
        (&mut taken).await.unwrap();
        assert!(taken.result().is_none() && taken.exception().is_none(), "it was taken");
        assert!(taken.is_done() && !taken.is_cancelled());
        assert!(log.take().is_empty(), "every panic was seen");
    });
}

#[test]
fn done_callbacks_are_called_with_the_task_in_order_and_before_the_awaiter_goes_on() {
    block_on(async {
        let log = Log::default();
        let task = spawn(async { 42 });
        for name in ["first", "second"] {
            let log = log.clone();
            task.add_done_callback(move |task| {
                log.add(format!("{name} {task:?} {:?}", task.result().unwrap().unwrap()))
            });
        }
        assert_eq!(task.await.unwrap(), 42);
        log.add("awaiter");
        assert_eq!(
            log.take(),
            [
                "first <Task finished name='Task-1' result=42> 42",
                "second <Task finished name='Task-1' result=42> 42",
                "awaiter"
            ]
        );
    });
}

#[test]
fn done_callbacks_are_called_when_the_handle_was_dropped_too() {
    block_on(async {
        let log = Log::default();
        let task = spawn(async { 1 });
        task.add_done_callback({
            let log = log.clone();
            move |task| log.add(format!("{:?}", task.result().unwrap().unwrap()))
        });
        drop(task);
        settle().await;
        assert_eq!(log.take(), ["1"]);
    });
}

#[test]
fn done_callbacks_are_told_of_cancelled_and_panicked_tasks() {
    block_on(async {
        let reported = reports(&current());
        let log = Log::default();
        let observe = |task: &Task<()>| {
            let log = log.clone();
            task.add_done_callback(move |task| log.add(format!("{:?}", task.exception().unwrap())));
        };
        let cancelled = spawn(pending());
        observe(&cancelled);
        cancelled.cancel();
        assert!(cancelled.await.unwrap_err().is_cancelled());
        let panics = spawn(async { panic!("oh") });
        observe(&panics);
        drop(panics);
        settle().await;
        assert_eq!(log.take(), ["Cancelled", "Panicked(Some(\"oh\"))"]);
        assert!(reported.take().is_empty(), "the callback has looked at the panic");
    });
}

#[test]
fn a_done_callback_that_looks_at_nothing_leaves_the_panic_to_the_exception_handler() {
    block_on(async {
        let reported = reports(&current());
        let task = spawn(async { panic!("oh") });
        let _: &Task<()> = &task;
        task.add_done_callback(|_| ());
        drop(task);
        settle().await;
        assert_eq!(reported.take(), ["a task that was not awaited panicked (task 'Task-1'): oh"]);
    });
}

#[test]
fn a_done_callback_that_is_added_after_the_end_is_called_soon() {
    block_on(async {
        let log = Log::default();
        let task = spawn(async {});
        settle().await;
        for name in ["first", "second"] {
            let log = log.clone();
            task.add_done_callback(move |_| log.add(name));
        }
        log.add("not at once");
        settle().await;
        assert_eq!(log.take(), ["not at once", "first", "second"]);
        task.await.unwrap();
    });
}

#[test]
fn a_done_callback_that_a_done_callback_adds_is_called_too() {
    block_on(async {
        let log = Log::default();
        let task = spawn(async {});
        task.add_done_callback({
            let log = log.clone();
            move |task| {
                log.add("outer");
                task.add_done_callback(move |task| {
                    log.add("inner");
                    task.add_done_callback(move |_| log.add("innermost"));
                });
            }
        });
        settle().await;
        assert_eq!(log.take(), ["outer", "inner", "innermost"]);
        task.await.unwrap();
    });
}

#[test]
fn done_callbacks_can_be_removed() {
    block_on(async {
        let log = Log::default();
        let drops = Drops::default();
        let task = spawn(async {});
        let add = |name: &'static str| {
            let (log, guard) = (log.clone(), drops.guard());
            task.add_done_callback(move |_| {
                let _guard = guard;
                log.add(name);
            })
        };
        let (_first, second, _third) = (add("first"), add("second"), add("third"));
        assert!(task.remove_done_callback(second));
        assert_eq!(drops.count(), 1, "it is gone at once");
        assert!(!task.remove_done_callback(second), "and only once");
        settle().await;
        assert_eq!(log.take(), ["first", "third"]);
        assert_eq!(drops.count(), 3);
        assert!(!task.remove_done_callback(second));
        task.await.unwrap();
    });
}

#[test]
fn removing_the_only_done_callback_changes_nothing_for_the_awaiter() {
    block_on(async {
        let task = spawn(async {
            yield_now().await;
            7
        });
        let id = task.add_done_callback(|_| unreachable!());
        assert!(task.remove_done_callback(id));
        assert_eq!(task.await.unwrap(), 7);
    });
}

#[test]
fn removing_a_done_callback_from_a_task_that_has_none_changes_nothing() {
    block_on(async {
        let other = spawn(async {});
        let id = other.add_done_callback(|_| ());
        let task = spawn(async {
            yield_now().await;
            7
        });
        assert!(!task.remove_done_callback(id));
        assert!(!task.is_done());
        assert_eq!(task.await.unwrap(), 7);
    });
}

#[test]
fn a_removed_done_callback_may_come_back_to_its_task_from_its_drop() {
    block_on(async {
        let task = Rc::new(spawn(async {}));
        let log = Log::default();
        let on_drop = OnDrop::new({
            let (task, log) = (task.clone(), log.clone());
            move || {
                task.add_done_callback(move |_| log.add("added from a drop"));
            }
        });
        let id = task.add_done_callback(move |_| drop(on_drop));
        assert!(task.remove_done_callback(id));
        settle().await;
        assert_eq!(log.take(), ["added from a drop"]);
    });
}

#[test]
fn a_done_callback_that_panics_stops_nobody() {
    block_on(async {
        let reported = reports(&current());
        let log = Log::default();
        let task = spawn(async { 1 });
        task.add_done_callback(|_| panic!("in the callback"));
        task.add_done_callback({
            let log = log.clone();
            move |_| log.add("the next one")
        });
        assert_eq!(task.await.unwrap(), 1);
        assert_eq!(log.take(), ["the next one"]);
        assert_eq!(reported.take(), ["a callback panicked: in the callback"]);
    });
}

#[test]
fn a_done_callback_that_is_added_while_somebody_waits_leaves_him_his_wake_up() {
    block_on(async {
        let gate = Gate::default();
        let mut task = spawn(gate.clone());
        let (wakes, waker) = Wakes::new();
        assert!(poll_once(&mut task, &waker).is_pending());
        task.add_done_callback(|_| ());
        settle().await;
        gate.open();
        settle().await;
        assert_eq!(wakes.count(), 1);
        assert!(poll_once(&mut task, &waker).is_ready());
    });
}

#[test]
fn the_last_one_who_waits_is_woken_once() {
    block_on(async {
        let gate = Gate::default();
        let mut task = spawn(gate.clone());
        let ((first, first_waker), (second, second_waker)) = (Wakes::new(), Wakes::new());
        assert!(poll_once(&mut task, &first_waker).is_pending());
        assert!(poll_once(&mut task, &second_waker).is_pending());
        assert!(poll_once(&mut task, &second_waker).is_pending());
        settle().await;
        gate.open();
        settle().await;
        assert_eq!((first.count(), second.count()), (0, 1));
    });
}

#[test]
fn done_callbacks_of_a_task_whose_loop_is_closed_are_dropped_and_the_awaiter_is_told() {
    in_time(|| {
        let event_loop = EventLoop::new().unwrap();
        let drops = Drops::default();
        let add = |task: &Task<()>| {
            let guard = drops.guard();
            task.add_done_callback(move |_| {
                let _guard = guard;
                unreachable!("the loop is closed")
            });
        };
        let before = event_loop.spawn(pending());
        add(&before);
        let after = event_loop.spawn(pending());
        event_loop.close();
        assert_eq!(drops.count(), 1);
        add(&after);
        assert_eq!(drops.count(), 2);
        assert!(block_on(before).unwrap_err().is_cancelled());
        assert!(block_on(after).unwrap_err().is_cancelled());
    });
}

#[test]
fn cancel_before_the_first_poll_drops_the_future_unpolled() {
    block_on(async {
        let gate = Gate::default();
        let drops = Drops::default();
        let task = spawn({
            let (gate, guard) = (gate.clone(), drops.guard());
            async move {
                let _guard = guard;
                gate.await;
            }
        });
        assert!(task.cancel(), "it is news");
        assert!(!task.cancel(), "and then it isn't");
        assert_eq!(drops.count(), 0, "not at once");
        assert!(!task.is_cancelled());
        yield_now().await;
        assert!(task.is_cancelled() && task.is_done());
        assert_eq!((gate.polls(), drops.count()), (0, 1));
        assert!(!task.cancel());
        let error = task.await.unwrap_err();
        assert!(error.is_cancelled() && !error.is_panic() && error.panic_message().is_none());
        assert_eq!(error.to_string(), "the task was cancelled");
    });
}

#[test]
fn cancel_while_it_is_pending_drops_the_future_in_the_next_turn() {
    block_on(async {
        let gate = Gate::default();
        let drops = Drops::default();
        let task = spawn({
            let (gate, guard) = (gate.clone(), drops.guard());
            async move {
                let _guard = guard;
                gate.await;
            }
        });
        settle().await;
        assert_eq!(gate.polls(), 1);
        assert!(task.cancel());
        assert_eq!(drops.count(), 0);
        yield_now().await;
        assert_eq!((gate.polls(), drops.count()), (1, 1), "it isn't polled again");
        gate.open();
        settle().await;
        assert_eq!(gate.polls(), 1);
        assert!(task.await.unwrap_err().is_cancelled());
    });
}

#[test]
fn cancel_of_a_task_that_is_ready_to_run_wins() {
    block_on(async {
        let gate = Gate::default();
        let task = spawn(gate.clone());
        settle().await;
        gate.open();
        assert!(task.cancel());
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(gate.polls(), 1);
    });
}

#[test]
fn cancel_after_the_end_does_nothing() {
    block_on(async {
        let task = spawn(async { 5 });
        settle().await;
        assert!(!task.cancel());
        assert!(!task.is_cancelled());
        assert_eq!(task.await.unwrap(), 5);
    });
}

#[test]
fn a_task_can_cancel_itself() {
    for turns in [0, 1, 3] {
        block_on(async move {
            let own: Rc<RefCell<Option<Task<()>>>> = Rc::default();
            let drops = Drops::default();
            let task = spawn({
                let (own, guard) = (own.clone(), drops.guard());
                async move {
                    let _guard = guard;
                    for _ in 0..turns {
                        yield_now().await;
                    }
                    assert!(own.borrow().as_ref().unwrap().cancel());
                    yield_now().await;
                    unreachable!("it was cancelled");
                }
            });
            *own.borrow_mut() = Some(task);
            settle().await;
            assert_eq!(drops.count(), 1);
            let task = own.take().unwrap();
            assert!(task.await.unwrap_err().is_cancelled());
        });
    }
}

#[test]
fn a_task_that_is_cancelled_from_its_own_drop_ends_as_it_did() {
    block_on(async {
        let own: Rc<RefCell<Option<Task<u8>>>> = Rc::default();
        let on_drop = |own: &Rc<RefCell<Option<Task<u8>>>>| {
            let own = own.clone();
            OnDrop::new(move || {
                own.borrow().as_ref().unwrap().cancel();
            })
        };
        let guard = on_drop(&own);
        *own.borrow_mut() = Some(spawn(poll_fn(move |_| {
            let _guard = &guard;
            Poll::Ready(3)
        })));
        settle().await;
        assert_eq!(own.take().unwrap().await.unwrap(), 3);

        let guard = on_drop(&own);
        *own.borrow_mut() = Some(spawn(async move {
            let _guard = guard;
            pending().await
        }));
        settle().await;
        own.borrow().as_ref().unwrap().cancel();
        settle().await;
        assert!(own.take().unwrap().await.unwrap_err().is_cancelled());
        assert_eq!(current().task_count(), 0);
    });
}

#[test]
fn a_task_aborted_by_another_thread_is_dropped_on_the_owners() {
    in_time(|| {
        block_on(async {
            let drops = Drops::default();
            let (send, receive) = channel::<AbortHandle>();
            let thread = thread::spawn(move || {
                for abort in receive {
                    abort.abort();
                    abort.abort();
                }
            });
            for turns in 0..4 {
                let guard = drops.guard();
                let task = spawn(async move {
                    let _guard = guard;
                    pending::<()>().await;
                });
                for _ in 0..turns {
                    yield_now().await;
                }
                send.send(task.abort_handle()).unwrap();
                assert!(task.await.unwrap_err().is_cancelled());
            }
            drop(send);
            thread.join().unwrap();
            assert_eq!(drops.count(), 4);
            let one = Drops::default();
            let guard = one.guard();
            let task = spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            let abort = task.abort_handle();
            thread::spawn(move || abort.abort()).join().unwrap();
            assert!(task.await.unwrap_err().is_cancelled());
            assert!(one.is_once_here());
        });
    });
}

#[test]
fn an_abort_handle_does_nothing_to_later_tasks_nor_to_a_closed_loop() {
    let event_loop = EventLoop::new().unwrap();
    let abort = event_loop.run_until_complete(async {
        let first = spawn(async {});
        let abort = first.abort_handle();
        first.await.unwrap();
        let second = spawn(async {
            for _ in 0..5 {
                yield_now().await;
            }
            2
        });
        abort.abort();
        assert_eq!(second.await.unwrap(), 2);
        abort
    });
    drop(event_loop);
    let abort = abort.unwrap();
    abort.abort();
    thread::spawn(move || abort.abort()).join().unwrap();
}

#[test]
fn dropping_the_handle_detaches_the_task() {
    block_on(async {
        let log = Log::default();
        for turns in 0..3 {
            let task = spawn({
                let log = log.clone();
                async move {
                    yield_now().await;
                    log.add("done");
                }
            });
            for _ in 0..turns {
                yield_now().await;
            }
            drop(task);
        }
        settle().await;
        assert_eq!(log.take().len(), 3);
        assert_eq!(current().task_count(), 0);
    });
}

#[test]
fn a_detached_task_that_nothing_can_wake_lives_until_the_loop_closes() {
    let event_loop = EventLoop::new().unwrap();
    let drops = Drops::default();
    let guard = drops.guard();
    drop(event_loop.spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    }));
    event_loop.run_until_complete(settle()).unwrap();
    assert_eq!((drops.count(), event_loop.handle().task_count()), (0, 1));
    event_loop.close();
    assert!(drops.is_once_here());
    assert_eq!(event_loop.handle().task_count(), 0);
}

#[test]
fn a_task_can_be_tied_to_its_handle() {
    block_on(async {
        let drops = Drops::default();
        let guarded = |drops: &Drops| {
            let guard = drops.guard();
            async move {
                let _guard = guard;
                pending::<()>().await;
            }
        };
        let tied = spawn(guarded(&drops)).cancel_on_drop();
        settle().await;
        assert_eq!(drops.count(), 0);
        drop(tied);
        settle().await;
        assert_eq!(drops.count(), 1);

        drop(spawn(guarded(&drops)).cancel_on_drop().detach());
        settle().await;
        assert_eq!((drops.count(), current().task_count()), (1, 1));

        assert_eq!(spawn(async { 4 }).cancel_on_drop().await.unwrap(), 4);
    });
}

#[test]
fn a_panic_reaches_the_awaiter_and_only_him() {
    block_on(async {
        let log = reports(&current());
        let task = spawn(async { panic!("for {}", String::from("you")) });
        let _: &Task<()> = &task;
        let error = task.await.unwrap_err();
        assert!(error.is_panic() && !error.is_cancelled());
        assert_eq!(error.panic_message(), Some("for you"));
        assert_eq!(error.to_string(), "the task panicked: for you");
        let copy: JoinError = error.clone();
        assert_eq!(*error.into_payload().unwrap().downcast::<String>().unwrap(), "for you");
        assert!(copy.into_payload().is_none(), "there is one payload");
        settle().await;
        assert!(log.take().is_empty());
    });
}

#[test]
fn a_panic_without_a_message_is_one_too() {
    block_on(async {
        let task = spawn(async { std::panic::panic_any(17_u8) });
        let _: &Task<()> = &task;
        let error = task.await.unwrap_err();
        assert_eq!(
            (error.panic_message(), error.to_string().as_str()),
            (None, "the task panicked")
        );
        assert_eq!(*error.into_payload().unwrap().downcast::<u8>().unwrap(), 17);
    });
}

#[test]
fn a_panic_that_nobody_waits_for_reaches_the_exception_handler_once() {
    block_on(async {
        let log = reports(&current());
        let panics = || spawn(async { panic!("oh") });
        let before: Task<()> = panics();
        drop(before); // detached before
        settle().await;
        assert_eq!(log.take(), ["a task that was not awaited panicked (task 'Task-1'): oh"]);
        let task: Task<()> = panics(); // detached after
        task.set_name("B");
        settle().await;
        assert!(log.take().is_empty(), "somebody may still wait");
        drop(task);
        assert_eq!(log.take(), ["a task that was not awaited panicked (task 'B'): oh"]);
        let named: Task<()> = panics(); // detached before, with a name
        named.set_name("C");
        drop(named);
        settle().await;
        assert_eq!(log.take(), ["a task that was not awaited panicked (task 'C'): oh"]);
        let looked_at: Task<()> = panics();
        settle().await;
        let _ = looked_at.exception();
        drop(looked_at);
        settle().await;
        assert!(log.take().is_empty());
    });
}

#[test]
fn spawn_on_a_closed_loop_drops_the_future_at_once() {
    let event_loop = EventLoop::new().unwrap();
    let handle = event_loop.handle().clone();
    drop(event_loop);
    let gate = Gate::default();
    let drops = Drops::default();
    let task = handle.spawn({
        let (gate, guard) = (gate.clone(), drops.guard());
        async move {
            let _guard = guard;
            gate.await;
        }
    });
    assert!(drops.is_once_here());
    assert_eq!((gate.polls(), handle.task_count()), (0, 0));
    assert!(task.is_cancelled());
    assert!(block_on(task).unwrap_err().is_cancelled());
}

#[test]
#[should_panic = "`spawn` needs a running event loop: no event loop runs on this thread"]
fn spawn_outside_of_a_loop_panics() {
    drop(spawn(async {}));
}

#[test]
fn a_task_is_polled_once_a_wake_up_and_never_after_its_end() {
    block_on(async {
        let gate = Gate::default();
        let polls = Rc::new(Cell::new(0));
        let task = spawn({
            let (mut gate, polls) = (gate.clone(), polls.clone());
            poll_fn(move |cx| {
                polls.set(polls.get() + 1);
                Pin::new(&mut gate).poll(cx)
            })
        });
        settle().await;
        assert_eq!(polls.get(), 1);
        let waker = gate.waker().unwrap();
        for _ in 0..10 {
            waker.wake_by_ref();
        }
        settle().await;
        assert_eq!(polls.get(), 2, "ten wake-ups before the poll are one");
        gate.open();
        waker.wake_by_ref();
        settle().await;
        assert_eq!(polls.get(), 3);
        assert!(task.is_done());
        waker.wake_by_ref();
        waker.wake();
        settle().await;
        assert_eq!(polls.get(), 3);
    });
}

#[test]
fn tasks_that_are_done_or_whose_loop_is_closed_can_be_awaited_on_another() {
    let first = EventLoop::new().unwrap();
    let task = first.spawn(async { 1 });
    let pending_task = first.spawn(pending::<u8>());
    first.run_until_complete(settle()).unwrap();
    assert_eq!(block_on(task).unwrap(), 1);
    let second = EventLoop::new().unwrap();
    let mut pending_task = pending_task;
    assert!(poll_once(&mut pending_task, Waker::noop()).is_pending()); // outside of a loop
    drop(first);
    assert!(second.run_until_complete(pending_task).unwrap().unwrap_err().is_cancelled());
}

#[test]
fn a_task_can_be_made_of_a_ready_future() {
    assert_eq!(block_on(async { spawn(ready(1)).await }).unwrap(), 1);
}

#[test]
fn a_task_that_cancels_itself_and_returns_is_cancelled() {
    block_on(async {
        let own: Rc<RefCell<Option<Task<i32>>>> = Rc::default();
        let task = spawn({
            let own = own.clone();
            async move {
                assert!(own.borrow().as_ref().unwrap().cancel());
                42
            }
        });
        *own.borrow_mut() = Some(task);
        yield_now().await;
        let task = own.borrow_mut().take().unwrap();
        assert!(task.is_cancelled());
        assert!(task.await.unwrap_err().is_cancelled());
    });
}

/// A value that inspects its own task when it is cloned and printed.
struct Curious(Rc<RefCell<Option<Rc<Task<Curious>>>>>);

impl Curious {
    fn ask(&self) {
        let task = self.0.borrow().clone().unwrap();
        assert!(task.is_done() && !task.is_cancelled() && task.exception().is_none());
        assert_eq!(task.name(), "Task-1");
    }
}

impl Clone for Curious {
    fn clone(&self) -> Self {
        self.ask();
        Self(self.0.clone())
    }
}

impl std::fmt::Debug for Curious {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.ask();
        f.write_str("curious")
    }
}

#[test]
fn a_value_may_ask_about_its_task_when_it_is_cloned_or_printed() {
    block_on(async {
        let own = Rc::new(RefCell::new(None));
        let task = Rc::new(spawn(ready(Curious(own.clone()))));
        *own.borrow_mut() = Some(task.clone());
        yield_now().await;
        assert!(task.result().is_some());
        assert_eq!(format!("{task:?}"), "<Task finished name='Task-1' result=curious>");
        own.take();
    });
}

#[test]
fn a_callback_is_removed_from_its_own_task_only() {
    block_on(async {
        let (first, second) = (spawn(ready(())), spawn(ready(())));
        let of_first = first.add_done_callback(|_| ());
        let called = Rc::new(Cell::new(false));
        second.add_done_callback({
            let called = called.clone();
            move |_| called.set(true)
        });
        assert!(!second.remove_done_callback(of_first));
        second.await.unwrap();
        assert!(called.get());
        drop(first);
    });
}

#[test]
fn a_task_of_another_loop_is_not_waited_for() {
    let (one, other) = (EventLoop::new().unwrap(), EventLoop::new().unwrap());
    let plain = one.spawn(pending::<()>());
    let watched = one.spawn(pending::<()>());
    watched.add_done_callback(|_| ());
    let tied = one.spawn(pending::<()>()).cancel_on_drop();
    for message in [
        panic_message(|| other.run_until_complete(plain)),
        panic_message(|| other.run_until_complete(watched)),
        panic_message(|| other.run_until_complete(tied)),
        panic_message(|| other.run_until_complete(gather([one.spawn(pending::<()>())]))),
    ] {
        assert_eq!(message, format!("a task was awaited: {OtherLoopError}"));
    }
}

#[test]
fn a_task_of_another_loop_that_is_done_gives_its_value() {
    let (one, other) = (EventLoop::new().unwrap(), EventLoop::new().unwrap());
    let task = one.spawn(async { 42 });
    one.run_until_complete(yield_now()).unwrap();
    assert_eq!(other.run_until_complete(task).unwrap().unwrap(), 42);
}

#[test]
fn the_tasks_that_are_not_done_are_listed_with_their_states() {
    fn listed() -> Vec<(String, TaskState)> {
        let tasks = current().all_tasks();
        tasks.into_iter().map(|task| (task.name, task.state)).collect()
    }
    block_on(async {
        assert!(listed().is_empty() && current_task().is_none());
        let gone = spawn(async {});
        let waits = spawn(pending::<()>());
        waits.set_name("waits");
        settle().await;
        assert!(gone.is_done());
        let lists = spawn(async {
            yield_now().await;
            let own = current_task().unwrap();
            assert_eq!((own.name.as_str(), own.state), ("Task-3", TaskState::Running));
            for task in current().all_tasks() {
                task.abort_handle.abort(); // also this one, at its next pause
            }
            listed()
        });
        let at_first = listed();
        let after = lists.await;
        assert!(current_task().is_none());
        assert_eq!(
            at_first,
            [("waits".to_owned(), TaskState::Pending), ("Task-3".to_owned(), TaskState::Pending)]
        );
        // A task that a handle aborted is cancelled in the next turn.
        assert_eq!(after.unwrap()[1].1, TaskState::Running);
        settle().await;
        assert!(waits.is_cancelled() && listed().is_empty());
    });
}

#[test]
fn there_is_no_current_task_after_one_has_panicked_or_waits() {
    block_on(async {
        let panics = spawn(async { panic!("out of paper") });
        let waits = spawn(pending::<()>());
        settle().await;
        assert!(current_task().is_none());
        let called = Rc::new(Cell::new(false));
        let call = called.clone();
        let _ = current().call_soon(move || call.set(current_task().is_none()));
        settle().await;
        assert!(called.get());
        drop((panics.await, waits));
    });
}

//! The loop from the view of its owner: runs, callbacks, stopping, closing, the exception handler.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use cogen::executor::{
    ClosedError, EventLoop, ExceptionContext, LoopHandle, NoRunningLoopError, RunError, block_on,
    sleep, spawn, yield_now,
};
use cogen_tests::observe::{Drops, Gate, Log, OnDrop, in_time, reports};

fn new_loop() -> EventLoop {
    EventLoop::new().unwrap()
}

fn current() -> LoopHandle {
    LoopHandle::current().unwrap()
}

/// Runs everything that is ready now.
fn run_a_turn(event_loop: &EventLoop) {
    event_loop.handle().stop();
    event_loop.run_forever().unwrap();
}

#[test]
fn block_on_gives_what_the_future_returns() {
    assert_eq!(block_on(async { 42 }), 42);
    let mut number = 1;
    block_on(async {
        yield_now().await;
        number += 1;
    });
    assert_eq!(number, 2, "the future may borrow");
}

#[test]
fn block_on_cancels_what_is_left() {
    let drops = Drops::default();
    let guard = drops.guard();
    let mut task = None;
    block_on(async {
        task = Some(spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        }));
        yield_now().await;
    });
    assert!(drops.is_once_here());
    assert!(task.unwrap().is_cancelled());
}

#[test]
#[should_panic = "from the future"]
fn block_on_panics_with_the_future() {
    block_on(async {
        yield_now().await;
        panic!("from the future");
    });
}

#[test]
#[should_panic = "the future was not run to its end: the event loop was stopped before the future \
                  was ready"]
fn block_on_panics_if_the_future_stops_the_loop() {
    block_on(async {
        current().stop();
        pending::<()>().await;
    });
}

#[test]
fn run_until_complete_takes_futures_that_borrow() {
    let event_loop = new_loop();
    let text = String::from("borrowed");
    let mut lengths = Vec::new();
    let result = event_loop.run_until_complete(async {
        for word in [&text, "x"] {
            yield_now().await;
            lengths.push(word.len());
        }
        &text
    });
    assert_eq!(result, Ok(&text));
    assert_eq!(lengths, [8, 1]);
}

#[test]
fn run_until_complete_can_be_repeated() {
    let event_loop = new_loop();
    let task = event_loop.spawn(async {
        for _ in 0..5 {
            yield_now().await;
        }
        "task"
    });
    assert_eq!(event_loop.run_until_complete(async { 1 }), Ok(1));
    assert_eq!(event_loop.run_until_complete(async { 2 }), Ok(2));
    assert!(!task.is_done(), "it waits for the next run");
    assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), "task");
}

#[test]
fn what_is_ready_has_its_turn_before_the_run_ends() {
    let event_loop = new_loop();
    let log = Log::default();
    event_loop
        .run_until_complete(async {
            current().call_soon(log.adds("callback"));
            let log = log.clone();
            drop(spawn(async move {
                log.add("task");
            }));
        })
        .unwrap();
    assert_eq!(log.take(), ["callback", "task"]);
}

#[test]
fn the_root_future_is_polled_once_a_wake_up_and_never_after_its_end() {
    let event_loop = new_loop();
    let gate = Gate::default();
    let polls = Cell::new(0);
    let waker = RefCell::new(None);
    let root = || {
        poll_fn(|cx| {
            polls.set(polls.get() + 1);
            *waker.borrow_mut() = Some(cx.waker().clone());
            if polls.get() % 3 == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
    };
    let wakes = |times: usize| {
        for _ in 0..times {
            waker.borrow().as_ref().unwrap().wake_by_ref();
        }
    };
    let task = event_loop.spawn(gate.clone());
    event_loop.handle().call_soon(|| ());
    let mut future = pin!(root());
    event_loop.handle().stop();
    assert_eq!(event_loop.run_until_complete(future.as_mut()), Err(RunError::Stopped));
    assert_eq!(polls.get(), 1);
    wakes(10); // the run is over
    run_a_turn(&event_loop);
    assert_eq!(polls.get(), 1);
    let event_loop = &event_loop;
    event_loop
        .run_until_complete(async {
            let mut future = pin!(poll_fn(|cx| {
                wakes(3);
                future.as_mut().poll(cx)
            }));
            let first = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
            assert!(first.is_pending());
            assert_eq!(polls.get(), 2);
            wakes(5);
            yield_now().await;
        })
        .unwrap();
    wakes(5);
    run_a_turn(event_loop);
    run_a_turn(event_loop);
    assert_eq!(polls.get(), 2);
    assert_eq!(gate.polls(), 1);
    assert!(task.cancel());
}

#[test]
fn a_loop_is_refused_while_another_runs_on_the_thread() {
    let outer = new_loop();
    let inner = new_loop();
    outer
        .run_until_complete(async {
            assert_eq!(inner.run_until_complete(async {}), Err(RunError::Nested));
            assert_eq!(inner.run_forever(), Err(RunError::Nested));
            assert_eq!(outer.run_forever(), Err(RunError::Nested));
            assert_eq!(outer.run_until_complete(async {}), Err(RunError::Nested));
            assert!(!inner.handle().is_running() && outer.handle().is_running());
            let nested = catch_unwind(|| block_on(async {}));
            let message = *nested.unwrap_err().downcast::<String>().unwrap();
            assert_eq!(
                message,
                "the future was not run to its end: an event loop runs on this thread already"
            );
        })
        .unwrap();
    assert_eq!(inner.run_until_complete(async { 1 }), Ok(1), "and then it isn't");
}

#[test]
fn loops_on_many_threads_do_not_know_of_each_other() {
    in_time(|| {
        block_on(async {
            let threads: Vec<_> = (0..4)
                .map(|n| {
                    thread::spawn(move || {
                        block_on(async move {
                            let task = spawn(async move { n });
                            yield_now().await;
                            task.await.unwrap()
                        })
                    })
                })
                .collect();
            let numbers: Vec<_> =
                threads.into_iter().map(|thread| thread.join().unwrap()).collect();
            assert_eq!(numbers, [0, 1, 2, 3]);
        });
    });
}

#[test]
fn the_errors_of_a_run_say_what_is_wrong() {
    assert_eq!(RunError::Closed.to_string(), "the event loop is closed");
    assert_eq!(RunError::Nested.to_string(), "an event loop runs on this thread already");
    assert_eq!(
        RunError::Stopped.to_string(),
        "the event loop was stopped before the future was ready"
    );
    assert_eq!(NoRunningLoopError.to_string(), "no event loop runs on this thread");
}

#[test]
fn current_is_an_error_outside_of_a_loop() {
    assert_eq!(LoopHandle::current().unwrap_err(), NoRunningLoopError);
    let event_loop = new_loop();
    assert!(LoopHandle::current().is_err(), "it doesn't run yet");
    event_loop
        .run_until_complete(async {
            assert!(LoopHandle::current().is_ok());
            thread::spawn(|| assert!(LoopHandle::current().is_err(), "not on this thread"))
                .join()
                .unwrap();
        })
        .unwrap();
    assert!(LoopHandle::current().is_err());
    let _ = catch_unwind(|| block_on(async { panic!("x") }));
    assert!(LoopHandle::current().is_err(), "also after a panic");
}

#[test]
fn run_forever_runs_until_it_is_stopped_and_can_be_run_again() {
    let event_loop = new_loop();
    let log = Log::default();
    for round in ["first", "second"] {
        let (handle, log) = (event_loop.handle().clone(), log.clone());
        event_loop.handle().call_later(Duration::from_millis(1), move || {
            log.add(round);
            handle.stop();
        });
        assert!(!event_loop.handle().is_running());
        event_loop.run_forever().unwrap();
    }
    assert_eq!(log.take(), ["first", "second"]);
}

#[test]
fn stop_lets_the_batch_finish_and_nothing_more() {
    let event_loop = new_loop();
    let log = Log::default();
    event_loop.handle().call_soon(log.adds("before"));
    event_loop.handle().call_soon({
        let (handle, log) = (event_loop.handle().clone(), log.clone());
        move || {
            handle.stop();
            handle.call_soon(log.adds("next run"));
        }
    });
    event_loop.handle().call_soon(log.adds("after"));
    event_loop.run_forever().unwrap();
    assert_eq!(log.take(), ["before", "after"]);
    run_a_turn(&event_loop);
    assert_eq!(log.take(), ["next run"]);
}

#[test]
fn stop_before_a_run_ends_it_after_one_turn() {
    let event_loop = new_loop();
    let log = Log::default();
    event_loop.handle().call_soon(log.adds("ready"));
    event_loop.handle().stop();
    event_loop.handle().stop();
    event_loop.run_forever().unwrap();
    assert_eq!(log.take(), ["ready"]);
}

#[test]
fn stop_during_the_last_turn_of_a_future_does_not_stop_the_next_run() {
    let event_loop = new_loop();
    assert_eq!(
        event_loop.run_until_complete(async {
            current().stop();
            1
        }),
        Ok(1)
    );
    let mut turns = 0;
    let again = event_loop.run_until_complete(async {
        for _ in 0..5 {
            yield_now().await;
            turns += 1;
        }
    });
    assert_eq!((again, turns), (Ok(()), 5));
}

#[test]
fn stop_before_a_panic_does_not_stop_the_next_run() {
    let event_loop = new_loop();
    let handle = event_loop.handle().clone();
    event_loop.handle().call_soon(move || handle.stop());
    let run =
        catch_unwind(AssertUnwindSafe(|| event_loop.run_until_complete(async { panic!("oh") })));
    assert!(run.is_err());
    let again = event_loop.run_until_complete(async {
        for _ in 0..5 {
            yield_now().await;
        }
    });
    assert_eq!(again, Ok(()));
}

#[test]
fn stop_from_another_thread_wakes_a_sleeping_loop() {
    in_time(|| {
        let event_loop = new_loop();
        for _ in 0..10 {
            let (handle, (running, is_running)) = (event_loop.handle().threadsafe(), channel());
            let thread = thread::spawn(move || {
                is_running.recv().unwrap();
                handle.stop();
            });
            event_loop.handle().call_soon(move || running.send(()).unwrap());
            event_loop.run_forever().unwrap();
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_panic_of_the_root_future_leaves_a_loop_that_can_be_used() {
    let event_loop = new_loop();
    let log = Log::default();
    event_loop.handle().call_soon({
        let log = log.clone();
        move || {
            current().call_soon(log.adds("next turn"));
        }
    });
    let run =
        catch_unwind(AssertUnwindSafe(|| event_loop.run_until_complete(async { panic_any(5) })));
    assert_eq!(*run.unwrap_err().downcast::<i32>().unwrap(), 5);
    assert!(!event_loop.handle().is_running() && !event_loop.handle().is_closed());
    assert_eq!(event_loop.run_until_complete(async { spawn(async { 2 }).await.unwrap() }), Ok(2));
    assert_eq!(log.take(), ["next turn"]);
}

#[test]
fn the_loop_still_runs_while_the_root_future_is_dropped() {
    let event_loop = new_loop();
    let log = Log::default();
    let on_drop = OnDrop::new({
        let log = log.clone();
        move || drop(spawn(async move { log.add("spawned from the drop") }))
    });
    let run = event_loop.run_until_complete(async move {
        let _on_drop = on_drop;
        current().stop();
        pending::<()>().await;
    });
    assert_eq!(run, Err(RunError::Stopped));
    run_a_turn(&event_loop);
    assert_eq!(log.take(), ["spawned from the drop"]);
}

#[test]
fn callbacks_and_tasks_are_ready_in_one_order() {
    block_on(async {
        let log = Log::default();
        let handle = current();
        for n in 0..3 {
            handle.call_soon(log.adds(&format!("callback {n}")));
            let log = log.clone();
            drop(spawn(async move { log.add(format!("task {n}")) }));
        }
        yield_now().await;
        assert_eq!(
            log.take(),
            ["callback 0", "task 0", "callback 1", "task 1", "callback 2", "task 2"]
        );
    });
}

#[test]
fn callbacks_from_the_loops_own_thread_are_in_that_order_too() {
    block_on(async {
        let log = Log::default();
        let handle = current();
        let (send, receive) = channel();
        let tell = |word: &'static str| {
            let send = send.clone();
            move || send.send(word).unwrap()
        };
        handle.call_soon(tell("soon"));
        handle.threadsafe().call_soon_threadsafe(tell("threadsafe")).unwrap();
        handle.call_soon(tell("soon again"));
        yield_now().await;
        yield_now().await;
        assert_eq!(receive.try_iter().collect::<Vec<_>>(), ["soon", "threadsafe", "soon again"]);
        assert!(log.take().is_empty());
    });
}

#[test]
fn call_soon_from_a_callback_runs_in_the_next_turn() {
    block_on(async {
        let log = Log::default();
        let handle = current();
        handle.call_soon({
            let (handle, log) = (handle.clone(), log.clone());
            move || {
                log.add("outer");
                handle.call_soon(log.adds("inner"));
            }
        });
        handle.call_soon(log.adds("second"));
        yield_now().await;
        assert_eq!(log.take(), ["outer", "second"]);
        yield_now().await;
        assert_eq!(log.take(), ["inner"]);
    });
}

#[test]
fn callbacks_are_called_once_and_dropped_then() {
    let event_loop = new_loop();
    let (calls, drops) = (Rc::new(Cell::new(0)), Drops::default());
    let handle = event_loop.handle().call_soon({
        let (calls, guard) = (calls.clone(), drops.guard());
        move || {
            let _guard = &guard;
            calls.set(calls.get() + 1);
        }
    });
    run_a_turn(&event_loop);
    run_a_turn(&event_loop);
    assert_eq!((calls.get(), drops.count()), (1, 1));
    assert!(!handle.is_cancelled());
}

#[test]
fn callbacks_are_cancelled_before_but_not_inside_or_after() {
    let event_loop = new_loop();
    let log = Log::default();
    let drops = Drops::default();
    let guard = drops.guard();
    let before = event_loop.handle().call_soon(move || drop(guard));
    before.clone().cancel();
    assert!(before.is_cancelled());
    assert_eq!(drops.count(), 1, "dropped at once");
    before.cancel();

    let own = Rc::new(RefCell::new(None));
    let inside = event_loop.handle().call_soon({
        let (own, log) = (own.clone(), log.clone());
        move || {
            let handle: cogen::executor::CallbackHandle = own.take().unwrap();
            handle.cancel();
            log.add(format!("inside {}", handle.is_cancelled()));
        }
    });
    *own.borrow_mut() = Some(inside.clone());
    let later = event_loop.handle().call_soon(log.adds("unreachable"));
    // In the same batch, but earlier.
    let first = event_loop.handle().call_soon(|| ());
    first.cancel();
    let canceller = new_loop();
    drop(canceller);
    later.cancel();
    run_a_turn(&event_loop);
    assert_eq!(log.take(), ["inside false"]);
    inside.cancel();
    assert!(!inside.is_cancelled(), "it was called");
}

#[test]
fn a_callback_can_cancel_the_next_one_of_its_batch() {
    let event_loop = new_loop();
    let log = Log::default();
    let next = Rc::new(RefCell::new(None));
    event_loop.handle().call_soon({
        let next = next.clone();
        move || {
            let handle: cogen::executor::CallbackHandle = next.take().unwrap();
            handle.cancel();
        }
    });
    *next.borrow_mut() = Some(event_loop.handle().call_soon(log.adds("unreachable")));
    run_a_turn(&event_loop);
    assert!(log.take().is_empty());
}

#[test]
fn timers_are_cancelled_before_but_not_inside_or_after() {
    let event_loop = new_loop();
    let log = Log::default();
    let drops = Drops::default();
    let guard = drops.guard();
    let before = event_loop.handle().call_later(Duration::ZERO, move || drop(guard));
    before.cancel();
    before.clone().cancel();
    assert!(before.is_cancelled());
    assert_eq!(drops.count(), 1, "dropped at once");
    let own = Rc::new(RefCell::new(None));
    let inside = event_loop.handle().call_later(Duration::ZERO, {
        let (own, log, handle) = (own.clone(), log.clone(), event_loop.handle().clone());
        move || {
            let own: cogen::executor::TimerHandle = own.take().unwrap();
            own.cancel();
            log.add(format!("inside {}", own.is_cancelled()));
            handle.stop();
        }
    });
    *own.borrow_mut() = Some(inside.clone());
    event_loop.run_forever().unwrap();
    assert_eq!(log.take(), ["inside false"]);
    inside.cancel();
    assert!(!inside.is_cancelled());
}

#[test]
fn a_timer_that_is_due_can_still_be_cancelled() {
    // Both are due at the same reading of the clock. The first cancels the second, whose entry is
    // in the queue by then.
    let event_loop = new_loop();
    let log = Log::default();
    let second = Rc::new(RefCell::new(None));
    let now = event_loop.handle().time();
    event_loop.handle().call_at(now, {
        let (second, handle) = (second.clone(), event_loop.handle().clone());
        move || {
            let second: cogen::executor::TimerHandle = second.take().unwrap();
            second.cancel();
            assert!(second.is_cancelled());
            handle.stop();
        }
    });
    *second.borrow_mut() = Some(event_loop.handle().call_at(now, log.adds("unreachable")));
    event_loop.run_forever().unwrap();
    run_a_turn(&event_loop);
    assert!(log.take().is_empty());
}

#[test]
fn timers_say_when() {
    let event_loop = new_loop();
    let deadline = event_loop.handle().time() + Duration::from_secs(5);
    assert_eq!(event_loop.handle().call_at(deadline, || ()).when(), Some(deadline));
    let before = Instant::now();
    let when = event_loop.handle().call_later(Duration::from_secs(5), || ()).when().unwrap();
    assert!(
        when >= before + Duration::from_secs(5) && when <= Instant::now() + Duration::from_secs(5)
    );
    assert_eq!(event_loop.handle().call_later(Duration::MAX, || ()).when(), None);
}

#[test]
fn call_soon_threadsafe_wakes_a_loop_that_sleeps() {
    let rounds = if cfg!(miri) { 10 } else { 1000 };
    in_time(move || {
        let event_loop = new_loop();
        let handle = event_loop.handle().threadsafe();
        let thread = thread::spawn(move || {
            let (answer, answers) = channel();
            for round in 0..rounds {
                let answer = answer.clone();
                handle.call_soon_threadsafe(move || answer.send(round).unwrap()).unwrap();
                assert_eq!(
                    answers.recv(),
                    Ok(round),
                    "before this the loop has nothing more to do"
                );
            }
            handle.stop();
        });
        event_loop.run_forever().unwrap();
        thread.join().unwrap();
    });
}

#[test]
fn call_soon_threadsafe_keeps_the_order_of_each_thread_and_loses_nothing() {
    const THREADS: usize = 4;
    let each = if cfg!(miri) { 20 } else { 1000 };
    in_time(move || {
        let event_loop = new_loop();
        let (send, receive) = channel();
        let start = Arc::new(Barrier::new(THREADS));
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (handle, send, start) =
                    (event_loop.handle().threadsafe(), send.clone(), start.clone());
                thread::spawn(move || {
                    start.wait();
                    for n in 0..each {
                        let send = send.clone();
                        handle
                            .call_soon_threadsafe(move || send.send((thread, n)).unwrap())
                            .unwrap();
                    }
                })
            })
            .collect();
        let mut next = [0; THREADS];
        let mut all = 0;
        let handle = event_loop.handle().clone();
        event_loop
            .run_until_complete(async {
                while all < THREADS * each {
                    for (thread, n) in receive.try_iter() {
                        assert_eq!(next[thread], n);
                        next[thread] += 1;
                        all += 1;
                    }
                    yield_now().await;
                }
            })
            .unwrap();
        drop(handle);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(next, [each; THREADS]);
    });
}

#[test]
fn what_other_threads_leave_before_the_run_is_there_in_the_run() {
    let event_loop = new_loop();
    let (handle, (send, receive)) = (event_loop.handle().threadsafe(), channel());
    thread::spawn(move || {
        handle.call_soon_threadsafe(move || send.send(1).unwrap()).unwrap();
        handle.stop();
    })
    .join()
    .unwrap();
    event_loop.run_forever().unwrap();
    assert_eq!(receive.try_recv(), Ok(1));
}

#[test]
fn a_threadsafe_callback_is_cancelled_from_anywhere_and_dropped_there_and_then() {
    let event_loop = new_loop();
    let drops = Drops::default();
    let guard = drops.guard();
    let handle = event_loop
        .handle()
        .threadsafe()
        .call_soon_threadsafe(move || {
            drop(guard);
            unreachable!("it was cancelled");
        })
        .unwrap();
    let log = reports(event_loop.handle());
    let other = handle.clone();
    thread::spawn(move || {
        other.cancel();
        assert!(drops.is_once_here());
        assert!(other.is_cancelled());
    })
    .join()
    .unwrap();
    handle.cancel();
    event_loop.run_until_complete(yield_now()).unwrap();
    assert!(log.take().is_empty());
    let called = event_loop.handle().threadsafe().call_soon_threadsafe(|| ()).unwrap();
    event_loop.run_until_complete(yield_now()).unwrap();
    called.cancel();
    assert!(!called.is_cancelled(), "it was called");
}

#[test]
fn a_threadsafe_callback_comes_back_from_a_closed_loop() {
    let event_loop = new_loop();
    let handle = event_loop.handle().threadsafe();
    event_loop.close();
    let number = Arc::new(AtomicUsize::new(0));
    let error: ClosedError<_> = handle
        .call_soon_threadsafe({
            let number = number.clone();
            move || {
                number.fetch_add(1, SeqCst);
            }
        })
        .unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), format!("{error:?}").as_str()),
        ("the event loop is closed", "ClosedError(..)")
    );
    assert_eq!(Arc::strong_count(&number), 2);
    (error.into_inner())();
    assert_eq!(number.load(SeqCst), 1);
    assert_eq!(Arc::strong_count(&number), 1);
    handle.stop(); // does nothing
}

#[test]
fn panics_of_callbacks_go_to_the_exception_handler_and_the_batch_goes_on() {
    let event_loop = new_loop();
    let log = reports(event_loop.handle());
    event_loop.handle().call_soon(|| panic!("first"));
    event_loop.handle().call_soon({
        let handle = event_loop.handle().clone();
        move || {
            handle.call_later(Duration::ZERO, || panic!("timer"));
            handle.threadsafe().call_soon_threadsafe(|| panic!("threadsafe")).unwrap();
        }
    });
    event_loop.handle().call_soon(log.adds("second"));
    event_loop.run_until_complete(sleep(Duration::from_millis(1))).unwrap();
    let mut lines = log.take();
    lines[2..].sort();
    assert_eq!(
        lines,
        [
            "a callback panicked: first",
            "second",
            "a callback panicked: threadsafe",
            "a callback panicked: timer"
        ]
    );
}

#[test]
fn the_exception_handler_is_set_seen_called_and_taken_away() {
    let event_loop = new_loop();
    assert!(event_loop.handle().exception_handler().is_none());
    let seen = Rc::new(RefCell::new(Vec::new()));
    event_loop.handle().set_exception_handler(Some(Rc::new({
        let seen = seen.clone();
        move |context: &ExceptionContext| {
            let payload =
                context.payload().and_then(|payload| payload.downcast_ref::<u8>()).copied();
            seen.borrow_mut().push((
                context.message().to_owned(),
                context.task_name().map(str::to_owned),
                payload,
            ));
        }
    })));
    event_loop.handle().call_exception_handler(
        ExceptionContext::new("by hand").with_task_name("T").with_payload(Box::new(7_u8)),
    );
    event_loop.handle().call_soon(|| panic_any(9_u8));
    run_a_turn(&event_loop);
    assert_eq!(
        seen.take(),
        [
            ("by hand".to_owned(), Some("T".to_owned()), Some(7)),
            ("a callback panicked".to_owned(), None, Some(9))
        ]
    );
    let handler = event_loop.handle().exception_handler().unwrap();
    event_loop.handle().set_exception_handler(None);
    assert!(event_loop.handle().exception_handler().is_none());
    event_loop
        .handle()
        .call_soon(|| panic!("for the default handler, which writes this to standard error"));
    run_a_turn(&event_loop);
    assert!(seen.take().is_empty());
    handler(&ExceptionContext::new("x"));
    assert_eq!(seen.take().len(), 1);
}

#[test]
fn contexts_print_what_went_wrong() {
    let context =
        ExceptionContext::new("it broke").with_task_name("T").with_payload(Box::new("oh"));
    assert_eq!(context.to_string(), "it broke (task 'T'): oh");
    assert_eq!(
        format!("{context:?}"),
        "ExceptionContext { message: \"it broke\", task: Some(\"T\"), panic: Some(\"oh\"), .. }"
    );
    assert_eq!(ExceptionContext::new("x").with_payload(Box::new(1)).to_string(), "x");
}

#[test]
fn an_exception_handler_that_panics_leaves_the_loop_usable() {
    let event_loop = new_loop();
    let calls = Rc::new(Cell::new(0));
    event_loop.handle().set_exception_handler(Some(Rc::new({
        let calls = calls.clone();
        move |_| {
            calls.set(calls.get() + 1);
            panic!("the handler itself");
        }
    })));
    event_loop.handle().call_soon(|| panic!("first"));
    drop(event_loop.spawn(async { panic!("second") }));
    let run = event_loop.run_until_complete(async {
        yield_now().await;
        1
    });
    assert_eq!((run, calls.get()), (Ok(1), 2));
}

#[test]
fn an_exception_handler_can_be_replaced_from_inside() {
    let event_loop = new_loop();
    let log = Log::default();
    event_loop.handle().set_exception_handler(Some(Rc::new({
        let (handle, log) = (event_loop.handle().clone(), log.clone());
        move |context| {
            log.add(format!("old: {context}"));
            let new = log.clone();
            handle.set_exception_handler(Some(Rc::new(move |context| {
                new.add(format!("new: {context}"))
            })));
            log.add(format!("set: {}", handle.exception_handler().is_some()));
        }
    })));
    event_loop.handle().call_soon(|| panic!("1"));
    event_loop.handle().call_soon(|| panic!("2"));
    run_a_turn(&event_loop);
    assert_eq!(
        log.take(),
        ["old: a callback panicked: 1", "set: true", "new: a callback panicked: 2"]
    );
}

#[test]
fn an_exception_handler_whose_drop_panics_leaves_the_loop_usable() {
    in_time(|| {
        let event_loop = new_loop();
        let handle = event_loop.handle().clone();
        let bomb = OnDrop::new(|| panic!("from the drop of the handler"));
        event_loop.handle().set_exception_handler(Some(Rc::new(move |_| {
            let _bomb = &bomb;
            handle.set_exception_handler(None);
        })));
        let task = event_loop.spawn(async {
            let _on_drop = OnDrop::new(|| panic!("from the drop of the task"));
            pending::<()>().await;
        });
        event_loop.run_until_complete(yield_now()).unwrap();
        task.cancel();
        assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
        assert_eq!(event_loop.handle().task_count(), 0);
    });
}

#[test]
fn close_drops_everything_and_refuses_the_rest() {
    let event_loop = new_loop();
    let handle = event_loop.handle().clone();
    let drops = Drops::default();
    let guards: [_; 5] = std::array::from_fn(|_| drops.guard());
    let [in_task, in_polled, in_callback, in_timer, in_threadsafe] = guards;
    let polled = event_loop.spawn(async move {
        let _guard = in_polled;
        pending::<()>().await;
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    let unpolled = event_loop.spawn(async move { drop(in_task) });
    let callback = event_loop.handle().call_soon(move || drop(in_callback));
    let timer = event_loop.handle().call_later(Duration::from_secs(3600), move || drop(in_timer));
    let threadsafe =
        event_loop.handle().threadsafe().call_soon_threadsafe(move || drop(in_threadsafe)).unwrap();
    assert!(!event_loop.handle().is_closed());
    event_loop.close();
    assert_eq!(drops.count(), 5, "though the handles are there");
    event_loop.close();
    assert!(event_loop.handle().is_closed() && handle.is_closed() && !handle.is_running());
    assert!(polled.is_cancelled() && unpolled.is_cancelled());
    assert!(callback.is_cancelled() && timer.is_cancelled() && threadsafe.is_cancelled());
    assert_eq!(event_loop.run_forever(), Err(RunError::Closed));
    assert_eq!(event_loop.run_until_complete(async {}), Err(RunError::Closed));
    let log = Log::default();
    let guard = drops.guard();
    drop(handle.call_soon(move || drop(guard)));
    let guard = drops.guard();
    drop(handle.call_later(Duration::ZERO, move || drop(guard)));
    let guard = drops.guard();
    drop(handle.call_at(Instant::now(), move || drop(guard)));
    assert_eq!(drops.count(), 8);
    assert!(log.take().is_empty());
    handle.stop();
    drop(event_loop);
}

#[test]
fn a_running_loop_can_not_be_closed() {
    let event_loop = new_loop();
    event_loop
        .run_until_complete(async {
            let closed = catch_unwind(AssertUnwindSafe(|| event_loop.close()));
            let message = *closed.unwrap_err().downcast::<&str>().unwrap();
            assert_eq!(message, "an event loop can't be closed while it runs: stop it first");
        })
        .unwrap();
    assert!(!event_loop.handle().is_closed());
}

#[test]
fn a_loop_can_be_closed_while_another_runs() {
    let drops = Drops::default();
    let guard = drops.guard();
    let inner = new_loop();
    let gate = Gate::default();
    let task = inner.spawn({
        let gate = gate.clone();
        async move {
            let _guard = guard;
            gate.await;
        }
    });
    inner.run_until_complete(yield_now()).unwrap();
    block_on(async {
        gate.open(); // through the remote queue
        drop(inner);
        assert_eq!(drops.count(), 1);
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(spawn(async { 1 }).await.unwrap(), 1);
    });
}

#[test]
fn handles_of_a_loop_print_its_state() {
    let event_loop = new_loop();
    assert_eq!(
        format!("{event_loop:?}"),
        "EventLoop { running: false, closed: false, tasks: 0, .. }"
    );
    let task = event_loop.spawn(pending::<()>());
    assert_eq!(
        format!("{:?}", event_loop.handle()),
        "EventLoop { running: false, closed: false, tasks: 1, .. }"
    );
    event_loop.close();
    assert_eq!(
        format!("{event_loop:?}"),
        "EventLoop { running: false, closed: true, tasks: 0, .. }"
    );
    drop(task);
    assert_eq!(
        block_on(async { format!("{:?}", current()) }),
        "EventLoop { running: true, closed: false, tasks: 0, .. }"
    );
}

#[test]
fn what_was_left_before_a_run_comes_before_what_the_run_schedules() {
    let event_loop = new_loop();
    let log = Arc::new(Mutex::new(Vec::new()));
    let entry = |name: &'static str| {
        let log = log.clone();
        move || log.lock().unwrap().push(name)
    };
    event_loop.handle().threadsafe().call_soon_threadsafe(entry("before the run")).unwrap();
    let later = (entry("in the run"), event_loop.handle().threadsafe());
    event_loop
        .run_until_complete(async move { later.1.call_soon_threadsafe(later.0).unwrap() })
        .map(drop)
        .unwrap();
    run_a_turn(&event_loop);
    assert_eq!(*log.lock().unwrap(), ["before the run", "in the run"]);
}

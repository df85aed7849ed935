//! Groups of tasks: which run, which are cancelled, and their errors.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use cogen::executor::{
    EventLoop, LoopHandle, TaskError, TaskGroup, block_on, task_group, timeout, yield_now,
};
use cogen_tests::observe::{Log, OnDrop, panic_message};

/// Adds a task that never ends, and logs that it was dropped.
fn endless(group: &TaskGroup<&'static str>, log: &Log, name: &'static str) {
    let log = log.clone();
    group.spawn(async move {
        let _on_drop = OnDrop::new(move || log.add(name));
        pending::<Result<(), _>>().await
    });
}

fn live() -> usize {
    LoopHandle::current().unwrap().task_count()
}

#[test]
fn a_group_waits_for_all_of_its_tasks() {
    block_on(async {
        let log = Log::default();
        let value = task_group(async |group: TaskGroup<()>| {
            for turns in [3, 1, 2] {
                let log = log.clone();
                group.spawn(async move {
                    for _ in 0..turns {
                        yield_now().await;
                    }
                    log.add(turns.to_string());
                    Ok(())
                });
            }
            Ok("value")
        });
        assert_eq!(value.await.unwrap(), "value");
        assert_eq!(log.take(), ["1", "2", "3"]);
        assert_eq!(live(), 0);
    });
}

#[test]
fn a_group_without_tasks_is_its_body() {
    block_on(async {
        assert_eq!(task_group(async |_: TaskGroup<()>| Ok(42)).await.unwrap(), 42);
        let error = task_group(async |_| Err::<(), _>("no route")).await.unwrap_err();
        assert!(matches!(error.errors[..], [TaskError::Failed("no route")]));
    });
}

#[test]
fn the_first_error_cancels_the_others_and_the_body_and_waits_for_them() {
    block_on(async {
        let log = Log::default();
        let error = task_group(async |group| {
            endless(&group, &log, "a task");
            group.spawn(async {
                yield_now().await;
                Err::<(), _>("no route")
            });
            endless(&group, &log, "another");
            let _on_drop = OnDrop::new(|| log.add("the body"));
            pending::<Result<(), _>>().await
        })
        .await
        .unwrap_err();
        assert!(matches!(error.errors[..], [TaskError::Failed("no route")]));
        let mut dropped = log.take();
        dropped.sort_unstable();
        assert_eq!(dropped, ["a task", "another", "the body"]);
        assert_eq!(live(), 0);
    });
}

#[test]
fn all_errors_come_back_in_time() {
    block_on(async {
        let error = task_group(async |group| {
            group.spawn(async { Err::<(), _>("first") });
            group.spawn(async { Err::<(), _>("same turn, but cancelled before it ran") });
            yield_now().await;
            yield_now().await;
            Ok(())
        })
        .await
        .unwrap_err();
        assert_eq!(error.to_string(), "a task of a group failed: first");

        // The body's error comes first, then those of the tasks that it drops.
        let error = task_group(async |group: TaskGroup<&str>| {
            let inner = group.clone();
            let _on_drop = OnDrop::new(move || drop(inner.spawn(async { Ok(()) })));
            Err::<(), _>("the body's")
        })
        .await
        .unwrap_err();
        assert!(matches!(error.errors[..], [TaskError::Failed("the body's")]));
        assert_eq!(live(), 0);
    });
}

#[test]
fn a_panic_is_an_error_of_the_group() {
    block_on(async {
        let log = Log::default();
        let error = task_group(async |group| {
            endless(&group, &log, "dropped");
            group.spawn(async {
                if true {
                    panic!("out of paper");
                }
                Ok(())
            });
            Ok(())
        })
        .await
        .unwrap_err();
        match &error.errors[..] {
            [TaskError::Panicked(error)] => {
                assert_eq!(error.panic_message(), Some("out of paper"));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(log.take(), ["dropped"]);
    });
}

#[test]
fn tasks_add_tasks_and_cancelled_ones_just_end() {
    async fn visit(depth: u32, group: TaskGroup<()>, seen: Rc<RefCell<u32>>) -> Result<(), ()> {
        yield_now().await;
        *seen.borrow_mut() += 1;
        for _ in 0..if depth < 5 { 2 } else { 0 } {
            group.spawn(visit(depth + 1, group.clone(), seen.clone()));
        }
        Ok(())
    }
    block_on(async {
        let seen = Rc::new(RefCell::new(0));
        task_group(async |group| visit(0, group, seen.clone()).await).await.unwrap();
        assert_eq!(*seen.borrow(), 63);

        task_group(async |group: TaskGroup<()>| {
            let task = group.spawn(pending::<Result<(), _>>());
            task.cancel();
            assert!(task.await.unwrap_err().is_cancelled());
            let value = group.spawn(async { Ok(42) });
            assert_eq!(value.await.unwrap(), Some(42));
            Ok(())
        })
        .await
        .unwrap();
    });
}

#[test]
fn a_group_that_is_given_up_cancels_its_tasks() {
    block_on(async {
        let log = Log::default();
        let group = task_group(async |group| {
            endless(&group, &log, "one");
            endless(&group, &log, "two");
            pending::<Result<(), _>>().await
        });
        assert!(timeout(Duration::ZERO, group).await.is_err());
        yield_now().await;
        assert_eq!(log.take(), ["one", "two"]);
        assert_eq!(live(), 0);
    });
}

#[test]
fn a_group_that_has_ended_takes_no_tasks() {
    block_on(async {
        let kept = RefCell::new(None);
        task_group(async |group: TaskGroup<()>| {
            *kept.borrow_mut() = Some(group);
            Ok(())
        })
        .await
        .unwrap();
        let group = kept.take().unwrap();
        let message = panic_message(|| group.spawn(async { Ok(()) }));
        assert_eq!(message, "a task was added to a group that has ended");
    });
}

#[test]
fn a_group_is_cancelled_with_its_loop() {
    let log = Log::default();
    let event_loop = EventLoop::new().unwrap();
    let inside = log.clone();
    let running = event_loop.spawn(async move {
        task_group(async |group| {
            endless(&group, &inside, "a task");
            pending::<Result<(), _>>().await
        })
        .await
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    drop(event_loop);
    assert!(running.is_cancelled());
    assert_eq!(log.take(), ["a task"]);
}

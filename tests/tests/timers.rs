//! Timers and sleeps: order, odd deadlines, cancelling, and other activity meanwhile.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use cogen::executor::{
    EventLoop, LoopHandle, Sleep, block_on, sleep, sleep_until, spawn, yield_now,
};
use cogen_tests::observe::{Drops, Gate, Log, Wakes, in_time};

const SHORT: Duration = Duration::from_millis(3);
const HOUR: Duration = Duration::from_secs(3600);

fn current() -> LoopHandle {
    LoopHandle::current().unwrap()
}

/// Polls a sleep for the first time, which sets its timer.
async fn begin(sleep: &mut Sleep) {
    poll_fn(|cx| {
        assert!(Pin::new(&mut *sleep).poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[test]
fn a_sleep_is_never_too_short() {
    block_on(async {
        for micros in [0, 1, 10, 999, 1000, 1001, 2500] {
            let (start, duration) = (Instant::now(), Duration::from_micros(micros));
            sleep(duration).await;
            assert!(start.elapsed() >= duration);
            let deadline = Instant::now() + duration;
            sleep_until(deadline).await;
            assert!(Instant::now() >= deadline);
        }
    });
}

#[test]
fn timers_fire_by_deadline_and_then_by_order_of_creation() {
    in_time(|| {
        let event_loop = EventLoop::new().unwrap();
        let log = Log::default();
        let soon = event_loop.handle().time() + SHORT;
        let later = soon + Duration::from_nanos(1);
        for (deadline, name) in
            [(later, "d"), (soon, "a"), (later, "e"), (soon, "b"), (soon, "c"), (later, "f")]
        {
            event_loop.handle().call_at(deadline, log.adds(name));
        }
        event_loop.run_until_complete(sleep_until(later)).unwrap();
        assert_eq!(log.take(), ["a", "b", "c", "d", "e", "f"]);
    });
}

#[test]
fn sleeps_and_callbacks_of_one_deadline_share_the_order_of_creation() {
    in_time(|| {
        block_on(async {
            let log = Log::default();
            let deadline = Instant::now() + SHORT;
            let mut tasks = Vec::new();
            for n in 0..10 {
                if n % 2 == 0 {
                    current().call_at(deadline, log.adds(&n.to_string()));
                } else {
                    let mut sleep = sleep_until(deadline);
                    begin(&mut sleep).await;
                    let log = log.clone();
                    tasks.push(spawn(async move {
                        sleep.await;
                        log.add(n.to_string());
                    }));
                }
            }
            for task in tasks {
                task.await.unwrap();
            }
            assert_eq!(log.take(), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        });
    });
}

#[test]
fn many_timers_of_one_deadline_fire_in_order_though_others_are_cancelled_between_them() {
    let count = if cfg!(miri) { 60 } else { 1000 };
    in_time(move || {
        block_on(async {
            let log = Log::default();
            let deadline = Instant::now() + SHORT;
            let mut expected = Vec::new();
            let mut cancelled = Vec::new();
            for n in 0..count {
                if n % 3 == 1 {
                    expected.push(n.to_string());
                    current().call_at(deadline, log.adds(&n.to_string()));
                } else {
                    cancelled.push(current().call_at(deadline, || unreachable!()));
                }
                if n % 50 == 0 {
                    yield_now().await; // puts some into the heap
                }
            }
            for timer in cancelled.iter().rev() {
                timer.cancel();
            }
            sleep_until(deadline).await;
            assert_eq!(log.take(), expected);
        });
    });
}

#[test]
fn deadlines_in_the_past_and_now_are_due_at_once_and_in_order() {
    in_time(|| {
        block_on(async {
            let log = Log::default();
            let now = Instant::now();
            let past = now.checked_sub(Duration::from_millis(5)).unwrap();
            current().call_at(now, log.adds("now"));
            current().call_at(past, log.adds("past"));
            current().call_later(Duration::ZERO, log.adds("zero"));
            assert!(log.take().is_empty(), "not at once");
            sleep_until(past).await;
            sleep(Duration::ZERO).await;
            assert_eq!(log.take(), ["past", "now", "zero"]);
        });
    });
}

#[test]
fn deadlines_beyond_the_clock_are_never_due_and_hold_nobody_up() {
    in_time(|| {
        let event_loop = EventLoop::new().unwrap();
        let drops = Drops::default();
        let guard = drops.guard();
        let never = event_loop.handle().call_later(Duration::MAX, move || drop(guard));
        assert_eq!(never.when(), None);
        event_loop
            .run_until_complete(async {
                let mut for_ever = sleep(Duration::MAX);
                let mut very_long = sleep(Duration::from_secs(u64::MAX / 4));
                begin(&mut for_ever).await;
                begin(&mut very_long).await;
                sleep(SHORT).await;
                begin(&mut for_ever).await;
                begin(&mut very_long).await;
            })
            .unwrap();
        never.cancel();
        assert_eq!(drops.count(), 1);
        let guard = drops.guard();
        event_loop.handle().call_later(Duration::MAX, move || drop(guard));
        drop(event_loop);
        assert_eq!(drops.count(), 2);
    });
}

#[test]
fn a_sleep_always_lets_others_run() {
    block_on(async {
        let log = Log::default();
        for wait in [sleep(Duration::ZERO), sleep_until(Instant::now() - SHORT)] {
            current().call_soon(log.adds("other"));
            wait.await;
            assert_eq!(log.take(), ["other"]);
        }
    });
}

#[test]
fn a_sleep_begins_when_it_is_awaited_first() {
    in_time(|| {
        block_on(async {
            let wait = sleep(SHORT);
            let begin = Instant::now() + SHORT;
            sleep_until(begin).await;
            wait.await;
            assert!(Instant::now() >= begin + SHORT);
        });
    });
}

#[test]
fn a_shorter_timer_that_another_thread_brings_during_a_longer_wait_takes_effect() {
    in_time(|| {
        let event_loop = EventLoop::new().unwrap();
        let handle = event_loop.handle().threadsafe();
        event_loop.handle().call_later(HOUR, || unreachable!());
        let (sleeps, is_asleep) = channel();
        let thread = thread::spawn(move || {
            is_asleep.recv().unwrap();
            handle
                .call_soon_threadsafe(|| {
                    let own = current();
                    let stop = own.clone();
                    own.call_later(SHORT, move || stop.stop());
                })
                .unwrap();
        });
        event_loop.handle().call_soon(move || sleeps.send(()).unwrap());
        event_loop.run_forever().unwrap();
        thread.join().unwrap();
    });
}

#[test]
fn a_shorter_timer_that_a_timer_sets_takes_effect() {
    in_time(|| {
        block_on(async {
            let log = Log::default();
            let long = current().call_later(HOUR, || unreachable!());
            current().call_later(SHORT, {
                let log = log.clone();
                move || {
                    current().call_later(SHORT, log.adds("inner"));
                }
            });
            while log.take().is_empty() {
                sleep(SHORT).await;
            }
            long.cancel();
        });
    });
}

#[test]
fn a_cancelled_timer_does_not_delay_the_next_one() {
    in_time(|| {
        block_on(async {
            let first = current().call_later(SHORT, || unreachable!());
            let mut wait = sleep(2 * SHORT);
            begin(&mut wait).await;
            yield_now().await;
            first.cancel();
            wait.await;
        });
    });
}

#[test]
fn thousands_of_timers_can_be_cancelled_in_any_order() {
    let count = if cfg!(miri) { 200 } else { 10_000 };
    in_time(move || {
        block_on(async {
            let drops = Drops::default();
            for step in [1, 7, 3] {
                let timers: Vec<_> = (0..count)
                    .map(|n| {
                        let guard = drops.guard();
                        current()
                            .call_later(HOUR + Duration::from_secs(n * step % 100), move || {
                                drop(guard)
                            })
                    })
                    .collect();
                yield_now().await;
                sleep(Duration::ZERO).await; // puts them into the heap
                let mut at = 0;
                for _ in 0..count {
                    at = (at + step) % count;
                    timers[at as usize].cancel();
                }
                for timer in &timers {
                    timer.cancel();
                }
            }
            assert_eq!(drops.count(), 3 * count as usize);
            let log = Log::default();
            current().call_later(Duration::ZERO, log.adds("still works"));
            sleep(SHORT).await;
            assert_eq!(log.take(), ["still works"]);
        });
    });
}

#[test]
fn a_sleep_that_is_dropped_wakes_nobody() {
    in_time(|| {
        block_on(async {
            let (wakes, waker) = Wakes::new();
            let mut cx = std::task::Context::from_waker(&waker);
            let (mut dropped, mut kept) = (Box::pin(sleep(SHORT)), Box::pin(sleep(SHORT)));
            assert!(dropped.as_mut().poll(&mut cx).is_pending());
            assert!(kept.as_mut().poll(&mut cx).is_pending());
            drop(dropped);
            sleep(SHORT).await;
            yield_now().await;
            assert_eq!(wakes.count(), 1);
            assert!(kept.as_mut().poll(&mut cx).is_ready());
        });
    });
}

#[test]
fn a_sleep_wakes_who_has_polled_it_last() {
    in_time(|| {
        block_on(async {
            let ((first, first_waker), (second, second_waker)) = (Wakes::new(), Wakes::new());
            let mut wait = pin!(sleep(SHORT));
            for waker in [&first_waker, &second_waker, &first_waker, &second_waker, &second_waker] {
                assert!(
                    wait.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending()
                );
            }
            sleep(SHORT).await;
            yield_now().await;
            assert_eq!((first.count(), second.count()), (0, 1));
        });
    });
}

#[test]
fn sleeps_that_end_at_once_starve_nobody() {
    in_time(|| {
        let event_loop = EventLoop::new().unwrap();
        let handle = event_loop.handle().threadsafe();
        event_loop
            .run_until_complete(async {
                let turns = Rc::new(Cell::new(0_u64));
                let busy = spawn({
                    let turns = turns.clone();
                    async move {
                        loop {
                            sleep(Duration::ZERO).await;
                            turns.set(turns.get() + 1);
                        }
                    }
                });
                sleep(SHORT).await; // other timers
                let gate = Gate::default();
                let remote = gate.clone();
                let thread = thread::spawn(move || {
                    handle.call_soon_threadsafe(move || remote.open()).map_err(drop).map(drop)
                });
                gate.await; // other threads
                thread.join().unwrap().unwrap();
                let seen = turns.get();
                while turns.get() < seen + 3 {
                    yield_now().await; // the future itself
                }
                busy.cancel();
            })
            .unwrap();
    });
}

#[test]
fn timers_outlive_a_run_and_fire_in_the_next() {
    in_time(|| {
        let event_loop = EventLoop::new().unwrap();
        let log = Log::default();
        event_loop.handle().call_later(Duration::ZERO, log.adds("later"));
        event_loop.handle().stop();
        event_loop.run_forever().unwrap();
        event_loop.run_until_complete(sleep(SHORT)).unwrap();
        assert_eq!(log.take(), ["later"]);
    });
}

#[test]
fn a_sleep_whose_loop_is_closed_goes_on_where_it_is_polled_next() {
    in_time(|| {
        let first = EventLoop::new().unwrap();
        let mut wait = sleep(SHORT);
        first.run_until_complete(begin(&mut wait)).unwrap();
        drop(first);
        block_on(wait);
    });
}

#[test]
fn a_sleep_whose_loop_is_closed_meanwhile_is_told() {
    in_time(|| {
        let first = EventLoop::new().unwrap();
        let mut wait = sleep(SHORT);
        first.run_until_complete(begin(&mut wait)).unwrap();
        let (wakes, waker) = Wakes::new();
        // A foreign waker waits, where no loop runs.
        let cx = &mut std::task::Context::from_waker(&waker);
        assert!(pin!(&mut wait).poll(cx).is_pending());
        drop(first);
        assert_eq!(wakes.count(), 1);
        block_on(wait);
    });
}

#[test]
fn a_sleep_outlives_its_loop() {
    let event_loop = EventLoop::new().unwrap();
    let mut wait = sleep(HOUR);
    event_loop.run_until_complete(begin(&mut wait)).unwrap();
    drop(event_loop);
    drop(wait);
}

#[test]
#[should_panic = "`sleep` needs a running event loop: no event loop runs on this thread"]
fn a_sleep_panics_outside_of_a_loop() {
    let (_, waker) = Wakes::new();
    let _ = pin!(sleep(SHORT)).poll(&mut std::task::Context::from_waker(&waker));
}

#[test]
#[should_panic = "a sleep that has begun was awaited: it belongs to another event loop"]
fn a_sleep_that_has_begun_panics_in_another_loop() {
    let (one, other) = (EventLoop::new().unwrap(), EventLoop::new().unwrap());
    let mut wait = sleep(HOUR);
    one.run_until_complete(begin(&mut wait)).unwrap();
    let _ = other.run_until_complete(wait);
}

#[test]
fn a_sleep_that_has_ended_is_ready_in_any_loop() {
    let (one, other) = (EventLoop::new().unwrap(), EventLoop::new().unwrap());
    let mut wait = sleep(Duration::ZERO);
    one.run_until_complete(&mut wait).unwrap();
    other.run_until_complete(wait).unwrap();
}

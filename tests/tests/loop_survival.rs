//! The loop survives hostile futures, wakers, destructors and threads. Each test is named for the
//! attack.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Wake, Waker};
use std::thread;
use std::time::Duration;

use cogen::executor::{
    AbortHandle, EventLoop, LoopHandle, RunError, Sleep, Task, ThreadsafeHandle, TimerHandle,
    block_on, sleep, spawn, yield_now,
};
use cogen_tests::observe::{Drops, Gate, Log, OnDrop, Wakes, in_time, reports};

const HOUR: Duration = Duration::from_secs(3600);

fn new_loop() -> EventLoop {
    EventLoop::new().unwrap()
}

fn current() -> LoopHandle {
    LoopHandle::current().unwrap()
}

/// Runs everything that is ready.
async fn settle() {
    for _ in 0..5 {
        yield_now().await;
    }
}

/// Polls a task with `waker`, which then waits for it.
fn poll_with<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

/// A foreign waker, which panics.
struct Bomb {
    wakes: AtomicUsize,
}

impl Wake for Bomb {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, SeqCst);
        panic!("from a waker");
    }
}

fn bomb() -> (Arc<Bomb>, Waker) {
    let bomb = Arc::new(Bomb { wakes: AtomicUsize::new(0) });
    (bomb.clone(), bomb.into())
}

// 1. Swallowed wake-ups and park tokens, wakes in every gap, wakers out of order.

#[test]
fn item_1_a_future_that_swallows_a_wake_up_loses_only_its_own() {
    in_time(|| {
        block_on(async {
            let (swallowed, gate) = (Gate::default(), Gate::default());
            // Ready after two wake-ups, and ignores both itself.
            let swallows = spawn({
                let swallowed = swallowed.clone();
                poll_fn(move |cx| {
                    let mut inner = swallowed.clone();
                    let _ = Pin::new(&mut inner).poll(cx);
                    if swallowed.polls() < 3 { Poll::Pending } else { Poll::Ready(()) }
                })
            });
            let other = spawn(gate.clone());
            settle().await;
            swallowed.open();
            gate.open();
            other.await.unwrap();
            assert!(!swallows.is_done());
            swallowed.open();
            swallows.await.unwrap();
            assert_eq!(swallowed.polls(), 3);
        });
    });
}

#[test]
fn item_1_a_future_that_swallows_the_park_token_or_leaves_one_harms_nobody() {
    in_time(|| {
        let gate = Gate::default();
        block_on(async {
            let thread = thread::spawn({
                let (gate, owner) = (gate.clone(), thread::current());
                move || {
                    owner.unpark();
                    gate.open();
                    owner.unpark();
                }
            });
            let parks = spawn(async {
                for _ in 0..5 {
                    thread::current().unpark();
                    thread::park();
                    yield_now().await;
                }
                thread::current().unpark();
            });
            gate.await;
            parks.await.unwrap();
            thread.join().unwrap();
        });
        thread::current().unpark();
        let (gate, opener) = (Gate::default(), Gate::default());
        let thread = thread::spawn({
            let (gate, opener) = (gate.clone(), opener.clone());
            move || {
                block_on(opener);
                gate.open();
            }
        });
        block_on(async {
            opener.open();
            gate.await;
        });
        thread.join().unwrap();
    });
}

#[test]
fn item_1_a_wake_between_the_empty_queue_and_the_sleep_is_seen() {
    let rounds = if cfg!(miri) { 20 } else { 5_000 };
    in_time(move || {
        // The two continue only by each other's wake-ups, and neither side has anything else to do.
        let (there, back) = (channel::<Gate>(), channel::<Gate>());
        let thread = thread::spawn(move || {
            let (there, back) = (there.1, back.0);
            block_on(async move {
                for _ in 0..rounds {
                    let mine = Gate::default();
                    back.send(mine.clone()).unwrap();
                    mine.await;
                    there.recv().unwrap().open();
                }
            });
        });
        block_on(async move {
            for _ in 0..rounds {
                let mine = Gate::default();
                there.0.send(mine.clone()).unwrap();
                back.1.recv().unwrap().open();
                mine.await;
            }
        });
        thread.join().unwrap();
    });
}

#[test]
fn item_1_wakers_that_are_stored_out_of_order_wake_their_own_tasks() {
    in_time(|| {
        block_on(async {
            let gates: Vec<_> = (0..20).map(|_| Gate::default()).collect();
            let tasks: Vec<_> = gates.iter().cloned().map(spawn).collect();
            settle().await;
            let wakers: Vec<_> = gates.iter().map(|gate| gate.waker().unwrap()).collect();
            let thread = thread::spawn({
                let gates = gates.clone();
                move || {
                    for (gate, waker) in gates.iter().zip(wakers).rev() {
                        gate.open();
                        let stale = waker.clone();
                        waker.wake();
                        stale.wake();
                    }
                }
            });
            for task in tasks {
                task.await.unwrap();
            }
            thread.join().unwrap();
            assert!(gates.iter().all(|gate| gate.polls() == 2 || gate.polls() == 3));
        });
    });
}

// 2. Wakers from other threads during and after the loop's end; thread-locals that outlive it.

#[test]
fn item_2_a_waker_of_another_thread_during_and_after_the_loops_drop() {
    let rounds = if cfg!(miri) { 5 } else { 300 };
    in_time(move || {
        for round in 0..rounds {
            let event_loop = new_loop();
            let drops = Drops::default();
            let gates: Vec<_> = (0..8).map(|_| Gate::default()).collect();
            for gate in &gates {
                let (gate, guard) = (gate.clone(), drops.guard());
                drop(event_loop.spawn(async move {
                    let _guard = guard;
                    loop {
                        gate.clone().await;
                        yield_now().await;
                    }
                }));
            }
            event_loop.run_until_complete(settle()).unwrap();
            let start = Arc::new(Barrier::new(3));
            let threads: Vec<_> = [0, 1]
                .map(|half| {
                    let wakers: Vec<_> = gates
                        .iter()
                        .skip(half)
                        .step_by(2)
                        .map(|gate| gate.waker().unwrap())
                        .collect();
                    let start = start.clone();
                    thread::spawn(move || {
                        start.wait();
                        for _ in 0..round % 7 {
                            for waker in &wakers {
                                waker.wake_by_ref();
                                let copy = waker.clone();
                                copy.wake();
                            }
                        }
                        wakers
                    })
                })
                .into_iter()
                .collect();
            start.wait();
            drop(event_loop);
            assert_eq!(drops.count(), 8);
            for thread in threads {
                for waker in thread.join().unwrap() {
                    waker.wake(); // after the end
                }
            }
            drop(gates);
            assert_eq!(drops.count(), 8);
        }
    });
}

#[test]
fn item_2_a_wake_that_is_on_its_way_when_the_loop_closes() {
    let rounds = if cfg!(miri) { 50 } else { 3_000 };
    in_time(move || {
        let (send, wakers) = channel::<(Waker, Arc<Barrier>)>();
        let thread = thread::spawn(move || {
            for (waker, start) in wakers {
                start.wait();
                waker.wake();
            }
        });
        for _ in 0..rounds {
            let event_loop = new_loop();
            let (drops, gate) = (Drops::default(), Gate::default());
            let guard = drops.guard();
            drop(event_loop.spawn({
                let gate = gate.clone();
                async move {
                    let _guard = guard;
                    gate.await;
                }
            }));
            event_loop.run_until_complete(yield_now()).unwrap();
            let start = Arc::new(Barrier::new(2));
            send.send((gate.waker().unwrap(), start.clone())).unwrap();
            start.wait();
            drop(event_loop); // waits, if the task is being pushed to the queue
            assert!(drops.is_once_here());
        }
        drop(send);
        thread.join().unwrap();
    });
}

#[test]
fn item_2_the_last_waker_is_dropped_on_another_thread_after_the_loop() {
    in_time(|| {
        let drops = Drops::default();
        let gate = Gate::default();
        let event_loop = new_loop();
        let task = event_loop.spawn({
            let (gate, guard) = (gate.clone(), drops.guard());
            async move {
                gate.await;
                guard
            }
        });
        event_loop.run_until_complete(settle()).unwrap();
        let waker = gate.waker().unwrap();
        let (send, receive) = channel::<Waker>();
        let thread = thread::spawn(move || {
            for waker in receive {
                waker.wake_by_ref();
                drop(waker);
            }
        });
        drop(task); // detached
        send.send(waker.clone()).unwrap();
        drop(event_loop);
        assert!(drops.is_once_here());
        send.send(waker).unwrap();
        drop(send);
        thread.join().unwrap();
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn item_2_the_output_of_a_task_stays_on_its_thread_though_the_last_waker_does_not() {
    in_time(|| {
        let event_loop = new_loop();
        let drops = Drops::default();
        let gate = Gate::default();
        let task = event_loop.spawn({
            let (gate, guard) = (gate.clone(), drops.guard());
            async move {
                gate.await;
                Rc::new(guard)
            }
        });
        event_loop.run_until_complete(settle()).unwrap();
        let waker = gate.waker().unwrap();
        gate.open();
        waker.wake_by_ref();
        event_loop.run_until_complete(settle()).unwrap();
        assert!(task.is_done());
        let waker = thread::spawn(move || {
            waker.wake_by_ref();
            waker
        })
        .join()
        .unwrap();
        drop(event_loop);
        assert_eq!(drops.count(), 0);
        drop(task);
        assert!(drops.is_once_here());
        thread::spawn(move || drop(waker)).join().unwrap();
        assert_eq!(drops.count(), 1);
    });
}

/// A value in a thread-local, whose destructor runs code.
struct AtTheEnd<T>(RefCell<Option<T>>);

impl<T> AtTheEnd<T> {
    const fn new() -> Self {
        Self(RefCell::new(None))
    }
}

#[test]
fn item_2_a_loop_in_a_thread_local_that_is_dropped_last() {
    thread_local! {
        // The destructor of the first used thread-local may run last or first. Both orders are
        // tried.
        static KEPT: AtTheEnd<EventLoop> = const { AtTheEnd::new() };
    }
    for is_first in [true, false] {
        in_time(move || {
            let drops = Drops::default();
            let gate = Gate::default();
            let thread = thread::spawn({
                let (drops, gate) = (drops.clone(), gate.clone());
                move || {
                    if is_first {
                        KEPT.with(|kept| drop(kept.0.take()));
                    }
                    let event_loop = new_loop();
                    let guard = drops.guard();
                    drop(event_loop.spawn(async move {
                        let _on_drop = OnDrop::new(|| {
                            // Code that needs a loop may find one or none.
                            let _ =
                                LoopHandle::current().map(|handle| drop(handle.spawn(async {})));
                            let _ = catch_unwind(|| drop(spawn(async {})));
                        });
                        let _guard = guard;
                        gate.await;
                    }));
                    event_loop.run_until_complete(settle()).unwrap();
                    KEPT.with(|kept| kept.0.replace(Some(event_loop)));
                    thread::current().id()
                }
            });
            thread.join().unwrap();
            assert_eq!(drops.count(), 1);
            gate.open(); // its waker is a leftover
        });
    }
}

#[test]
fn item_2_a_loop_that_runs_in_the_destructor_of_a_thread_local() {
    struct Runs(Cell<bool>);
    impl Drop for Runs {
        fn drop(&mut self) {
            let event_loop = new_loop();
            let log = reports(event_loop.handle());
            let drops = Drops::default();
            let guard = drops.guard();
            let detached: Task<OnDrop<_>> = event_loop.spawn(async {
                yield_now().await;
                OnDrop::new(|| panic!("from the value of a detached task"))
            });
            drop(detached);
            drop(event_loop.spawn(async {
                yield_now().await;
                panic!("from a detached task");
            }));
            let gate = Gate::default();
            let task = event_loop.spawn({
                let gate = gate.clone();
                async move {
                    let _guard = guard;
                    gate.await;
                    3
                }
            });
            event_loop.handle().call_soon(move || gate.open());
            event_loop.handle().call_later(Duration::ZERO, || ());
            assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), 3);
            event_loop.run_until_complete(settle()).unwrap();
            let aborted = event_loop.spawn(pending::<()>());
            aborted.abort_handle().abort();
            assert!(event_loop.run_until_complete(aborted).unwrap().unwrap_err().is_cancelled());
            let handle = event_loop.handle().threadsafe();
            event_loop.handle().call_soon(move || handle.stop());
            event_loop.run_forever().unwrap();
            assert_eq!(
                event_loop.run_until_complete(async { spawn(async { 4 }).await.unwrap() }),
                Ok(4)
            );
            drop(event_loop);
            assert_eq!(drops.count(), 1);
            let lines = log.take();
            assert_eq!(lines.len(), 2, "{lines:?}");
            DONE.fetch_add(1, SeqCst);
        }
    }
    static DONE: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static RUNS: Runs = const { Runs(Cell::new(false)) };
    }
    for is_first in [true, false] {
        in_time(move || {
            thread::spawn(move || {
                if is_first {
                    RUNS.with(|runs| runs.0.set(true));
                }
                block_on(async {});
                RUNS.with(|runs| runs.0.set(true));
            })
            .join()
            .unwrap();
        });
    }
    assert_eq!(DONE.load(SeqCst), 2);
}

#[test]
fn item_2_wakers_tasks_and_handles_in_thread_locals_that_outlive_the_loop() {
    struct Kept {
        waker: Option<Waker>,
        tasks: Vec<Task<Rc<u8>>>,
        sleep: Option<Sleep>,
        handle: Option<LoopHandle>,
        threadsafe: Option<ThreadsafeHandle>,
        abort: Option<AbortHandle>,
        timer: Option<TimerHandle>,
    }
    impl Drop for Kept {
        fn drop(&mut self) {
            self.waker.take().unwrap().wake();
            self.abort.take().unwrap().abort();
            for task in self.tasks.drain(..) {
                task.cancel();
                let _ = task.result();
                task.add_done_callback(|_| ());
            }
            drop(self.sleep.take());
            self.timer.take().unwrap().cancel();
            let handle = self.handle.take().unwrap();
            drop(handle.spawn(async {}));
            handle.call_soon(|| unreachable!());
            handle.call_later(Duration::ZERO, || unreachable!());
            let threadsafe = self.threadsafe.take().unwrap();
            threadsafe.stop();
            assert_eq!(threadsafe.call_soon_threadsafe(|| ()).is_err(), handle.is_closed());
            ENDS.fetch_add(1, SeqCst);
        }
    }
    static ENDS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static KEPT: AtTheEnd<Kept> = const { AtTheEnd::new() };
    }
    for is_first in [true, false] {
        in_time(move || {
            let body = move || {
                if is_first {
                    KEPT.with(|kept| drop(kept.0.take()));
                }
                let event_loop = new_loop();
                let gate = Gate::default();
                let pending_task = event_loop.spawn({
                    let gate = gate.clone();
                    async move {
                        gate.await;
                        Rc::new(1)
                    }
                });
                let done = event_loop.spawn(async { Rc::new(2) });
                let panicked =
                    event_loop.spawn(async { panic!("nobody sees this before the thread's end") });
                let mut wait = sleep(HOUR);
                event_loop
                    .run_until_complete(async {
                        poll_fn(|cx| {
                            assert!(Pin::new(&mut wait).poll(cx).is_pending());
                            Poll::Ready(())
                        })
                        .await;
                        settle().await;
                    })
                    .unwrap();
                let kept = Kept {
                    waker: gate.waker(),
                    abort: Some(pending_task.abort_handle()),
                    tasks: vec![pending_task, done, panicked],
                    sleep: Some(wait),
                    handle: Some(event_loop.handle().clone()),
                    threadsafe: Some(event_loop.handle().threadsafe()),
                    timer: Some(event_loop.handle().call_later(HOUR, || unreachable!())),
                };
                KEPT.with(|in_thread| in_thread.0.replace(Some(kept)));
                drop(event_loop);
            };
            thread::spawn(body).join().unwrap();
        });
    }
    assert_eq!(ENDS.load(SeqCst), 2);
}

#[test]
#[cfg_attr(miri, ignore = "what is forgotten leaks")]
fn item_2_a_loop_that_is_forgotten_and_woken_after_the_end_of_its_thread() {
    in_time(|| {
        let drops = Drops::default();
        let gate = Gate::default();
        thread::spawn({
            let (gate, guard) = (gate.clone(), drops.guard());
            move || {
                let event_loop = new_loop();
                let task = event_loop.spawn(async move {
                    let _guard = guard;
                    gate.await;
                });
                event_loop.run_until_complete(settle()).unwrap();
                std::mem::forget(event_loop);
                std::mem::forget(task);
            }
        })
        .join()
        .unwrap();
        let waker = gate.waker().unwrap();
        waker.wake_by_ref();
        drop(waker);
        gate.open();
        assert_eq!(
            (gate.polls(), drops.count()),
            (1, 0),
            "neither polled nor dropped on this thread"
        );
    });
}

// 3. Stale wakers; progress; wakes never poll inline and never block.

#[test]
fn item_3_a_wake_after_completion_never_polls_again() {
    in_time(|| {
        block_on(async {
            let polls = Rc::new(Cell::new(0));
            let wakers = Rc::new(RefCell::new(Vec::<Waker>::new()));
            let task = spawn({
                let (polls, wakers) = (polls.clone(), wakers.clone());
                poll_fn(move |cx| {
                    polls.set(polls.get() + 1);
                    wakers.borrow_mut().push(cx.waker().clone());
                    if polls.get() < 3 {
                        cx.waker().wake_by_ref();
                        cx.waker().wake_by_ref();
                        Poll::Pending
                    } else {
                        cx.waker().wake_by_ref(); // again in its last poll
                        Poll::Ready(())
                    }
                })
            });
            settle().await;
            assert!(task.is_done());
            for waker in wakers.borrow().iter() {
                waker.wake_by_ref();
            }
            let stale = wakers.take();
            thread::spawn(move || stale.into_iter().for_each(Waker::wake)).join().unwrap();
            let cancelled = spawn({
                let (polls, wakers) = (polls.clone(), wakers.clone());
                poll_fn(move |cx| {
                    polls.set(polls.get() + 1);
                    wakers.borrow_mut().push(cx.waker().clone());
                    Poll::<()>::Pending
                })
            });
            settle().await;
            assert_eq!(polls.get(), 4);
            cancelled.cancel();
            settle().await;
            let stale = wakers.take();
            thread::spawn(move || stale.into_iter().for_each(Waker::wake)).join().unwrap();
            settle().await;
            assert_eq!(polls.get(), 4);
            task.await.unwrap();
        });
    });
}

#[test]
fn item_3_a_stale_waker_does_not_reach_a_later_task_or_run() {
    let event_loop = new_loop();
    let gate = Gate::default();
    let first = event_loop.spawn(gate.clone());
    event_loop.run_until_complete(settle()).unwrap();
    let stale = gate.waker().unwrap();
    first.cancel();
    event_loop.run_until_complete(settle()).unwrap();
    let root: RefCell<Option<Waker>> = RefCell::default();
    let keep_waker = || {
        let keep = poll_fn(|cx| {
            *root.borrow_mut() = Some(cx.waker().clone());
            Poll::Ready(())
        });
        event_loop.run_until_complete(keep).unwrap();
    };
    keep_waker();
    let second = Gate::default();
    let task = event_loop.spawn(second.clone()); // in the place of the first
    let mut polls = 0;
    let mut pending_root = pin!(poll_fn(|_| {
        polls += 1;
        Poll::<()>::Pending
    }));
    event_loop.handle().stop();
    assert_eq!(event_loop.run_until_complete(pending_root.as_mut()), Err(RunError::Stopped));
    stale.wake();
    root.borrow().as_ref().unwrap().wake_by_ref();
    event_loop.handle().call_soon({
        let handle = event_loop.handle().clone();
        move || handle.stop()
    });
    event_loop.run_forever().unwrap();
    event_loop.run_until_complete(settle()).unwrap();
    assert_eq!((second.polls(), polls), (1, 1));
    // And in the run of another future.
    for is_early in [true, false] {
        keep_waker();
        let waker = root.take().unwrap();
        if is_early {
            waker.wake_by_ref();
        }
        let mut polls = 0;
        let other = poll_fn(|_| {
            polls += 1;
            waker.wake_by_ref();
            Poll::<()>::Pending
        });
        event_loop.handle().call_later(Duration::ZERO, {
            let handle = event_loop.handle().clone();
            move || handle.stop()
        });
        assert_eq!(event_loop.run_until_complete(other), Err(RunError::Stopped));
        assert_eq!(polls, 1);
    }
    drop(task);
}

#[test]
fn item_3_a_self_wake_and_a_spawn_inside_a_poll_count_as_progress() {
    in_time(|| {
        let event_loop = new_loop();
        let log = Log::default();
        drop(event_loop.spawn({
            let log = log.clone();
            let mut turns = 0;
            poll_fn(move |cx| {
                turns += 1;
                if turns == 1000 {
                    let log = log.clone();
                    drop(spawn(async move {
                        log.add("spawned");
                        drop(spawn(async { current().stop() }));
                    }));
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
        }));
        event_loop.run_forever().unwrap();
        assert_eq!(log.take(), ["spawned"]);
    });
}

#[test]
fn item_3_a_wake_never_polls_inline() {
    block_on(async {
        let gate = Gate::default();
        let task = spawn(gate.clone());
        settle().await;
        gate.open();
        assert_eq!(gate.polls(), 1);
        // Not even if the wake comes from inside a poll.
        let own = Gate::default();
        let inside = spawn({
            let own = own.clone();
            poll_fn(move |cx| {
                let before = own.polls();
                let _ = Pin::new(&mut own.clone()).poll(cx);
                cx.waker().wake_by_ref();
                assert_eq!(own.polls(), before + 1);
                if before == 3 { Poll::Ready(()) } else { Poll::Pending }
            })
        });
        task.await.unwrap();
        inside.await.unwrap();
        assert_eq!((gate.polls(), own.polls()), (2, 4));
    });
}

#[test]
fn item_3_ten_thousand_wakes_of_another_thread_while_the_loop_is_stalled() {
    let count = if cfg!(miri) { 100 } else { 10_000 };
    in_time(move || {
        block_on(async move {
            let gates: Vec<_> = (0..count).map(|_| Gate::default()).collect();
            let tasks: Vec<_> = gates.iter().cloned().map(spawn).collect();
            yield_now().await;
            yield_now().await;
            let again = gates.clone();
            let thread = thread::spawn(move || {
                for gate in &again {
                    let waker = gate.waker().unwrap();
                    gate.open();
                    waker.wake_by_ref();
                    waker.wake();
                }
            });
            // This stalls the loop. If a wake waited for the loop, neither would continue.
            thread.join().unwrap();
            assert!(gates.iter().all(|gate| gate.polls() == 1));
            for task in tasks {
                task.await.unwrap();
            }
            assert!(gates.iter().all(|gate| gate.polls() == 2), "each is polled once more");

            let one = Gate::default();
            let task = spawn(one.clone());
            settle().await;
            let waker = one.waker().unwrap();
            thread::spawn(move || {
                for _ in 0..count {
                    waker.wake_by_ref();
                }
            })
            .join()
            .unwrap();
            settle().await;
            assert_eq!(one.polls(), 2, "and one that is woken so often, too");
            task.cancel();
        });
    });
}

// 4. Destructors that call the loop, handles that hold each other.

#[test]
fn item_4_a_future_that_wakes_spawns_cancels_and_calls_from_its_drop() {
    in_time(|| {
        for way in ["end", "cancel", "close"] {
            let event_loop = new_loop();
            let reported = reports(event_loop.handle());
            let log = Log::default();
            let (gate, drops) = (Gate::default(), Drops::default());
            let victim = Rc::new(event_loop.spawn({
                let guard = drops.guard();
                async move {
                    let _guard = guard;
                    pending::<()>().await;
                }
            }));
            let own: Rc<RefCell<Option<Waker>>> = Rc::default();
            let on_drop = OnDrop::new({
                let (handle, log, victim, own, gate) = (
                    event_loop.handle().clone(),
                    log.clone(),
                    victim.clone(),
                    own.clone(),
                    gate.clone(),
                );
                move || {
                    own.take().unwrap().wake();
                    gate.open();
                    drop(handle.spawn({
                        let log = log.clone();
                        async move { log.add("spawned") }
                    }));
                    victim.cancel();
                    handle.call_soon(log.adds("called"));
                    handle.call_later(Duration::ZERO, log.adds("timer"));
                    let _ = handle.threadsafe().call_soon_threadsafe(|| ());
                    handle.threadsafe().stop();
                    handle.set_exception_handler(handle.exception_handler());
                }
            });
            let task = event_loop.spawn({
                let gate = gate.clone();
                async move {
                    let _on_drop = on_drop;
                    poll_fn(|cx| {
                        own.replace(Some(cx.waker().clone()));
                        Pin::new(&mut gate.clone()).poll(cx)
                    })
                    .await;
                }
            });
            event_loop.run_until_complete(settle()).unwrap();
            match way {
                "end" => gate.open(),
                "cancel" => drop(task.cancel()),
                _ => event_loop.close(),
            }
            if way == "close" {
                assert!(log.take().is_empty());
            } else {
                event_loop.run_forever().unwrap(); // until the drop stops it
                event_loop.run_until_complete(sleep(Duration::from_millis(1))).unwrap();
                assert_eq!(log.take(), ["spawned", "called", "timer"], "{way}");
            }
            assert!(victim.is_cancelled(), "{way}");
            assert_eq!((drops.count(), event_loop.handle().task_count()), (1, 0), "{way}");
            assert!(reported.take().is_empty());
        }
    });
}

#[test]
fn item_4_the_last_handle_is_dropped_inside_its_own_poll() {
    in_time(|| {
        block_on(async {
            let drops = Drops::default();
            for ends in [true, false] {
                let own: Rc<RefCell<Option<Task<()>>>> = Rc::default();
                let task = spawn({
                    let (own, guard) = (own.clone(), drops.guard());
                    async move {
                        let _guard = guard;
                        drop(own.take());
                        yield_now().await;
                        if !ends {
                            pending::<()>().await;
                        }
                    }
                });
                *own.borrow_mut() = Some(task);
                settle().await;
                assert!(own.borrow().is_none());
            }
            assert_eq!((drops.count(), current().task_count()), (1, 1));
        });
        let event_loop = new_loop();
        let drops = Drops::default();
        let own: Rc<RefCell<Option<_>>> = Rc::default();
        let task = event_loop.spawn({
            let (own, guard) = (own.clone(), drops.guard());
            async move {
                let _guard = guard;
                drop(own.take()); // cancels
                yield_now().await;
                unreachable!();
            }
        });
        *own.borrow_mut() = Some(task.cancel_on_drop());
        event_loop.run_until_complete(settle()).unwrap();
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn item_4_tasks_that_hold_each_others_handles() {
    in_time(|| {
        let drops = Drops::default();
        for way in ["end", "cancel", "close"] {
            let event_loop = new_loop();
            let gate = Gate::default();
            let slots: [Rc<RefCell<Option<Task<()>>>>; 2] = std::array::from_fn(|_| Rc::default());
            for n in 0..2 {
                let (own, other, gate, guard) =
                    (slots[n].clone(), slots[1 - n].clone(), gate.clone(), drops.guard());
                let task = event_loop.spawn(async move {
                    let _guard = (guard, own);
                    if n == 0 {
                        gate.await;
                        other.borrow().as_ref().unwrap().cancel();
                    } else {
                        pending::<()>().await;
                    }
                });
                *slots[n].borrow_mut() = Some(task);
            }
            event_loop.run_until_complete(settle()).unwrap();
            match way {
                "end" => gate.open(),
                "cancel" => {
                    slots.iter().for_each(|slot| assert!(slot.borrow().as_ref().unwrap().cancel()))
                }
                _ => {}
            }
            let weak: Vec<_> = slots.iter().map(Rc::downgrade).collect();
            drop(slots);
            if way != "close" {
                event_loop.run_until_complete(settle()).unwrap();
            }
            assert_eq!(event_loop.handle().task_count(), if way == "close" { 2 } else { 0 });
            drop(event_loop);
            assert!(weak.iter().all(|slot| slot.upgrade().is_none()), "{way}");
        }
        assert_eq!(drops.count(), 6);
    });
}

#[test]
fn item_4_timers_and_callbacks_that_hold_their_own_handles_and_wakers() {
    in_time(|| {
        let drops = Drops::default();
        let event_loop = new_loop();
        // A task whose sleep holds its waker, which holds the task, which holds the sleep.
        drop(event_loop.spawn({
            let guard = drops.guard();
            async move {
                let _guard = guard;
                sleep(HOUR).await;
            }
        }));
        // A timer and a callback that hold their own handles.
        let own_timer: Rc<RefCell<Option<TimerHandle>>> = Rc::default();
        let timer = event_loop.handle().call_later(HOUR, {
            let (own, guard) = (own_timer.clone(), drops.guard());
            move || drop((own, guard))
        });
        *own_timer.borrow_mut() = Some(timer);
        event_loop.run_until_complete(settle()).unwrap();
        let own_callback = Rc::new(RefCell::new(None));
        let callback = event_loop.handle().call_soon({
            let (own, guard) = (own_callback.clone(), drops.guard());
            move || drop((own, guard))
        });
        *own_callback.borrow_mut() = Some(callback);
        let own_threadsafe = Arc::new(Mutex::new(None));
        let threadsafe = event_loop.handle().threadsafe().call_soon_threadsafe({
            let guard = drops.guard();
            let own = own_threadsafe.clone();
            move || drop((own, guard))
        });
        *own_threadsafe.lock().unwrap() = Some(threadsafe.unwrap());
        // A task with a done callback that holds the task.
        let task: Rc<Task<()>> = Rc::new(event_loop.spawn(pending()));
        task.add_done_callback({
            let (task, guard) = (task.clone(), drops.guard());
            move |_| drop((task, guard))
        });
        // An exception handler that holds the loop.
        let guard = drops.guard();
        event_loop.handle().set_exception_handler(Some(Rc::new({
            let handle = event_loop.handle().clone();
            move |_| {
                let _guard = (&guard, &handle);
            }
        })));
        let weak = (
            Rc::downgrade(&own_timer),
            Rc::downgrade(&own_callback),
            Rc::downgrade(&task),
            Arc::downgrade(&own_threadsafe),
        );
        drop((own_timer, own_callback, own_threadsafe, task));
        drop(event_loop);
        assert_eq!(drops.count(), 6);
        assert!(
            weak.0.upgrade().is_none()
                && weak.1.upgrade().is_none()
                && weak.2.upgrade().is_none()
                && weak.3.upgrade().is_none()
        );
    });
}

#[test]
fn item_4_a_drop_that_comes_back_to_everything_that_is_replaced_or_cancelled() {
    in_time(|| {
        let event_loop = new_loop();
        let log = Log::default();
        let comes_back = |name: &str| {
            let (handle, log, name) = (event_loop.handle().clone(), log.clone(), name.to_owned());
            OnDrop::new(move || {
                handle.call_soon(log.adds(&name));
                handle.call_later(HOUR, || ()).cancel();
                drop(handle.spawn(async {}));
                let _ = handle.exception_handler();
                handle.set_exception_handler(None);
            })
        };
        let guard = comes_back("handler");
        event_loop.handle().set_exception_handler(Some(Rc::new(move |_| {
            let _guard = &guard;
        })));
        event_loop.handle().set_exception_handler(None);
        let guard = comes_back("callback");
        event_loop.handle().call_soon(move || drop(guard)).cancel();
        let guard = comes_back("timer");
        event_loop.handle().call_later(HOUR, move || drop(guard)).cancel();
        let guard = comes_back("task");
        let task = event_loop.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        task.cancel();
        event_loop.run_until_complete(settle()).unwrap();
        assert_eq!(log.take(), ["handler", "callback", "timer", "task"]);
        let guard = comes_back("never");
        event_loop.handle().call_soon(move || drop(guard));
        let guard = comes_back("never");
        event_loop.handle().call_later(HOUR, move || drop(guard));
        let guard = comes_back("never");
        event_loop.handle().set_exception_handler(Some(Rc::new(move |_| {
            let _guard = &guard;
        })));
        drop(event_loop);
        assert!(log.take().is_empty());
    });
}

// 5. Other threads: aborts, and what the compiler refuses.

#[test]
fn item_5_a_task_that_another_thread_aborts_is_dropped_on_the_owners_thread() {
    let rounds = if cfg!(miri) { 5 } else { 200 };
    in_time(move || {
        for _ in 0..rounds {
            let event_loop = new_loop();
            let (drops, start) = (Drops::default(), Arc::new(Barrier::new(2)));
            let guard = drops.guard();
            let gate = Gate::default();
            let task = event_loop.spawn({
                let gate = gate.clone();
                async move {
                    let _guard = guard;
                    loop {
                        gate.clone().await;
                        yield_now().await;
                    }
                }
            });
            event_loop.run_until_complete(settle()).unwrap();
            let (abort, waker) = (task.abort_handle(), gate.waker().unwrap());
            drop(task);
            let thread = thread::spawn({
                let start = start.clone();
                move || {
                    start.wait();
                    waker.wake_by_ref();
                    abort.abort();
                    waker.wake();
                    abort.abort();
                }
            });
            start.wait();
            while event_loop.handle().task_count() > 0 {
                event_loop.run_until_complete(yield_now()).unwrap();
            }
            assert!(drops.is_once_here());
            thread.join().unwrap();
        }
    });
}

#[test]
fn item_5_an_abort_races_the_end_of_the_task_and_of_the_loop() {
    let rounds = if cfg!(miri) { 5 } else { 200 };
    in_time(move || {
        for _ in 0..rounds {
            let event_loop = new_loop();
            let (drops, start) = (Drops::default(), Arc::new(Barrier::new(2)));
            let guard = drops.guard();
            let task = event_loop.spawn(async move {
                let _guard = guard;
                yield_now().await;
                Rc::new(1)
            });
            let abort = task.abort_handle();
            let thread = thread::spawn({
                let start = start.clone();
                move || {
                    start.wait();
                    abort.abort();
                }
            });
            start.wait();
            let result = event_loop.run_until_complete(task).unwrap();
            assert!(result.map_or_else(|error| error.is_cancelled(), |value| *value == 1));
            assert!(drops.is_once_here());
            drop(event_loop);
            thread.join().unwrap();
        }
    });
}

struct Is<T>(std::marker::PhantomData<T>);

trait IsNot {
    const SEND: bool = false;
    const SYNC: bool = false;
}

impl<T> IsNot for Is<T> {}

impl<T: Send> Is<T> {
    const SEND: bool = true;
}

impl<T: Sync> Is<T> {
    const SYNC: bool = true;
}

/// Whether a type is `Send` and `Sync`: inherent items take precedence over those of a trait.
macro_rules! crosses_threads {
    ($type:ty) => {
        (Is::<$type>::SEND, Is::<$type>::SYNC)
    };
}

#[test]
fn item_5_what_belongs_to_one_thread_is_refused_on_another_when_compiling() {
    assert_eq!(crosses_threads!(EventLoop), (false, false));
    assert_eq!(crosses_threads!(LoopHandle), (false, false));
    assert_eq!(crosses_threads!(Task<u8>), (false, false));
    assert_eq!(crosses_threads!(cogen::executor::CancelOnDrop<u8>), (false, false));
    assert_eq!(crosses_threads!(Sleep), (false, false));
    assert_eq!(crosses_threads!(TimerHandle), (false, false));
    assert_eq!(crosses_threads!(cogen::executor::CallbackHandle), (false, false));
    assert_eq!(crosses_threads!(ThreadsafeHandle), (true, true));
    assert_eq!(crosses_threads!(AbortHandle), (true, true));
    assert_eq!(crosses_threads!(cogen::executor::ThreadsafeCallbackHandle), (true, true));
    assert_eq!(crosses_threads!(cogen::executor::JoinError), (true, true));
}

// 6. Ends: pending tasks, spawns during the end, races with it, nesting.

#[test]
fn item_6_a_loop_that_is_dropped_with_pending_tasks() {
    in_time(|| {
        let event_loop = new_loop();
        let drops = Drops::default();
        let mut tasks = Vec::new();
        for turns in 0..4 {
            let guard = drops.guard();
            tasks.push(event_loop.spawn(async move {
                let _guard = guard;
                for _ in 0..turns {
                    yield_now().await;
                }
                sleep(HOUR).await;
            }));
        }
        for turns in 0..3 {
            let guard = drops.guard();
            drop(event_loop.spawn(async move {
                let _guard = guard;
                for _ in 0..turns {
                    yield_now().await;
                }
                pending::<()>().await;
            }));
        }
        event_loop.run_until_complete(yield_now()).unwrap();
        let guard = drops.guard();
        tasks.push(event_loop.spawn(async move { drop(guard) })); // never polled
        drop(event_loop);
        assert_eq!(drops.count(), 8);
        assert!(tasks.iter().all(Task::is_cancelled));
    });
}

#[test]
fn item_6_a_spawn_during_the_shutdown() {
    in_time(|| {
        struct Respawns(usize, Drops, #[allow(dead_code)] cogen_tests::observe::DropGuard);
        impl Drop for Respawns {
            fn drop(&mut self) {
                if self.0 > 0 {
                    let next = Self(self.0 - 1, self.1.clone(), self.1.guard());
                    drop(current().spawn(async move {
                        let _next = next;
                        unreachable!("the loop is closed");
                    }));
                    let task = spawn(async { unreachable!("the loop is closed") });
                    let _: &Task<()> = &task;
                    assert!(task.is_cancelled());
                    task.add_done_callback(|_| unreachable!("the loop is closed"));
                }
            }
        }
        let event_loop = new_loop();
        let reported = reports(event_loop.handle());
        let drops = Drops::default();
        for _ in 0..3 {
            let first = Respawns(10, drops.clone(), drops.guard());
            drop(event_loop.spawn(async move {
                let _first = first;
                pending::<()>().await;
            }));
        }
        event_loop.run_until_complete(settle()).unwrap();
        let handle = event_loop.handle().clone();
        drop(event_loop);
        assert_eq!((drops.count(), handle.task_count()), (33, 0));
        assert!(reported.take().is_empty());
    });
}

#[test]
fn item_6_a_loop_that_is_dropped_while_its_owner_panics() {
    in_time(|| {
        let drops = Drops::default();
        let run = catch_unwind({
            let drops = drops.clone();
            move || {
                let event_loop = new_loop();
                let guard = drops.guard();
                drop(event_loop.spawn(async move {
                    let _guard = guard;
                    let _on_drop = OnDrop::new(|| panic!("one more, from the drop of a task"));
                    pending::<()>().await;
                }));
                event_loop.run_until_complete(settle()).unwrap();
                panic_any("the owner");
            }
        });
        assert_eq!(*run.unwrap_err().downcast::<&str>().unwrap(), "the owner");
        assert!(drops.is_once_here());
    });
}

#[test]
fn item_6_call_soon_threadsafe_races_close_and_gets_an_error_and_its_closure() {
    let rounds = if cfg!(miri) { 5 } else { 300 };
    in_time(move || {
        for round in 0..rounds {
            let event_loop = new_loop();
            let start = Arc::new(Barrier::new(3));
            let (called, dropped, refused) =
                (Arc::new(AtomicUsize::new(0)), Drops::default(), Arc::new(AtomicUsize::new(0)));
            let threads: Vec<_> = (0..2)
                .map(|_| {
                    let (handle, start, called, dropped, refused) = (
                        event_loop.handle().threadsafe(),
                        start.clone(),
                        called.clone(),
                        dropped.clone(),
                        refused.clone(),
                    );
                    thread::spawn(move || {
                        start.wait();
                        let mut handles = Vec::new();
                        for _ in 0..10 {
                            let (called, guard) = (called.clone(), dropped.guard());
                            match handle.call_soon_threadsafe(move || {
                                called.fetch_add(1, SeqCst);
                                drop(guard);
                            }) {
                                Ok(handle) => handles.push(handle),
                                Err(error) => {
                                    refused.fetch_add(1, SeqCst);
                                    drop(error.into_inner());
                                }
                            }
                        }
                        handles.len()
                    })
                })
                .collect();
            start.wait();
            if round % 2 == 0 {
                event_loop.run_until_complete(yield_now()).unwrap();
            }
            drop(event_loop);
            let taken: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
            assert_eq!(taken + refused.load(SeqCst), 20);
            assert!(called.load(SeqCst) <= taken);
            assert_eq!(
                dropped.count(),
                20,
                "each is called, or dropped with the loop, or came back"
            );
        }
    });
}

#[test]
fn item_6_call_soon_threadsafe_from_a_drop_during_close_gets_its_closure_back() {
    let event_loop = new_loop();
    let log = Log::default();
    let on_drop = OnDrop::new({
        let (handle, log) = (event_loop.handle().threadsafe(), log.clone());
        move || {
            let error = handle.call_soon_threadsafe(|| ()).unwrap_err();
            (error.into_inner())();
            log.add("refused");
        }
    });
    event_loop.handle().call_soon(move || drop(on_drop));
    event_loop.close();
    assert_eq!(log.take(), ["refused"]);
}

#[test]
fn item_6_a_nested_run_is_refused_everywhere_and_never_hangs() {
    in_time(|| {
        let event_loop = new_loop();
        let reported = reports(event_loop.handle());
        let nested = || catch_unwind(|| block_on(pending::<()>())).is_err();
        let log = Log::default();
        event_loop.handle().call_soon({
            let log = log.clone();
            move || log.add(format!("callback {}", nested()))
        });
        let task = event_loop.spawn(async move { nested() });
        let (handle, other) = (event_loop.handle().clone(), new_loop());
        let in_drop = event_loop.spawn({
            let log = log.clone();
            async move {
                let _on_drop =
                    OnDrop::new(move || log.add(format!("drop {:?}", other.run_forever())));
                drop(handle);
                pending::<()>().await;
            }
        });
        event_loop.run_until_complete(settle()).unwrap();
        assert!(event_loop.run_until_complete(task).unwrap().unwrap());
        in_drop.cancel();
        drop(event_loop); // its close behaves the same
        assert_eq!(log.take(), ["callback true", "drop Err(Nested)"]);
        assert!(reported.take().is_empty());
    });
}

// 7. Panics everywhere.

#[test]
fn item_7_panics_in_poll_in_drops_in_callbacks_and_in_wakers() {
    in_time(|| {
        let event_loop = new_loop();
        let reported = reports(event_loop.handle());
        let handle = event_loop.handle().clone();
        event_loop
            .run_until_complete(async {
                let log = Log::default();
                drop(spawn(async { panic!("poll") }));
                drop(spawn(async {
                    let _on_drop = OnDrop::new(|| panic!("drop of the future, at its end"));
                }));
                let cancelled = spawn(async {
                    let _on_drop = OnDrop::new(|| panic!("drop of the future, cancelled"));
                    pending::<()>().await;
                });
                drop(spawn(async { OnDrop::new(|| panic!("drop of the output")) }));
                handle.call_soon(|| panic!("callback"));
                handle.call_soon(|| {
                    let _on_drop = OnDrop::new(|| panic!("drop in a callback"));
                });
                let (bomb_of_task, waker) = bomb();
                let mut awaited = spawn(async { 1 });
                assert!(poll_with(&mut awaited, &waker).is_pending());
                let (bomb_of_sleep, waker) = bomb();
                let mut wait = sleep(Duration::ZERO);
                assert!(poll_with(&mut wait, &waker).is_pending());
                let (bomb_of_watched, waker) = bomb();
                let mut watched = spawn(async { 2 });
                watched.add_done_callback(|_| panic!("done callback"));
                assert!(poll_with(&mut watched, &waker).is_pending());
                handle.call_soon(log.adds("the batch goes on"));
                yield_now().await;
                assert_eq!(log.take(), ["the batch goes on"]);
                cancelled.cancel();
                settle().await;
                sleep(Duration::from_millis(1)).await;
                assert!(cancelled.await.unwrap_err().is_cancelled());
                assert_eq!((awaited.await.unwrap(), watched.await.unwrap()), (1, 2));
                wait.await;
                for bomb in [bomb_of_task, bomb_of_sleep, bomb_of_watched] {
                    assert_eq!(bomb.wakes.load(SeqCst), 1);
                }
            })
            .unwrap();
        let mut lines = reported.take();
        lines.sort();
        let expected = [
            "a callback panicked: callback",
            "a callback panicked: done callback",
            "a callback panicked: drop in a callback",
            "a task panicked when it was dropped: drop of the future, cancelled",
            "a task that was not awaited panicked (task 'Task-1'): poll",
            "a task that was not awaited panicked (task 'Task-2'): drop of the future, at its end",
            "a waker panicked: from a waker",
            "a waker panicked: from a waker",
            "a waker panicked: from a waker",
            "the value of a detached task panicked when it was dropped: drop of the output",
        ];
        assert_eq!(lines, expected);
        assert_eq!(
            event_loop.run_until_complete(async { spawn(async { 3 }).await.unwrap() }),
            Ok(3)
        );
        assert_eq!(event_loop.handle().task_count(), 0);
    });
}

#[test]
fn item_7_a_panic_in_the_drop_of_a_future_that_has_panicked_or_is_done() {
    in_time(|| {
        /// Ready or panics, and panics when it is dropped after that.
        struct Twice(bool);
        impl Future for Twice {
            type Output = u8;
            fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u8> {
                assert!(self.0, "in poll");
                Poll::Ready(1)
            }
        }
        impl Drop for Twice {
            fn drop(&mut self) {
                panic!("in drop");
            }
        }
        block_on(async {
            let reported = reports(&current());
            assert_eq!(spawn(Twice(true)).await.unwrap(), 1);
            assert_eq!(reported.take(), ["a task panicked when it was dropped: in drop"]);
            assert_eq!(spawn(Twice(false)).await.unwrap_err().panic_message(), Some("in poll"));
            assert_eq!(reported.take(), ["a task panicked when it was dropped: in drop"]);
            assert_eq!(current().task_count(), 0);
        });
    });
}

#[test]
fn item_7_a_payload_that_panics_when_it_is_dropped() {
    in_time(|| {
        struct Payload;
        impl Drop for Payload {
            fn drop(&mut self) {
                panic_any(Payload); // for ever
            }
        }
        let event_loop = new_loop();
        let count = Rc::new(Cell::new(0));
        event_loop.handle().set_exception_handler(Some(Rc::new({
            let count = count.clone();
            move |_| count.set(count.get() + 1)
        })));
        drop(event_loop.spawn(async { panic_any(Payload) }));
        event_loop.handle().call_soon(|| panic_any(Payload));
        event_loop.run_until_complete(settle()).unwrap();
        assert_eq!(count.get(), 2);
        assert_eq!(event_loop.run_until_complete(async { 1 }), Ok(1));
    });
}

#[test]
fn item_7_panics_while_the_loop_closes() {
    in_time(|| {
        let event_loop = new_loop();
        let reported = reports(event_loop.handle());
        let drops = Drops::default();
        let panics = |what: &'static str| {
            let guard = drops.guard();
            OnDrop::new(move || {
                drop(guard);
                panic!("{}", String::from(what));
            })
        };
        for what in ["first task", "second task"] {
            let on_drop = panics(what);
            drop(event_loop.spawn(async move {
                let _on_drop = on_drop;
                pending::<()>().await;
            }));
        }
        event_loop.run_until_complete(settle()).unwrap();
        let on_drop = panics("callback");
        event_loop.handle().call_soon(move || drop(on_drop));
        for what in ["first timer", "second timer"] {
            let on_drop = panics(what);
            event_loop.handle().call_later(HOUR, move || drop(on_drop));
        }
        let watched = event_loop.spawn(pending::<()>());
        let on_drop = panics("done callback");
        watched.add_done_callback(move |_| drop(on_drop));
        event_loop.close();
        assert_eq!((drops.count(), event_loop.handle().task_count()), (6, 0));
        let mut lines = reported.take();
        lines.sort();
        let expected = [
            "a callback panicked when it was dropped: callback",
            "a callback panicked when it was dropped: done callback",
            "a callback panicked when it was dropped: first timer",
            "a callback panicked when it was dropped: second timer",
            "a task panicked when it was dropped: first task",
            "a task panicked when it was dropped: second task",
        ];
        assert_eq!(lines, expected);
    });
}

#[test]
fn item_7_a_waker_that_panics_when_it_is_cloned_or_dropped() {
    in_time(|| {
        // Counts, and panics in the call of this number.
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        static PANICS_AT: AtomicUsize = AtomicUsize::new(usize::MAX);
        fn call() {
            if CALLS.fetch_add(1, SeqCst) == PANICS_AT.load(SeqCst) {
                panic!("from a waker");
            }
        }
        fn raw() -> RawWaker {
            RawWaker::new(std::ptr::null(), &VTABLE)
        }
        static VTABLE: RawWakerVTable = RawWakerVTable::new(
            |_| {
                call();
                raw()
            },
            |_| call(),
            |_| call(),
            |_| call(),
        );
        for panics_at in 0..12 {
            CALLS.store(0, SeqCst);
            PANICS_AT.store(panics_at, SeqCst);
            let event_loop = new_loop();
            let log = Log::default();
            event_loop.handle().set_exception_handler(Some(Rc::new({
                let log = log.clone();
                move |context| log.add(context.to_string())
            })));
            // SAFETY: there is no data.
            let waker = std::mem::ManuallyDrop::new(unsafe { Waker::from_raw(raw()) });
            let gate = Gate::default();
            let mut task = event_loop.spawn(gate.clone());
            let mut wait = sleep(Duration::ZERO);
            let end = event_loop
                .run_until_complete(async {
                    let _ = catch_unwind(AssertUnwindSafe(|| poll_with(&mut task, &waker)));
                    let _ = catch_unwind(AssertUnwindSafe(|| poll_with(&mut wait, &waker)));
                    let (_, other) = Wakes::new();
                    let _ = catch_unwind(AssertUnwindSafe(|| poll_with(&mut task, &other)));
                    let _ = catch_unwind(AssertUnwindSafe(|| poll_with(&mut wait, &other)));
                    let _ = catch_unwind(AssertUnwindSafe(|| poll_with(&mut task, &waker)));
                    let _ = catch_unwind(AssertUnwindSafe(|| poll_with(&mut wait, &waker)));
                    gate.open();
                    settle().await;
                    sleep(Duration::ZERO).await;
                    1
                })
                .unwrap();
            assert_eq!(end, 1);
            assert!(task.is_done());
            let _ = catch_unwind(AssertUnwindSafe(move || drop((task, wait))));
            drop(event_loop);
        }
    });
}

// 8. Starvation.

#[test]
fn item_8_a_task_that_wakes_itself_for_ever_starves_neither_timers_nor_other_threads() {
    in_time(|| {
        block_on(async {
            let busy = spawn(poll_fn(|cx| {
                cx.waker().wake_by_ref();
                Poll::<()>::Pending
            }));
            let calls_itself: Rc<Cell<bool>> = Rc::new(Cell::new(true));
            fn call_again(on: Rc<Cell<bool>>) {
                if on.get() {
                    current().call_soon(move || call_again(on));
                }
            }
            call_again(calls_itself.clone());
            sleep(Duration::from_millis(2)).await;
            sleep(Duration::ZERO).await;
            let gate = Gate::default();
            let thread = thread::spawn({
                let gate = gate.clone();
                move || gate.open()
            });
            gate.await;
            thread.join().unwrap();
            let handle = current().threadsafe();
            let again = Gate::default();
            let thread = thread::spawn({
                let gate = again.clone();
                move || drop(handle.call_soon_threadsafe(move || gate.open()).unwrap())
            });
            again.await;
            thread.join().unwrap();
            busy.cancel();
            calls_itself.set(false);
        });
    });
}

#[test]
fn item_8_the_loop_looks_at_timers_at_least_every_61_entries() {
    // A foreign waker notes how many entries had run when the timer fired.
    thread_local! {
        static ENTRIES: Cell<usize> = const { Cell::new(0) };
    }
    struct Notes(AtomicUsize);
    impl Wake for Notes {
        fn wake(self: Arc<Self>) {
            self.0.store(ENTRIES.get(), SeqCst);
        }
    }
    block_on(async {
        let notes = Arc::new(Notes(AtomicUsize::new(0)));
        let mut wait = sleep(Duration::ZERO);
        assert!(poll_with(&mut wait, &notes.clone().into()).is_pending());
        for _ in 0..500 {
            current().call_soon(|| ENTRIES.set(ENTRIES.get() + 1));
        }
        yield_now().await;
        assert_eq!(ENTRIES.get(), 500);
        let fired = notes.0.load(SeqCst);
        assert!((1..=61).contains(&fired), "after {fired} entries");
    });
}

#[test]
fn item_8_other_threads_are_heard_at_least_every_61_entries() {
    in_time(|| {
        let event_loop = new_loop();
        let handle = event_loop.handle().threadsafe();
        let entries = Rc::new(Cell::new(0));
        let heard = Arc::new(AtomicBool::new(false));
        let heard_at = Rc::new(Cell::new(None));
        event_loop.handle().call_soon({
            let heard = heard.clone();
            move || {
                thread::spawn(move || {
                    drop(handle.call_soon_threadsafe(move || heard.store(true, SeqCst)).unwrap())
                })
                .join()
                .unwrap();
            }
        });
        // It is called after the entries that are in the queue by then, and the outside is polled
        // every 61 entries.
        for _ in 0..500 {
            let (entries, heard, heard_at) = (entries.clone(), heard.clone(), heard_at.clone());
            event_loop.handle().call_soon(move || {
                entries.set(entries.get() + 1);
                if entries.get() == 100 {
                    let own = current();
                    let _ = own.call_soon(move || heard_at.set(Some(heard.load(SeqCst))));
                }
            });
        }
        event_loop.run_until_complete(yield_now()).unwrap();
        assert_eq!(heard_at.get(), Some(true), "before what was called after 100 entries");
    });
}

#[test]
fn item_8_timers_of_one_instant_fire_in_order_of_creation_beside_a_busy_task() {
    in_time(|| {
        block_on(async {
            let busy = spawn(async {
                loop {
                    yield_now().await;
                }
            });
            let log = Log::default();
            let deadline = current().time() + Duration::from_millis(2);
            for n in 0..200 {
                current().call_at(deadline, log.adds(&n.to_string()));
            }
            cogen::executor::sleep_until(deadline).await;
            assert_eq!(log.take(), (0..200).map(|n| n.to_string()).collect::<Vec<_>>());
            busy.cancel();
        });
    });
}

//! Load in waves: afterwards there are no more allocations, tasks and descriptors than before.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::future::pending;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::sync::atomic::{AtomicIsize, Ordering::SeqCst};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use cogen::executor::net::{open_connection, start_server};
use cogen::executor::{EventLoop, LoopHandle, Task, sleep, spawn, yield_now};
use cogen_tests::observe::{Gate, in_time};

const MANY: usize = if cfg!(miri) { 200 } else { 100_000 };
const WAVES: usize = 3;
const HOUR: Duration = Duration::from_secs(3600);

/// Counts the allocations and deallocations of threads that enable it.
struct Counting;

thread_local! {
    static COUNTS: Cell<bool> = const { Cell::new(false) };
}

static ALLOCATIONS: AtomicIsize = AtomicIsize::new(0);
static BYTES: AtomicIsize = AtomicIsize::new(0);

fn count(allocations: isize, layout: Layout) {
    // An error means that the thread is ending.
    if COUNTS.try_with(Cell::get) == Ok(true) {
        ALLOCATIONS.fetch_add(allocations, SeqCst);
        BYTES.fetch_add(allocations * isize::try_from(layout.size()).unwrap_or(0), SeqCst);
    }
}

// SAFETY: all calls are passed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-1, layout);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The live allocations, and their bytes.
fn live() -> (isize, isize) {
    (ALLOCATIONS.load(SeqCst), BYTES.load(SeqCst))
}

/// Returns the number of open descriptors of this process, if the system reports it.
fn descriptors() -> Option<Vec<String>> {
    let mut names: Vec<_> = std::fs::read_dir("/proc/self/fd")
        .ok()?
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    Some(names)
}

/// Runs `load` on a loop of its own, and checks that nothing is left over when the loop is dropped.
fn leaves_nothing(load: impl FnOnce(&EventLoop) + Send + 'static) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    in_time(|| {
        // After this, the thread has made its own lasting allocations.
        EventLoop::new().unwrap().run_until_complete(async {}).unwrap();
        let open = if cfg!(miri) { None } else { descriptors() };
        COUNTS.set(true);
        let before = live();
        let event_loop = EventLoop::new().unwrap();
        load(&event_loop);
        let handle = event_loop.handle().clone();
        drop(event_loop);
        assert_eq!(handle.task_count(), 0);
        drop(handle);
        let after = live();
        COUNTS.set(false);
        assert_eq!(after, before, "allocations and bytes");
        if !cfg!(miri) {
            assert_eq!(descriptors(), open);
        }
    });
}

#[test]
fn a_hundred_thousand_tasks_in_waves() {
    leaves_nothing(|event_loop| {
        let polls = Rc::new(Cell::new(0));
        let mut level = None;
        for wave in 0..WAVES {
            event_loop
                .run_until_complete(async {
                    let tasks: Vec<_> = (0..MANY)
                        .map(|n| {
                            let polls = polls.clone();
                            spawn(async move {
                                polls.set(polls.get() + 1);
                                yield_now().await;
                                polls.set(polls.get() + 1);
                                n
                            })
                        })
                        .collect();
                    tasks.iter().for_each(|task| task.set_name("one of many"));
                    assert_eq!(LoopHandle::current().unwrap().task_count(), MANY);
                    for (n, task) in tasks.into_iter().enumerate() {
                        assert_eq!(task.await.unwrap(), n);
                    }
                })
                .unwrap();
            assert_eq!(event_loop.handle().task_count(), 0);
            assert_eq!((polls.get(), Rc::strong_count(&polls)), (2 * MANY * (wave + 1), 1));
            // After the first wave the loop needs nothing more, except that its tables may grow
            // once.
            let (allocations, _) = live();
            assert_eq!(*level.get_or_insert(allocations), allocations);
        }
    });
}

#[test]
fn a_hundred_thousand_timers_in_waves() {
    leaves_nothing(|event_loop| {
        for _ in 0..WAVES {
            let fired = Rc::new(Cell::new(0));
            event_loop
                .run_until_complete(async {
                    let handle = LoopHandle::current().unwrap();
                    let delay = |n: usize| Duration::from_micros(n as u64 * 7919 % 20_000);
                    let tasks: Vec<_> = (0..MANY).map(|n| spawn(sleep(delay(n)))).collect();
                    for n in 0..MANY {
                        let fired = fired.clone();
                        handle.call_later(delay(n), move || fired.set(fired.get() + 1));
                    }
                    let cancelled: Vec<_> =
                        (0..MANY).map(|n| handle.call_later(delay(n), || unreachable!())).collect();
                    for timer in cancelled {
                        timer.cancel();
                    }
                    for task in tasks {
                        task.await.unwrap();
                    }
                    sleep(delay(MANY)).await;
                    while fired.get() < MANY {
                        yield_now().await;
                    }
                })
                .unwrap();
            assert_eq!((fired.get(), Rc::strong_count(&fired)), (MANY, 1));
            assert_eq!(event_loop.handle().task_count(), 0);
        }
    });
}

#[test]
fn a_hundred_thousand_timeouts_that_never_pass() {
    leaves_nothing(|event_loop| {
        event_loop
            .run_until_complete(async {
                let handle = LoopHandle::current().unwrap();
                // Due before the others, so that their nodes don't leave the heap from its top.
                let first = handle.call_later(HOUR / 2, || unreachable!());
                let mut high = live();
                for n in 0..MANY {
                    let timer = handle.call_later(HOUR, || unreachable!());
                    let task = spawn(sleep(HOUR));
                    yield_now().await;
                    timer.cancel();
                    task.cancel();
                    yield_now().await;
                    if n == 200 {
                        high = live();
                    }
                }
                let (allocations, bytes) = live();
                first.cancel();
                assert!(
                    allocations <= high.0 + 10 && bytes <= high.1 + 50_000,
                    "{high:?}, and then {allocations}, {bytes}"
                );
            })
            .unwrap();
    });
}

#[test]
fn a_hundred_thousand_tasks_that_are_cancelled() {
    leaves_nothing(|event_loop| {
        for wave in 0..WAVES {
            let tasks: Vec<Task<()>> =
                (0..MANY).map(|_| event_loop.spawn(async { sleep(HOUR).await })).collect();
            for task in &tasks {
                task.add_done_callback(|task| assert!(task.is_cancelled()));
                task.set_name("one of many");
            }
            if wave > 0 {
                event_loop.run_until_complete(yield_now()).unwrap();
            }
            if wave == 1 {
                let aborts: Vec<_> = tasks.iter().map(Task::abort_handle).collect();
                aborts.iter().for_each(cogen::executor::AbortHandle::abort);
            } else {
                tasks.iter().for_each(|task| assert!(task.cancel()));
            }
            event_loop
                .run_until_complete(async {
                    for task in tasks {
                        assert!(task.await.unwrap_err().is_cancelled());
                    }
                })
                .unwrap();
            assert_eq!(event_loop.handle().task_count(), 0);
        }
    });
}

#[test]
fn a_loop_that_is_dropped_with_a_hundred_thousand_of_everything() {
    leaves_nothing(|event_loop| {
        for _ in 0..MANY {
            drop(event_loop.spawn(sleep(HOUR)));
            drop(event_loop.spawn(pending::<()>()));
            event_loop.handle().call_later(HOUR, || unreachable!());
            event_loop.handle().call_later(Duration::MAX, || unreachable!());
        }
        event_loop.run_until_complete(yield_now()).unwrap();
        for _ in 0..MANY {
            drop(event_loop.spawn(async { unreachable!() }));
            event_loop.handle().call_soon(|| unreachable!());
            event_loop.handle().threadsafe().call_soon_threadsafe(|| unreachable!()).unwrap();
        }
        assert_eq!(event_loop.handle().task_count(), 3 * MANY);
    });
}

#[test]
fn a_hundred_thousand_tasks_that_other_threads_wake() {
    leaves_nothing(|event_loop| {
        let gates: Vec<_> = (0..MANY).map(|_| Gate::default()).collect();
        let tasks: Vec<_> = gates.iter().cloned().map(|gate| event_loop.spawn(gate)).collect();
        event_loop.run_until_complete(yield_now()).unwrap();
        // The needs of the thread itself are not counted.
        COUNTS.set(false);
        let thread = thread::spawn({
            let gates = gates.clone();
            move || {
                COUNTS.set(true);
                gates.iter().for_each(Gate::open);
                COUNTS.set(false);
            }
        });
        COUNTS.set(true);
        event_loop
            .run_until_complete(async {
                for task in tasks {
                    task.await.unwrap();
                }
            })
            .unwrap();
        COUNTS.set(false);
        thread.join().unwrap();
        COUNTS.set(true);
        assert!(gates.iter().all(|gate| gate.polls() == 2), "a wake-up is a poll");
        drop(gates);
    });
}

#[test]
fn a_thousand_loops_one_after_another() {
    leaves_nothing(|_| {
        for n in 0..if cfg!(miri) { 10 } else { 1000 } {
            let event_loop = EventLoop::new().unwrap();
            let handle = event_loop.handle().clone();
            event_loop.handle().set_exception_handler(Some(Rc::new(move |_| drop(handle.clone()))));
            let task = event_loop.spawn(pending::<()>());
            if n % 2 == 0 {
                event_loop.run_until_complete(yield_now()).unwrap();
            }
            drop(event_loop);
            assert!(task.is_cancelled());
        }
    });
}

/// Returns how many descriptors this process may have, if the system reports it.
fn descriptor_limit() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    limits.lines().find_map(|line| {
        line.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok()
    })
}

#[test]
fn as_many_connections_as_there_are_descriptors_in_waves() {
    // More connections at once than the accept queue holds would have to try again.
    const AT_ONCE: usize = 100;
    leaves_nothing(|event_loop| {
        // Each connection has two ends here, and the rest of the process needs a few descriptors.
        // The second number is near the number of ports.
        let connections = if cfg!(miri) {
            return;
        } else {
            ((descriptor_limit().unwrap_or(256) - 50) / 2).min(20_000)
        };
        let served = Rc::new(Cell::new(0));
        for wave in 1..=WAVES {
            event_loop
                .run_until_complete(async {
                    let server = start_server((Ipv4Addr::LOCALHOST, 0), {
                        let served = served.clone();
                        async move |mut reader, mut writer| {
                            while let Ok(line) = reader.read_line().await {
                                if line.is_empty() {
                                    break;
                                }
                                writer.write(&line);
                            }
                            served.set(served.get() + 1);
                        }
                    })
                    .unwrap();
                    let address = server.local_addr().unwrap();
                    let mut clients = Vec::new();
                    while clients.len() < connections {
                        let missing = AT_ONCE.min(connections - clients.len());
                        let opens: Vec<_> =
                            (0..missing).map(|_| spawn(open_connection(address))).collect();
                        for open in opens {
                            clients.push(open.await.unwrap().unwrap());
                        }
                    }
                    for (n, (_, writer)) in clients.iter_mut().enumerate() {
                        writer.write(format!("line {n}\n").as_bytes());
                    }
                    for (n, (reader, _)) in clients.iter_mut().enumerate() {
                        assert_eq!(
                            reader.read_line().await.unwrap(),
                            format!("line {n}\n").as_bytes()
                        );
                    }
                    assert_eq!(LoopHandle::current().unwrap().task_count(), connections + 1);
                    drop(clients);
                    server.close();
                    server.wait_closed().await;
                })
                .unwrap();
            assert_eq!((served.get(), Rc::strong_count(&served)), (connections * wave, 1));
            assert_eq!(event_loop.handle().task_count(), 0);
        }
    });
}

//! Models of `remote`, the queue for entries that other threads send to a loop. `loom` runs each
//! model in every relevant interleaving of its threads.
//!
//! The loop of the models uses the queue as `Scheduler::run` and `Scheduler::close` do. It sleeps
//! on an event that keeps a token, as the descriptor behind `mio::Waker` does. A lost wake-up is a
//! deadlock, which `loom` reports.

#![cfg(test)]

#[path = "../../../executor/src/runtime/remote.rs"]
mod remote;

/// The types that [`remote`] uses, in versions that `loom` checks.
mod sync {
    pub(super) use loom::sync::atomic::{AtomicBool, Ordering};
    pub(super) use loom::sync::{Mutex, MutexGuard};
}

use loom::model::Builder;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;
use remote::{Remote, Unpark};

/// The event that a loop sleeps on. An early token ends the next sleep.
#[derive(Default)]
struct Event {
    token: Mutex<bool>,
    changed: Condvar,
    unparks: AtomicUsize,
}

impl Event {
    fn wait(&self) {
        let mut token = self.token.lock().unwrap();
        while !*token {
            token = self.changed.wait(token).unwrap();
        }
        *token = false;
    }
}

impl Unpark for Arc<Event> {
    fn unpark(&self) {
        self.unparks.fetch_add(1, Ordering::Relaxed);
        *self.token.lock().unwrap() = true;
        self.changed.notify_one();
    }
}

/// A loop and its queue.
struct Loop {
    remote: Arc<Remote<u8, Arc<Event>>>,
    event: Arc<Event>,
    sleeps: usize,
}

impl Loop {
    fn new() -> Self {
        let event = Arc::new(Event::default());
        Self { remote: Arc::new(Remote::new(event.clone())), event, sleeps: 0 }
    }

    /// Waits for the next turn with entries, and takes them: `Scheduler::run`.
    fn next(&mut self) -> Vec<u8> {
        loop {
            if self.remote.may_have() {
                let entries = self.remote.take();
                assert!(!entries.is_empty(), "nobody else takes what the hint told of");
                return entries;
            }
            if self.remote.fall_asleep() {
                self.sleeps += 1;
                self.event.wait();
                self.remote.awake();
            }
        }
    }

    /// Takes entries until there are at least `count`.
    fn collect(&mut self, count: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while all.len() < count {
            all.extend(self.next());
        }
        all
    }

    /// Takes the remaining entries once the given number of entries that the tasks need have
    /// arrived: `Scheduler::close`.
    fn close(self, needed: usize, is_needed: fn(u8) -> bool) -> (Vec<u8>, Vec<u8>) {
        self.remote.begin_to_close();
        let mut all = Vec::new();
        loop {
            all.extend(self.remote.take());
            if all.iter().filter(|entry| is_needed(**entry)).count() == needed {
                return (all, self.remote.close());
            }
            if self.remote.fall_asleep() {
                self.event.wait();
                self.remote.awake();
            }
        }
    }
}

/// Runs every interleaving with at most the given number of preemptions. The known bugs need two.
fn model(preemptions: usize, body: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(body);
}

#[test]
fn a_push_between_the_empty_queue_and_the_sleep_is_not_lost() {
    model(5, || {
        let mut own = Loop::new();
        let remote = own.remote.clone();
        let producer = thread::spawn(move || {
            remote.push(1).unwrap();
            remote.push(2).unwrap();
        });
        assert_eq!(own.collect(2), [1, 2]);
        producer.join().unwrap();
    });
}

#[test]
fn two_producers_lose_nothing_and_keep_their_order() {
    model(3, || {
        let mut own = Loop::new();
        let producers = [[10, 11], [20, 21]].map(|entries| {
            let remote = own.remote.clone();
            thread::spawn(move || entries.into_iter().for_each(|entry| remote.push(entry).unwrap()))
        });
        let all = own.collect(4);
        for first in [10, 20] {
            let of_one: Vec<_> =
                all.iter().copied().filter(|entry| entry / 10 * 10 == first).collect();
            assert_eq!(of_one, [first, first + 1]);
        }
        for producer in producers {
            producer.join().unwrap();
        }
    });
}

#[test]
fn a_loop_is_unparked_at_most_once_a_sleep() {
    model(3, || {
        let mut own = Loop::new();
        let producers = [1, 2].map(|entry| {
            let remote = own.remote.clone();
            thread::spawn(move || remote.push(entry).unwrap())
        });
        own.collect(2);
        for producer in producers {
            producer.join().unwrap();
        }
        assert!(own.event.unparks.load(Ordering::Relaxed) <= own.sleeps);
    });
}

#[test]
fn a_loop_that_something_else_has_woken_is_not_unparked() {
    model(5, || {
        let own = Loop::new();
        assert!(own.remote.fall_asleep());
        // A descriptor is ready, or a timer is due.
        own.remote.awake();
        let remote = own.remote.clone();
        let producer = thread::spawn(move || remote.push(1).unwrap());
        producer.join().unwrap();
        assert_eq!(own.event.unparks.load(Ordering::Relaxed), 0);
        assert!(!own.remote.fall_asleep());
        assert_eq!(own.remote.take(), [1]);
    });
}

#[test]
fn a_busy_loop_sees_what_is_pushed_without_a_sleep() {
    model(5, || {
        let own = Loop::new();
        let remote = own.remote.clone();
        let producer = thread::spawn(move || remote.push(1).unwrap());
        while !own.remote.may_have() {
            thread::yield_now();
        }
        assert_eq!(own.remote.take(), [1]);
        assert!(!own.remote.may_have());
        producer.join().unwrap();
        assert_eq!(own.event.unparks.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn an_offer_that_races_close_is_taken_or_comes_back() {
    model(5, || {
        let own = Loop::new();
        let offers = [1, 2].map(|entry| {
            let remote = own.remote.clone();
            thread::spawn(move || remote.offer(entry, |entry| (entry, ())))
        });
        let (taken, rest) = own.close(0, |_| false);
        assert!(rest.is_empty(), "what is offered is taken before the tasks end, or not at all");
        for (offer, entry) in offers.into_iter().zip([1, 2]) {
            match offer.join().unwrap() {
                Ok(()) => assert!(taken.contains(&entry)),
                Err(back) => assert_eq!((back, taken.contains(&entry)), (entry, false)),
            }
        }
    });
}

#[test]
fn a_push_that_a_task_needs_for_its_end_is_never_lost_while_the_loop_closes() {
    model(4, || {
        let own = Loop::new();
        let needed = [1, 2].map(|entry| {
            let remote = own.remote.clone();
            thread::spawn(move || remote.push(entry))
        });
        let (taken, rest) = own.close(2, |entry| entry < 10);
        assert_eq!((taken.len(), rest.len()), (2, 0));
        for push in needed {
            push.join().unwrap().unwrap();
        }
    });
}

#[test]
fn a_push_that_nobody_needs_is_taken_is_left_or_comes_back() {
    model(3, || {
        let own = Loop::new();
        let remote = own.remote.clone();
        let needed = thread::spawn(move || remote.push(1));
        let remote = own.remote.clone();
        let stale = thread::spawn(move || (remote.push(10), remote.offer(11, |entry| (entry, ()))));
        let (taken, rest) = own.close(1, |entry| entry < 10);
        needed.join().unwrap().unwrap();
        let (pushed, offered) = stale.join().unwrap();
        let places = [taken.contains(&10), rest.contains(&10), pushed == Err(10)];
        assert_eq!(places.iter().filter(|is_there| **is_there).count(), 1);
        assert_ne!(taken.contains(&11), offered == Err(11));
        assert!(!rest.contains(&11));
    });
}

#[test]
fn a_closed_queue_wakes_nobody_and_keeps_nothing() {
    model(5, || {
        let mut own = Loop::new();
        let remote = own.remote.clone();
        let producer = thread::spawn(move || remote.push(1).and_then(|()| remote.push(2)));
        let first = own.next();
        let (remote, event) = (own.remote.clone(), own.event.clone());
        let (taken, rest) = own.close(0, |_| false);
        let pushed = producer.join().unwrap();
        assert_eq!(first.len() + taken.len() + rest.len(), 1 + usize::from(pushed.is_ok()));
        let unparks = event.unparks.load(Ordering::Relaxed);
        assert_eq!((remote.push(3), remote.offer(4, |entry| (entry, ()))), (Err(3), Err(4)));
        assert!(remote.close().is_empty());
        assert_eq!(event.unparks.load(Ordering::Relaxed), unparks);
        assert_eq!(Arc::strong_count(&event), 1, "its descriptor would be closed by now");
    });
}

/// The future of a `run_until_complete`, which waits for two other futures: `RootWaker` and its
/// entries.
struct Root {
    remote: Arc<Remote<u8, Arc<Event>>>,
    is_woken: AtomicBool,
    parts: [Part; 2],
}

#[derive(Default)]
struct Part {
    is_ready: AtomicBool,
    has_waker: Mutex<bool>,
}

impl Root {
    fn wake(&self) {
        if !self.is_woken.swap(true, Ordering::AcqRel) {
            self.remote.push(0).unwrap();
        }
    }

    /// Polls the futures in this order.
    fn poll(&self, order: [usize; 2]) -> bool {
        self.is_woken.store(false, Ordering::Release);
        let mut is_ready = true;
        for part in order.map(|n| &self.parts[n]) {
            *part.has_waker.lock().unwrap() = true;
            is_ready &= part.is_ready.load(Ordering::Acquire);
        }
        is_ready
    }

    fn complete(&self, n: usize) {
        self.parts[n].is_ready.store(true, Ordering::Release);
        let has_waker = std::mem::take(&mut *self.parts[n].has_waker.lock().unwrap());
        if has_waker {
            self.wake();
        }
    }
}

#[test]
fn two_wakers_that_are_stored_out_of_order_wake_the_root() {
    model(3, || {
        let mut own = Loop::new();
        let root = Arc::new(Root {
            remote: own.remote.clone(),
            is_woken: AtomicBool::new(true),
            parts: Default::default(),
        });
        let threads = [0, 1].map(|n| {
            let root = root.clone();
            thread::spawn(move || root.complete(n))
        });
        let mut order = [1, 0];
        while !root.poll(order) {
            order.reverse();
            assert!(own.next().iter().all(|entry| *entry == 0));
        }
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

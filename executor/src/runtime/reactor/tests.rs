//! Tests of the registration table. They call `wait` themselves.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

use mio::net::UnixStream;

use super::*;
use crate::runtime::event_loop::EventLoop;

#[derive(Default)]
struct Counter(AtomicUsize);

impl Counter {
    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

fn registered(event_loop: &EventLoop) -> (Registration<UnixStream>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    (Registration::new(event_loop.handle().0.clone(), ours, BOTH).unwrap(), theirs)
}

fn poll_read(
    registration: &Registration<UnixStream>,
    waker: &Waker,
    buffer: &mut [u8],
) -> Poll<io::Result<usize>> {
    registration
        .poll_io(Direction::Read, &mut Context::from_waker(waker), |mut source| source.read(buffer))
}

#[test]
fn an_event_wakes_once_and_readiness_stays() {
    let event_loop = EventLoop::new().unwrap();
    let reactor = &event_loop.handle().0.reactor;
    let (ours, mut theirs) = registered(&event_loop);
    let counter = Arc::new(Counter::default());
    let waker = Waker::from(counter.clone());
    let mut buffer = [0; 2];

    assert!(poll_read(&ours, &waker, &mut buffer).is_pending());
    assert!(poll_read(&ours, &waker, &mut buffer).is_pending());
    reactor.wait(Some(Duration::ZERO)).unwrap(); // writable, without a waiter
    assert_eq!(counter.count(), 0);
    theirs.write_all(b"abc").unwrap();
    reactor.wait(None).unwrap();
    assert_eq!(counter.count(), 1);
    assert!(matches!(poll_read(&ours, &waker, &mut buffer), Poll::Ready(Ok(2))));
    assert!(matches!(poll_read(&ours, &waker, &mut buffer), Poll::Ready(Ok(1))));
    assert!(poll_read(&ours, &waker, &mut buffer).is_pending());
    drop(theirs);
    reactor.wait(None).unwrap();
    assert_eq!(counter.count(), 2);
    assert!(matches!(poll_read(&ours, &waker, &mut buffer), Poll::Ready(Ok(0))));
}

#[test]
fn both_directions_wait_at_once() {
    let event_loop = EventLoop::new().unwrap();
    let (ours, mut theirs) = registered(&event_loop);
    let (reader, writer) = (Arc::new(Counter::default()), Arc::new(Counter::default()));
    let writing = Waker::from(writer.clone());
    let write = || {
        ours.poll_io(Direction::Write, &mut Context::from_waker(&writing), |mut source| {
            source.write(&[0; 4096])
        })
        .map(Result::unwrap)
    };

    assert!(poll_read(&ours, &Waker::from(reader.clone()), &mut [0]).is_pending());
    while event_loop.handle().0.reactor.wait(Some(Duration::ZERO)).is_ok()
        && (write().is_ready() || write().is_ready())
    {}
    let woken_for_turns = writer.count();
    theirs.write_all(b"a").unwrap();
    event_loop.handle().0.reactor.wait(None).unwrap();
    assert_eq!((reader.count(), writer.count()), (1, woken_for_turns));
    while theirs.read(&mut [0; 4096]).is_ok() {}
    event_loop.handle().0.reactor.wait(None).unwrap();
    assert_eq!((reader.count(), writer.count()), (1, woken_for_turns + 1));
    assert!(write().is_ready());
}

#[test]
fn the_last_one_to_wait_is_woken() {
    let event_loop = EventLoop::new().unwrap();
    let (ours, mut theirs) = registered(&event_loop);
    let (first, last) = (Arc::new(Counter::default()), Arc::new(Counter::default()));
    for counter in [&first, &last] {
        assert!(poll_read(&ours, &Waker::from(counter.clone()), &mut [0]).is_pending());
    }
    assert_eq!(Arc::strong_count(&first), 1);
    theirs.write_all(b"a").unwrap();
    event_loop.handle().0.reactor.wait(None).unwrap();
    assert_eq!((first.count(), last.count()), (0, 1));
}

#[test]
fn a_spent_budget_lets_others_run_and_leaves_each_direction_an_attempt() {
    let event_loop = EventLoop::new().unwrap();
    let (first, mut to_first) = registered(&event_loop);
    let (second, mut to_second) = registered(&event_loop);
    let counter = Arc::new(Counter::default());
    let waker = Waker::from(counter.clone());
    to_first.write_all(&[0; 1000]).unwrap();
    to_second.write_all(&[0; 1000]).unwrap();
    let attempts = (0..1000).take_while(|_| poll_read(&first, &waker, &mut [0]).is_ready()).count();
    assert_eq!((attempts, counter.count()), (128, 1));
    assert!(event_loop.handle().0.budget.count_entry()); // the loop is to look outside
    assert!(poll_read(&second, &waker, &mut [0]).is_ready());
    assert!(poll_read(&second, &waker, &mut [0]).is_pending());
    event_loop.handle().0.budget.renew();
    let attempts =
        (0..1000).take_while(|_| poll_read(&second, &waker, &mut [0]).is_ready()).count();
    assert_eq!(attempts, 128);
}

#[test]
fn a_direction_goes_on_where_no_loop_renews_the_budget() {
    let event_loop = EventLoop::new().unwrap();
    let (ours, mut theirs) = registered(&event_loop);
    theirs.write_all(&[0; 1000]).unwrap();
    let polls = |ready| {
        (0..1000).filter(|_| poll_read(&ours, Waker::noop(), &mut [0]).is_ready() == ready).count()
    };
    assert_eq!(polls(false), 436);
}

#[test]
fn a_dropped_registration_leaves_nothing_behind() {
    let event_loop = EventLoop::new().unwrap();
    let (ours, mut theirs) = registered(&event_loop);
    let counter = Arc::new(Counter::default());
    assert!(poll_read(&ours, &Waker::from(counter.clone()), &mut [0]).is_pending());
    theirs.write_all(b"a").unwrap();
    drop(ours);
    assert!(event_loop.handle().0.reactor.is_empty());
    assert_eq!(Arc::strong_count(&counter), 1);
    let (next, _) = registered(&event_loop); // in its place in the table, with its number
    assert!(matches!(
        poll_read(&next, &Waker::from(counter.clone()), &mut [0]),
        Poll::Ready(Ok(0))
    ));
    assert_eq!(counter.count(), 0);
}

#[test]
fn a_dropped_registration_gets_no_events_through_a_copy_of_its_descriptor() {
    let event_loop = EventLoop::new().unwrap();
    let (old, mut to_old) = registered(&event_loop);
    let copy = old.source().as_fd().try_clone_to_owned().unwrap();
    drop(old);
    let (next, _peer) = registered(&event_loop); // in its place in the table
    let counter = Arc::new(Counter::default());
    assert!(poll_read(&next, &Waker::from(counter.clone()), &mut [0]).is_pending());
    to_old.write_all(b"a").unwrap();
    event_loop.handle().0.reactor.wait(Some(Duration::ZERO)).unwrap();
    assert_eq!(counter.count(), 0);
    drop(copy);
}

#[test]
fn spurious_readiness_does_no_harm() {
    let event_loop = EventLoop::new().unwrap();
    let (ours, mut theirs) = registered(&event_loop);
    let counter = Arc::new(Counter::default());
    let waker = Waker::from(counter.clone());
    for _ in 0..3 {
        assert!(poll_read(&ours, &waker, &mut [0]).is_pending());
        ours.readiness.read.unblock().unwrap().wake();
    }
    assert!(poll_read(&ours, &waker, &mut [0]).is_pending());
    theirs.write_all(b"a").unwrap();
    event_loop.handle().0.reactor.wait(None).unwrap();
    assert_eq!(counter.count(), 4);
    assert!(matches!(poll_read(&ours, &waker, &mut [0]), Poll::Ready(Ok(1))));
}

#[test]
fn a_closed_loop_wakes_those_who_wait_and_registers_nobody() {
    let event_loop = EventLoop::new().unwrap();
    let (ours, theirs) = registered(&event_loop);
    let counter = Arc::new(Counter::default());
    let waker = Waker::from(counter.clone());
    assert!(poll_read(&ours, &waker, &mut [0]).is_pending());
    event_loop.close();
    assert_eq!(counter.count(), 1);
    let Poll::Ready(Err(error)) = poll_read(&ours, &waker, &mut [0]) else { panic!() };
    assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&RunError::Closed));
    let error = Registration::new(event_loop.handle().0.clone(), theirs, BOTH).err().unwrap();
    assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&RunError::Closed));
}

#[test]
fn a_waker_that_panics_does_not_keep_the_others_from_waking() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("a foreign waker");
        }
    }
    let event_loop = EventLoop::new().unwrap();
    let (first, mut to_first) = registered(&event_loop);
    let (second, mut to_second) = registered(&event_loop);
    let counter = Arc::new(Counter::default());
    assert!(poll_read(&first, &Waker::from(Arc::new(Panics)), &mut [0]).is_pending());
    assert!(poll_read(&second, &Waker::from(counter.clone()), &mut [0]).is_pending());
    to_first.write_all(b"a").unwrap();
    to_second.write_all(b"a").unwrap();
    event_loop.handle().0.reactor.wait(None).unwrap();
    assert_eq!(counter.count(), 1);
}

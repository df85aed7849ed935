//! Attempts with panics that are caught, after which everything is still used.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{
    AsyncCoroutine, AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt, CoroutineState,
    Shared, Status, co,
};
use futures::FutureExt;

use crate::{Log, OnDrop, hidden_await};

fn panics<T>(run: impl FnOnce() -> T) -> bool {
    catch_unwind(AssertUnwindSafe(run)).is_err()
}

// A panic while a yielded value is computed, here and in a delegate.
#[test]
#[allow(clippy::unnecessary_literal_unwrap)]
fn after_a_panic_in_a_yielded_value_or_in_an_inner_one_nothing_is_stale() {
    #[cogen::coroutine]
    fn explodes(inner: bool) -> impl Coroutine<(), Yield = String> {
        yield_!("first".to_owned());
        if inner {
            yield_from!(explodes_at_once());
        }
        yield_!(Err(()).expect("in the value"));
    }
    #[cogen::coroutine]
    fn explodes_at_once() -> impl Coroutine<(), Yield = String> {
        yield_!(None::<String>.expect("in the inner one"));
    }
    for inner in [true, false] {
        let mut coroutine = Box::pin(explodes(inner));
        coroutine.start();
        assert!(panics(|| coroutine.send(())));
        assert_eq!(coroutine.status(), Status::Closed);
        assert!(coroutine.try_send(()).is_err());
    }
}

/// Panics when it is dropped, unless something else panics already.
#[derive(Debug)]
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic_any(self.0);
        }
    }
}

// An argument panics in the delegate that it was sent to.
#[test]
fn an_argument_that_explodes_closes_the_one_that_passed_it_on() {
    /// Accepts an argument by its status, and drops it.
    struct Drops;

    impl Coroutine<Bomb> for Drops {
        type Yield = String;
        type Return = ();

        fn begin(self: Pin<&mut Self>) -> CoroutineState<String, ()> {
            Yielded("begun".to_owned())
        }

        fn resume(self: Pin<&mut Self>, bomb: Bomb) -> CoroutineState<String, ()> {
            drop(bomb);
            Complete(())
        }

        fn terminate(self: Pin<&mut Self>) {}

        fn status(&self) -> Status {
            Status::Suspended
        }
    }

    #[cogen::coroutine]
    fn passes_over(log: Log) -> impl Coroutine<Bomb, Yield = String> {
        let _noisy = log.noisy("local");
        std::mem::forget(yield_!("first".to_owned()));
        yield_from!(Drops);
    }
    let log = Log::default();
    let mut coroutine = Box::pin(passes_over(log.clone()));
    coroutine.start();
    assert_eq!(coroutine.send(Bomb("taken")), Yielded("begun".to_owned()));
    assert!(panics(|| coroutine.send(Bomb("dropped in the inner one"))));
    assert_eq!(coroutine.status(), Status::Closed);
    assert_eq!(log.take(), ["drop local"]);
    let error = coroutine.try_send(Bomb("given back")).unwrap_err();
    std::mem::forget(error);
}

// A yielded value and a return value panic in a caller that catches the panic and continues.
#[test]
fn values_that_explode_are_the_callers() {
    let mut coroutine = Box::pin(co! {
        let () = yield!(Bomb("yielded"));
        yield!(Bomb("again"));
        Bomb("returned")
    });
    for status in [Status::Suspended, Status::Suspended, Status::Closed] {
        let state = coroutine.start();
        assert_eq!(coroutine.status(), status);
        assert!(panics(|| drop(state)));
    }
}

// The destructors of a body panic: at its end, when it is closed, when it is dropped, and during
// another panic.
#[test]
fn destructors_that_panic_leave_it_closed_and_run_once() {
    #[cogen::coroutine]
    fn explodes(log: Log, ends: bool) -> impl Coroutine {
        let _first = log.noisy("first");
        let _bomb = Bomb("local");
        let _last = log.noisy("last");
        yield_!();
        assert!(ends, "another panic");
    }
    for ends in [true, false] {
        let log = Log::default();
        let mut coroutine = Box::pin(explodes(log.clone(), ends));
        coroutine.start();
        assert!(panics(|| coroutine.start()));
        assert_eq!(coroutine.status(), Status::Closed);
        assert_eq!(log.take(), ["drop last", "drop first"]);
        coroutine.close();
        assert!(panics(|| coroutine.start()));
        assert!(log.take().is_empty());
    }
    let log = Log::default();
    let mut closed = Box::pin(explodes(log.clone(), true));
    closed.start();
    assert!(panics(|| closed.close()));
    assert_eq!(closed.status(), Status::Closed);
    closed.close();
    let mut dropped = Box::pin(explodes(log.clone(), true));
    dropped.start();
    assert!(panics(|| drop(dropped)));
    assert_eq!(log.take(), ["drop last", "drop first", "drop last", "drop first"]);
}

// A body catches the panic of a coroutine that it resumes. Both are still used.
#[test]
fn a_body_that_catches_the_panic_of_another_goes_on() {
    #[cogen::coroutine]
    fn catches() -> impl Coroutine<u8, Yield = String, Return = Status> {
        let mut inner: BoxCoroutine<'_, u8, u64> = Box::pin(co! {
            let sent = yield!(1);
            assert_eq!(sent, 0, "a panic");
        });
        yield_!(format!("{:?}", inner.start()));
        let sent = yield_!("caught next".to_owned());
        assert!(panics(|| inner.send(sent)));
        yield_!("went on".to_owned());
        assert!(inner.try_send(1).is_err());
        inner.status()
    }
    let mut coroutine = Box::pin(catches());
    assert_eq!(coroutine.start(), Yielded("Yielded(1)".to_owned()));
    assert_eq!(coroutine.send(1), Yielded("caught next".to_owned()));
    assert_eq!(coroutine.send(1), Yielded("went on".to_owned()));
    assert_eq!(coroutine.send(1), Complete(Status::Closed));
}

/// Polls its future, and is ready if the future panics.
struct Catches<F>(F);

impl<F: Future + Unpin> Future for Catches<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        match catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.0).poll(cx))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Some(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(None),
        }
    }
}

// The panic is caught inside the poll of the outer body, whose slot is in use.
#[test]
fn a_poll_that_catches_a_panic_has_its_slot_as_before() {
    #[cogen::coroutine]
    fn explodes_when_sent() -> impl AsyncCoroutine<u8, Yield = [u64; 8]> {
        let sent = yield_!([1; 8]);
        panic!("was sent {sent}");
    }
    let mut asynchronous = Box::pin(co! { async
        let mut inner = Box::pin(explodes_when_sent());
        assert_eq!(inner.start().await, Yielded([1; 8]));
        let sent: String = yield!(1u8);
        assert!(Catches(inner.send(1)).await.is_none());
        let more = yield!(2);
        assert_eq!(inner.status(), Status::Closed);
        sent + &more
    });
    let cx = &mut Context::from_waker(Waker::noop());
    assert_eq!(asynchronous.start().poll_unpin(cx), Poll::Ready(Yielded(1)));
    assert_eq!(asynchronous.send("a".to_owned()).poll_unpin(cx), Poll::Ready(Yielded(2)));
    assert_eq!(
        asynchronous.send("b".to_owned()).poll_unpin(cx),
        Poll::Ready(Complete("ab".to_owned()))
    );

    let mut plain = pin!(co! {
        let mut inner = Box::pin(explodes_when_sent());
        hidden_await!(inner.start());
        let sent: String = yield!(1u8);
        assert!(hidden_await!(Catches(inner.send(1))).is_none());
        sent + &yield!(2)
    });
    assert_eq!(plain.start(), Yielded(1));
    assert_eq!(plain.send("a".to_owned()), Yielded(2));
    assert_eq!(plain.send("b".to_owned()), Complete("ab".to_owned()));
}

/// An iterator that panics at every second item.
struct EverySecondPanics(u32);

impl Iterator for EverySecondPanics {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.0 += 1;
        assert!(self.0 % 2 != 0, "at {}", self.0);
        Some(self.0)
    }
}

// An iterator that is delegated to panics while it has the slot, and was only lent.
#[test]
fn an_iterator_that_panics_closes_the_one_that_delegates_and_can_be_used_on() {
    let mut items = EverySecondPanics(0);
    for round in 0..3 {
        let lent = &mut items;
        let mut coroutine: BoxCoroutine<'_, (), u32> = Box::pin(co! { yield_from!(lent) });
        assert_eq!(coroutine.start(), Yielded(2 * round + 1));
        assert!(panics(|| coroutine.start()));
        assert_eq!(coroutine.status(), Status::Closed);
    }
    assert_eq!(items.next(), Some(7));
}

// A panic through a user's own pointer type, which hides the active stack meanwhile.
#[test]
fn a_pointer_that_panics_closes_the_recursion() {
    struct Fuse<C>(C, Cell<u32>);

    impl<C> std::ops::Deref for Fuse<C> {
        type Target = C;

        fn deref(&self) -> &C {
            &self.0
        }
    }

    impl<C> std::ops::DerefMut for Fuse<C> {
        fn deref_mut(&mut self) -> &mut C {
            self.1.set(self.1.get().checked_sub(1).expect("the fuse has burnt down"));
            &mut self.0
        }
    }

    #[cogen::coroutine]
    fn down(depth: u32, log: Log) -> BoxCoroutine<'static, (), u32> {
        let _noisy = log.noisy(depth.to_string());
        yield_!(depth);
        if depth > 0 {
            let below = down(depth - 1, log.clone());
            if depth == 2 {
                yield_from!(Pin::new(Fuse(below, Cell::new(3))));
            } else {
                yield_from!(below);
            }
        }
        yield_!(depth);
    }
    let log = Log::default();
    let mut walk = down(3, log.clone());
    let mut seen = Vec::new();
    assert!(panics(|| {
        while let Yielded(depth) = walk.start() {
            seen.push(depth);
        }
    }));
    assert_eq!(seen, [3, 2, 1, 0, 0]);
    assert_eq!(walk.status(), Status::Closed);
    assert_eq!(log.take(), ["drop 0", "drop 1", "drop 2", "drop 3"]);
}

// A destructor catches its own panic while others are closed.
#[test]
fn a_destructor_that_resumes_and_catches_goes_on() {
    let mut other = Box::pin(co! {
        let () = yield!(1);
        panic!("in the other one");
        #[allow(unreachable_code)]
        ()
    });
    other.start();
    let other = Shared::new(other);
    let seen = other.clone();
    let mut coroutine = Box::pin(co! {
        let _on_drop = OnDrop(|| assert!(panics(|| other.start())));
        let () = yield!(2);
    });
    coroutine.start();
    coroutine.close();
    assert_eq!(seen.status(), Status::Closed);
}

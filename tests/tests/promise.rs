//! Promises: setting them from different places and in different orders, with foreign code in
//! between.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use cogen::executor::{
    LoopHandle, Promise, PromiseError, PromiseFuture, SetError, block_on, promise, spawn, yield_now,
};

type Log = Arc<Mutex<Vec<String>>>;

fn poll<T, E>(future: &mut PromiseFuture<T, E>, waker: &Waker) -> Poll<Result<T, PromiseError<E>>> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

/// A waker that calls a function.
struct Calls<F>(F);

impl<F: Fn() + Send + Sync + 'static> Wake for Calls<F> {
    fn wake(self: Arc<Self>) {
        self.0();
    }
}

fn waker(function: impl Fn() + Send + Sync + 'static) -> Waker {
    Arc::new(Calls(function)).into()
}

#[test]
fn a_result_from_another_thread_wakes_who_waits() {
    for executor in [block_on, futures::executor::block_on] {
        let (promise, future) = promise::<_, ()>();
        let setter = thread::spawn(move || promise.set_result("done"));
        assert_eq!(executor(future), Ok("done"));
        assert_eq!(setter.join().unwrap(), Ok(()));
    }
}

#[test]
fn a_task_of_the_loop_waits_for_another() {
    block_on(async {
        let (promise, future) = promise::<(), String>();
        let waits = spawn(future);
        yield_now().await;
        assert!(!waits.is_done());
        promise.set_error("no route".to_owned()).unwrap();
        assert_eq!(waits.await.unwrap(), Err(PromiseError::Error("no route".to_owned())));
    });
}

#[test]
fn what_can_be_sent_can_be_promised() {
    fn is_send<T: Send>(_: &T) {}
    fn is_sync<T: Sync>(_: &T) {}
    let (not_sync, future) = promise::<Cell<i32>, Box<dyn std::error::Error + Send>>();
    is_send(&not_sync);
    is_sync(&not_sync);
    is_send(&future);
    let (_, future) = promise::<i32, String>();
    is_sync(&future);
    let (not_send, future) = promise::<Rc<i32>, ()>();
    not_send.set_result(Rc::new(42)).unwrap();
    assert_eq!(*block_on(future).unwrap(), 42);
}

#[test]
fn what_comes_too_late_is_handed_back_with_the_reason() {
    let (promise, future) = cogen::executor::promise::<_, &str>();
    assert!(!promise.is_done());
    promise.set_result(1).unwrap();
    assert!(promise.is_done());
    assert_eq!(promise.set_result(2), Err(SetError::Done(2)));
    assert_eq!(promise.set_error("late"), Err(SetError::Done("late")));
    assert!(!promise.cancel("late"));
    assert_eq!(block_on(future), Ok(1));
    assert_eq!(promise.set_result(3), Err(SetError::Done(3)));

    let (promise, future) = cogen::executor::promise::<_, &str>();
    assert!(future.cancel("enough"));
    assert_eq!(promise.set_result(1), Err(SetError::Cancelled(1)));
    drop(future);
    assert_eq!(promise.set_error("late").unwrap_err().into_inner(), "late");

    let (promise, future) = cogen::executor::promise::<_, &str>();
    drop(future);
    assert!(promise.is_done());
    assert_eq!(promise.set_result(1), Err(SetError::Dropped(1)));
    assert!(!promise.cancel("nobody"));
}

#[test]
fn a_promise_that_is_dropped_unset_leaves_its_future_abandoned() {
    let (promise, mut future) = promise::<(), ()>();
    thread::spawn(move || promise).join().map(drop).unwrap();
    assert!(future.is_done());
    assert!(!future.is_cancelled());
    assert_eq!(format!("{future:?}"), "<Future abandoned>");
    assert_eq!(block_on(&mut future), Err(PromiseError::Abandoned));
}

#[test]
fn either_side_cancels_once() {
    let (promise, future) = promise::<(), ()>();
    assert!(promise.cancel("from here"));
    assert!(!promise.cancel("again"));
    assert!(!future.cancel("from there"));
    assert!(future.is_cancelled());
    assert_eq!(future.exception(), Some(PromiseError::Cancelled("from here".to_owned())));
    assert_eq!(block_on(future), Err(PromiseError::Cancelled("from here".to_owned())));
}

#[test]
fn it_prints_as_pythons_do() {
    let print = |end: &dyn Fn(&Promise<i32, &str>)| {
        let (promise, future) = promise();
        end(&promise);
        format!("{future:?}")
    };
    assert_eq!(print(&|promise| promise.set_result(42).unwrap()), "<Future finished result=42>");
    assert_eq!(
        print(&|promise| promise.set_error("no route").unwrap()),
        "<Future finished error=\"no route\">"
    );
    assert_eq!(
        print(&|promise| assert!(promise.cancel("enough"))),
        "<Future cancelled message='enough'>"
    );
    assert_eq!(print(&|promise| assert!(promise.cancel(""))), "<Future cancelled>");
    let (promise, mut future) = promise::<i32, ()>();
    assert_eq!(format!("{promise:?} {future:?}"), "<Promise pending> <Future pending>");
    promise.set_result(42).unwrap();
    assert_eq!(block_on(&mut future), Ok(42));
    assert_eq!(format!("{promise:?} {future:?}"), "<Promise done> <Future finished>");
}

#[test]
fn looking_takes_nothing_away_and_awaiting_does() {
    let (promise, mut future) = promise::<_, ()>();
    assert_eq!(future.result(), None);
    promise.set_result("once".to_owned()).unwrap();
    for _ in 0..2 {
        assert_eq!(future.result(), Some(Ok("once".to_owned())));
        assert_eq!(future.exception(), None);
    }
    assert_eq!(block_on(&mut future), Ok("once".to_owned()));
    assert!(future.is_done());
    assert_eq!(future.result(), None);
    let panic = catch_unwind(AssertUnwindSafe(|| block_on(&mut future))).unwrap_err();
    assert!(panic.downcast_ref::<&str>().unwrap().contains("awaited again"));
    assert!(future.is_done());
}

#[test]
fn only_the_last_waker_is_woken() {
    let (promise, mut future) = promise::<(), ()>();
    let counts: [Arc<AtomicUsize>; 2] = Default::default();
    let [first, last] = counts.clone().map(|count| waker(move || _ = count.fetch_add(1, SeqCst)));
    for waker in [&first, &first, &last, &last] {
        assert!(poll(&mut future, waker).is_pending());
    }
    drop(first);
    assert_eq!(Arc::strong_count(&counts[0]), 1);
    promise.set_result(()).unwrap();
    assert_eq!(counts.map(|count| count.load(SeqCst)), [0, 1]);
}

#[test]
fn callbacks_run_in_order_on_the_setters_thread_before_the_waiter() {
    let log = Log::default();
    let (promise, mut future) = promise::<i32, ()>();
    for name in ["first", "second", "third"] {
        let log = log.clone();
        future.add_done_callback(move |future| {
            let on = thread::current().name().unwrap_or_default().to_owned();
            log.lock().unwrap().push(format!("{name} on {on}: {future:?}, {}", future.is_done()));
        });
    }
    let wakes = waker({
        let log = log.clone();
        move || log.lock().unwrap().push("the waiter".to_owned())
    });
    assert!(poll(&mut future, &wakes).is_pending());
    thread::Builder::new()
        .name("setter".to_owned())
        .spawn(move || promise.set_result(42).unwrap())
        .unwrap()
        .join()
        .unwrap();
    let called = |name| format!("{name} on setter: <Future finished result=42>, true");
    assert_eq!(
        *log.lock().unwrap(),
        [called("first"), called("second"), called("third"), "the waiter".to_owned()]
    );
    assert_eq!(block_on(future), Ok(42));
}

#[test]
fn a_removed_callback_is_not_called_and_one_that_comes_late_is_called_at_once() {
    let log = Log::default();
    let says = |what: &'static str| {
        let log = log.clone();
        move |_: &PromiseFuture<(), ()>| log.lock().unwrap().push(what.to_owned())
    };
    let (promise, future) = promise();
    let removed = future.add_done_callback(says("removed"));
    let kept = future.add_done_callback(says("kept"));
    assert!(future.remove_done_callback(removed));
    assert!(!future.remove_done_callback(removed));
    promise.set_result(()).unwrap();
    assert!(!future.remove_done_callback(kept));
    assert_eq!(*log.lock().unwrap(), ["kept"]);
    future.add_done_callback(says("late"));
    assert_eq!(*log.lock().unwrap(), ["kept", "late"]);
}

#[test]
fn callbacks_of_a_dropped_future_are_dropped_uncalled() {
    let (promise, future) = promise::<(), ()>();
    let captured = Arc::new(());
    future.add_done_callback({
        let captured = captured.clone();
        move |_| unreachable!("{captured:?}")
    });
    drop(future);
    assert_eq!(Arc::strong_count(&captured), 1);
    assert_eq!(promise.set_result(()), Err(SetError::Dropped(())));
}

#[test]
fn callbacks_may_come_back_and_the_future_is_done_after_them() {
    let log = Log::default();
    let (promise, future) = promise::<i32, ()>();
    let (promise, future) = (Arc::new(promise), Arc::new(future));
    future.add_done_callback({
        let (promise, itself, log) = (promise.clone(), Arc::downgrade(&future), log.clone());
        move |lent| {
            assert_eq!(promise.set_result(2), Err(SetError::Done(2)));
            assert!(!lent.cancel("late"));
            assert!(lent.is_done() && lent.result() == Some(Ok(1)) && lent.exception().is_none());
            let itself = itself.upgrade().unwrap();
            assert!(!itself.is_done() && itself.result().is_none() && !itself.cancel("late"));
            for (name, future) in [("by the lent one", lent), ("by the future", &itself)] {
                let log = log.clone();
                future.add_done_callback(move |future| {
                    log.lock().unwrap().push(format!("{name} {:?}", future.result()))
                });
            }
            log.lock().unwrap().push("the outer one".to_owned());
        }
    });
    promise.set_result(1).unwrap();
    assert_eq!(
        *log.lock().unwrap(),
        ["the outer one", "by the lent one Some(Ok(1))", "by the future Some(Ok(1))"]
    );
    assert_eq!(future.result(), Some(Ok(1)));
}

#[test]
fn a_callback_may_drop_the_future() {
    struct Tells(Log);
    impl Drop for Tells {
        fn drop(&mut self) {
            self.0.lock().unwrap().push("the value is dropped".to_owned());
        }
    }
    let log = Log::default();
    let (promise, future) = promise::<Tells, ()>();
    let slot = Arc::new(Mutex::new(Some(future)));
    let future = slot.lock().unwrap().take().unwrap();
    future.add_done_callback({
        let (slot, log) = (slot.clone(), log.clone());
        move |_| {
            drop(slot.lock().unwrap().take());
            log.lock().unwrap().push("the future is dropped".to_owned());
        }
    });
    future.add_done_callback(|_| unreachable!());
    *slot.lock().unwrap() = Some(future);
    assert!(promise.set_result(Tells(log.clone())).is_ok());
    assert_eq!(*log.lock().unwrap(), ["the future is dropped", "the value is dropped"]);
    assert!(matches!(promise.set_result(Tells(log.clone())), Err(SetError::Done(_))));
}

#[test]
fn a_callback_that_panics_stops_neither_the_others_nor_the_setter_nor_the_waiter() {
    let (log, reported) = (Log::default(), Rc::new(RefCell::new(Vec::new())));
    block_on(async {
        let handler = {
            let reported = reported.clone();
            Rc::new(move |context: &_| reported.borrow_mut().push(format!("{context}")))
        };
        LoopHandle::current().unwrap().set_exception_handler(Some(handler));
        let (promise, future) = promise::<i32, ()>();
        future.add_done_callback(|_| panic!("one"));
        future.add_done_callback({
            let log = log.clone();
            move |_| log.lock().unwrap().push("two".to_owned())
        });
        future.add_done_callback(|_| panic!("three"));
        let waits = spawn(future);
        yield_now().await;
        assert_eq!(promise.set_result(42), Ok(()));
        assert_eq!(waits.await.unwrap(), Ok(42));
    });
    assert_eq!(*log.lock().unwrap(), ["two"]);
    assert_eq!(*reported.borrow(), ["a callback panicked: one", "a callback panicked: three"]);
}

#[test]
fn a_promise_that_is_dropped_by_a_panic_survives_its_callbacks_panic() {
    let (promise, future) = promise::<(), ()>();
    future.add_done_callback(|_| panic!("in the callback"));
    let panic = thread::spawn(move || {
        let _promise = promise;
        panic!("in the thread");
    });
    assert_eq!(*panic.join().unwrap_err().downcast_ref::<&str>().unwrap(), "in the thread");
    assert_eq!(block_on(future), Err(PromiseError::Abandoned));
}

#[test]
fn a_waker_that_panics_leaves_the_result_there() {
    let (promise, mut future) = promise::<_, ()>();
    assert!(poll(&mut future, &waker(|| panic!("a foreign waker"))).is_pending());
    assert_eq!(promise.set_result(42), Ok(()));
    assert_eq!(block_on(future), Ok(42));
}

#[test]
fn a_waker_may_come_back() {
    let (promise, mut future) = promise::<(), ()>();
    let promise = Arc::new(promise);
    let refused = Arc::new(OnceLock::new());
    let comes_back = waker({
        let (promise, refused) = (promise.clone(), refused.clone());
        move || _ = refused.set(promise.set_result(()))
    });
    assert!(poll(&mut future, &comes_back).is_pending());
    promise.set_result(()).unwrap();
    assert_eq!(refused.get(), Some(&Err(SetError::Done(()))));
}

/// Uses the promise in each function of a value: none may run under the lock.
struct Asks(Arc<OnceLock<Promise<Asks, ()>>>);

impl Clone for Asks {
    fn clone(&self) -> Self {
        assert!(self.0.get().unwrap().is_done());
        Self(self.0.clone())
    }
}

impl std::fmt::Debug for Asks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.get().unwrap().is_done())
    }
}

impl Drop for Asks {
    fn drop(&mut self) {
        assert!(self.0.get().unwrap().is_done());
    }
}

#[test]
fn a_value_may_come_back_from_its_clone_its_print_out_and_its_destructor() {
    for looks in [true, false] {
        let slot = Arc::new(OnceLock::new());
        let (promise, future) = promise();
        slot.set(promise).unwrap();
        assert!(slot.get().unwrap().set_result(Asks(slot.clone())).is_ok());
        assert!(slot.get().unwrap().set_result(Asks(slot.clone())).is_err());
        if looks {
            assert!(future.result().is_some());
            assert_eq!(format!("{future:?}"), "<Future finished result=true>");
        }
        drop(future);
        assert_eq!(Arc::strong_count(&slot), 1);
    }
}

#[test]
fn of_many_setters_one_wins_and_the_waiter_gets_its_value() {
    for round in 0..200 {
        let (promise, future) = promise::<usize, usize>();
        let called = Arc::new(AtomicUsize::new(0));
        future.add_done_callback({
            let called = called.clone();
            move |future| {
                assert!(future.result().is_some());
                called.fetch_add(1, SeqCst);
            }
        });
        let start = Barrier::new(4);
        let (winners, got) = thread::scope(|scope| {
            let setters = [0, 1, 2].map(|n| {
                let (promise, start) = (&promise, &start);
                scope.spawn(move || {
                    start.wait();
                    match n {
                        0 => promise.set_result(n).is_ok(),
                        1 => promise.set_error(n).is_ok(),
                        _ => promise.cancel(n.to_string()),
                    }
                })
            });
            start.wait();
            let got =
                if round % 2 == 0 { block_on(future) } else { futures::executor::block_on(future) };
            (setters.map(|setter| setter.join().unwrap()), got)
        });
        let expected =
            [Ok(0), Err(PromiseError::Error(1)), Err(PromiseError::Cancelled("2".to_owned()))];
        assert_eq!(expected.map(|expected| expected == got), winners);
        assert_eq!(called.load(SeqCst), 1);
    }
}

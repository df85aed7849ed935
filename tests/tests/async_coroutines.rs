//! Coroutines whose body may wait: the protocol, the code of the body, and its wakers.

mod executors;

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState, SendError, Status, co};
use futures::channel::{mpsc, oneshot};
use futures::executor::block_on;
use futures::{FutureExt, SinkExt, Stream, StreamExt};

use executors::{everywhere, later, yield_now};

#[cogen::coroutine]
fn averager() -> impl AsyncCoroutine<f64, Yield = f64, Return = u32> {
    let (mut total, mut count, mut average) = (0.0, 0, 0.0);
    loop {
        let term = yield_!(average);
        if term < 0.0 {
            return later(count).await;
        }
        total += later(term).await;
        count += 1;
        average = total / f64::from(count);
    }
}

#[test]
fn the_protocol_is_the_same_on_every_executor() {
    everywhere(|| async {
        let mut average = pin!(averager());
        assert_eq!(average.status(), Status::Created);
        assert_eq!(average.start().await, Yielded(0.0));
        assert_eq!(average.status(), Status::Suspended);
        assert_eq!(average.send(10.0).await, Yielded(10.0));
        assert_eq!(average.try_send(20.0).unwrap().await, Yielded(15.0));
        assert_eq!(average.send(-1.0).await, Complete(2));
        assert_eq!(average.status(), Status::Closed);
        assert_eq!(average.try_send(1.0).err(), Some(SendError::Closed(1.0)));
        average.close();
    });
}

#[test]
fn yields_and_awaits_stand_in_any_order() {
    #[cogen::coroutine]
    fn mixed() -> impl AsyncCoroutine<i32, Yield = i32, Return = i32> {
        yield_now().await;
        let first = yield_!(later(1).await);
        let second = yield_!(first);
        let third = later(yield_!(later(second).await)).await;
        yield_now().await;
        yield_now().await;
        let mut sum = 0;
        'outer: loop {
            for n in [third, yield_!(7)] {
                if n == 0 {
                    break 'outer;
                }
                sum += later(n).await;
            }
        }
        yield_!(yield_!(sum) + yield_!(later(-1).await));
        sum
    }
    everywhere(|| async {
        let mut mixed = pin!(mixed());
        assert_eq!(mixed.start().await, Yielded(1));
        assert_eq!(mixed.send(2).await, Yielded(2));
        assert_eq!(mixed.send(3).await, Yielded(3));
        assert_eq!(mixed.send(4).await, Yielded(7));
        assert_eq!(mixed.send(5).await, Yielded(7));
        assert_eq!(mixed.send(0).await, Yielded(13));
        assert_eq!(mixed.send(20).await, Yielded(-1));
        assert_eq!(mixed.send(30).await, Yielded(50));
        assert_eq!(mixed.send(0).await, Complete(13));
    });
}

#[test]
fn bodies_select_and_join() {
    #[cogen::coroutine]
    fn merge(
        mut numbers: mpsc::UnboundedReceiver<i32>,
        mut stop: oneshot::Receiver<()>,
    ) -> impl AsyncCoroutine<i32, Yield = i32, Return = (i32, i32)> {
        let mut factor = yield_!(0);
        loop {
            tokio::select! {
                biased;
                Some(number) = numbers.next() => factor = yield_!(factor * number),
                _ = &mut stop => break,
            }
        }
        let both = futures::join!(later(yield_!(-1)), later(2));
        let number = futures::select! {
            number = pin!(later(3).fuse()) => yield_!(number),
            () = futures::future::pending::<()>().fuse() => 0,
        };
        (both.0 + both.1, number)
    }
    everywhere(|| async {
        let (mut tell, numbers) = mpsc::unbounded();
        let (end, stop) = oneshot::channel();
        let mut merge = pin!(merge(numbers, stop));
        assert_eq!(merge.start().await, Yielded(0));
        let (state, told) = futures::join!(merge.send(2), async {
            yield_now().await;
            tell.send(5).await
        });
        told.unwrap();
        assert_eq!(state, Yielded(10));
        let (state, told) = futures::join!(merge.send(3), async { end.send(()) });
        told.unwrap();
        assert_eq!(state, Yielded(-1));
        assert_eq!(merge.send(1).await, Yielded(3));
        assert_eq!(merge.send(9).await, Complete((3, 9)));
    });
}

#[test]
fn borrows_live_over_yields_and_awaits() {
    struct Text(String);

    impl Text {
        #[cogen::coroutine]
        fn words(&mut self) -> impl AsyncCoroutine<(), Yield = usize, Return = &str> {
            let own = String::from("a b c");
            let parts: Vec<&str> = own.split(' ').collect();
            for part in &parts {
                self.0.push_str(later(part).await);
                yield_!(self.0.len());
            }
            &self.0
        }
    }
    everywhere(|| async {
        let mut text = Text(String::from(">"));
        let mut words = pin!(text.words());
        for length in 2..5 {
            assert_eq!(words.start().await, Yielded(length));
        }
        assert_eq!(words.start().await, Complete(">abc"));
    });
}

trait Source {
    fn items<T: Clone + Send + 'static>(
        &self,
        item: T,
    ) -> impl AsyncCoroutine<(), Yield = T, Return = usize> + Send;
}

struct Repeat(usize);

impl Source for Repeat {
    #[cogen::coroutine]
    fn items<T: Clone + Send + 'static>(
        &self,
        item: T,
    ) -> impl AsyncCoroutine<(), Yield = T, Return = usize> + Send {
        for _ in 0..self.0 {
            yield_!(later(item.clone()).await);
        }
        self.0
    }
}

#[test]
fn generics_and_trait_methods() {
    everywhere(|| async {
        let source = Repeat(2);
        let mut items = pin!(source.items("x"));
        assert_eq!(items.start().await, Yielded("x"));
        assert_eq!(items.send(()).await, Yielded("x"));
        assert_eq!(items.send(()).await, Complete(2));
    });
}

macro_rules! yield_twice {
    ($value:expr) => {{
        yield_!($value);
        yield_!($value)
    }};
}

#[test]
fn yields_work_in_macros() {
    #[cogen::coroutine]
    fn in_macros() -> impl AsyncCoroutine<u8, Yield = u8, Return = String> {
        let list = vec![yield_!(1), later(yield_!(2)).await];
        let last = yield_twice!(later(3).await);
        assert_eq!(format!("{}", yield_!(4)), "4");
        format!("{list:?}{last}")
    }
    block_on(async {
        let mut c = pin!(in_macros());
        assert_eq!(c.start().await, Yielded(1));
        for (sent, got) in [(1, 2), (2, 3), (3, 3), (5, 4)] {
            assert_eq!(c.send(sent).await, Yielded(got));
        }
        assert_eq!(c.send(4).await, Complete("[1, 2]5".to_owned()));
    });
}

#[test]
fn the_question_mark_ends_it() {
    #[cogen::coroutine]
    fn parse(
        text: &str,
    ) -> impl AsyncCoroutine<(), Yield = i32, Return = Result<(), std::num::ParseIntError>> {
        for part in text.split(',') {
            yield_!(later(part).await.parse()?);
        }
        Ok(())
    }
    block_on(async {
        let mut parse = pin!(parse("1,x"));
        assert_eq!(parse.start().await, Yielded(1));
        assert!(matches!(parse.start().await, Complete(Err(_))));
    });
}

#[cogen::coroutine]
fn catches()
-> impl AsyncCoroutine<Result<u32, &'static str>, Yield = u32, Return = Result<(), &'static str>> {
    let mut last = 0;
    loop {
        match yield_!(later(last).await) {
            Ok(number) => last = number,
            Err("reset") => last = 0,
            other => last = other?,
        }
    }
}

#[test]
fn errors_are_thrown_in() {
    everywhere(|| async {
        let mut c = pin!(catches());
        c.start().await;
        assert_eq!(c.send(Ok(5)).await, Yielded(5));
        assert_eq!(c.throw("reset").await, Yielded(0));
        assert_eq!(c.try_throw("stop").unwrap().await, Complete(Err("stop")));
        assert_eq!(c.try_throw("late").err(), Some(SendError::Closed("late")));
        let mut early = pin!(catches());
        assert_eq!(early.try_throw("early").err(), Some(SendError::NotStarted("early")));
        assert_eq!(early.status(), Status::Closed);
        let mut early = pin!(catches());
        assert!(catch_unwind(AssertUnwindSafe(|| early.throw("early").now_or_never())).is_err());
        assert_eq!(early.status(), Status::Closed);
    });
}

/// Runs `f`, which panics, and returns the message.
fn panics<T>(f: impl FnOnce() -> T) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).err().expect("a panic");
    payload
        .downcast::<&str>()
        .map(|message| message.to_string())
        .or_else(|payload| payload.downcast().map(|message| *message))
        .unwrap()
}

#[test]
fn misuse_panics_and_runs_nothing() {
    let mut c = pin!(averager());
    assert!(panics(|| c.send(1.0)).contains("not started"));
    assert_eq!(c.try_send(1.0).err(), Some(SendError::NotStarted(1.0)));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(panics(|| c.as_mut().poll_resume(&mut cx, &mut Some(1.0))).contains("not started"));
    assert_eq!(c.status(), Status::Created);
    assert_eq!(block_on(c.start()), Yielded(0.0));
    assert!(panics(|| block_on(c.start())).contains("started again"));
    assert!(panics(|| block_on(c.proceed())).contains("started again"));
    assert!(c.send(1.0).now_or_never().is_none());
    assert!(panics(|| c.send(2.0)).contains("`proceed`"));
    assert!(panics(|| c.start()).contains("`proceed`"));
    assert_eq!(c.try_send(2.0).err(), Some(SendError::Running(2.0)));
    assert_eq!(block_on(c.proceed()), Yielded(1.0));
    let mut resume = c.send(2.0);
    assert_eq!(block_on(&mut resume), Yielded(1.5));
    assert!(panics(|| block_on(&mut resume)).contains("after it was ready"));
    c.close();
    assert!(panics(|| c.send(1.0)).contains("closed"));
    assert!(panics(|| block_on(c.start())).contains("closed"));
    assert!(panics(|| block_on(c.proceed())).contains("closed"));
}

#[test]
fn a_panic_closes_it() {
    for waits in [false, true] {
        let mut c = pin!(co! { async
            let () = yield!(1);
            if waits {
                yield_now().await;
            }
            panic!("in the body");
        });
        block_on(c.start());
        assert_eq!(panics(|| block_on(c.send(()))), "in the body");
        assert_eq!(c.status(), Status::Closed);
        assert_eq!(c.try_send(()).err(), Some(SendError::Closed(())));
    }
}

#[test]
fn a_resume_that_is_dropped_loses_nothing() {
    everywhere(|| async {
        let mut c = pin!(averager());
        drop(c.start());
        assert_eq!(c.status(), Status::Created, "a future that was never polled has done nothing");
        c.start().await;
        assert_eq!(c.send(10.0).into_argument(), Some(10.0));
        assert_eq!(c.status(), Status::Suspended);

        let mut resume = c.send(10.0);
        assert!(poll_fn(|cx| Poll::Ready(resume.poll_unpin(cx))).await.is_pending());
        assert_eq!(resume.into_argument(), None, "the body has it");
        assert_eq!(c.status(), Status::Running);
        assert_eq!(c.try_send(20.0).err(), Some(SendError::Running(20.0)));
        assert_eq!(c.proceed().await, Yielded(10.0));
        assert_eq!(c.send(20.0).await, Yielded(15.0));

        // As in `select!`.
        tokio::select! {
            biased;
            _ = c.send(30.0) => unreachable!(),
            () = async {} => {}
        }
        assert_eq!(c.proceed().await, Yielded(20.0));
    });
}

#[test]
fn one_that_takes_nothing_simply_goes_on() {
    block_on(async {
        let mut c = pin!(co! { async
            yield!(later(1).await);
            let () = yield!(later(2).await);
        });
        assert_eq!(c.start().now_or_never(), None);
        assert_eq!(c.send(()).await, Yielded(1));
        assert_eq!(c.send(()).now_or_never(), None);
        assert_eq!(c.try_send(()).unwrap().await, Yielded(2));
        assert_eq!(c.proceed().await, Complete(()));
    });
}

struct Logs<'a>(&'static str, &'a RefCell<Vec<&'static str>>);

impl Drop for Logs<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

#[cogen::coroutine]
#[allow(unused_variables)]
fn logs<'a>(
    one: Logs<'a>,
    two: Logs<'a>,
    log: &'a RefCell<Vec<&'static str>>,
) -> impl AsyncCoroutine<(), Yield = ()> + use<'a> {
    let local = Logs("local", log);
    yield_!();
    let inner = Logs("inner", log);
    yield_from!(co! { async
        let innermost = Logs("innermost", log);
        let () = yield!(());
        yield_now().await;
    });
}

#[test]
fn what_a_body_holds_is_dropped_innermost_first() {
    let log = RefCell::new(Vec::new());
    let make = || logs(Logs("one", &log), Logs("two", &log), &log);
    for (steps, expected) in [
        (0, &["one", "two"][..]),
        (1, &["local", "two", "one"]),
        (2, &["innermost", "inner", "local", "two", "one"]),
        (3, &["innermost", "inner", "local", "two", "one"]),
        (4, &["innermost", "inner", "local", "two", "one"]),
    ] {
        for close in [false, true] {
            let mut c = Box::pin(make());
            for _ in 0..steps {
                let _ = c.start().now_or_never();
            }
            assert_eq!(
                c.status(),
                [
                    Status::Created,
                    Status::Suspended,
                    Status::Suspended,
                    Status::Running,
                    Status::Closed
                ][steps]
            );
            if close {
                c.close();
                c.close();
                assert_eq!(c.status(), Status::Closed);
            }
            drop(c);
            let mut dropped = log.take();
            let mut expected = expected.to_vec();
            if steps == 0 {
                dropped.sort_unstable(); // before the start, the order is not promised
                expected.sort_unstable();
            }
            assert_eq!(dropped, expected, "after {steps} steps");
        }
    }
}

#[test]
#[allow(clippy::await_holding_refcell_ref)] // that is the point
fn temporaries_of_a_yielded_value_are_gone_before_the_pause() {
    let cell = &RefCell::new(5);
    let mut c = pin!(co! { async
        let () = yield!(*cell.borrow_mut());
        yield!(later(*cell.borrow()).await);
    });
    assert_eq!(block_on(c.start()), Yielded(5));
    *cell.borrow_mut() = 6;
    assert_eq!(block_on(c.start()), Yielded(6));
    *cell.borrow_mut() = 7;
}

#[derive(Default)]
struct Counting(AtomicUsize);

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

thread_local! {
    static STOLEN: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
}

/// Wakes by reference and by value, and keeps a clone of the waker.
#[allow(clippy::waker_clone_wake)]
async fn steal() {
    poll_fn(|cx| {
        cx.waker().wake_by_ref();
        cx.waker().clone().wake();
        STOLEN.with_borrow_mut(|stolen| stolen.push(cx.waker().clone()));
        Poll::Ready(())
    })
    .await;
}

#[test]
fn a_stored_waker_is_the_executors_own() {
    let task = Arc::new(Counting::default());
    let waker = Waker::from(task.clone());
    let count = Arc::strong_count(&task);
    let cx = &mut Context::from_waker(&waker);

    let mut outer = Box::pin(co! { async
        steal().await;
        let () = yield!(1);
        steal().await;
        yield_from!(co! { async // through two relays
            steal().await;
            yield!(2);
        });
        pin!(co! { async steal().await; let () = yield!(()); }).start().await;
    });
    while outer.status() != Status::Closed {
        assert!(outer.as_mut().poll_resume(cx, &mut None).is_ready());
    }
    assert_eq!(task.0.load(Ordering::Relaxed), 8, "woken twice by each");
    let stolen = STOLEN.take();
    assert_eq!(stolen.len(), 4);
    assert!(stolen.iter().all(|stolen| stolen.data() == waker.data()));
    assert_eq!(Arc::strong_count(&task), count + 4);
    drop(outer);
    let elsewhere = std::thread::spawn(move || stolen.into_iter().for_each(Waker::wake));
    elsewhere.join().unwrap();
    assert_eq!(task.0.load(Ordering::Relaxed), 12);
    assert_eq!(Arc::strong_count(&task), count);
}

#[test]
#[allow(clippy::waker_clone_wake)]
fn the_waker_can_be_used_from_other_threads_during_a_poll() {
    let task = Arc::new(Counting::default());
    let waker = Waker::from(task.clone());
    let mut c = pin!(co! { async
        poll_fn(|cx| {
            let waker = cx.waker();
            std::thread::scope(|scope| {
                scope.spawn(|| waker.wake_by_ref());
                scope.spawn(|| waker.clone().wake());
            });
            Poll::Ready(())
        }).await;
        let () = yield!(1);
    });
    assert_eq!(
        c.as_mut().poll_resume(&mut Context::from_waker(&waker), &mut None),
        Poll::Ready(Yielded(1))
    );
    assert_eq!(task.0.load(Ordering::Relaxed), 2);
}

#[test]
fn a_suspended_one_goes_on_in_another_task_and_thread() {
    let mut c = Box::pin(averager());
    block_on(c.start());
    assert!(c.send(4.0).now_or_never().is_none());
    let mut c = std::thread::spawn(move || {
        assert_eq!(block_on(c.proceed()), Yielded(4.0));
        c
    })
    .join()
    .unwrap();
    assert_eq!(block_on(c.send(8.0)), Yielded(6.0));
}

#[test]
fn looking_at_it_does_not_disturb_what_it_borrows_of_itself() {
    let mut c = Box::pin(co! { async
        let mut own = String::from("a");
        let slice = &mut own;
        let () = yield!(slice.len());
        slice.push('b');
        yield_now().await;
        slice.push('c');
        yield!(slice.len());
        own
    });
    assert_eq!(block_on(c.start()), Yielded(1));
    assert_eq!(c.status(), Status::Suspended);
    assert!(c.start().now_or_never().is_none());
    assert_eq!(format!("{c:?}"), "AsyncCoroutine { status: Running, .. }");
    assert_eq!(block_on(c.proceed()), Yielded(3));
    assert_eq!(block_on(c.start()), Complete("abc".to_owned()));
}

#[test]
fn it_is_dyn_compatible_and_runs_behind_every_pointer() {
    type Dyn<'a> = dyn AsyncCoroutine<f64, Yield = f64, Return = u32> + 'a;

    fn step(
        c: &mut (impl AsyncCoroutine<f64, Yield = f64, Return = u32> + Unpin + ?Sized),
        x: f64,
    ) -> CoroutineState<f64, u32> {
        block_on(c.send(x))
    }
    let mut boxed: Pin<Box<Dyn<'_>>> = Box::pin(averager());
    block_on(boxed.start());
    assert_eq!(step(&mut boxed, 2.0), Yielded(2.0));
    assert_eq!(step(&mut &mut boxed, 4.0), Yielded(3.0));
    assert_eq!(step(&mut Box::new(&mut boxed), 6.0), Yielded(4.0));
    let mut pinned: Pin<&mut Dyn<'_>> = boxed.as_mut();
    assert_eq!(step(&mut pinned, 8.0), Yielded(5.0));
}

#[test]
fn it_is_send_exactly_when_what_it_holds_is() {
    fn is_send<T: Send>(_: &T) {}
    let mut c = averager();
    is_send(&c);
    is_send(&pin!(averager()).start());
    let shared = Rc::new(Cell::new(0)); // without `Send`, it runs on its own thread
    let mut local = pin!(co! { async
        let () = yield!(shared.get());
        shared.set(later(5).await);
        yield!(shared.get());
    });
    assert_eq!(block_on(local.start()), Yielded(0));
    assert_eq!(block_on(local.start()), Yielded(5));
    let moved = std::mem::replace(&mut c, averager()); // before the start it moves
    drop(moved);
}

#[test]
fn what_is_given_out_at_once_need_not_be_send() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    #[cogen::coroutine]
    fn shared() -> impl Stream<Item = Rc<u8>> + Send {
        for n in 0..2 {
            yield_!(Rc::new(n));
        }
    }
    assert_eq!(block_on(is_send(shared()).map(|n| *n).collect::<Vec<_>>()), [0, 1]);
}

#[test]
fn a_value_may_wait_in_plain_sight_or_in_a_macro_of_any_name() {
    macro_rules! wait {
        ($value:expr) => {
            $value.await
        };
    }
    mod macros {
        macro_rules! format {
            ($value:expr) => {
                $value.await
            };
        }
        pub(super) use format;
    }
    #[cogen::coroutine]
    fn waits() -> impl Stream<Item = Vec<u8>> {
        yield_!(vec![later(1).await]);
        yield_!(vec![2, wait!(later(2))]);
        yield_!([macros::format!(later(3))].to_vec());
        yield_!({
            let (no, other) = (later(false).now_or_never().unwrap_or(false), 5);
            vec![u8::from(!no), u8::from(other != 4)]
        });
    }
    let all = [vec![1], vec![2, 2], vec![3], vec![1, 1]];
    assert_eq!(block_on(waits().collect::<Vec<_>>()), all);
}

mod the_word_async_in_co {
    use super::*;

    #[test]
    fn stands_before_statements() {
        let mut c = pin!(co! { async yield!(later(1).await) });
        assert_eq!(block_on(c.start()), Yielded(1));
        assert_eq!(block_on(c.send("sent")), Complete("sent"));
        let mut nothing = pin!(co! { async });
        let start: CoroutineState<(), ()> = block_on(AsyncCoroutineExt::<()>::start(&mut nothing));
        assert_eq!(start, Complete(()));
    }

    #[test]
    #[allow(clippy::async_yields_async)]
    fn keeps_its_meaning_before_blocks_closures_and_functions() {
        use cogen::CoroutineExt;

        let mut block = pin!(co! { async { 1 } });
        let start: CoroutineState<(), _> = CoroutineExt::<()>::start(&mut block);
        assert_eq!(block_on(start.complete().unwrap()), 1);
        let mut closure = pin!(co! { async || 2 });
        let start: CoroutineState<(), _> = CoroutineExt::<()>::start(&mut closure);
        assert_eq!(block_on(start.complete().unwrap()()), 2);
        let mut function = pin!(co! { async fn three() -> i32 { 3 } three() });
        let start: CoroutineState<(), _> = CoroutineExt::<()>::start(&mut function);
        assert_eq!(block_on(start.complete().unwrap()), 3);
    }
}

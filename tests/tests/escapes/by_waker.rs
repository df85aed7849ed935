//! Attempts with the waker and the context that a future in a body gets.

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{AsyncCoroutine, AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt, Status, co};
use futures::FutureExt;

use crate::{PendingOnce, hidden_await};

thread_local! {
    static STOLEN: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
}

/// Stores the waker that it is polled with, and is ready.
struct StealsTheWaker;

impl Future for StealsTheWaker {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        cx.waker().wake_by_ref();
        STOLEN.with_borrow_mut(|stolen| stolen.push(cx.waker().clone()));
        Poll::Ready(())
    }
}

#[cogen::coroutine]
fn robbed() -> impl Coroutine<u32, Yield = u32> {
    hidden_await!(StealsTheWaker);
    let mut sent = yield_!(0);
    loop {
        hidden_await!(StealsTheWaker);
        sent = yield_!(sent);
    }
}

#[test]
fn a_stolen_waker_leads_nowhere() {
    let mut coroutine = Box::pin(robbed());
    coroutine.start();
    assert_eq!(coroutine.send(1), Yielded(1));
    drop(coroutine);
    for waker in STOLEN.take() {
        let other = waker.clone();
        assert!(waker.data().is_null(), "a clone holds no pointer to a slot");
        waker.wake();
        std::thread::spawn(move || other.wake_by_ref()).join().unwrap();
    }
}

#[test]
fn a_stolen_waker_opens_no_other_coroutine() {
    let mut coroutine = Box::pin(robbed());
    coroutine.start();
    let waker = STOLEN.with_borrow_mut(|stolen| stolen.pop().unwrap());
    // A future that is polled with it inside another body finds no slot of ours, and needs none.
    let mut other = pin!(co! {
        let mut stolen = pin!(StealsTheWaker);
        assert!(stolen.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
        let () = yield!("other");
    });
    assert_eq!(other.start(), Yielded("other"));
    assert_eq!(coroutine.send(2), Yielded(2));
}

/// Resumes another coroutine while it is polled inside of a body.
struct ResumesAnother<'a>(BoxCoroutine<'a, u64, String, ()>);

impl Future for ResumesAnother<'_> {
    type Output = String;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<String> {
        Poll::Ready(self.0.send(3).yielded().unwrap())
    }
}

#[test]
fn coroutines_of_other_types_run_inside_of_each_other() {
    let mut inner: BoxCoroutine<'_, u64, String, ()> = Box::pin(co! {
        let mut sent = yield!(String::new());
        loop { sent = yield!("x".repeat(sent as usize)); }
    });
    inner.start();
    let mut outer = pin!(co! {
        let text = hidden_await!(ResumesAnother(inner));
        let number: u8 = yield!(text.len());
        number
    });
    assert_eq!(outer.start(), Yielded(3));
    assert_eq!(outer.send(7), Complete(7));
}

/// Inspects its waker in every safe way, from several threads at once.
struct LooksAtTheWaker<'a>(&'a mut Option<Waker>);

impl Future for LooksAtTheWaker<'_> {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let waker = cx.waker();
        let kept = self.0.get_or_insert_with(|| waker.clone());
        kept.clone_from(waker);
        assert!(!kept.will_wake(waker), "what is kept is not ours");
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    waker.wake_by_ref();
                    let clone = waker.clone();
                    clone.wake_by_ref();
                });
            }
        });
        Poll::Ready(waker.data().addr())
    }
}

// Reads the pointer in the waker, and compares, clones and wakes the waker, also in other threads,
// during a poll.
#[test]
fn a_waker_that_is_looked_at_tells_an_address_and_nothing_else() {
    let mut kept = None;
    let mut coroutine = pin!(co! {
        for _ in 0..3 {
            let address = hidden_await!(LooksAtTheWaker(&mut kept));
            let () = yield!(address);
        }
    });
    for _ in 0..3 {
        assert_ne!(coroutine.start(), Yielded(0));
    }
    assert_eq!(coroutine.start(), Complete(()));
}

/// Counts how often it is woken.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

// The same with an `.await` that another macro hides in an async body: the stored waker is the
// outer one, at any depth of nesting.
#[test]
fn in_an_async_body_what_is_kept_of_the_waker_is_the_outer_one() {
    let count = Arc::new(Count::default());
    let outer = Waker::from(Arc::clone(&count));
    let mut kept = Vec::new();
    {
        let mut coroutine = pin!(co! { async
            let mut inner = pin!(co! { async
                let mut innermost = pin!(co! { async
                    for number in 0..3 {
                        hidden_await!(StealsTheWaker);
                        let () = yield!(number);
                    }
                });
                innermost.start().await;
                yield_from!(innermost);
                hidden_await!(StealsTheWaker);
            });
            inner.start().await;
            let mut none = None;
            hidden_await!(LooksAtTheWaker(&mut none));
            hidden_await!(StealsTheWaker);
            yield_from!(inner);
        });
        while coroutine.start().poll_unpin(&mut Context::from_waker(&outer))
            != Poll::Ready(Complete(()))
        {
            kept.extend(STOLEN.take());
        }
        kept.extend(STOLEN.take());
    }
    let before = count.0.load(Ordering::Relaxed);
    assert!(kept.len() >= 3);
    for waker in &kept {
        assert_eq!(waker.data(), outer.data());
        waker.wake_by_ref();
    }
    assert_eq!(count.0.load(Ordering::Relaxed), before + kept.len());
}

/// Polls its future with another context than its own.
struct WithAnotherContext<F>(F, Waker);

impl<F: Future + Unpin> Future for WithAnotherContext<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<F::Output> {
        let Self(future, waker) = &mut *self;
        Pin::new(future).poll(&mut Context::from_waker(waker))
    }
}

#[cogen::coroutine]
fn waits_and_yields() -> impl AsyncCoroutine<u32, Yield = String> {
    let mut sent = yield_!(String::new());
    loop {
        PendingOnce(false).await;
        sent = yield_!("x".repeat(sent as usize));
    }
}

// A hand-written future polls a resume with another context, in bodies of both kinds and of other
// types.
#[test]
fn another_context_reaches_no_slot_of_the_one_that_runs() {
    let waker = Waker::from(Arc::new(Count::default()));
    let inner = Box::pin(waits_and_yields());
    let mut asynchronous = pin!(co! { async
        let mut inner = inner;
        assert_eq!(
            WithAnotherContext(inner.start(), Waker::noop().clone()).await,
            Yielded(String::new())
        );
        for length in 0..3 {
            let sent_in = WithAnotherContext(inner.send(length), waker.clone());
            let text = sent_in.await.yielded().unwrap();
            let sent: u64 = yield!(text.len());
            assert_eq!(sent, 7);
        }
    });
    let cx = &mut Context::from_waker(Waker::noop());
    assert!(asynchronous.start().poll_unpin(cx).is_pending(), "`inner` waits");
    assert_eq!(asynchronous.proceed().poll_unpin(cx), Poll::Ready(Yielded(0)));
    assert!(asynchronous.send(7).poll_unpin(cx).is_pending());
    assert_eq!(asynchronous.proceed().poll_unpin(cx), Poll::Ready(Yielded(1)));

    let mut inner = Box::pin(waits_and_yields());
    let mut plain = pin!(co! {
        let empty = hidden_await!(WithAnotherContext(inner.start(), Waker::noop().clone()));
        let sent: u64 = yield!(empty);
        sent
    });
    assert_eq!(plain.start(), Yielded(Yielded(String::new())));
    assert_eq!(plain.send(7), Complete(7));
}

// A hidden future replaces the body's own context. The next yield panics, and the coroutine is
// closed. In plain sight in an async body, the future gets the outer context, which it may replace,
// as in an `async fn`.
#[test]
fn a_context_that_was_replaced_leads_nowhere() {
    struct ReplacesTheContext;

    impl Future for ReplacesTheContext {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            *cx = Context::from_waker(Waker::noop());
            Poll::Ready(())
        }
    }

    fn said(resume: impl FnOnce()) -> String {
        let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(resume)).unwrap_err();
        payload.downcast_ref::<&str>().expect("a sentence").to_string()
    }

    let mut waits = pin!(co! { async
        ReplacesTheContext.await;
        let () = yield!(1);
    });
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(waits.as_mut().poll_resume(&mut cx, &mut None), Poll::Ready(Yielded(1)));

    let mut waits = pin!(co! { async
        hidden_await!(ReplacesTheContext);
        let () = yield!(1);
    });
    let sentence =
        said(|| _ = waits.as_mut().poll_resume(&mut Context::from_waker(Waker::noop()), &mut None));
    assert!(sentence.contains("has replaced the `Context`"), "{sentence}");
    assert_eq!(waits.status(), Status::Closed);

    let mut hides = pin!(co! {
        hidden_await!(ReplacesTheContext);
        let () = yield!(1);
    });
    let sentence = said(|| _ = hides.start());
    assert!(sentence.contains("has replaced the `Context`"), "{sentence}");
    assert_eq!(hides.status(), Status::Closed);
}

// The context of a poll is lent to a coroutine that other code polls, during that poll.
#[test]
fn polls_that_stand_in_each_other_keep_their_slots_apart() {
    struct PollsBoth<A, B>(A, B);

    impl<A: AsyncCoroutine<u32, Yield = String> + Unpin, B: Coroutine<u8, Yield = [u64; 4]> + Unpin>
        Future for PollsBoth<A, B>
    {
        type Output = (String, [u64; 4]);

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            let Self(one, other) = &mut *self;
            let numbers =
                if other.status() == Status::Created { other.start() } else { other.send(1) };
            let text = if one.status() == Status::Created {
                one.start().poll_unpin(cx)
            } else {
                one.send(2).poll_unpin(cx)
            };
            match text {
                Poll::Ready(text) => {
                    Poll::Ready((text.yielded().unwrap(), numbers.yielded().unwrap()))
                }
                Poll::Pending => Poll::Pending,
            }
        }
    }

    let other = Box::pin(co! {
        let mut sent = 0u8;
        loop {
            sent = yield!([u64::from(sent); 4]);
        }
        #[allow(unreachable_code)]
        ()
    });
    let mut both = PollsBoth(Box::pin(waits_and_yields()), other);
    let mut outer = pin!(co! { async
        let mut sent: i8 = yield!((&mut both).await);
        while sent > 0 {
            sent = yield!((String::from("again"), [9; 4]));
        }
        both.1.close();
    });
    let cx = &mut Context::from_waker(Waker::noop());
    assert_eq!(outer.start().poll_unpin(cx), Poll::Ready(Yielded((String::new(), [0; 4]))));
    assert_eq!(outer.send(1).poll_unpin(cx), Poll::Ready(Yielded(("again".to_owned(), [9; 4]))));
    assert_eq!(outer.send(0).poll_unpin(cx), Poll::Ready(Complete(())));
}

type SharedCoroutine =
    Mutex<Option<Pin<Box<dyn AsyncCoroutine<u32, Yield = u32, Return = ()> + Send>>>>;

/// A waker that uses the coroutine that is polled with it: it tries to close the coroutine.
struct UsesTheCoroutine(Arc<SharedCoroutine>, AtomicUsize);

impl Wake for UsesTheCoroutine {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        match self.0.try_lock() {
            Ok(mut coroutine) => *coroutine = None,
            Err(_) => _ = self.1.fetch_add(1, Ordering::Relaxed),
        }
    }
}

impl Drop for UsesTheCoroutine {
    fn drop(&mut self) {
        _ = self.0.try_lock().map(|mut coroutine| coroutine.take());
    }
}

// A waker's `wake` and `drop` use the coroutine that runs, and the one that has paused.
#[test]
fn a_waker_that_uses_its_coroutine_is_locked_out_while_that_runs() {
    let shared: Arc<SharedCoroutine> = Arc::default();
    *shared.lock().unwrap() = Some(Box::pin(co! { async
        let mut sent = yield!(0);
        loop {
            StealsTheWaker.await;
            sent = yield!(sent + 1);
        }
        #[allow(unreachable_code)]
        ()
    }));
    let uses = Arc::new(UsesTheCoroutine(Arc::clone(&shared), AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&uses));
    let resume = |argument: Option<u32>| {
        let mut coroutine = shared.lock().unwrap();
        let poll = coroutine
            .as_mut()
            .unwrap()
            .as_mut()
            .poll_resume(&mut Context::from_waker(&waker), &mut argument.clone());
        drop(coroutine);
        poll
    };
    assert_eq!(resume(None), Poll::Ready(Yielded(0)));
    assert_eq!(resume(Some(1)), Poll::Ready(Yielded(2)));
    assert_eq!(uses.1.load(Ordering::Relaxed), 1, "it was refused");
    STOLEN.take().pop().unwrap().wake();
    assert!(shared.lock().unwrap().is_none());
    drop(waker);
    drop(uses);
}

// A waker whose `clone` panics in the middle of a poll.
#[test]
fn a_waker_that_panics_closes_the_coroutine() {
    struct Panics;

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            self.wake_by_ref();
        }

        fn wake_by_ref(self: &Arc<Self>) {
            panic!("woken");
        }
    }

    let mut coroutine = Box::pin(co! { async
        let () = yield!(String::from("one"));
        StealsTheWaker.await;
        yield!(String::from("two"));
    });
    let waker = Waker::from(Arc::new(Panics));
    let cx = &mut Context::from_waker(&waker);
    assert_eq!(coroutine.start().poll_unpin(cx), Poll::Ready(Yielded("one".to_owned())));
    let caught =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| coroutine.start().poll_unpin(cx)));
    assert!(caught.is_err());
    assert_eq!(coroutine.status(), Status::Closed);
}

// Several executors poll one coroutine in turn, while its future keeps the first waker.
#[test]
fn each_poll_may_come_from_another_executor() {
    let mut coroutine = Box::pin(waits_and_yields());
    let counts: Vec<Arc<Count>> = (0..3).map(|_| Arc::default()).collect();
    let wakers: Vec<Waker> = counts.iter().map(|count| Waker::from(Arc::clone(count))).collect();
    let mut wakers = wakers.iter().cycle();
    let mut next = || Context::from_waker(wakers.next().unwrap());
    assert_eq!(coroutine.start().poll_unpin(&mut next()), Poll::Ready(Yielded(String::new())));
    for length in 1..5u32 {
        assert!(coroutine.send(length).poll_unpin(&mut next()).is_pending());
        assert_eq!(
            coroutine.proceed().poll_unpin(&mut next()),
            Poll::Ready(Yielded("x".repeat(length as usize)))
        );
    }
}

//! The futures that an async body waits for are polled with the outer context. Executors inspect
//! their wakers (embassy's timers compare the vtable), and futures check whether their stored waker
//! is still current.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::ptr::from_ref;
use std::sync::Arc;
use std::task::{Context, Poll, RawWakerVTable, Wake, Waker};

use cogen::{AsyncCoroutine, AsyncCoroutineExt, co};
use futures::{FutureExt, Stream, StreamExt};

/// The observations of a future when it was polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    context: *const (),
    data: *const (),
    vtable: *const RawWakerVTable,
}

impl Seen {
    fn of(cx: &Context<'_>) -> Self {
        Self { context: from_ref(cx).cast(), data: cx.waker().data(), vtable: cx.waker().vtable() }
    }
}

/// Inspects the context of each of three polls. The last poll is ready.
#[derive(Default)]
struct Looks {
    polls: u32,
    kept: Option<Waker>,
    will_wake: bool,
}

impl Future for Looks {
    type Output = (Seen, bool);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.polls += 1;
        match &self.kept {
            None => {
                self.kept = Some(cx.waker().clone());
                self.will_wake = true;
            }
            // In Miri, each mention of the vtable of an `Arc` has an address of its own.
            Some(kept) => self.will_wake &= cfg!(miri) || kept.will_wake(cx.waker()),
        }
        if self.polls < 3 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready((Seen::of(cx), self.will_wake))
    }
}

fn looks() -> Looks {
    Looks::default()
}

async fn nested() -> (Seen, bool) {
    looks().await
}

struct Task;

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

/// Polls `stream` to its end with one context, which each of its items must have seen.
fn all_see_the_outer_context(mut stream: Pin<&mut impl Stream<Item = (Seen, bool)>>) -> usize {
    let waker = Waker::from(Arc::new(Task));
    let cx = &mut Context::from_waker(&waker);
    let outer = Seen::of(cx);
    let mut items = 0;
    loop {
        match stream.as_mut().poll_next(cx) {
            Poll::Pending => {}
            Poll::Ready(None) => return items,
            Poll::Ready(Some(seen)) => {
                assert_eq!(seen, (outer, true), "item {items}");
                items += 1;
            }
        }
    }
}

#[cogen::coroutine]
fn in_plain_sight(items: &[u32]) -> impl Stream<Item = (Seen, bool)> {
    for item in items {
        let seen = looks().await;
        yield_!(seen);
        yield_!(looks().await);
        if let (seen, true) = looks().await {
            yield_!((seen, true));
        }
        yield_!(match looks().await {
            seen if looks().await == seen => seen,
            seen => panic!("{seen:?}"),
        });
        let [.., last] = [looks().await, nested().await, async { nested().await }.await];
        yield_!(last);
        let closure = async |_: &u32| looks().await;
        yield_!(closure(item).await);
        #[expect(clippy::never_loop, reason = "a value with a label")]
        let of_a_loop = 'outer: loop {
            break 'outer looks().await;
        };
        yield_!(of_a_loop);
        let results: Result<_, ()> = async { Ok(looks().await) }.await;
        yield_!(results.unwrap());
    }
}

#[test]
fn what_is_awaited_in_plain_sight_sees_the_outer_context() {
    assert_eq!(all_see_the_outer_context(pin!(in_plain_sight(&[1, 2]))), 16);
}

#[cogen::coroutine]
fn among_arguments() -> impl Stream<Item = (Seen, bool)> {
    let mut text = String::new();
    let seen = vec![looks().await, nested().await];
    for seen in std::hint::black_box(seen) {
        yield_!(seen);
    }
    let seen = vec![looks().await; 2];
    for seen in std::hint::black_box(seen) {
        yield_!(seen);
    }
    assert!(looks().await.1);
    assert!(looks().await.1, "{:?}", looks().await);
    std::assert_eq!(looks().await, nested().await);
    assert_ne!(Some(looks().await), None, "with {}", 1);
    let (seen, _) = looks().await;
    assert_eq!(format!("{:?}", looks().await.0), format!("{seen:?}"));
    std::fmt::Write::write_fmt(&mut text, format_args!("{seen:?}")).unwrap();
    let same = matches!(looks().await, (other, true) if other == looks().await.0);
    yield_!((seen, same));
    println!("{:?}", yield_!(looks().await));
}

#[test]
fn so_it_does_among_the_arguments_of_the_macros_of_std() {
    assert_eq!(all_see_the_outer_context(pin!(among_arguments())), 6);
}

// The text is the user's code, not the rewritten one.
#[test]
fn an_assertion_shows_what_was_asserted() {
    let mut coroutine = pin!(co! { async
        let () = yield!(1);
        assert!(std::future::ready(Some("{}")).await.is_none());
    });
    let cx = &mut Context::from_waker(Waker::noop());
    assert!(coroutine.start().poll_unpin(cx).is_ready());
    let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        _ = coroutine.start().poll_unpin(cx);
    }))
    .unwrap_err();
    let text = payload.downcast_ref::<&str>().unwrap();
    assert_eq!(*text, r#"assertion failed: std::future::ready(Some("{}")).await.is_none()"#);
}

#[cogen::coroutine]
fn talks() -> impl AsyncCoroutine<bool, Yield = (Seen, bool), Return = (Seen, bool)> {
    while yield_!(looks().await) {}
    nested().await
}

#[cogen::coroutine]
fn boxed(depth: u32) -> impl Stream<Item = (Seen, bool)> {
    if depth > 0 {
        yield_!(looks().await);
        let inner: Pin<Box<dyn Stream<Item = _>>> = Box::pin(boxed(depth - 1));
        yield_from!(inner);
    }
}

#[cogen::coroutine(struct = Named)]
fn named() -> impl Stream<Item = (Seen, bool)> {
    yield_!(looks().await);
    yield_from!(in_plain_sight(&[1]));
}

#[cogen::coroutine]
fn through_delegation() -> impl Stream<Item = (Seen, bool)> {
    yield_from!(in_plain_sight(&[1]));
    yield_from!(boxed(3));
    yield_from!(named());
    yield_!(yield_from!(looks()));
    let mut talking = pin!(talks());
    yield_!(talking.start().await.yielded().unwrap());
    yield_!(talking.send(true).await.yielded().unwrap());
    yield_!(talking.send(false).await.complete().unwrap());
    let mut stream = pin!(among_arguments());
    while let Some(seen) = stream.next().await {
        yield_!(seen);
    }
    let block = co! { async yield_from!(in_plain_sight(&[1])); };
    yield_from!(block);
}

#[test]
fn so_it_does_through_coroutines_that_run_in_each_other() {
    assert_eq!(all_see_the_outer_context(pin!(through_delegation())), 8 + 3 + 9 + 1 + 3 + 6 + 8);
}

// A future in the expansion of another macro is polled with our own waker and context. A clone of
// that waker is the outer one, so it wakes the right task. With `yield_from!`, the future gets the
// outer context.
#[cogen::coroutine]
fn hidden_in_macros() -> impl Stream<Item = (Seen, bool)> {
    let clone = async || poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
    let (one, other) = futures::join!(clone(), clone());
    let third = tokio::join!(clone());
    let (mut fourth, mut fifth) = (Box::pin(clone()).fuse(), Box::pin(clone()).fuse());
    let fourth = futures::select! { waker = fourth => waker, waker = fifth => waker };
    let outer = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
    for waker in [one, other, third.0, fourth] {
        assert!(cfg!(miri) || waker.will_wake(&outer), "what is kept is the outer one");
    }

    let (one, other) = yield_from!(async { futures::join!(looks(), nested()) });
    yield_!(one);
    yield_!(other);
    let selected = yield_from!(async {
        let mut looking = looks().fuse();
        futures::select! { seen = looking => seen, complete => unreachable!() }
    });
    yield_!(selected);
}

#[test]
fn what_macros_hide_keeps_the_outer_waker_and_yield_from_is_the_way_out() {
    let waker = Waker::from(Arc::new(Task));
    let cx = &mut Context::from_waker(&waker);
    let outer = Seen::of(cx);
    let mut stream = pin!(hidden_in_macros());
    let mut items = 0;
    loop {
        match stream.as_mut().poll_next(cx) {
            Poll::Pending => {}
            Poll::Ready(None) => break,
            Poll::Ready(Some((seen, will_wake))) => {
                assert_eq!((seen.data, seen.vtable, will_wake), (outer.data, outer.vtable, true));
                items += 1;
            }
        }
    }
    assert_eq!(items, 3);
}

/// Returns whether the stream has seen only the wakers of the current task.
async fn sees_its_task() -> bool {
    let mut stream = pin!(in_plain_sight(&[1, 2, 3]));
    let mut same = true;
    while let Some((seen, will_wake)) = stream.next().await {
        let (data, vtable) = poll_fn(|cx| {
            let seen = Seen::of(cx);
            Poll::Ready((seen.data, seen.vtable))
        })
        .await;
        same &= will_wake && (seen.data, seen.vtable) == (data, vtable);
    }
    same
}

#[test]
fn every_executor_finds_its_own_waker() {
    assert!(futures::executor::block_on(sees_its_task()));
    #[cfg(not(miri))]
    assert!(smol::block_on(sees_its_task()));
    assert!(cogen::executor::block_on(sees_its_task()));
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(tokio.block_on(sees_its_task()));
}

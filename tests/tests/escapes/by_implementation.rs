//! Attempts with implementations by hand that violate the contracts. Safe traits may be implemented
//! wrongly, and our code doesn't rely on them.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{
    AsyncCoroutine, AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt, CoroutineState,
    Primed, Shared, Status, co,
};
use futures::{FutureExt, Stream, StreamExt};

use crate::Log;

/// Returns the status in the cell, and never ends.
struct Lies<'a>(&'a Cell<Status>, Log);

impl<R> Coroutine<R> for Lies<'_> {
    type Yield = String;
    type Return = String;

    fn begin(self: Pin<&mut Self>) -> CoroutineState<String, String> {
        self.1.push("begin");
        Complete("from the beginning".to_owned())
    }

    fn resume(self: Pin<&mut Self>, _: R) -> CoroutineState<String, String> {
        self.1.push("resume");
        Yielded("at the end".to_owned())
    }

    fn terminate(self: Pin<&mut Self>) {
        self.1.push("terminate");
    }

    fn status(&self) -> Status {
        self.0.get()
    }
}

const ALL: [Status; 4] = [Status::Created, Status::Running, Status::Suspended, Status::Closed];

// A false status, read by everything that wraps a coroutine.
#[test]
fn a_false_status_gives_false_answers_and_nothing_else() {
    for status in ALL {
        let (cell, log) = (Cell::new(status), Log::default());
        let lies = || Lies(&cell, log.clone());
        let mut outer = Box::pin(co! { yield_from!(lies()) });
        let _: CoroutineState<String, String> = outer.start();
        let _ = outer.try_send(0u8);
        let mut primed: Primed<_, u8> = Primed::new(Box::pin(lies()));
        let _ = (primed.start(), primed.try_send(1));
        primed.close();
        let shared: Shared<'_, u8, String, String> = Shared::new(lies());
        let _ = (shared.start(), shared.try_send(1), shared.status());
        shared.close();
        let mut dynamic: BoxCoroutine<'_, u8, String, String> = Box::pin(lies());
        let _ = (dynamic.start(), dynamic.try_send(1));
        let mut unit: BoxCoroutine<'_, (), String, String> = Box::pin(lies());
        let _ = unit.by_hand();
        let mut stream = Box::pin(unit.into_async().into_stream());
        let _ = stream.next().now_or_never();
        assert!(!log.take().is_empty());
    }
}

trait ByHand {
    fn by_hand(&mut self) -> Vec<CoroutineState<String, String>>;
}

impl ByHand for BoxCoroutine<'_, (), String, String> {
    fn by_hand(&mut self) -> Vec<CoroutineState<String, String>> {
        vec![self.as_mut().begin(), self.as_mut().resume(()), self.as_mut().resume(())]
    }
}

/// An async coroutine that takes no argument when it should and one when it shouldn't, and yields
/// while its status says that it waits.
struct AsyncLies(u32, Log);

impl AsyncCoroutine<String> for AsyncLies {
    type Yield = String;
    type Return = ();

    fn poll_resume(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        argument: &mut Option<String>,
    ) -> Poll<CoroutineState<String, ()>> {
        self.0 += 1;
        let before = argument.replace("never sent".to_owned());
        self.1.push(format!("{before:?}"));
        match self.0 % 3 {
            0 => Poll::Pending,
            1 => Poll::Ready(Yielded(format!("{}", self.0))),
            _ => {
                *argument = None;
                Poll::Ready(Yielded("more".to_owned()))
            }
        }
    }

    fn terminate(self: Pin<&mut Self>) {}

    fn status(&self) -> Status {
        Status::Suspended
    }
}

// An async coroutine delegates to it, and yields afterwards.
#[test]
fn an_async_one_that_fiddles_with_its_argument_reaches_its_own_only() {
    let log = Log::default();
    let lies = AsyncLies(0, log.clone());
    let mut outer = Box::pin(co! { async
        let sent: String = yield!("first".to_owned());
        assert_eq!(sent, "a");
        yield_from!(lies)
    });
    let cx = &mut Context::from_waker(Waker::noop());
    assert_eq!(outer.start().poll_unpin(cx), Poll::Ready(Yielded("first".to_owned())));
    assert_eq!(outer.send("a".into()).poll_unpin(cx), Poll::Ready(Yielded("1".to_owned())));
    assert_eq!(outer.send("b".into()).poll_unpin(cx), Poll::Ready(Yielded("more".to_owned())));
    assert_eq!(outer.send("c".into()).poll_unpin(cx), Poll::Pending);
    assert_eq!(outer.proceed().poll_unpin(cx), Poll::Ready(Yielded("4".to_owned())));
    assert_eq!(log.take(), ["None", "Some(\"b\")", "Some(\"c\")", "None"]);
}

/// A stream and an iterator that continue after their end, and have false sizes.
struct NeverFused(u32);

impl Iterator for NeverFused {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.0 += 1;
        (self.0 % 3 != 0).then_some(self.0)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, Some(0))
    }
}

impl Stream for NeverFused {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
        Poll::Ready(Iterator::next(&mut *self))
    }
}

// Iterators and streams that are not fused, with false sizes.
#[test]
fn items_that_come_after_the_end_are_not_asked_for() {
    #[cogen::coroutine]
    fn items() -> impl Iterator<Item = u32> {
        let mut items = NeverFused(0);
        yield_from!(&mut items);
        yield_!(100);
        yield_from!(items);
    }
    assert!(items().eq([1, 2, 100, 4, 5]));
    let mut stream = Box::pin(co! { async
        let mut items = NeverFused(0);
        yield_from!(Iterator::take(&mut items, 2));
        let () = yield!(100);
        yield_from!(futures::stream::iter(items).take(1));
    });
    let yielded: Vec<u32> = (&mut stream).into_stream().collect().now_or_never().unwrap();
    assert_eq!(yielded, [1, 2, 100]);
}

/// A hidden wrapper around any coroutine.
#[test]
fn a_wrapped_coroutine_that_is_closed_is_not_delegated_to() {
    let child = co! {
        let text = "dropped when the coroutine is closed".to_owned();
        yield!(1);
        yield!(text.as_bytes()[0]);
    };
    let mut child = Box::pin(cogen::__private::Flat::new(child));
    child.start();
    child.close();
    let mut parent = Box::pin(co! { yield_from!(child); });
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| parent.start()));
    assert!(panicked.is_err());
}

//! `yield_from!` in async coroutines: every kind of delegate.

mod executors;

use std::future::{Ready, ready};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{
    AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt, CoroutineState, Shared, Status, co,
};
use futures::executor::block_on;
use futures::stream::{self, StreamExt};
use futures::{FutureExt, Stream};

use executors::{everywhere, later, yield_now};

#[cogen::coroutine]
fn echo(first: u32) -> impl AsyncCoroutine<u32, Yield = u32, Return = &'static str> {
    let mut sent = yield_!(first);
    while sent != 0 {
        sent = yield_!(later(sent).await);
    }
    "async"
}

#[cogen::coroutine]
fn sync_echo(first: u32) -> impl Coroutine<u32, Yield = u32, Return = &'static str> {
    let mut sent = yield_!(first);
    while sent != 0 {
        sent = yield_!(sent);
    }
    "sync"
}

#[test]
fn what_is_sent_goes_to_the_delegate_and_its_return_value_comes_back() {
    #[cogen::coroutine]
    fn all() -> impl AsyncCoroutine<u32, Yield = u32, Return = String> {
        let mut names = String::new();
        names += yield_from!(echo(10));
        names += yield_from!(sync_echo(20));
        names += yield_from!(
            later("future")
                .await
                .to_owned()
                .as_str()
                .chars()
                .next()
                .map_or(ready("none"), |_| ready("future"))
        );
        names += yield_from!(co! { async yield_from!(co! { async yield_from!(echo(30)) }) });
        let last = yield_!(40);
        names + &last.to_string()
    }
    everywhere(|| async {
        let mut all = pin!(all());
        assert_eq!(all.start().await, Yielded(10));
        assert_eq!(all.send(1).await, Yielded(1));
        assert_eq!(all.send(0).await, Yielded(20));
        assert_eq!(all.send(2).await, Yielded(2));
        assert_eq!(all.send(0).await, Yielded(30));
        assert_eq!(all.send(3).await, Yielded(3));
        assert_eq!(all.send(0).await, Yielded(40));
        assert_eq!(all.send(7).await, Complete("asyncsyncfutureasync7".to_owned()));
    });
}

#[test]
fn iterators_and_streams_give_their_items() {
    #[cogen::coroutine]
    fn inner() -> impl Stream<Item = u32> {
        yield_!(later(4).await);
        yield_now().await;
    }
    #[cogen::coroutine]
    fn items() -> impl Stream<Item = u32> {
        yield_from!(0..2);
        yield_from!([2]);
        yield_from!(stream::iter([3]).then(later));
        yield_from!(inner());
        let () = yield_from!(Box::pin(inner()).boxed());
        let waited: u32 = yield_from!(later(5));
        yield_!(waited);
        yield_from!(co! { async yield!(6); });
        yield_from!(co! { yield!(later(7).now_or_never().unwrap_or(7)); });
    }
    everywhere(|| async {
        assert_eq!(items().collect::<Vec<_>>().await, [0, 1, 2, 3, 4, 4, 5, 6, 7]);
    });
}

#[test]
fn a_thrown_error_ends_the_delegation_to_items() {
    type Sent = Result<(), &'static str>;

    #[cogen::coroutine]
    fn items(streamed: bool) -> impl AsyncCoroutine<Sent, Yield = u32, Return = Sent> {
        let ended =
            if streamed { yield_from!(stream::iter(0..2).then(later)) } else { yield_from!(0..2) };
        assert_eq!(ended, Err("enough"));
        yield_from!(stream::iter([7]).then(later))?;
        yield_!(8)
    }
    for streamed in [false, true] {
        block_on(async {
            let mut items = pin!(items(streamed));
            assert_eq!(items.start().await, Yielded(0));
            assert_eq!(items.send(Ok(())).await, Yielded(1));
            assert_eq!(items.throw("enough").await, Yielded(7));
            assert_eq!(items.send(Ok(())).await, Yielded(8));
            assert_eq!(items.throw("end").await, Complete(Err("end")));
        });
    }
}

#[test]
fn a_lent_delegate_is_where_it_was_left() {
    block_on(async {
        let mut lent = Box::pin(echo(1));
        {
            let lent = &mut lent;
            let mut outer = pin!(co! { async yield_from!(lent) });
            assert_eq!(outer.start().await, Yielded(1));
            assert!(outer.send(2).now_or_never().is_none());
            assert_eq!(outer.status(), Status::Running);
        }
        assert_eq!(lent.status(), Status::Running);
        // It is in the middle of a resume, and the next coroutine that borrows it continues this
        // resume.
        {
            let lent = &mut lent;
            let mut outer = pin!(co! { async yield_from!(lent) });
            assert_eq!(outer.start().await, Yielded(2));
        }
        assert_eq!(lent.send(3).await, Yielded(3));
    });
}

#[test]
fn shared_and_primed_coroutines_are_delegates_too() {
    block_on(async {
        let shared: Shared<'_, u32, u32, &'static str> = Shared::new(sync_echo(1));
        let primed = Box::pin(sync_echo(5)).primed();
        let handle = shared.clone();
        let mut outer = pin!(co! { async
            yield_from!(handle);
            yield_from!(primed)
        });
        assert_eq!(outer.start().await, Yielded(1));
        assert_eq!(outer.send(2).await, Yielded(2));
        assert_eq!(outer.send(0).await, Yielded(5));
        assert_eq!(outer.send(6).await, Yielded(6));
        assert_eq!(outer.send(0).await, Complete("sync"));
        assert_eq!(shared.status(), Status::Closed);
    });
}

/// Waits before each yielded number.
struct ByHand(u32, Status);

impl AsyncCoroutine<u32> for ByHand {
    type Yield = u32;
    type Return = &'static str;

    fn poll_resume(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        argument: &mut Option<u32>,
    ) -> Poll<CoroutineState<u32, &'static str>> {
        if self.1 != Status::Running {
            self.0 += argument.take().unwrap_or_default();
            self.1 = Status::Running;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.1 = Status::Suspended;
        Poll::Ready(if self.0 < 10 { Yielded(self.0) } else { Complete("by hand") })
    }

    fn terminate(mut self: Pin<&mut Self>) {
        self.1 = Status::Closed;
    }

    fn status(&self) -> Status {
        self.1
    }
}

#[test]
fn coroutines_written_by_hand_are_delegates_too() {
    everywhere(|| async {
        let mut outer = pin!(co! { async yield_from!(ByHand(1, Status::Created)) });
        assert_eq!(outer.start().await, Yielded(1));
        assert_eq!(outer.send(4).await, Yielded(5));
        assert_eq!(outer.send(5).await, Complete("by hand"));
    });
}

#[test]
fn recursion_goes_through_a_box() {
    type Boxed<'a> = Pin<Box<dyn AsyncCoroutine<(), Yield = u32, Return = ()> + Send + 'a>>;

    fn countdown(from: u32) -> Boxed<'static> {
        Box::pin(co! { async
            if from > 0 {
                yield!(later(from).await);
                yield_from!(countdown(from - 1));
            }
        })
    }
    everywhere(|| async {
        assert_eq!(countdown(20).into_stream().fold(0, async |sum, n| sum + n).await, 210);
    });
}

struct IntoReady(u8);

impl IntoFuture for IntoReady {
    type Output = u8;
    type IntoFuture = Ready<u8>;

    fn into_future(self) -> Ready<u8> {
        ready(self.0)
    }
}

#[test]
fn what_can_be_awaited_can_be_delegated_to() {
    block_on(async {
        let mut c = pin!(co! { async
            let three = yield_from!(IntoReady(3));
            let () = yield!(three);
        });
        assert_eq!(c.start().await, Yielded(3));
    });
}

/// `FuturesUnordered` is a stream and implements `IntoIterator` as well.
fn unordered() -> futures::stream::FuturesUnordered<std::future::Ready<u32>> {
    [1, 2, 3].into_iter().map(std::future::ready).collect()
}

#[test]
fn what_is_a_stream_and_an_iterator_is_a_stream_in_an_async_body() {
    #[cogen::coroutine]
    fn outputs() -> impl Stream<Item = u32> {
        yield_from!(unordered());
    }

    #[cogen::coroutine]
    fn outputs_of<S>(both: S) -> impl AsyncCoroutine<(), Yield = u32>
    where
        S: Stream<Item = u32> + IntoIterator,
    {
        yield_from!(both);
    }

    let mut items: Vec<_> = block_on(outputs().collect());
    items.sort();
    assert_eq!(items, [1, 2, 3]);
    let mut items: Vec<_> = block_on(Box::pin(outputs_of(unordered())).into_stream().collect());
    items.sort();
    assert_eq!(items, [1, 2, 3]);
}

#[test]
fn what_is_a_stream_and_an_iterator_is_an_iterator_in_a_sync_body() {
    #[cogen::coroutine]
    fn futures() -> impl Iterator<Item = std::future::Ready<u32>> {
        yield_from!(unordered());
    }

    let mut outputs: Vec<_> = futures().map(block_on).collect();
    outputs.sort();
    assert_eq!(outputs, [1, 2, 3]);
}

#[test]
fn temporaries_of_a_delegate_live_until_it_ends() {
    #[cogen::coroutine]
    fn words() -> impl AsyncCoroutine<(), Yield = String> {
        yield_from!(String::from("to be").split(' ').map(str::to_owned));
    }

    let words: Vec<_> = block_on(Box::pin(words()).into_stream().collect());
    assert_eq!(words, ["to", "be"]);
}

#[test]
fn a_started_one_goes_on_with_the_value_that_comes_with_it() {
    #[cogen::coroutine]
    fn echo() -> impl AsyncCoroutine<u32, Yield = u32> {
        let mut heard = yield_!(0);
        loop {
            std::future::ready(()).await;
            heard = yield_!(heard);
        }
    }

    #[cogen::coroutine]
    fn sync_echo() -> cogen::BoxCoroutine<'static, u32, u32> {
        let mut heard = yield_!(0);
        loop {
            heard = yield_!(heard);
        }
    }

    block_on(async {
        let mut inner = pin!(echo());
        let mut sync_inner = sync_echo();
        inner.start().await;
        sync_inner.start();
        let mut outer = pin!(co! { -> impl AsyncCoroutine<u32, Yield = u32> {
            let number = yield!(100);
            yield_from!(inner, number + 1);
        } });
        assert_eq!(outer.start().await, Yielded(100));
        assert_eq!(outer.send(1).await, Yielded(2));
        assert_eq!(outer.send(3).await, Yielded(3));

        let mut sync_outer = pin!(co! { -> impl AsyncCoroutine<u32, Yield = u32> {
            yield_from!(&mut sync_inner, std::future::ready(1).await + yield!(101));
        } });
        assert_eq!(sync_outer.start().await, Yielded(101));
        assert_eq!(sync_outer.send(4).await, Yielded(5));
        assert_eq!(sync_outer.send(6).await, Yielded(6));
    });
}

#[test]
#[should_panic(expected = "a resume was dropped in the middle")]
fn one_in_the_middle_of_a_resume_takes_no_value() {
    let mut inner = Box::pin(co! { -> impl AsyncCoroutine<u8, Yield = u8> {
        std::future::pending::<()>().await;
        yield!(1);
    } });
    assert!(inner.start().now_or_never().is_none());
    let mut outer = pin!(co! { async yield_from!(inner, 5); });
    let _ = outer.start().now_or_never();
}

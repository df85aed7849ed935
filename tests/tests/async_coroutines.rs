//! Async coroutines.

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{AsyncCoroutine, AsyncCoroutineExt, co};
use futures::{Stream, StreamExt};
use std::pin::pin;

async fn twice(x: i32) -> i32 {
    let mut once = false;
    std::future::poll_fn(|cx| {
        cx.waker().wake_by_ref();
        if std::mem::replace(&mut once, true) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    2 * x
}

#[cogen::coroutine]
fn doubles() -> impl AsyncCoroutine<i32, Yield = i32, Return = &'static str> {
    let mut sent = yield_!(0);
    while sent > 0 {
        let d = twice(sent).await;
        println!("{}", yield_!(d));
        sent = yield_!(twice(sent).await);
    }
    "end"
}

#[cogen::coroutine]
fn stream(n: i32) -> impl Stream<Item = i32> {
    for i in 0..n {
        yield_!(twice(i).await);
        yield_from!(0..i);
        yield_from!(futures::stream::iter([7]));
        let x = yield_from!(twice(3));
        yield_!(x);
    }
}

#[test]
fn smoke() {
    futures::executor::block_on(async {
        let mut d = pin!(doubles());
        assert_eq!(d.start().await, Yielded(0));
        assert_eq!(d.send(2).await, Yielded(4));
        assert_eq!(d.send(2).await, Yielded(4));
        assert_eq!(d.send(0).await, Complete("end"));
        assert_eq!(stream(2).collect::<Vec<_>>().await, [0, 7, 6, 2, 0, 7, 6]);
        let mut c = pin!(co! { async
            let x: i32 = yield!(1);
            let y = yield_from!(co! { async yield!(x); x + 1 });
            twice(1).await;
            y
        });
        assert_eq!(c.start().await, Yielded(1));
        assert_eq!(c.send(3).await, Yielded(3));
        assert_eq!(c.send(4).await, Complete(4));
    });
}

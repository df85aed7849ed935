//! Functions that return `impl Stream`, and async coroutines as streams.

mod executors;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;

use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineExt, co};
use futures::channel::mpsc;
use futures::executor::block_on;
use futures::stream::{self, FusedStream, Stream, StreamExt};

use executors::{everywhere, later, yield_now};

#[cogen::coroutine]
fn squares(count: u32) -> impl Stream<Item = u32> {
    for n in 0..count {
        yield_!(later(n * n).await);
        yield_now().await;
    }
}

#[test]
fn streams_run_on_every_executor() {
    everywhere(|| async {
        assert_eq!(squares(5).collect::<Vec<_>>().await, [0, 1, 4, 9, 16]);
        assert_eq!(squares(0).collect::<Vec<_>>().await, []);
        let pairs = squares(3).zip(squares(4).skip(1));
        assert_eq!(pairs.collect::<Vec<_>>().await, [(0, 1), (1, 4), (4, 9)]);
        let merged = stream::select(Box::pin(squares(3)), Box::pin(squares(3)));
        assert_eq!(merged.fold(0, async |sum, n| sum + n).await, 10);
    });
}

#[cfg(not(miri))]
#[test]
fn streams_are_sent_to_other_tasks() {
    let sum = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let tasks =
            (1..=8).map(|count| tokio::spawn(squares(count).fold(0, async |sum, n| sum + n)));
        stream::iter(tasks.collect::<Vec<_>>())
            .then(async |task| task.await.unwrap())
            .fold(0, async |sum, n| sum + n)
            .await
    });
    assert_eq!(sum, (1..=8).flat_map(|count| (0..count).map(|n| n * n)).sum::<u32>());
}

#[test]
fn streams_may_hold_what_is_not_send() {
    #[cogen::coroutine]
    fn counts(count: Rc<Cell<u32>>) -> impl Stream<Item = u32> {
        for _ in 0..3 {
            yield_now().await;
            count.set(count.get() + 1);
            yield_!(count.get());
        }
    }
    let count = Rc::new(Cell::new(0));
    assert_eq!(block_on(counts(count.clone()).collect::<Vec<_>>()), [1, 2, 3]);
    assert_eq!(Rc::strong_count(&count), 1);
}

#[test]
fn streams_are_fused() {
    #[cogen::coroutine]
    fn once() -> impl FusedStream<Item = u8> {
        yield_!(1);
        yield_now().await;
    }
    block_on(async {
        let mut once = pin!(once());
        assert!(!once.is_terminated());
        assert_eq!(once.next().await, Some(1));
        assert!(!once.is_terminated());
        for _ in 0..3 {
            assert_eq!(once.next().await, None);
            assert!(once.is_terminated());
        }
    });
}

#[test]
fn a_stream_that_has_panicked_has_ended() {
    #[cogen::coroutine]
    fn explodes() -> impl Stream<Item = u8> {
        yield_!(1);
        yield_now().await;
        panic!("in the body");
    }
    let mut explodes = Box::pin(explodes());
    assert_eq!(block_on(explodes.next()), Some(1));
    assert!(catch_unwind(AssertUnwindSafe(|| block_on(explodes.next()))).is_err());
    assert_eq!(block_on(explodes.next()), None);
}

#[test]
fn streams_borrow_from_their_arguments_and_from_themselves() {
    struct Text(String);

    impl Text {
        #[cogen::coroutine]
        fn words<'a>(&'a self, skip: &str) -> impl Stream<Item = &'a str> {
            let skip = skip.to_owned();
            let skip = &skip;
            for word in self.0.split(' ') {
                if later(word).await != skip {
                    yield_!(word);
                }
            }
        }
    }
    everywhere(|| async {
        let text = Text("to be or not".to_owned());
        assert_eq!(text.words("or").collect::<Vec<_>>().await, ["to", "be", "not"]);
    });
}

trait Source {
    type Item: Send;

    fn items(&self) -> impl Stream<Item = Self::Item> + Send;
}

struct Repeat<T>(T, usize);

impl<T: Clone + Send + Sync> Source for Repeat<T> {
    type Item = T;

    #[cogen::coroutine]
    fn items(&self) -> impl Stream<Item = T> + Send {
        for _ in 0..self.1 {
            yield_!(later(self.0.clone()).await);
        }
    }
}

#[test]
fn streams_of_generics_and_trait_methods() {
    everywhere(|| async {
        assert_eq!(Repeat("x", 3).items().collect::<String>().await, "xxx");
    });
}

#[test]
fn streams_wait_for_channels_and_end_early() {
    #[cogen::coroutine]
    fn until_zero(mut numbers: mpsc::UnboundedReceiver<u32>) -> impl Stream<Item = u32> {
        while let Some(number) = numbers.next().await {
            if number == 0 {
                return;
            }
            yield_!(number);
        }
    }
    everywhere(|| async {
        let (tell, numbers) = mpsc::unbounded();
        let (seen, ()) = futures::join!(until_zero(numbers).collect::<Vec<_>>(), async {
            for number in [3, 2, 0, 1] {
                yield_now().await;
                let _ = tell.unbounded_send(number);
            }
        });
        assert_eq!(seen, [3, 2]);
    });
}

#[test]
fn a_stream_dropped_half_way_drops_what_it_holds() {
    #[cogen::coroutine]
    fn holds(rc: Rc<()>) -> impl Stream<Item = u8> {
        let _local = rc.clone();
        yield_!(1);
        std::future::pending().await
    }
    let rc = Rc::new(());
    for polls in 0..3 {
        let mut stream = Box::pin(holds(rc.clone()));
        for _ in 0..polls {
            let _ = futures::FutureExt::now_or_never(stream.next());
        }
        assert_eq!(Rc::strong_count(&rc), if polls == 0 { 2 } else { 3 });
        drop(stream);
        assert_eq!(Rc::strong_count(&rc), 1);
    }
}

#[test]
fn yields_work_in_macros_and_labelled_loops() {
    #[cogen::coroutine]
    fn looped() -> impl Stream<Item = String> {
        'outer: for a in 0.. {
            for b in 0..3 {
                if a + b == 4 {
                    break 'outer;
                }
                if b > a {
                    continue 'outer;
                }
                yield_!(format!("{a}{}", later(b).await));
            }
        }
        let units = vec![yield_!("x".into()), yield_!("y".into())];
        println!("{:?}", yield_!(format!("{units:?}")));
    }
    let seen = block_on(looped().collect::<Vec<_>>());
    assert_eq!(seen, ["00", "10", "11", "20", "21", "x", "y", "[(), ()]"]);
}

#[test]
fn an_async_coroutine_as_a_stream_keeps_its_return_value() {
    #[cogen::coroutine]
    fn letters() -> impl AsyncCoroutine<(), Yield = char, Return = String> {
        yield_!(later('a').await);
        yield_!('b');
        "end".to_owned()
    }
    everywhere(|| async {
        let mut stream = pin!(letters().into_stream());
        assert_eq!(stream.next().await, Some('a'));
        assert_eq!(stream.returned(), None);
        assert_eq!(stream.next().await, Some('b'));
        assert_eq!(stream.next().await, None);
        assert_eq!(stream.returned().map(String::as_str), Some("end"));
        assert_eq!(stream.as_mut().take_return(), Some("end".to_owned()));
        assert_eq!(stream.returned(), None);
        assert_eq!(stream.next().await, None);
        // A coroutine that has started continues from its place, and so does one without a pending
        // yield.
        let mut started = Box::pin(letters());
        started.start().await;
        let mut rest = started.into_stream();
        assert_eq!(rest.by_ref().collect::<String>().await, "b");
        assert_eq!(rest.into_return(), Some("end".to_owned()));
        assert_eq!(Box::pin(letters()).into_stream().into_return(), None, "it has not run");
        let letters = co! { yield!('x'); yield!('y'); }.into_async().into_stream();
        assert_eq!(letters.collect::<String>().await, "xy");
    });
}

#[test]
fn debug_shows_the_status() {
    let mut stream = Box::pin(co! { async yield!(later(1).await) }.into_stream());
    assert_eq!(format!("{stream:?}"), "Stream { status: Created, .. }");
    assert_eq!(futures::FutureExt::now_or_never(stream.next()), None);
    assert_eq!(format!("{stream:?}"), "Stream { status: Running, .. }");
    block_on(stream.next());
    assert_eq!(format!("{stream:?}"), "Stream { status: Suspended, .. }");
}

/// Code after a `return` is as good as in an `async fn`.
#[cogen::coroutine]
#[allow(unreachable_code, unused_variables, clippy::diverging_sub_expression)]
fn unreachable_ends(which: u32) -> impl Stream<Item = Result<u32, u32>> {
    yield_!(Ok(1));
    match which {
        0 => {
            return;
            yield_!(Ok(2));
        }
        1 => {
            loop {
                yield_!(Ok(3));
                if which > 0 {
                    return;
                }
            }
            std::future::ready(1).await;
        }
        _ => {
            let never = return;
            yield_!(never);
            Err(4_u32)?;
            yield_from!(futures::stream::iter([Ok(5)]));
        }
    }
}

#[test]
fn yields_after_the_end_compile() {
    for (which, expected) in [(0, vec![Ok(1)]), (1, vec![Ok(1), Ok(3)]), (2, vec![Ok(1)])] {
        assert_eq!(block_on(pin!(unreachable_ends(which)).collect::<Vec<_>>()), expected);
    }
}

//! Boxes as return types: written out, and by aliases.

use std::io;
use std::pin::Pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{
    AsyncCoroutine, AsyncCoroutineExt, BoxAsyncCoroutine, BoxCoroutine, Coroutine, CoroutineExt,
    SendBoxAsyncCoroutine, SendBoxCoroutine,
};
use futures::executor::block_on;
use futures::future::ready;
use futures::stream::{BoxStream, LocalBoxStream};
use futures::{Stream, StreamExt};

fn is_send<T: Send>(value: T) -> T {
    value
}

fn is_send_and_sync<T: Send + Sync>(value: T) -> T {
    value
}

type Task = BoxCoroutine<'static, (), u32>;
type Answers<'a, T = u8> = SendBoxCoroutine<'a, T, &'a str, io::Result<T>>;
type Numbers<'a> = Box<dyn Iterator<Item = io::Result<u32>> + Send + 'a>;
type Events = Pin<Box<dyn Stream<Item = io::Result<u32>> + Send>>;
type Talk = SendBoxAsyncCoroutine<'static, u32, u32, u32>;

trait Aliases {
    type Job;
}

impl Aliases for () {
    type Job = Pin<Box<dyn Coroutine<u8, Yield = u8, Return = ()> + Send + Sync>>;
}

#[cogen::coroutine]
fn task() -> Task {
    yield_!(1);
    yield_from!(task_of(2));
}

#[cogen::coroutine]
fn task_of(number: u32) -> Task {
    for number in 0..number {
        yield_!(number);
    }
}

#[cogen::coroutine]
fn answers<'a>(text: &'a str) -> Answers<'a> {
    let number = yield_!(text);
    let other: u8 = text.parse().map_err(io::Error::other)?;
    Ok(number + other)
}

#[cogen::coroutine]
fn job() -> <() as Aliases>::Job {
    let sent = yield_!(1);
    yield_!(sent);
}

#[cogen::coroutine(priming)]
fn primed() -> Task {
    yield_!(7);
    yield_!(8);
}

#[test]
fn an_alias_of_a_coroutine_says_what_passes_through_it() {
    assert!(task().iterate().eq([1, 0, 1]));
    let mut answers = is_send(answers("1"));
    assert_eq!(answers.start().yielded(), Some("1"));
    assert_eq!(answers.send(2).complete().unwrap().unwrap(), 3);
    let mut job = is_send_and_sync(job());
    assert_eq!(job.start(), Yielded(1));
    assert_eq!(job.send(2), Yielded(2));
    let mut primed = primed();
    assert_eq!(primed.send(()), Yielded(7));
    assert_eq!(primed.send(()), Yielded(8));
}

#[cogen::coroutine(iterator)]
fn numbers(text: &str) -> Numbers<'_> {
    for word in text.split(' ') {
        yield_!(Ok(word.parse().map_err(io::Error::other)?));
    }
}

#[cogen::coroutine(stream)]
fn events(text: String) -> Events {
    for word in text.split(' ') {
        yield_!(Ok(ready(word.parse()).await.map_err(io::Error::other)?));
    }
}

#[cogen::coroutine(async)]
fn talk() -> Talk {
    let mut sum = 0;
    while sum < 5 {
        sum += yield_!(ready(sum).await);
    }
    sum
}

#[test]
fn an_alias_of_something_else_has_a_word_for_it() {
    assert_eq!(
        is_send(numbers("1 x 2")).map(|item| item.ok()).collect::<Vec<_>>(),
        [Some(1), None]
    );
    let items = is_send(events("1 x 2".to_owned())).map(|item| item.ok());
    assert_eq!(block_on(items.collect::<Vec<_>>()), [Some(1), None]);
    block_on(async {
        let mut talk = is_send(talk());
        assert_eq!(talk.start().await, Yielded(0));
        assert_eq!(talk.send(3).await, Yielded(3));
        assert_eq!(talk.send(4).await, Complete(7));
    });
}

#[cogen::coroutine]
fn written_out<'a>(text: &'a str) -> Pin<Box<dyn Coroutine<u8, Yield = &'a str> + 'a>> {
    let _: u8 = yield_!(text);
}

#[cogen::coroutine]
fn sendable(number: u8) -> Pin<Box<dyn Coroutine<u8, Yield = u8, Return = u8> + Send>> {
    yield_!(number) + number
}

#[cogen::coroutine]
fn shareable(number: u8) -> Pin<Box<dyn Coroutine<Yield = u8> + Send + Sync + 'static>> {
    yield_!(number);
}

#[cogen::coroutine]
fn items<'a>(text: &'a str) -> Box<dyn Iterator<Item = io::Result<u8>> + 'a> {
    for word in text.split(' ') {
        yield_!(Ok(word.parse().map_err(io::Error::other)?));
    }
}

#[cogen::coroutine]
fn sendable_items() -> std::boxed::Box<dyn std::iter::Iterator<Item = u8> + Send> {
    yield_!(1);
}

#[cogen::coroutine]
fn stream(text: &str) -> Pin<Box<dyn Stream<Item = io::Result<u8>> + Send + '_>> {
    for word in text.split(' ') {
        yield_!(Ok(ready(word).await.parse().map_err(io::Error::other)?));
    }
}

#[cogen::coroutine]
fn unpin_stream(number: u8) -> Box<dyn Stream<Item = u8> + Send + Unpin> {
    yield_!(ready(number).await);
}

#[cogen::coroutine]
fn boxed_stream<'a>(numbers: &'a [u8]) -> BoxStream<'a, &'a u8> {
    yield_from!(numbers);
}

#[cogen::coroutine]
fn local_stream() -> LocalBoxStream<'static, Option<u8>> {
    let shared = std::rc::Rc::new(1);
    yield_!(Some(*shared));
    None?;
}

#[cogen::coroutine]
fn asynchronous(depth: u32) -> BoxAsyncCoroutine<'static, u32, u32, u32> {
    let sent = yield_!(ready(depth).await);
    if depth == 0 { sent } else { sent + yield_from!(asynchronous(depth - 1)) }
}

#[cogen::coroutine]
fn asynchronous_written_out() -> Pin<Box<dyn AsyncCoroutine<(), Yield = u8, Return = u8> + Send>> {
    yield_!(1);
    2
}

#[test]
fn boxes_can_be_written_out() {
    assert_eq!(written_out("text").start(), Yielded("text"));
    assert_eq!(is_send(sendable(1)).start(), Yielded(1));
    assert_eq!(is_send_and_sync(shareable(2)).start(), Yielded(2));
    assert_eq!(items("1 x 3").map(|item| item.ok()).collect::<Vec<_>>(), [Some(1), None]);
    assert!(is_send(sendable_items()).eq([1]));
    block_on(async {
        let items = is_send(stream("1 x")).map(|item| item.ok()).collect::<Vec<_>>();
        assert_eq!(items.await, [Some(1), None]);
        assert_eq!(is_send(unpin_stream(3)).next().await, Some(3));
        assert_eq!(is_send(boxed_stream(&[1, 2])).collect::<Vec<&u8>>().await, [&1, &2]);
        assert_eq!(local_stream().collect::<Vec<_>>().await, [Some(1), None]);
        let mut asynchronous = asynchronous(1);
        assert_eq!(asynchronous.start().await, Yielded(1));
        assert_eq!(asynchronous.send(2).await, Yielded(0));
        assert_eq!(asynchronous.send(3).await, Complete(5));
        assert_eq!(is_send(asynchronous_written_out()).start().await, Yielded(1));
    });
    assert!(format!("{:?}", asynchronous(1)).starts_with("BoxAsyncCoroutine { status: Created"));
}

#[cogen::coroutine]
fn moves(number: u8) -> impl Stream<Item = u8> + Unpin + Send {
    yield_!(number);
    yield_!(ready(number).await + 1);
}

struct Reader(Vec<u8>);

impl Reader {
    #[cogen::coroutine]
    fn bytes(&self) -> impl Stream<Item = u8> + Unpin + use<'_> {
        yield_from!(self.0.iter().copied());
    }
}

#[test]
fn a_stream_that_is_unpin_is_boxed() {
    block_on(async {
        let mut stream = is_send(moves(1));
        assert_eq!(stream.next().await, Some(1));
        let mut moved = stream;
        assert_eq!(moved.next().await, Some(2));
        assert_eq!(moved.next().await, None);
        assert_eq!(moved.next().await, None);
        assert_eq!(Reader(vec![1, 2]).bytes().count().await, 2);
    });
}

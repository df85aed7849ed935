//! Coroutines that are awaited directly, if nothing is sent to them.

use std::future::IntoFuture;
use std::pin::pin;

use cogen::CoroutineState::Yielded;
use cogen::{
    AsyncCoroutine, AsyncCoroutineExt, BoxAsyncCoroutine, BoxCoroutine, Coroutine, CoroutineExt,
    SendBoxCoroutine, co,
};
use futures::executor::block_on;

#[cogen::coroutine]
fn count_to(end: u32) -> impl Coroutine<(), Return = u32> + IntoFuture<Output = u32> + Send {
    for _ in 0..end {
        yield_!();
    }
    end
}

#[cogen::coroutine]
fn wait_for(end: u32) -> impl AsyncCoroutine<(), Return = u32> + IntoFuture<Output = u32> {
    yield_!();
    count_to(end).await
}

#[cogen::coroutine(struct = Named<'a>, send)]
fn named<'a>(text: &'a str) -> impl Coroutine<(), Yield = char, Return = &'a str> {
    for letter in text.chars() {
        yield_!(letter);
    }
    text
}

#[cogen::coroutine(struct = NamedAsync)]
fn named_async(n: u8) -> impl AsyncCoroutine<(), Yield = u8, Return = u8> {
    yield_!(n);
    n + 1
}

#[cogen::coroutine(struct = Sent)]
fn sent() -> impl Coroutine<u8> {
    yield_!();
}

struct Owner(String);

#[cogen::coroutine]
impl Owner {
    #[cogen::coroutine(struct = OwnersLength<'a>)]
    fn length<'a>(&'a self) -> impl Coroutine<(), Return = usize> {
        yield_!();
        self.0.len()
    }
}

#[cogen::coroutine]
fn boxed(end: u32) -> BoxCoroutine<'static, (), (), u32> {
    yield_!();
    if end == 0 { 0 } else { 1 + yield_from!(boxed(end - 1)) }
}

#[cogen::coroutine]
fn send_boxed(end: &u32) -> SendBoxCoroutine<'_, (), u32, u32> {
    yield_!(*end);
    *end
}

#[cogen::coroutine]
fn async_boxed(end: u32) -> BoxAsyncCoroutine<'static, (), (), u32> {
    yield_!();
    boxed(end).await
}

#[test]
fn everything_that_is_sent_nothing_is_awaited() {
    block_on(async {
        assert_eq!(co! { yield!(1); 2 }.await, 2);
        assert_eq!(co! { async yield!(co! { yield!(1); 2 }.await); 3 }.await, 3);
        assert_eq!(count_to(3).await, 3);
        assert_eq!(wait_for(4).await, 4);
        assert_eq!(named("abc").await, "abc");
        assert_eq!(named_async(1).await, 2);
        assert_eq!(Owner("four".to_owned()).length().await, 4);
        assert_eq!(boxed(5).await, 5);
        assert_eq!(send_boxed(&6).await, 6);
        assert_eq!(async_boxed(7).await, 7);
    });
    let _ = sent();
}

#[test]
fn the_method_that_makes_the_future_is_found() {
    block_on(async {
        assert_eq!(co! { yield!(1); 2 }.into_future().await, 2);
        assert_eq!(co! { async yield!(1); 2 }.into_future().await, 2);
        assert_eq!(co! { let () = yield!(1); 2 }.into_future().await, 2);
        assert_eq!(named("abc").into_future().await, "abc");
        assert_eq!(named_async(1).into_future().await, 2);
        assert_eq!(boxed(5).into_future().await, 5);
        assert_eq!(send_boxed(&6).into_future().await, 6);
        assert_eq!(async_boxed(7).into_future().await, 7);
        // Coroutines that can't be awaited have the method of the extension.
        assert_eq!(pin!(count_to(3)).into_future().await, 3);
        assert_eq!(Box::pin(wait_for(4)).into_future().await, 4);
    });
}

#[test]
fn what_can_be_awaited_is_delegated_to_as_a_coroutine() {
    block_on(async {
        let mut all = pin!(co! { -> impl AsyncCoroutine<(), Yield = char, Return = u32> {
            yield_from!(named("a"));
            yield_from!(co! { yield!('b'); });
            yield_from!(co! { async yield!('c'); });
            yield_from!(Box::pin(named("d")) as BoxCoroutine<'_, (), char, &str>);
            3
        } });
        for letter in "abcd".chars() {
            assert_eq!(all.start().await, Yielded(letter));
        }
        assert_eq!(all.start().await.complete(), Some(3));

        // The argument is inferred from the outer coroutine.
        let mut outer = pin!(co! { -> impl AsyncCoroutine<u8, Yield = u8> {
            yield_from!(co! { let number = yield!(1); yield!(number); });
        } });
        outer.start().await;
        assert_eq!(outer.send(5).await, Yielded(5));

        let mut units = pin!(wait_for(1));
        assert_eq!(units.start().await, Yielded(()));
        let mut units = pin!(co! { async yield_from!(wait_for(1)) + yield_from!(count_to(2)) });
        while units.start().await.is_yielded() {}
    });
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn the_future_is_send_as_the_coroutine_is() {
    assert_eq!(block_on(is_send(IntoFuture::into_future(co! { yield!(1); 2 }))), 2);
    assert_eq!(block_on(is_send(async { named("x").await })), "x");
    assert_eq!(block_on(is_send(async { send_boxed(&1).await })), 1);
}

//! The shapes without a box allocate nothing, and those with a box allocate once.

use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{AsyncCoroutine, AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt, co};
use cogen_tests::allocations::{Counting, counted};
use futures::{FutureExt, Stream, StreamExt};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Returns how often `f` allocates on this thread.
fn allocations(f: impl FnOnce()) -> usize {
    counted(f).0
}

type Signal = Result<u64, u8>;

#[cogen::coroutine]
fn adder() -> impl Coroutine<Signal, Yield = u64, Return = u8> {
    let mut total = 0;
    loop {
        match yield_!(total) {
            Ok(number) => total += number,
            Err(0) => total = 0,
            Err(other) => return other,
        }
    }
}

#[cogen::coroutine]
fn delegates() -> impl Coroutine<Signal, Yield = u64, Return = u8> {
    let one = yield_from!(adder());
    one + yield_from!(adder())
}

#[cogen::coroutine]
fn range() -> impl Coroutine<(), Yield = u64> {
    yield_from!(0..3);
}

#[cogen::coroutine]
fn iterator() -> impl Iterator<Item = u64> {
    yield_from!(0..3);
}

#[cogen::coroutine]
fn boxed() -> BoxCoroutine<'static, (), u64> {
    yield_from!(0..3);
}

#[cogen::coroutine(priming)]
fn primed() -> impl Coroutine<(), Yield = u64> {
    yield_from!(0..3);
}

#[test]
fn the_whole_protocol_allocates_nothing() {
    let count = allocations(|| {
        let mut outer = pin!(delegates());
        assert_eq!(outer.start(), Yielded(0));
        assert_eq!(outer.send(Ok(2)), Yielded(2));
        assert_eq!(outer.try_send(Ok(3)).ok(), Some(Yielded(5)));
        assert_eq!(outer.throw(0), Yielded(0));
        assert_eq!(outer.throw(1), Yielded(0));
        assert_eq!(outer.try_throw(2).ok(), Some(Complete(3)));
        assert!(outer.try_send(Ok(1)).is_err());
        outer.close();
        let mut closed = pin!(delegates());
        closed.start();
        closed.close();
        assert_eq!(pin!(range()).iterate().sum::<u64>(), 3);
        assert_eq!(pin!(range()).primed().iterate().sum::<u64>(), 3);
        let mut block = pin!(co! {
            let sent: u64 = yield!(1u64);
            yield_from!(co! { yield!(sent) })
        });
        block.start();
        assert_eq!(block.send(5), Yielded(5));
        block.close();
    });
    assert_eq!(count, 0);
}

#[test]
fn the_shapes_with_a_box_allocate_one() {
    assert_eq!(allocations(|| drop(iterator())), 0, "before the first `next`");
    assert_eq!(allocations(|| assert_eq!(iterator().collect::<Vec<_>>(), [0, 1, 2])), 2);
    assert_eq!(allocations(|| iterator().for_each(drop)), 0, "it doesn't move any more");
    assert_eq!(allocations(|| assert_eq!(iterator().map(|n| n + 1).sum::<u64>(), 6)), 0);
    assert_eq!(allocations(|| assert_eq!(iterator().skip(1).sum::<u64>(), 3)), 1);
    assert_eq!(allocations(|| assert_eq!(boxed().iterate().sum::<u64>(), 3)), 1);
    assert_eq!(allocations(|| assert_eq!(primed().iterate().sum::<u64>(), 3)), 1);
}

#[cogen::coroutine]
fn async_adder() -> impl AsyncCoroutine<Signal, Yield = u64, Return = u8> {
    std::future::ready(()).await;
    yield_from!(adder())
}

#[cogen::coroutine]
fn async_range() -> impl Stream<Item = u64> {
    for n in 0..3 {
        yield_!(std::future::ready(n).await);
    }
    yield_from!(0..3);
}

#[test]
fn the_async_shapes_allocate_nothing() {
    let count = allocations(|| {
        let mut outer = pin!(co! { async
            let one = yield_from!(async_adder());
            one + yield_from!(async_adder())
        });
        assert_eq!(outer.start().now_or_never(), Some(Yielded(0)));
        assert_eq!(outer.send(Ok(2)).now_or_never(), Some(Yielded(2)));
        assert_eq!(outer.throw(0).now_or_never(), Some(Yielded(0)));
        assert_eq!(outer.throw(1).now_or_never(), Some(Yielded(0)));
        assert_eq!(outer.try_throw(2).unwrap().now_or_never(), Some(Complete(3)));
        assert_eq!(pin!(async_range()).fold(0, async |sum, n| sum + n).now_or_never(), Some(6));
        assert_eq!(async_adder().drive(async |n| Err(n as u8 + 5)).now_or_never(), Some(5));
        assert_eq!(adder().drive_blocking(|n| Err(n as u8 + 5)), 5);
        assert_eq!(co! { async let () = yield!(1); 2 }.into_future().now_or_never(), None);
    });
    assert_eq!(count, 0);
}

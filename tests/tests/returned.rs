//! What bodies may return that return `()`: anything of that type, and what never returns.

use std::cell::RefCell;
use std::future::ready;

use cogen::{Coroutine, CoroutineExt, CoroutineState::*, co};
use futures::executor::block_on;
use futures::{Stream, StreamExt};

fn nothing() {}

fn default<T: Default>() -> T {
    T::default()
}

#[cogen::coroutine]
fn early(way: u32) -> impl Iterator<Item = u32> {
    yield_!(way);
    match way {
        0 => return nothing(),
        1 => return default(),
        2 => return Default::default(),
        3 => return [()][0],
        4 => return if way > 4 { unreachable!() } else { nothing() },
        _ => {}
    }
    yield_!(7);
    default()
}

#[test]
fn a_value_that_is_nothing() {
    for way in 0..5 {
        assert!(early(way).eq([way]));
    }
    assert!(early(5).eq([5, 7]));
}

#[cogen::coroutine]
fn without_a_yield(list: &RefCell<Vec<u32>>) -> impl Iterator<Item = u32> {
    let borrowed = RefCell::new(list);
    borrowed.borrow().borrow_mut().push(1)
}

#[cogen::coroutine]
fn never() -> impl Iterator<Item = u32> {
    std::panic::resume_unwind(Box::new("never"))
}

#[test]
fn a_body_without_a_yield() {
    let list = RefCell::new(Vec::new());
    assert_eq!(without_a_yield(&list).next(), None);
    assert_eq!(*list.borrow(), [1]);
    let mut never = never();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| never.next()));
    assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"never"));
}

#[cogen::coroutine]
fn with_errors(fails: bool) -> impl Stream<Item = Result<u32, String>> {
    yield_!(Ok(1));
    if fails {
        return Err("failed")?;
    }
    ready(()).await
}

#[test]
fn an_error_that_is_the_last_item() {
    assert_eq!(block_on(with_errors(false).collect::<Vec<_>>()), [Ok(1)]);
    assert_eq!(block_on(with_errors(true).collect::<Vec<_>>()), [Ok(1), Err("failed".into())]);
}

#[cogen::coroutine]
fn last_yield() -> impl Coroutine<(), Yield = u32> {
    yield_!(1)
}

#[test]
fn a_yield_at_the_end_that_is_sent_nothing() {
    let mut last = Box::pin(last_yield());
    assert_eq!(last.start(), Yielded(1));
    assert_eq!(last.start(), Complete(()));
    let mut block = Box::pin(co! { -> impl Coroutine<(), Yield = u32> { yield!(1) } });
    assert_eq!(block.start(), Yielded(1));
    assert_eq!(block.start(), Complete(()));
}

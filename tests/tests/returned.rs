//! What bodies may return that return `()`: anything of that type, and what never returns.

use std::cell::RefCell;
use std::future::ready;
use std::num::ParseIntError;
use std::pin::Pin;

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

#[allow(deprecated)]
#[cogen::coroutine]
fn without_a_yield(list: &RefCell<Vec<u32>>) -> impl Iterator<Item = u32> {
    let borrowed = RefCell::new(list);
    borrowed.borrow().borrow_mut().push(1)
}

#[allow(deprecated)]
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

macro_rules! stop_if {
    ($condition:expr) => {
        if $condition {
            return;
        }
    };
}

macro_rules! run {
    ($($statements:tt)*) => {
        $($statements)*
    };
}

macro_rules! in_a_closure {
    ($value:expr) => {
        (|| Some($value))()
    };
}

#[cogen::coroutine]
fn stopped_by_a_macro(limit: u32) -> impl Iterator<Item = u32> {
    for number in 0.. {
        if number == 5 {
            return;
        }
        run!(yield_!(number));
        stop_if!(number == limit);
    }
}

#[cogen::coroutine]
fn with_a_hidden_return(text: &str) -> impl Stream<Item = Result<u32, ParseIntError>> {
    yield_!(Ok(in_a_closure!(text.chars().next()? as u32).unwrap_or_default()));
    stop_if!(text.len() > 2);
    ready(()).await;
    yield_!(Ok(text.parse()?));
    run!(if text.len() == 2 {
        return Default::default();
    });
    return nothing();
}

#[cogen::coroutine]
fn stopped_below(depth: u32) -> impl Iterator<Item = u32> {
    run!(yield_!(depth));
    if depth > 0 {
        yield_from!(stopped_below(depth - 1));
    }
    run!(yield_!(depth + 100));
}

#[cogen::coroutine]
fn stopped_below_in_boxes(depth: u32) -> Box<dyn Iterator<Item = u32>> {
    run!(yield_!(depth));
    if depth > 0 {
        yield_from!(stopped_below_in_boxes(depth - 1));
    }
    stop_if!(depth == 1);
    yield_!(depth + 100);
}

#[cogen::coroutine(struct = Stopped)]
fn stopped_in_a_struct() -> impl Iterator<Item = u32> {
    run!(yield_!(1));
}

#[cogen::coroutine]
fn stopped_in_a_box() -> Box<dyn Iterator<Item = u32> + Send + Sync> {
    run!(yield_!(1));
    stop_if!(true);
    yield_!(2);
}

type Numbers<'a> = Pin<Box<dyn Stream<Item = u32> + Send + 'a>>;

#[cogen::coroutine(stream)]
fn stopped_behind_an_alias(numbers: &[u32]) -> Numbers<'_> {
    for number in numbers {
        stop_if!(*number == 3);
        run!(yield_!(*number));
    }
}

#[test]
fn a_macro_may_return_from_an_iterator() {
    assert!(stopped_by_a_macro(2).eq([0, 1, 2]));
    assert!(stopped_by_a_macro(9).eq([0, 1, 2, 3, 4]));
    assert!(stopped_below(1).eq([1, 0, 100, 101]));
    assert!(stopped_below_in_boxes(2).eq([2, 1, 0, 100, 102]));
    assert!(stopped_in_a_struct().eq([1]));
    assert!(stopped_in_a_box().eq([1]));
    let items = |text| block_on(with_a_hidden_return(text).collect::<Vec<_>>());
    assert_eq!(items("7"), [Ok(55), Ok(7)]);
    assert_eq!(items("77"), [Ok(55), Ok(77)]);
    assert_eq!(items("777"), [Ok(55)]);
    assert!(items("x")[1].is_err());
    let items: Vec<u32> = block_on(stopped_behind_an_alias(&[1, 2, 3, 4]).collect());
    assert_eq!(items, [1, 2]);
    let mut block = co! { gen run!(yield!(1)); stop_if!(true); yield!(2); };
    assert_eq!((block.next(), block.next()), (Some(1), None));
}

#[cogen::coroutine]
fn only_an_error() -> impl Iterator<Item = Option<u32>> {
    None?;
    default()
}

#[test]
fn an_error_without_a_yield() {
    assert!(only_an_error().eq([None]));
}

#![deny(warnings)]

use cogen::{BoxCoroutine, Coroutine};
use futures::Stream;

#[cogen::coroutine]
fn doubled(numbers: Vec<u32>) -> impl Iterator<Item = u32> {
    for number in numbers {
        println!("{}", 2 * number);
    }
}

#[cogen::coroutine]
fn streamed() -> impl Stream<Item = u32> {
    std::future::ready(1).await;
}

#[cogen::coroutine]
fn prints() -> impl Coroutine<(), Yield = u32> {
    println!("nothing");
}

#[cogen::coroutine]
fn boxed() -> BoxCoroutine<'static, (), u32> {}

#[allow(deprecated)]
#[cogen::coroutine]
fn meant() -> impl Iterator<Item = u32> {}

#[cogen::coroutine]
fn not_written_yet() -> impl Iterator<Item = u32> {
    todo!()
}

#[cogen::coroutine]
fn returns() -> impl Coroutine<(), Return = u32> {
    1
}

macro_rules! yields {
    () => {
        yield_!(1)
    };
}

#[cogen::coroutine]
fn by_macro() -> impl Iterator<Item = u32> {
    yields!();
    #[cfg(not(test))]
    yields!();
}

#[cogen::coroutine]
fn under_a_condition() -> impl Iterator<Item = u32> {
    #[cfg(test)]
    yield_!(1);
}

fn main() {
    doubled(vec![1]);
    let _ = (streamed(), prints(), boxed(), meant(), not_written_yet(), returns());
    let _ = (by_macro(), under_a_condition());
}

use std::num::ParseIntError;

use futures::Stream;

#[derive(Debug)]
struct MyError;

#[cogen::coroutine]
fn of_plain_items(text: &str) -> impl Iterator<Item = i64> {
    let number: i64 = text.parse()?;
    yield_!(number);
}

#[cogen::coroutine]
fn without_a_conversion(text: &str) -> impl Iterator<Item = Result<i64, MyError>> {
    let number = text.parse::<i64>()?;
    yield_!(Ok(number));
}

#[cogen::coroutine]
fn of_options(text: &str) -> impl Iterator<Item = Option<i64>> {
    let number = text.parse::<i64>()?;
    yield_!(Some(number));
}

#[cogen::coroutine]
fn of_results(text: String) -> impl Stream<Item = Result<char, ParseIntError>> {
    let first = text.chars().next()?;
    yield_!(Ok(first));
}

#[cogen::coroutine]
fn on_neither(text: &str) -> impl Iterator<Item = Result<usize, ParseIntError>> {
    let length = text.len()?;
    yield_!(Ok(length));
}

#[cogen::coroutine]
fn with_a_value_of_another_type(text: &str) -> impl Iterator<Item = Result<i64, ParseIntError>> {
    let number: String = text.parse::<i64>()?;
    yield_!(Ok(number.into()));
}

#[cogen::coroutine]
fn with_a_method(text: String) -> impl Stream<Item = Result<i64, ParseIntError>> {
    yield_!(Ok(std::future::ready(text.parse::<i64>()).await?.length()));
}

fn main() {}

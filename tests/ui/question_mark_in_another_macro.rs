use futures::Stream;
use std::num::ParseIntError;

macro_rules! record {
    ($($argument:tt)*) => {
        drop($($argument)*)
    };
}

#[cogen::coroutine]
fn numbers(text: &str) -> impl Iterator<Item = Result<i64, ParseIntError>> {
    record!(text.parse::<i64>()?);
    yield_!(Ok(1));
}

#[cogen::coroutine]
fn in_a_yield(text: String) -> impl Stream<Item = Result<(), ParseIntError>> {
    yield_!(Ok(record!(text.parse::<i64>()?)));
}

#[cogen::coroutine]
fn with_a_return(text: &str) -> impl Iterator<Item = Result<i64, ParseIntError>> {
    if text.is_empty() {
        return 5;
    }
    println!("{:?}", record!(text.parse::<i64>()?));
    yield_!(Ok(1));
}

fn main() {}

//! A macro may return from the body in its expansion, as `bail!` and `ensure!` of `anyhow` do.

use cogen::co;
use futures::Stream;
use std::num::ParseIntError;

#[derive(Debug)]
struct Failed;

macro_rules! bail {
    () => {
        return Err(Failed)
    };
}

macro_rules! ensure {
    ($condition:expr) => {
        if !$condition {
            return Err(Failed);
        }
    };
}

macro_rules! tried {
    ($value:expr) => {
        $value?
    };
}

macro_rules! record {
    ($value:expr) => {
        drop($value)
    };
}

#[cogen::coroutine]
fn bails(text: &str) -> impl Iterator<Item = Result<u32, Failed>> {
    record!(text);
    if text.is_empty() {
        bail!();
    }
    yield_!(Ok(1));
    if text.len() > 7 {
        return;
    }
    bail!();
}

#[cogen::coroutine]
fn ensures(text: &str) -> impl Stream<Item = Result<u32, Failed>> {
    ensure!(!text.is_empty());
    ensure!(text.parse::<u32>().map_err(|_| Failed)? > 1);
    yield_!(Ok(1));
}

#[cogen::coroutine]
fn ensures_recursively(depth: u32) -> impl Iterator<Item = Result<u32, Failed>> {
    ensure!(depth > 3);
    yield_from!(ensures_recursively(depth - 1));
}

#[cogen::coroutine]
fn tries(text: &str) -> impl Iterator<Item = Result<u32, ParseIntError>> {
    let number = tried!(text.parse::<u32>());
    yield_!(Ok(number));
}

fn main() {
    let _ = co! {
        gen
        yield!(Ok(1));
        bail!();
    };
}

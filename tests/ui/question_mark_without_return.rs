use cogen::{AsyncCoroutine, BoxCoroutine, Coroutine};

#[cogen::coroutine]
fn numbers(text: &str) -> impl Coroutine<(), Yield = u32> {
    for word in text.split(' ') {
        yield_!(word.parse()?);
    }
}

#[cogen::coroutine]
fn boxed(text: &str) -> BoxCoroutine<'_, (), u32> {
    let first = text.split(' ').next()?;
    yield_!(first.len() as u32);
}

#[cogen::coroutine]
fn awaited(text: String) -> impl AsyncCoroutine<(), Yield = u32, Return = ()> {
    yield_!(std::future::ready(text.parse::<u32>()).await?);
    let length = || -> Option<usize> { Some(text.split(' ').next()?.len()) };
    drop(length);
}

fn main() {}

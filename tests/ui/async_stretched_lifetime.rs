use cogen::AsyncCoroutine;
use futures::Stream;

#[cogen::coroutine]
fn local() -> impl Stream<Item = &'static str> {
    let text = String::from("gone");
    yield_!(text.as_str());
}

#[cogen::coroutine]
fn stretch<'a>(text: &'a str) -> impl AsyncCoroutine<(), Yield = &'static str> + 'a {
    yield_!(text);
}

#[cogen::coroutine]
fn keep<'a>() -> impl AsyncCoroutine<&'a str, Yield = (), Return = &'static str> {
    yield_!(())
}

#[cogen::coroutine]
fn delegated<'a>(
    inner: impl AsyncCoroutine<(), Yield = &'a str, Return = ()>,
) -> impl Stream<Item = &'static str> {
    yield_from!(inner);
}

fn main() {}

// What is sent in, and what is yielded, lives no longer than its type says.
use cogen::{AsyncCoroutine, AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt, Shared};

#[cogen::coroutine]
fn keeps<'a>() -> impl Coroutine<&'a str, Yield = usize, Return = &'a str> {
    let mut longest = yield_!(0);
    while !longest.is_empty() {
        longest = yield_!(longest.len());
    }
    longest
}

fn argument_is_gone() {
    let mut coroutine = Box::pin(keeps());
    coroutine.start();
    {
        let text = String::from("gone");
        coroutine.send(&text);
    }
    coroutine.send("");
}

fn argument_is_gone_before_the_destructor() {
    let mut coroutine: BoxCoroutine<'_, &str, usize, &str> = Box::pin(keeps());
    let text = String::from("gone");
    coroutine.start();
    coroutine.send(&text);
}

fn argument_is_gone_while_it_is_shared() {
    let coroutine = Shared::new(keeps());
    let other = coroutine.clone();
    coroutine.start();
    {
        let text = String::from("gone");
        coroutine.send(&text);
    }
    other.send("");
}

#[cogen::coroutine]
fn lends() -> impl Coroutine<(), Yield = &'static mut u8> {
    let mut own = 1;
    yield_!(&mut own);
}

#[cogen::coroutine]
fn lends_for<'a>(number: &'a mut u8) -> impl AsyncCoroutine<(), Yield = &'a mut u8> {
    yield_!(&mut *number);
    yield_!(&mut *number);
}

fn higher_ranked() {
    fn any(_: impl for<'a> Coroutine<&'a str, Yield = usize>) {}
    any(keeps());
    let _ = Box::pin(lends_for(&mut 1)).start();
}

fn main() {}

// The body may use what is of a generic type when it is dropped.

use std::pin::Pin;

use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine(struct = Walk<T>, size = 64)]
fn walk<T: Copy>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

fn outlives() {
    let mut kept;
    {
        let text = String::from("text");
        kept = Box::pin(walk(&*text));
        kept.start();
    }
}

fn dropped_by_the_body() {
    let (mut kept, text): (Pin<Box<Walk<&str>>>, _);
    text = String::from("text");
    kept = Box::pin(walk(&text));
    kept.start();
}

fn main() {}

use cogen::{Coroutine, CoroutineExt};
use std::sync::OnceLock;

#[cogen::coroutine(struct = Words)]
fn words() -> impl Coroutine<(), Yield = &'static str> {
    yield_!("one");
}

#[cogen::coroutine(struct = Items<T>, size = 64, send)]
fn items<T: Copy + Send>(item: T) -> impl Iterator<Item = T> {
    yield_!(item);
}

static WORDS: OnceLock<Words> = OnceLock::new();

fn share<T: Sync>(_: T) {}

fn shared() {
    share(items(1));
}

fn main() {
    let mut words = Box::pin(words());
    std::thread::spawn(move || words.start().yielded());
}

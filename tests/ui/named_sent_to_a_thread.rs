use cogen::Coroutine;

#[cogen::coroutine(struct = Words)]
fn words() -> impl Coroutine<(), Yield = &'static str> {
    yield_!("one");
}

#[cogen::coroutine(struct = Items<T>, size = 64, send)]
fn items<T: Copy + Send>(item: T) -> impl Iterator<Item = T> {
    yield_!(item);
}

struct Once<T>(Option<T>);

// Like `std::sync::OnceLock` and `std::thread::spawn`, whose source the compiler shows where
// `rust-src` is installed.
unsafe impl<T: Send + Sync> Sync for Once<T> {}
fn spawn<F: FnOnce() + Send + 'static>(_: F) {}

static WORDS: Once<Words> = Once(None);

fn share<T: Sync>(_: T) {}

fn shared() {
    share(items(1));
}

fn main() {
    let words = words();
    spawn(move || drop(words));
}

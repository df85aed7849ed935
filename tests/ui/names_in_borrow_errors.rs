use cogen::{AsyncCoroutine, BoxCoroutine, Coroutine, co};

struct Counter {
    count: u32,
}

impl Counter {
    #[cogen::coroutine]
    fn count(self) -> impl Iterator<Item = u32> {
        self.count += 1;
        yield_!(self.count);
    }
}

#[cogen::coroutine]
fn moved(text: String) -> impl Coroutine<(), Yield = String> {
    yield_!(text);
    yield_!(text);
}

#[cogen::coroutine]
fn moved_while_borrowed(text: String) -> BoxCoroutine<'static, (), u32> {
    let borrowed = &text;
    yield_!(1);
    drop(text);
    drop(borrowed.clone());
}

#[cogen::coroutine]
fn not_mutable(text: String, (number, _): (u32, u32)) -> impl AsyncCoroutine<(), Yield = u32> {
    text.push('a');
    yield_!(number);
    number = 2;
}

#[cogen::coroutine(struct = Gone)]
fn gone() -> impl Coroutine<(), Yield = u32> {
    let borrowed;
    {
        let text = String::new();
        borrowed = &text;
    }
    yield_!(1);
    drop(borrowed.clone());
}

fn main() {
    let captured = String::new();
    let mut machine = Box::pin(co! {
        drop(captured);
        let () = yield!(1);
        drop(captured);
    });
    cogen::CoroutineExt::start(&mut machine);
}

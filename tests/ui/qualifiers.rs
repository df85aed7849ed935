#[cogen::coroutine]
async fn asynchronous() -> impl Iterator<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
const fn constant() -> impl Iterator<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
extern "C" fn foreign() -> impl Iterator<Item = u32> {
    yield_!(1);
}

fn main() {
    asynchronous();
    constant();
    foreign();
}

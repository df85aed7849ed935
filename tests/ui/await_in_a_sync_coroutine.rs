#[cogen::coroutine]
fn waits() -> impl Iterator<Item = u32> {
    std::future::ready(()).await;
    yield_!(1);
}

fn main() {
    waits();
}

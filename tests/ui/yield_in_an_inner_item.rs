#[cogen::coroutine]
fn outer() -> impl Iterator<Item = u32> {
    fn inner() {
        yield_!(1);
    }
    inner();
}

fn main() {
    outer();
}

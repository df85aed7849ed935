#[cogen::coroutine]
fn numbers(Some(number): Option<u32>) -> impl Iterator<Item = u32> {
    yield_!(number);
}

fn main() {
    numbers(None);
}

#[cogen::coroutine]
fn doubles() -> impl Iterator<Item = u32> {
    (0..3).for_each(|n| yield_!(2 * n));
}

fn main() {
    doubles();
}

#[cogen::coroutine]
fn numbers() -> impl Iterator<Item = u32> {
    const { yield_!(1) };
}

fn main() {
    numbers();
}

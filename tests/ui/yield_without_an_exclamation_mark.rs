#[cogen::coroutine]
fn numbers() -> impl Iterator<Item = u32> {
    yield_(1);
    yield_from([2, 3]);
}

fn main() {}

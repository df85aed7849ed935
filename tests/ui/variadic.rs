#[cogen::coroutine]
unsafe extern "C" fn many(count: usize, ...) -> impl Iterator<Item = u32> {
    yield_!(1);
}

fn main() {}

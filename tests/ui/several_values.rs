#[cogen::coroutine]
fn pairs() -> impl Iterator<Item = (u32, u32)> {
    yield_!(1, 2);
    yield_from!([], (), 3);
    yield_from!();
}

fn main() {
    pairs();
}

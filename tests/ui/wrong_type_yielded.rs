#[cogen::coroutine]
fn numbers() -> impl Iterator<Item = u32> {
    yield_!("one");
    let _ = vec![yield_!("two".to_owned())];
    yield_!();
}

fn main() {
    numbers();
}

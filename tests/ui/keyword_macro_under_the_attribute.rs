#[cogen::coroutine]
fn numbers() -> impl Iterator<Item = u32> {
    yield!(1);
    println!("{:?}", yield!(2));
}

fn main() {
    numbers();
}

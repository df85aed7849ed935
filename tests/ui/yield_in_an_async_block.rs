#[cogen::coroutine]
fn later() -> impl Iterator<Item = u32> {
    let _later = async {
        yield_!(1);
        yield_from!([2]);
    };
}

fn main() {
    later();
}

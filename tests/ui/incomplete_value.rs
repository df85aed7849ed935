#[cogen::coroutine]
fn incomplete() -> impl Iterator<Item = u32> {
    yield_!(1);
    yield_!(2 +);
    yield_from!([3], let);
}

fn main() {
    let _ = cogen::co! {
        let () = yield!(1 *);
    };
    incomplete();
}

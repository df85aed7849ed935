// A yield that is smuggled into another coroutine than its own.
#[cogen::coroutine]
fn outer() -> impl Iterator<Item = u32> {
    use yield_ as outer_yield;
    let _inner = Box::pin(cogen::co! {
        let () = outer_yield!(1);
        yield!("another type");
    });
    fn inner() {
        outer_yield!(2);
    }
    inner();
}

fn main() {
    outer();
}

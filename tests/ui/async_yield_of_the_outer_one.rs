// A yield that is smuggled into another coroutine than its own.
#[cogen::coroutine]
fn outer() -> impl cogen::AsyncCoroutine<(), Yield = u32> {
    use yield_ as outer_yield;
    let _inner = Box::pin(cogen::co! { async
        let () = outer_yield!(1);
        yield!("another type");
    });
}

fn main() {}

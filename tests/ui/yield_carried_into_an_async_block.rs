macro_rules! later {
    ($($body:tt)*) => {
        async { $($body)* }
    };
}

#[cogen::coroutine]
fn carried() -> impl Iterator<Item = u32> {
    let _later = later! { yield_!(1); yield_from!([1]); };
}

fn main() {
    carried();
}

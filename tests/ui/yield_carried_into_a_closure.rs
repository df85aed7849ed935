macro_rules! call {
    ($body:expr) => {
        (|| $body)()
    };
}

#[cogen::coroutine]
fn carried() -> impl Iterator<Item = u32> {
    call!(yield_!(1));
}

fn main() {
    carried();
}

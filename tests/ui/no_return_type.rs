#[cogen::coroutine]
fn nothing() {
    yield_!(1);
}

fn main() {
    nothing();
}

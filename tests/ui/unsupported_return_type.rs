#[cogen::coroutine]
fn list() -> Vec<u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn opaque() -> impl Clone {
    yield_!(1);
}

#[cogen::coroutine]
fn pair() -> (u32, u32) {
    yield_!(1);
}

fn main() {
    list();
}

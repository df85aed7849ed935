use cogen::replay::Recorded;
use cogen::{AsyncCoroutine, Fingerprint};

#[cogen::coroutine]
fn waits() -> impl AsyncCoroutine<u32, Yield = u32> {
    yield_!(1);
}

fn main() {
    let _ = Recorded::new(Fingerprint::NONE, waits, ());
}

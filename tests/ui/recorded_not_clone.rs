use cogen::replay::Recorded;
use cogen::{Coroutine, Fingerprint};

struct Reply(u32);

#[cogen::coroutine]
fn asks() -> impl Coroutine<Reply, Yield = u32> {
    let Reply(number) = yield_!(1);
    yield_!(number);
}

fn main() {
    let _ = Recorded::new(Fingerprint::NONE, asks, ());
}

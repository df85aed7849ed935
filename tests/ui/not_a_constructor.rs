use cogen::Fingerprint;
use cogen::replay::{ByValue, Record, Recorded};

#[cogen::coroutine]
fn count(from: u32) -> impl cogen::Coroutine<(), Yield = u32> {
    yield_from!(from..);
}

fn sent_something_else(record: Record<(u32,), String, ByValue<u32>>) {
    let _ = record.replay(Fingerprint::NONE, count);
}

fn main() {
    let _ = Recorded::new(Fingerprint::NONE, count(1), ());
}

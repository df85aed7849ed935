use cogen::Fingerprint;
use cogen::replay::Recorded;

#[cogen::coroutine]
fn count(from: u32) -> impl cogen::Coroutine<(), Yield = u32> {
    yield_from!(from..);
}

fn main() {
    let _ = Recorded::new(Fingerprint::NONE, count(1), ());
}

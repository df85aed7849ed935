use cogen::Fingerprint;
use cogen::replay::Recorded;

struct Opaque;

#[cogen::coroutine]
fn opaque() -> impl cogen::Coroutine<(), Yield = Opaque> {
    yield_!(Opaque);
}

fn main() {
    let _ = Recorded::hashed(Fingerprint::NONE, opaque, ());
}

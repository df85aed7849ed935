//! What recording, restoring and saving a million steps costs:
//! `cargo run --release -p cogen-tests --example replay_cost`.

use std::time::Instant;

use cogen::replay::{ByValue, Record, Recorded};
use cogen::{Coroutine, CoroutineExt, Fingerprint};

const STEPS: u64 = 1_000_000;

#[cogen::coroutine]
fn sum() -> impl Coroutine<u64, Yield = u64> {
    let mut sum = 0_u64;
    loop {
        sum = sum.wrapping_add(yield_!(sum));
    }
}

/// Prints how long it takes.
fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = run();
    println!("{what}: {:?}", start.elapsed());
    value
}

fn main() {
    for round in 1..=3 {
        println!("round {round}, {STEPS} steps");
        let mut recorded = Recorded::new(Fingerprint::NONE, sum, ());
        timed("  recorded", || {
            recorded.start();
            for number in 1..STEPS {
                recorded.send(number);
            }
        });
        let clone = timed("  cloned", || recorded.clone());
        let record = clone.into_record();
        let restored = timed("  replayed", || record.replay(Fingerprint::NONE, sum))
            .expect("the body is deterministic");
        let bytes = timed("  saved", || postcard::to_allocvec(restored.record()))
            .expect("numbers can be saved");
        let record: Record<(), u64, ByValue<u64>> =
            timed("  loaded", || postcard::from_bytes(&bytes)).expect("it was just saved");
        let (steps, step) = (record.steps(), size_of_val(&record.steps()[0]));
        println!("  {} bytes a step, {} saved in all", step, bytes.len());
        assert_eq!(steps.len() as u64, STEPS);
    }
}

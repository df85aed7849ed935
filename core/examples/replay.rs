//! A coroutine that outlives its process: a form with one question per run. Between the runs, a
//! file contains the answers, from which the coroutine is restored.
//!
//! ```console
//! $ rm -f target/trip.json
//! $ cargo run -p cogen --example replay --features serde -- target/trip.json
//! Where are you going?
//! $ cargo run -p cogen --example replay --features serde -- target/trip.json Lisbon
//! For how many nights?
//! $ cargo run -p cogen --example replay --features serde -- target/trip.json a few
//! "a few" is no number. For how many nights?
//! $ cargo run -p cogen --example replay --features serde -- target/trip.json 3
//! 3 nights in Lisbon: is that right?
//! $ cargo run -p cogen --example replay --features serde -- target/trip.json yes
//! Booked: Lisbon, 3 nights
//! ```

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use cogen::replay::{ByValue, Record, Recorded};
use cogen::{Coroutine, CoroutineExt, CoroutineState, CoroutineState::*, Status};

/// Repeats its questions until the traveller agrees. `TRIP` identifies this code: when the code
/// changes, records of the old code are refused.
#[cogen::coroutine(fingerprint = TRIP)]
fn trip() -> impl Coroutine<String, Yield = String, Return = String> {
    loop {
        let town = yield_!("Where are you going?".to_owned());
        let mut answer = yield_!("For how many nights?".to_owned());
        let nights: u32 = loop {
            match answer.parse() {
                Ok(nights) => break nights,
                Err(_) => {
                    answer = yield_!(format!("{answer:?} is no number. For how many nights?"));
                }
            }
        };
        if yield_!(format!("{nights} nights in {town}: is that right?")) == "yes" {
            return format!("Booked: {town}, {nights} nights");
        }
    }
}

/// Returns the text of the form: a question, or its result.
fn text<T>(state: CoroutineState<T, T>) -> T {
    match state {
        Yielded(text) | Complete(text) => text,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().unwrap_or_else(|| "trip.json".to_owned());
    let file = Path::new(&file);
    let answer = arguments.collect::<Vec<_>>().join(" ");

    let (form, text) = if file.exists() {
        let record: Record<(), String, ByValue<String>> = serde_json::from_slice(&fs::read(file)?)?;
        let mut form = record.replay(TRIP, trip)?;
        let text = match form.status() {
            Status::Suspended if !answer.is_empty() => text(form.send(answer)),
            _ => form.replayed().map(text).cloned().unwrap_or_default(),
        };
        (form, text)
    } else {
        let mut form = Recorded::new(TRIP, trip, ());
        let text = text(form.start());
        (form, text)
    };
    println!("{text}");
    fs::write(file, serde_json::to_vec(form.record())?)?;
    Ok(())
}

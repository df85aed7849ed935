//! A pipeline of coroutines: each is sent lines of a log and passes some of them on. The source
//! pushes the lines, so a stage can have several targets. In a chain of iterators it can't.
//!
//! ```console
//! $ printf 'mail error: full\nweb ok\nweb error: 500\nmail error: full\nmail ok\n' |
//! > cargo run -p cogen --example pipeline -- error
//! mail error: full
//! web error: 500
//! … and 1 more
//! mail: 2 lines
//! web: 1 line
//! ```

use std::collections::BTreeMap;
use std::{env, io};

use cogen::{BoxCoroutine, CoroutineExt};

/// A stage, which is sent the lines, and `None` at the end.
type Stage = BoxCoroutine<'static, Option<String>>;

/// Passes on the lines that contain `word`.
#[cogen::coroutine]
fn containing(word: String, mut next: Stage) -> Stage {
    while let Some(line) = yield_!() {
        if line.contains(&word) {
            next.send(Some(line));
        }
    }
    next.send(None);
}

/// Sends each line to all of `targets`.
#[cogen::coroutine]
fn to_all(mut targets: Vec<Stage>) -> Stage {
    loop {
        let line = yield_!();
        for target in &mut targets {
            target.send(line.clone());
        }
        if line.is_none() {
            return;
        }
    }
}

/// Prints the first `count` lines, and the number of further lines.
#[cogen::coroutine]
fn first(count: usize) -> Stage {
    for _ in 0..count {
        let Some(line) = yield_!() else { return };
        println!("{line}");
    }
    let mut more = 0;
    while yield_!().is_some() {
        more += 1;
    }
    println!("… and {more} more");
}

/// Prints the number of lines of each service, the first word of a line.
#[cogen::coroutine]
fn per_service() -> Stage {
    let mut counts = BTreeMap::<String, usize>::new();
    while let Some(line) = yield_!() {
        let service = line.split(' ').next().unwrap_or_default();
        *counts.entry(service.to_owned()).or_default() += 1;
    }
    for (service, count) in counts {
        println!("{service}: {count} line{}", if count == 1 { "" } else { "s" });
    }
}

/// Starts a stage, which runs to the yield that waits for its first line.
fn started(mut stage: Stage) -> Stage {
    stage.start();
    stage
}

fn main() -> io::Result<()> {
    let word = env::args().nth(1).unwrap_or_default();
    let targets = started(to_all(vec![started(first(2)), started(per_service())]));
    let mut pipeline = started(containing(word, targets));
    for line in io::stdin().lines() {
        pipeline.send(Some(line?));
    }
    pipeline.send(None);
    Ok(())
}

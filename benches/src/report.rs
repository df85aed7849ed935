//! The tables.

use crate::contest::WORKLOADS;
use crate::{frames, measure};

/// Prints all that there is to measure, as Markdown.
pub(crate) fn print() {
    let mut verdicts = Vec::new();
    for workload in WORKLOADS {
        println!("## {}: {}\n", workload.name, workload.description);
        let counts = match measure::instructions(workload) {
            Ok(Some(counts)) => Some(counts),
            Ok(None) => {
                println!("(valgrind is not installed: no instructions are counted.)\n");
                None
            }
            Err(error) => {
                println!("(The instructions could not be counted: {error})\n");
                None
            }
        };
        let times = measure::nanoseconds(workload);
        let contestants = workload.contestants();
        let base =
            contestants.iter().position(|contestant| contestant.name == "native").unwrap_or(0);
        println!(
            "| contestant | instructions/step | ns/step | time, {} = 1 |",
            contestants[base].name
        );
        println!("|---|--:|--:|--:|");
        for (at, contestant) in contestants.iter().enumerate() {
            let count = counts
                .as_ref()
                .map_or_else(|| "–".to_owned(), |counts| format!("{:.2}", counts[at]));
            println!(
                "| {} | {count} | {:.2} | {:.2} |",
                contestant.name,
                times[at],
                times[at] / times[base]
            );
        }
        println!();

        let Some(counts) = counts else { continue };
        for (at, contestant) in contestants.iter().enumerate() {
            let Some(target) = contestant.target else { continue };
            let Some(other) = contestants.iter().position(|other| other.name == target.against)
            else {
                continue;
            };
            let ratio = counts[at] / counts[other];
            verdicts.push((
                format!(
                    "{}: {}, instructions / {}",
                    workload.name, contestant.name, target.against
                ),
                format!("≤ {:.2}", target.factor),
                format!("{ratio:.3}"),
                ratio <= target.factor,
            ));
        }
    }

    println!("## frames: bytes of a coroutine\n");
    println!("| body | cogen | native | difference |");
    println!("|---|--:|--:|--:|");
    for frame in frames::all() {
        let Some(native) = frame.native else {
            println!("| {} | {} | – | – |", frame.body, frame.ours);
            continue;
        };
        let difference = frame.ours as isize - native as isize;
        println!("| {} | {} | {native} | {difference:+} |", frame.body, frame.ours);
        let met = frame.ours <= native + frames::MOST_ADDED;
        verdicts.push((
            format!("frame: {}", frame.body),
            format!("≤ +{}", frames::MOST_ADDED),
            format!("{difference:+}"),
            met,
        ));
    }

    if verdicts.is_empty() {
        println!(
            "\nThe targets are relative to native coroutines: build with the feature `native` and \
             have valgrind to check them."
        );
        return;
    }
    println!("\n## targets\n");
    println!("| what | target | measured | met |");
    println!("|---|--:|--:|---|");
    for (what, target, measured, met) in verdicts {
        println!("| {what} | {target} | {measured} | {} |", if met { "yes" } else { "**no**" });
    }
}

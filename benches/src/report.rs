//! The tables.

use std::env;
use std::process::Command;

use crate::contest::{Contestant, Target, Workload};
use crate::workloads::WORKLOADS;
use crate::{frames, measure, summary};

/// A target, and whether it is met.
struct Verdict {
    what: String,
    target: String,
    measured: String,
    met: bool,
}

/// Prints the measurements as a section of the README: all workloads, or only the named ones.
pub(crate) fn print(names: &[&str]) {
    println!("### {}\n", compiler());
    let (mut counted, mut verdicts) = (Vec::new(), Vec::new());
    for workload in WORKLOADS {
        if !names.is_empty() && !names.contains(&workload.name) {
            continue;
        }
        println!("#### {}: {}\n", workload.name, workload.description);
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
        print_workload(workload, counts.as_deref());
        if let Some(counts) = counts {
            verdicts.extend(judge(workload, &counts));
            counted.push((workload, counts));
        }
    }
    summary::print(&counted);
    print_frames(&mut verdicts);
    print_verdicts(&verdicts);
}

/// Returns the version of the compiler. `cargo run` runs the program with the toolchain that has
/// compiled it.
fn compiler() -> String {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    match Command::new(compiler).arg("--version").output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => "rustc of unknown version".to_owned(),
    }
}

fn print_workload(workload: &Workload, counts: Option<&[f64]>) {
    let times = measure::nanoseconds(workload);
    let contestants = workload.contestants();
    let base = position(&contestants, "native").unwrap_or(0);
    println!("| contestant | instructions/step | ns/step | time, {} = 1 |", contestants[base].name);
    println!("|---|--:|--:|--:|");
    for (at, contestant) in contestants.iter().enumerate() {
        let count = counts.map_or_else(|| "–".to_owned(), |counts| format!("{:.2}", counts[at]));
        println!(
            "| {} | {count} | {:.2} | {:.2} |",
            contestant.name,
            times[at],
            times[at] / times[base]
        );
    }
    println!();
}

/// Compares the contestants of a workload to their targets. Targets against a contestant that is
/// not compiled in are left out.
fn judge(workload: &Workload, counts: &[f64]) -> Vec<Verdict> {
    let contestants = workload.contestants();
    let verdict = |(contestant, count): (&Contestant, &f64)| {
        let named = format!("{}: {}, instructions", workload.name, contestant.name);
        let count_of = |against| position(&contestants, against).map(|at| counts[at]);
        Some(match contestant.target? {
            Target::Times { against, factor } => {
                let ratio = count / count_of(against)?;
                Verdict {
                    what: format!("{named} / {against}"),
                    target: format!("≤ {factor:.2}"),
                    measured: format!("{ratio:.3}"),
                    met: (ratio * 1000.0).round() / 1000.0 <= factor,
                }
            }
            Target::Above { against, more } => {
                let difference = count - count_of(against)?;
                Verdict {
                    what: format!("{named} − {against}"),
                    target: format!("≤ {more:+}"),
                    measured: format!("{difference:+.2}"),
                    met: difference <= more,
                }
            }
            Target::AtMost(most) => Verdict {
                what: named,
                target: format!("≤ {most}"),
                measured: format!("{count:.2}"),
                met: *count <= most,
            },
        })
    };
    contestants.iter().zip(counts).filter_map(verdict).collect()
}

fn position(contestants: &[Contestant], name: &str) -> Option<usize> {
    contestants.iter().position(|contestant| contestant.name == name)
}

fn print_frames(verdicts: &mut Vec<Verdict>) {
    println!("#### frames: bytes of a coroutine\n");
    println!("| body | cogen | native | difference |");
    println!("|---|--:|--:|--:|");
    for frame in frames::all() {
        let Some(native) = frame.native else {
            println!("| {} | {} | – | – |", frame.body, frame.ours);
            continue;
        };
        let difference = frame.ours as isize - native as isize;
        println!("| {} | {} | {native} | {difference:+} |", frame.body, frame.ours);
        verdicts.push(Verdict {
            what: format!("frame: {}", frame.body),
            target: format!("≤ +{}", frames::MOST_ADDED),
            measured: format!("{difference:+}"),
            met: frame.ours <= native + frames::MOST_ADDED,
        });
    }
    println!();
}

fn print_verdicts(verdicts: &[Verdict]) {
    println!("#### targets\n");
    println!("| what | target | measured | met |");
    println!("|---|--:|--:|---|");
    for Verdict { what, target, measured, met } in verdicts {
        println!("| {what} | {target} | {measured} | {} |", if *met { "yes" } else { "**no**" });
    }
    println!(
        "\n{} of {} targets are met.{}",
        verdicts.iter().filter(|verdict| verdict.met).count(),
        verdicts.len(),
        if cfg!(feature = "native") {
            ""
        } else {
            " Most are relative to native coroutines, which need the feature `native`."
        }
    );
}

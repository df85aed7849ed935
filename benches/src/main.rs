//! Measures cogen against hand-written code, native coroutines (feature `native`) and the published
//! peers (feature `peers`).
//!
//! See the README of this package for the workloads and the commands.

#![cfg_attr(feature = "native", feature(coroutines, coroutine_trait, gen_blocks))]

mod contest;
mod frames;
mod loops;
mod measure;
mod recursion;
mod report;
mod summary;
mod workloads;

use std::env;
use std::process::ExitCode;

use workloads::WORKLOADS;

const USAGE: &str = "usage: cogen-benches [report [WORKLOAD…] | loops | floods | \
                     recursion [DEPTH CONTESTANT N] | measure WORKLOAD CONTESTANT N]";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            report::print(&[]);
            ExitCode::SUCCESS
        }
        ["report", ref names @ ..] => {
            report::print(names);
            ExitCode::SUCCESS
        }
        ["loops"] => {
            loops::print();
            ExitCode::SUCCESS
        }
        ["floods"] => {
            loops::floods::print();
            ExitCode::SUCCESS
        }
        ["recursion"] => {
            recursion::print();
            ExitCode::SUCCESS
        }
        ["recursion", depth, contestant, items] => match recursion::run(depth, contestant, items) {
            Some(sum) => {
                println!("{sum}");
                ExitCode::SUCCESS
            }
            None => {
                eprintln!("{USAGE}");
                ExitCode::FAILURE
            }
        },
        ["measure", workload, contestant, steps] => match run(workload, contestant, steps) {
            Ok(result) => {
                println!("{result}");
                ExitCode::SUCCESS
            }
            Err(message) => {
                eprintln!("{message}");
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn run(workload: &str, contestant: &str, steps: &str) -> Result<u64, String> {
    let workload = WORKLOADS
        .iter()
        .find(|known| known.name == workload)
        .ok_or_else(|| format!("no workload `{workload}`"))?;
    let contestants = workload.contestants();
    let contestant =
        contestants.iter().find(|known| known.name == contestant).ok_or_else(|| {
            let names: Vec<_> = contestants.iter().map(|known| known.name).collect();
            format!("no contestant `{contestant}`, only {}", names.join("; "))
        })?;
    let steps: u64 =
        steps.parse().map_err(|error| format!("`{steps}` is no number of steps: {error}"))?;
    if steps != workload.whole_rounds(steps) {
        return Err(format!(
            "`{steps}` is no multiple of {}, the steps of a round",
            workload.round
        ));
    }
    Ok((contestant.run)(steps))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::Target;

    #[test]
    fn all_contestants_compute_the_same() {
        for workload in WORKLOADS {
            let contestants = workload.contestants();
            for steps in [0, 1, workload.round + 1, 1000] {
                let steps = workload.whole_rounds(steps);
                let expected = (contestants[0].run)(steps);
                for contestant in &contestants {
                    assert_eq!(
                        (contestant.run)(steps),
                        expected,
                        "{}: {}, {steps} steps",
                        workload.name,
                        contestant.name
                    );
                }
            }
        }
    }

    #[test]
    fn targets_name_contestants() {
        for workload in WORKLOADS {
            let contestants = workload.contestants();
            let known = |name| contestants.iter().any(|contestant| contestant.name == name);
            for contestant in &contestants {
                let Some(Target::Times { against, .. } | Target::Above { against, .. }) =
                    contestant.target
                else {
                    continue;
                };
                // A contestant of another feature may be missing from this build.
                let optional = (against.starts_with("native") && cfg!(not(feature = "native")))
                    || (against.starts_with("async-stream") && cfg!(not(feature = "peers")));
                assert!(known(against) || optional, "{}: {against}", workload.name);
            }
        }
    }

    #[test]
    fn contestants_are_found_by_name() {
        assert_eq!(run("sum", "by hand", "7"), Ok(1 + 2 + 3 + 5 + 8 + 13 + 21));
        assert!(run("sum", "nobody", "7").unwrap_err().contains("by hand"));
        assert!(run("product", "by hand", "7").is_err());
        assert!(run("sum", "by hand", "many").is_err());
        assert!(run("evens", "by hand", "7").unwrap_err().contains("500"));
    }
}

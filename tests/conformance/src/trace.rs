//! The trace of a sequence.

use std::fmt;

/// The result of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) outcome: String,
    /// The status of the coroutine after the operation.
    pub(crate) status: String,
    pub(crate) log: Vec<String>,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, [{}]", self.outcome, self.status, self.log.join(", "))
    }
}

/// Parses the steps of a line that one of the drivers wrote.
pub(crate) fn parse(line: &str) -> Result<Vec<Step>, String> {
    line.split('\t')
        .map(|step| parse_step(step).ok_or_else(|| format!("this is no step: {step}")))
        .collect()
}

fn parse_step(step: &str) -> Option<Step> {
    let (outcome, rest) = step.split_once('|')?;
    let (status, log) = rest.split_once('|')?;
    let log = if log.is_empty() { Vec::new() } else { log.split(',').map(str::to_owned).collect() };
    Some(Step { outcome: outcome.to_owned(), status: status.to_owned(), log })
}

//! The grouper and report of row B5 on real data: any number of lines `group,unit,value`. The
//! memory grows only with the number of groups.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::mem;
use std::path::Path;
use std::process::ExitCode;
use std::str;

use cogen::{BoxCoroutine, CoroutineExt};
use csv::{ByteRecord, ReaderBuilder};

use crate::averager::{Key, Results, grouper};
use crate::lines::{Lines, line_of};
use crate::output::{complain, written};

/// Reports on the file, or on standard input if it is `-`.
pub(crate) fn run(file: &Path) -> ExitCode {
    let result = if file == Path::new("-") {
        average(io::stdin().lock())
    } else {
        File::open(file).map_err(csv::Error::from).and_then(average)
    };
    let (results, malformed) = match result {
        Ok(found) => found,
        Err(error) => {
            complain(format_args!("port-the-notes: can't read `{}`: {error}", file.display()));
            return ExitCode::from(2);
        }
    };
    // If the output is closed, the malformed lines still count.
    written(print(&results));
    if malformed == 0 {
        return ExitCode::SUCCESS;
    }
    complain(format_args!(
        "{malformed} malformed {} skipped",
        if malformed == 1 { "line" } else { "lines" }
    ));
    ExitCode::from(1)
}

/// Streams the lines through the delegating coroutines, and returns their results and the number of
/// malformed lines.
fn average(input: impl Read) -> csv::Result<(Results, u64)> {
    let results = RefCell::default();
    let mut groups = Groups { results: &results, coroutines: HashMap::new() };
    let mut malformed = 0;

    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 16)
        .from_reader(Lines::new(input));
    let mut record = ByteRecord::new();
    let mut first = true;
    while reader.read_byte_record(&mut record)? {
        if mem::take(&mut first) && is_header(&record) {
            continue;
        }
        if let Err(reason) = groups.send(&record) {
            malformed += 1;
            complain(format_args!("line {}: {reason}", line_of(&record, &mut reader)));
        }
    }
    groups.stop();
    Ok((results.into_inner(), malformed))
}

/// Prints the report like note 001.
fn print(results: &Results) -> io::Result<()> {
    let mut output = BufWriter::new(io::stdout().lock());
    for (key, result) in results {
        let average = result.average.unwrap_or(f64::NAN);
        writeln!(
            output,
            "{:2} {:5} averaging {average:.2}{}",
            result.count,
            key.group(),
            key.unit()
        )?;
    }
    output.flush()
}

fn is_header(record: &ByteRecord) -> bool {
    let names = ["group", "unit", "value"];
    record.len() == names.len()
        && record
            .iter()
            .zip(names)
            .all(|(field, name)| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
}

/// A delegating coroutine for each group and unit.
struct Groups<'a> {
    results: &'a RefCell<Results>,
    coroutines: HashMap<Vec<u8>, BTreeMap<Vec<u8>, BoxCoroutine<'a, Option<f64>>>>,
}

impl Groups<'_> {
    /// Sends the line's value to the coroutine of its group and unit.
    fn send<'r>(&mut self, record: &'r ByteRecord) -> Result<(), Malformed<'r>> {
        if record.len() != 3 {
            return Err(Malformed::Fields(record.len()));
        }
        let (group, unit, value) =
            (record[0].trim_ascii(), record[1].trim_ascii(), record[2].trim_ascii());
        let value = number(value)?;
        // The lookup borrows from the line, so a line of a known group allocates nothing. Known
        // names are valid text.
        if let Some(grouper) = self.coroutines.get_mut(group).and_then(|units| units.get_mut(unit))
        {
            grouper.send(Some(value));
            return Ok(());
        }
        let key = Key::new(text(group)?, text(unit)?);
        if group.is_empty() || unit.is_empty() {
            return Err(Malformed::Empty);
        }
        let mut grouper: BoxCoroutine<'_, _> = Box::pin(grouper(self.results, key));
        grouper.start();
        grouper.send(Some(value));
        self.coroutines.entry(group.to_owned()).or_default().insert(unit.to_owned(), grouper);
        Ok(())
    }

    /// Tells all coroutines to stop, which writes the results.
    fn stop(mut self) {
        for grouper in self.coroutines.values_mut().flat_map(BTreeMap::values_mut) {
            grouper.send(None);
        }
    }
}

fn text(field: &[u8]) -> Result<&str, Malformed<'_>> {
    str::from_utf8(field).map_err(|_| Malformed::NotText)
}

fn number(field: &[u8]) -> Result<f64, Malformed<'_>> {
    let field = text(field)?;
    field.parse().ok().filter(|number: &f64| number.is_finite()).ok_or(Malformed::Value(field))
}

/// The error of a malformed line.
enum Malformed<'r> {
    Fields(usize),
    NotText,
    Empty,
    Value(&'r str),
}

impl fmt::Display for Malformed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(1) => f.write_str("expected `group,unit,value`, found 1 field"),
            Self::Fields(count) => write!(f, "expected `group,unit,value`, found {count} fields"),
            Self::NotText => f.write_str("the line is not UTF-8"),
            Self::Empty => f.write_str("the group or the unit is empty"),
            Self::Value(value) => write!(f, "the value `{value}` is not a finite number"),
        }
    }
}

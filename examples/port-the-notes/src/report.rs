//! The grouper and report of row B5 on real data: lines `group,unit,value`, of any number, in memory that grows with the groups only.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::str;

use cogen::{BoxCoroutine, CoroutineExt};
use csv::{ByteRecord, ReaderBuilder};

use crate::averager::grouper;
use crate::lines::{Lines, line_of};
use crate::output::written;

/// Reports on the file, or on standard input if it is `-`.
pub(crate) fn run(file: &Path) -> ExitCode {
    let result =
        if file == Path::new("-") { report(io::stdin().lock()) } else { File::open(file).map_err(csv::Error::from).and_then(report) };
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(malformed) => {
            eprintln!("{malformed} malformed {} skipped", if malformed == 1 { "line" } else { "lines" });
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("port-the-notes: can't read `{}`: {error}", file.display());
            ExitCode::from(2)
        }
    }
}

/// Streams the lines through the delegating coroutines, one a group and unit, prints the report, and returns how many
/// lines were malformed.
fn report(input: impl Read) -> csv::Result<u64> {
    let results = RefCell::new(BTreeMap::new());
    let mut groups: HashMap<String, HashMap<String, BoxCoroutine<'_, Option<f64>>>> = HashMap::new();
    let mut malformed = 0;

    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Lines::new(input));
    let mut record = ByteRecord::new();
    let mut first = true;
    while reader.read_byte_record(&mut record)? {
        let is_header = std::mem::take(&mut first) && is_header(&record);
        match parse(&record) {
            _ if is_header => {}
            Ok((group, unit, value)) => {
                // Looked up before it is inserted, so that a line of a known group allocates nothing.
                if let Some(grouper) = groups.get_mut(group).and_then(|units| units.get_mut(unit)) {
                    grouper.send(Some(value));
                } else {
                    let mut grouper: BoxCoroutine<'_, _> = Box::pin(grouper(&results, group.to_owned(), unit.to_owned()));
                    grouper.start();
                    grouper.send(Some(value));
                    groups.entry(group.to_owned()).or_default().insert(unit.to_owned(), grouper);
                }
            }
            Err(reason) => {
                malformed += 1;
                eprintln!("line {}: {reason}", line_of(&record, &reader));
            }
        }
    }
    for grouper in groups.values_mut().flat_map(HashMap::values_mut) {
        grouper.send(None);
    }

    let mut output = BufWriter::new(io::stdout().lock());
    for ((group, unit), result) in &*results.borrow() {
        let average = result.average.unwrap_or(f64::NAN);
        written(writeln!(output, "{:2} {group:5} averaging {average:.2}{unit}", result.count));
    }
    written(output.flush());
    Ok(malformed)
}

fn is_header(record: &ByteRecord) -> bool {
    let names = ["group", "unit", "value"];
    record.len() == names.len() && record.iter().zip(names).all(|(field, name)| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
}

/// The fields of a line, or what is wrong with it.
fn parse(record: &ByteRecord) -> Result<(&str, &str, f64), String> {
    let field = |at: usize| str::from_utf8(record[at].trim_ascii()).map_err(|_| "the line is not UTF-8".to_owned());
    if record.len() != 3 {
        return Err(format!("expected `group,unit,value`, found {} fields", record.len()));
    }
    let (group, unit, value) = (field(0)?, field(1)?, field(2)?);
    if group.is_empty() || unit.is_empty() {
        return Err("the group or the unit is empty".to_owned());
    }
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((group, unit, number)),
        _ => Err(format!("the value `{value}` is not a finite number")),
    }
}

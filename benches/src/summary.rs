//! The table of the top README: one row per crate, one column per workload.

use crate::contest::Workload;

/// The title of a row, and the contestants that may appear in it. The row shows the first of these
/// that takes part in the workload.
const ROWS: [(&str, &[&str]); 11] = [
    ("written by hand", &["by hand", "by hand, explicit stack"]),
    ("native (nightly)", &["native", "native, nested"]),
    ("**cogen**, pinned or boxed", &["cogen", "cogen, `iterate`", "cogen, `BoxCoroutine`"]),
    ("**cogen**, `impl Iterator`", &["cogen, `impl Iterator`"]),
    ("diapause", &["diapause"]),
    ("corosensei", &["corosensei"]),
    ("async-stream", &["async-stream", "async-stream, nested"]),
    ("next-gen", &["next-gen"]),
    ("genawaiter, stack", &["genawaiter, stack"]),
    ("genawaiter, rc", &["genawaiter, rc", "genawaiter, rc, boxed futures"]),
    ("fauxgen", &["fauxgen"]),
];

/// The workload of a column, and the suffix of the names of its contestants.
const COLUMNS: [(&str, &str); 12] = [
    ("sum", ""),
    ("echo", ""),
    ("squares", ""),
    ("evens", ""),
    ("rows", ""),
    ("words", ""),
    ("tree", ""),
    ("parser", ""),
    ("sum", ", `dyn`"),
    ("echo", ", `dyn`"),
    ("squares", ", `dyn`"),
    ("stream", ", `dyn`"),
];

/// Prints the instructions per step that were counted for each workload.
pub(crate) fn print(counted: &[(&Workload, Vec<f64>)]) {
    println!("#### summary: instructions per step\n");
    let titles = COLUMNS.map(|(workload, suffix)| format!("{workload}{suffix}"));
    println!("| | {} |", titles.join(" | "));
    println!("|---{}|", "|--:".repeat(COLUMNS.len()));
    for (title, names) in ROWS {
        let cells = COLUMNS.map(|(workload, suffix)| {
            let mut counts = names.iter().map(|name| find(counted, workload, name, suffix));
            counts.find_map(|count| count).map_or_else(String::new, round)
        });
        if cells.iter().any(|cell| !cell.is_empty()) {
            println!("| {title} | {} |", cells.join(" | "));
        }
    }
    println!();
}

fn find(
    counted: &[(&Workload, Vec<f64>)],
    workload: &str,
    name: &str,
    suffix: &str,
) -> Option<f64> {
    let name = format!("{name}{suffix}");
    let (workload, counts) = counted.iter().find(|(known, _)| known.name == workload)?;
    let at = workload.contestants().iter().position(|contestant| contestant.name == name)?;
    Some(counts[at])
}

/// Formats small numbers with the fraction that an unrolled loop has.
fn round(count: f64) -> String {
    if count < 10.0 {
        format!("{count:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{count:.0}")
    }
}

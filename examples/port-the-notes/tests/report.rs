//! The report on a file or on standard input.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn report(file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_port-the-notes"))
        .arg("report")
        .arg(file)
        .output()
        .expect("the program runs")
}

/// Returns a file that only this test uses.
fn file(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).expect("the file is written");
    path
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const GOOD: &str =
    "group,unit,value\ngirls,kg,40.9\nboys,m,1.38\ngirls,kg,38.5\n boys , m , 1.5 \nboys,kg,39\n";
const REPORT: &str =
    " 1 boys  averaging 39.00kg\n 2 boys  averaging 1.44m\n 2 girls averaging 39.70kg\n";

#[test]
fn a_file_is_averaged_by_group_and_unit() {
    let output = report(&file("good.csv", GOOD));
    assert_eq!((text(&output.stdout), text(&output.stderr)), (REPORT.to_owned(), String::new()));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_header_may_be_left_out() {
    let output = report(&file("headless.csv", GOOD.split_once('\n').expect("a header").1));
    assert_eq!(text(&output.stdout), REPORT);
}

#[test]
fn the_header_is_known_by_its_names() {
    let output = report(&file("header.csv", "\u{feff}Group, UNIT ,value\r\nboys,kg,39\r\n"));
    assert_eq!(
        (text(&output.stdout), text(&output.stderr)),
        (" 1 boys  averaging 39.00kg\n".to_owned(), String::new())
    );

    let output = report(&file("other-header.csv", "group,unit,weight\nboys,kg,39\n"));
    assert!(text(&output.stderr).starts_with(
        "line 1: the value `weight` is not a finite number\n1 malformed line skipped"
    ));
    assert_eq!(
        (text(&output.stdout), output.status.code()),
        (" 1 boys  averaging 39.00kg\n".to_owned(), Some(1))
    );
}

#[test]
fn groups_are_sorted_by_the_keys_of_the_notes() {
    // The result of Python's `sorted` for `ab;kg`, `b;kg`, `a;kg`, `a;b;m`, `B;kg` and `a b;kg`.
    let output =
        report(&file("sorted.csv", "ab,kg,1\nb,kg,1\na,kg,1\na;b,m,1\nB,kg,1\na b,kg,1\n"));
    let groups: Vec<String> =
        text(&output.stdout).lines().map(|line| line[3..8].trim_end().to_owned()).collect();
    assert_eq!(groups, ["B", "a b", "a;b", "a", "ab", "b"]);
}

#[test]
fn standard_input_is_read_where_no_file_is_named() {
    for arguments in [&["report"][..], &["report", "-"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_port-the-notes"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        child.stdin.take().expect("a pipe").write_all(GOOD.as_bytes()).expect("the program reads");
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!(text(&output.stdout), REPORT);
        assert!(output.status.success());
    }
}

#[test]
fn malformed_lines_are_named_skipped_and_counted() {
    let mut content =
        b"girls,kg,40.9\nboys,kg\n\ngirls,kg,heavy\ngirls,kg,NaN\n,kg,1\ngroup,unit,value\n"
            .to_vec();
    content.extend(b"\xff,kg,1\n\"two\nlines\",kg,2\ngirls,kg,38.5,extra\ngirls,kg,38.5\n");
    let output = report(&file("malformed.csv", content));
    let expected = "line 2: expected `group,unit,value`, found 2 fields\n\
                    line 4: the value `heavy` is not a finite number\n\
                    line 5: the value `NaN` is not a finite number\n\
                    line 6: the group or the unit is empty\n\
                    line 7: the value `value` is not a finite number\n\
                    line 8: the line is not UTF-8\n\
                    line 11: expected `group,unit,value`, found 4 fields\n\
                    7 malformed lines skipped\n";
    assert_eq!(text(&output.stderr), expected);
    assert_eq!(
        text(&output.stdout),
        " 2 girls averaging 39.70kg\n 1 two\nlines averaging 2.00kg\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let content = "a,b,1\n2\na,b,2\n\n\n6\n\"x\ny\",b,1\n9\n10";
    for (name, content) in
        [("unix.csv", content.to_owned()), ("windows.csv", content.replace('\n', "\r\n"))]
    {
        let output = report(&file(name, content));
        let errors = text(&output.stderr);
        let lines: Vec<&str> = errors
            .lines()
            .filter_map(|line| line.strip_prefix("line ")?.split(':').next())
            .collect();
        assert_eq!(lines, ["2", "6", "9", "10"], "{name}");
    }
}

#[test]
fn one_malformed_line_is_counted_in_the_singular() {
    let output = report(&file("one.csv", "girls,kg,\n"));
    assert!(text(&output.stderr).ends_with("1 malformed line skipped\n"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn nobody_has_to_read_the_report_or_the_errors() {
    let bad = file("unread.csv", "girls,kg\ngirls,kg,40.9\n");
    for streams in ["stdout", "stderr", "both"] {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader);
        let mut program = Command::new(env!("CARGO_BIN_EXE_port-the-notes"));
        program.arg("report").arg(&bad).stdout(Stdio::piped()).stderr(Stdio::piped());
        if streams != "stderr" {
            program.stdout(writer.try_clone().expect("a pipe"));
        }
        if streams != "stdout" {
            program.stderr(writer);
        }
        let output = program.output().expect("the program runs");
        assert_eq!(output.status.code(), Some(1), "{streams}: {}", text(&output.stderr));
        if streams == "stdout" {
            assert!(text(&output.stderr).ends_with("1 malformed line skipped\n"));
        }
    }
}

#[test]
fn a_missing_file_is_an_error() {
    let output = report(Path::new("no such file.csv"));
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(message.contains("can't read `no such file.csv`"), "{message}");
}

#[test]
fn there_may_be_any_number_of_groups_and_lines() {
    let mut content = String::new();
    for line in 0..100_000 {
        content += &format!("group{:05},kg,{}\n", line % 5_000, line / 5_000);
    }
    let output = report(&file("many.csv", content));
    let report = text(&output.stdout);
    assert_eq!(report.lines().count(), 5_000);
    assert!(
        report
            .lines()
            .all(|line| line.starts_with("20 group") && line.ends_with(" averaging 9.50kg"))
    );
}

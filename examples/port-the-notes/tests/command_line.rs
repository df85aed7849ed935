//! The command line of the program.

use std::io;
use std::process::{Command, Output, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_port-the-notes"))
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn without_arguments_all_rows_run_with_headings() {
    let output = run(&[]);
    assert!(output.status.success());
    let headings: Vec<_> =
        stdout(&output).lines().filter(|line| line.starts_with("== ")).map(str::to_owned).collect();
    assert_eq!(headings.len(), 42);
    assert!(stdout(&output).starts_with("== A1: "));
    assert!(headings[0].starts_with("== A1: ") && headings[41].starts_with("== C17: "));
}

#[test]
fn chosen_rows_run_in_the_order_given_in_either_case() {
    let output = stdout(&run(&["b5", "A7"]));
    let (first, second) =
        (output.find("== B5").expect("B5 runs"), output.find("== A7").expect("A7 runs"));
    assert!(first < second);
    assert_eq!(output.matches("== ").count(), 2);
    assert!(output.contains("1520.3333333333333"));
}

#[test]
fn the_list_names_every_row() {
    let output = stdout(&run(&["--list"]));
    assert_eq!(output.lines().count(), 42);
    assert!(output.contains("A12 a return value\n"));
}

#[test]
fn an_unknown_row_is_an_error_before_anything_runs() {
    let output = run(&["A1", "A99"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output), "");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("no row `A99`") && message.contains("--list"), "{message}");
}

#[test]
fn an_unknown_option_is_an_error() {
    assert_eq!(run(&["--lists"]).status.code(), Some(2));
}

#[test]
fn the_help_names_the_report() {
    assert!(stdout(&run(&["--help"])).contains("report"));
}

#[test]
fn nobody_has_to_read_the_output() {
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    let output =
        program().stdout(writer).stderr(Stdio::piped()).output().expect("the program runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "no panic");
    assert_eq!(output.status.code(), Some(0));
}

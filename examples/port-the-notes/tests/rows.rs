//! Each row prints the same as its Python original. `expected/` has the output of the programs in
//! `python/`.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Returns the output of one row.
fn output_of(row: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_port-the-notes"))
        .arg(row)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is text")
}

fn file(folder: &str, row: &str, extension: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join(row.to_lowercase())
        .with_extension(extension)
}

fn expected(row: &str) -> String {
    fs::read_to_string(file("expected", row, "txt"))
        .expect("the row has an expectation")
        .replace("\r\n", "\n")
}

macro_rules! rows {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(output_of(stringify!($name)), expected(stringify!($name)));
            }
        )*

        const ROWS: &[&str] = &[$(stringify!($name)),*];
    };
}

rows! { a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 b1 b2 b3 b4 b5 b6 b7 b8 b9 b10 b11
c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13 c14 c15 c16 c17 }

#[test]
fn every_listed_row_is_compared() {
    let listed: Vec<String> = output_of("--list")
        .lines()
        .map(|line| line.split(' ').next().unwrap_or_default().to_lowercase())
        .collect();
    assert_eq!(listed, ROWS);
    for (folder, extension) in [("expected", "txt"), ("python", "py")] {
        assert!(ROWS.iter().all(|row| file(folder, row, extension).is_file()));
        let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
            .expect("the folder is there");
        assert_eq!(files.count(), ROWS.len(), "{folder} holds one file a row");
    }
}

#[test]
fn the_python_programs_print_what_is_expected() {
    // Windows has a `python3` that only advertises the real one.
    if !Command::new("python3")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        println!("python3 is not here: the expectations are not compared with it");
        return;
    }
    for row in ROWS {
        let output =
            Command::new("python3").arg(file("python", row, "py")).output().expect("python3 runs");
        assert!(output.status.success(), "{row}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n"),
            expected(row),
            "{row}"
        );
    }
}

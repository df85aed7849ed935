//! Runs all programs through all sequences, in both languages.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::grammar::Program;
use crate::{Sequence, python, rust};

/// The lines of each sequence's operations.
pub(crate) struct Traces {
    pub(crate) python: Vec<Vec<String>>,
    pub(crate) cogen: Vec<Vec<String>>,
}

/// Writes the programs to a folder in the target directory, and runs them.
pub(crate) fn both(programs: &[Program], sequences: &[Sequence]) -> Result<Traces, String> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = package.join("../../target/conformance");
    fs::create_dir_all(folder.join("src")).map_err(|error| format!("{}: {error}", folder.display()))?;
    let lines = folder.join("sequences.txt");
    write(&lines, &sequences.iter().map(Sequence::line).collect::<String>())?;

    let python = folder.join("programs.py");
    write(&python, &programs.iter().enumerate().map(|(number, program)| python::render(number, program)).collect::<String>())?;
    let mut python3 = Command::new("python3");
    python3.arg(package.join("python/drive.py")).arg(python).arg(&lines);
    let python = output(&mut python3).map_err(|error| format!("CPython 3.11 or later has to be there, as `python3`: {error}"))?;

    let binary = build(programs, package, &folder)?;
    let cogen = output(Command::new(binary).arg(&lines))?;
    Ok(Traces { python: traces(&python), cogen: traces(&cogen) })
}

/// Compiles the programs as one crate, which uses the versions that the workspace is locked to.
fn build(programs: &[Program], package: &Path, folder: &Path) -> Result<PathBuf, String> {
    let manifest = format!(
        "[package]\nname = \"conformance-programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[profile.dev]\ndebug = false\n\n\
         [dependencies]\ncogen = {{ path = {:?}, default-features = false, features = [\"alloc\"] }}\n",
        package.join("../../core")
    );
    write(&folder.join("Cargo.toml"), &manifest)?;
    fs::copy(package.join("../../Cargo.lock"), folder.join("Cargo.lock")).map_err(|error| error.to_string())?;
    for file in ["prelude.rs", "drive.rs"] {
        fs::copy(package.join("generated").join(file), folder.join("src").join(file)).map_err(|error| error.to_string())?;
    }
    let mut main = String::from("#![allow(warnings)]\n\nmod drive;\nmod prelude;\n");
    let mut calls = String::new();
    for (number, program) in programs.iter().enumerate() {
        write(&folder.join(format!("src/p{number}.rs")), &rust::render(program))?;
        writeln!(main, "mod p{number};").unwrap();
        calls += &rust::call(number, program);
    }
    write!(
        main,
        "
fn main() {{
    std::panic::set_hook(Box::new(|_| {{}}));
    let sequences = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    for line in sequences.lines() {{
        let mut words = line.split_whitespace();
        let program: usize = words.next().unwrap().parse().unwrap();
        println!(\"{{}}\", run(program, &words.collect::<Vec<_>>()));
    }}
}}

fn run(program: usize, operations: &[&str]) -> String {{
    match program {{
{calls}        _ => unreachable!(),
    }}
}}
"
    )
    .unwrap();
    write(&folder.join("src/main.rs"), &main)?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = folder.join("target");
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status()
        .map_err(|error| error.to_string())?;
    if !status.success() {
        return Err("the programs don't compile".to_owned());
    }
    Ok(target.join("debug/conformance-programs"))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    // An unchanged file need not be compiled again.
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{command:?} failed"));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// Traces end with an empty line each.
fn traces(output: &str) -> Vec<Vec<String>> {
    output.split_terminator("\n\n").map(|trace| trace.lines().map(str::to_owned).collect()).collect()
}

//! Runs programs and sequences in both languages.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::grammar::Program;
use crate::sabotage::Sabotage;
use crate::sequence::Sequence;
use crate::trace::{self, Step};
use crate::{python, rust};

/// The number of programs in one crate. The crates of a run are compiled in parallel.
const PROGRAMS_PER_CRATE: usize = 75;

/// The folder of this package.
const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

/// A folder below the target folder, for all written files.
pub(crate) struct Workshop(PathBuf);

impl Workshop {
    pub(crate) fn new() -> Result<Self, String> {
        let program =
            env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
        let target = program.ancestors().nth(2).ok_or("this program is not in a target folder")?;
        let folder = target.join("conformance");
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self(folder))
    }

    /// Returns the version of Python.
    pub(crate) fn python_version() -> Result<String, String> {
        let output = Command::new("python3").arg("--version").output();
        let output = output.map_err(|error| {
            format!("this needs CPython, 3.11 or later, as `python3` on the path: {error}")
        })?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs the sequences in CPython. Returns a trace for each.
    pub(crate) fn run_python(
        &self,
        programs: &[Program],
        sequences: &[Sequence],
        sabotage: Option<Sabotage>,
    ) -> Result<Vec<Vec<Step>>, String> {
        let module = self.0.join(if sabotage.is_some() { "sabotaged.py" } else { "programs.py" });
        write(&module, &python::module(programs, sabotage))?;
        let mut command = Command::new("python3");
        command.arg("-B").arg(Path::new(PACKAGE).join("python/drive.py")).arg(module);
        self.drive(command, sequences, "programs.txt")
    }

    /// Runs the sequences in cogen. Returns a trace for each.
    pub(crate) fn run_rust(
        &self,
        programs: &[Program],
        sequences: &[Sequence],
    ) -> Result<Vec<Vec<Step>>, String> {
        let batches: Vec<&[Program]> = programs.chunks(PROGRAMS_PER_CRATE).collect();
        self.write_crates(&batches)?;
        let folder = self.0.join("crates");
        let mut cargo =
            Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
        cargo
            .args(["build", "--offline", "--quiet", "--target-dir"])
            .arg(self.0.join("target"))
            .current_dir(&folder);
        let status = cargo.status().map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            return Err(format!("the programs don't compile; they are in {}", folder.display()));
        }
        let mut traces = Vec::new();
        let mut rest = sequences;
        for (number, batch) in batches.iter().enumerate() {
            let last = batch[batch.len() - 1].number;
            let (own, others) =
                rest.split_at(rest.partition_point(|sequence| sequence.program <= last));
            rest = others;
            let program =
                self.0.join(format!("target/debug/batch{number}{}", env::consts::EXE_SUFFIX));
            traces.extend(self.drive(Command::new(program), own, &format!("batch{number}.txt"))?);
        }
        Ok(traces)
    }

    fn write_crates(&self, batches: &[&[Program]]) -> Result<(), String> {
        let folder = self.0.join("crates");
        let members: Vec<String> =
            (0..batches.len()).map(|number| format!("\"batch{number}\"")).collect();
        write(
            &folder.join("Cargo.toml"),
            &format!(
                "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n\
                 [profile.dev]\ndebug = false\nincremental = false\n",
                members.join(", ")
            ),
        )?;
        // Uses the locked versions of the workspace, so that nothing is downloaded.
        let lock = Path::new(PACKAGE).join("../../Cargo.lock");
        fs::copy(&lock, folder.join("Cargo.lock"))
            .map_err(|error| format!("{}: {error}", lock.display()))?;
        for (number, batch) in batches.iter().enumerate() {
            let folder = folder.join(format!("batch{number}"));
            write(
                &folder.join("Cargo.toml"),
                &format!(
                    "[package]\nname = \"batch{number}\"\nversion = \"0.0.0\"\n\
                     edition = \"2024\"\npublish = false\n\n[dependencies]\n\
                     cogen = {{ path = {:?} }}\ncogen-conformance-runtime = {{ path = {:?} }}\n",
                    Path::new(PACKAGE).join("../../core"),
                    Path::new(PACKAGE).join("runtime"),
                ),
            )?;
            let mut main = String::new();
            let mut table = String::new();
            for program in *batch {
                let number = program.number;
                write(&folder.join(format!("src/p{number}.rs")), &rust::module(program))?;
                main += &format!("mod p{number};\n");
                table += &format!("    ({number}, p{number}::program),\n");
            }
            main += &format!(
                "\nfn main() {{\n    cogen_conformance_runtime::main(&[\n{table}    ]);\n}}\n"
            );
            write(&folder.join("src/main.rs"), &main)?;
        }
        Ok(())
    }

    /// Runs a driver on the sequences, and reads its traces.
    fn drive(
        &self,
        mut command: Command,
        sequences: &[Sequence],
        name: &str,
    ) -> Result<Vec<Vec<Step>>, String> {
        let path = self.0.join(name);
        let lines: String = sequences.iter().map(|sequence| format!("{sequence}\n")).collect();
        write(&path, &lines)?;
        let output = command
            .arg(path)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("{command:?}: {error}"))?;
        if !output.status.success() {
            let done = output.stdout.iter().filter(|byte| **byte == b'\n').count();
            let sequence = sequences
                .get(done)
                .map(|sequence| format!(" in the sequence {sequence}"))
                .unwrap_or_default();
            return Err(format!("{command:?}: {}{sequence}", output.status));
        }
        let text =
            String::from_utf8(output.stdout).map_err(|error| format!("{command:?}: {error}"))?;
        let traces: Vec<_> = text.lines().map(trace::parse).collect::<Result<_, _>>()?;
        let is_complete = traces.len() == sequences.len()
            && traces
                .iter()
                .zip(sequences)
                .all(|(trace, sequence)| trace.len() == sequence.operations.len());
        if is_complete { Ok(traces) } else { Err(format!("{command:?} has not done everything")) }
    }
}

/// Writes a file, unless it has the same contents already: then cargo has less to do.
fn write(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

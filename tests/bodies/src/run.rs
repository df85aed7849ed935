//! Compiles bodies as one crate, with the locked versions of the workspace, and runs them.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use crate::grammar::Body;
use crate::render;

/// The traces of each body in each run: as a coroutine, and as a plain function.
pub(crate) fn traces(bodies: &[Body], sent: &[Vec<i64>]) -> Result<Vec<Vec<[String; 2]>>, String> {
    let mut main = String::from("#![allow(warnings)]\n\nmod prelude;\n");
    let mut runs = String::new();
    let sent_in: Vec<_> = sent.iter().map(|sent| format!("&{sent:?}")).collect();
    let mut folder = Folder::new("bodies")?;
    for (number, body) in bodies.iter().enumerate() {
        folder.write(&format!("src/b{number}.rs"), &render::module(body))?;
        writeln!(main, "mod b{number};").unwrap();
        writeln!(runs, "    run(b{number}::coroutine, b{number}::plain);").unwrap();
    }
    write!(
        main,
        "
const SENT: &[&[i64]] = &[{}];

fn main() {{
{runs}}}

fn run(coroutine: fn(&[i64]), plain: fn(&[i64])) {{
    for sent in SENT {{
        coroutine(sent);
        println!(\"{{}}\", prelude::take_trace());
        plain(sent);
        println!(\"{{}}\", prelude::take_trace());
    }}
}}
",
        sent_in.join(", ")
    )
    .unwrap();
    folder.write("src/main.rs", &main)?;
    if !folder.cargo(&["build", "--quiet"]).status().is_ok_and(|status| status.success()) {
        return Err("the bodies don't compile".to_owned());
    }
    let output = Command::new(folder.path.join("target/debug/bodies"))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    let lines: Vec<&str> =
        std::str::from_utf8(&output.stdout).map_err(|error| error.to_string())?.lines().collect();
    if !output.status.success() || lines.len() != 2 * bodies.len() * sent.len() {
        return Err(format!(
            "the bodies ended with {} after {} of {} traces",
            output.status,
            lines.len(),
            2 * bodies.len() * sent.len()
        ));
    }
    let runs =
        lines.chunks(2).map(|pair| [pair[0].to_owned(), pair[1].to_owned()]).collect::<Vec<_>>();
    Ok(runs.chunks(sent.len()).map(<[_]>::to_vec).collect())
}

/// A package in the target directory.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
}

impl Folder {
    pub(crate) fn new(name: &str) -> Result<Self, String> {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = package.join("../../target").join(name);
        // Removes the modules of an earlier run with more bodies.
        let _ = fs::remove_dir_all(path.join("src"));
        fs::create_dir_all(path.join("src"))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let mut folder = Self { path };
        folder.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [workspace]\n\n[profile.dev]\ndebug = false\n\n[dependencies]\n\
                 cogen = {{ path = {:?}, default-features = false, features = [\"alloc\"] }}\n\
                 futures-core = {{ version = \"0.3\", default-features = false }}\n",
                package.join("../../core")
            ),
        )?;
        fs::copy(package.join("../../Cargo.lock"), folder.path.join("Cargo.lock"))
            .map_err(|error| error.to_string())?;
        fs::copy(package.join("generated/prelude.rs"), folder.path.join("src/prelude.rs"))
            .map_err(|error| error.to_string())?;
        Ok(folder)
    }

    pub(crate) fn write(&mut self, file: &str, text: &str) -> Result<(), String> {
        let path = self.path.join(file);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(arguments)
            .current_dir(&self.path)
            .env("CARGO_TARGET_DIR", self.path.join("target"));
        cargo
    }

    /// Returns the compiler's messages, as JSON.
    pub(crate) fn check(&self) -> Result<Output, String> {
        self.cargo(&["check", "--quiet", "--message-format=json"])
            .stderr(Stdio::null())
            .output()
            .map_err(|error| error.to_string())
    }
}

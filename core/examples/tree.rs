//! A recursion: the files below a directory. The coroutine of each directory delegates to the
//! coroutines of its subdirectories, and adds up their return values.
//!
//! ```console
//! $ cargo run -p cogen --example tree -- tests/reexporter
//! tests/reexporter
//! ├── Cargo.toml
//! └── src
//!     └── lib.rs
//! 1 directory, 2 files
//! ```

use std::path::PathBuf;
use std::{env, fs, io};

use cogen::{BoxCoroutine, CoroutineExt};

#[derive(Default)]
struct Count {
    directories: usize,
    files: usize,
}

/// Yields a line for each entry of `directory`, and returns the number of directories and files.
#[cogen::coroutine]
fn tree(
    directory: PathBuf,
    indent: String,
) -> BoxCoroutine<'static, (), String, io::Result<Count>> {
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(|entry| entry.file_name());
    let mut total = Count::default();
    for (left, entry) in (0..entries.len()).rev().zip(entries) {
        let (branch, below) =
            if left > 0 { ("├── ", "│   ") } else { ("└── ", "    ") };
        yield_!(format!("{indent}{branch}{}", entry.file_name().to_string_lossy()));
        if entry.file_type()?.is_dir() {
            let count = yield_from!(tree(entry.path(), format!("{indent}{below}")))?;
            total.directories += 1 + count.directories;
            total.files += count.files;
        } else {
            total.files += 1;
        }
    }
    Ok(total)
}

fn main() -> io::Result<()> {
    let root = env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    println!("{root}");
    let tree = tree(root.into(), String::new());
    let mut lines = tree.iterate();
    for line in &mut lines {
        println!("{line}");
    }
    let Count { directories, files } = lines.into_return().expect("the iteration has ended")?;
    let directories = match directories {
        1 => "1 directory".to_owned(),
        count => format!("{count} directories"),
    };
    println!("{directories}, {files} files");
    Ok(())
}

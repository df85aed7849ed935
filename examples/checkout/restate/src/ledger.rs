//! The bank and the carrier of this example. A directory that all processes share records their
//! actions.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use tempfile::NamedTempFile;

/// Executes each request once, however often it is repeated. The key is the order and the number of
/// the command. The engine promises at least one execution, and no engine can promise exactly one.
/// So the receiver must recognise a repeated request.
#[derive(Debug)]
pub(crate) struct Ledger(PathBuf);

impl Ledger {
    /// Returns the ledger in this directory, which is created with the first entry.
    pub(crate) fn new(directory: PathBuf) -> Self {
        Self(directory)
    }

    /// Enters `text` under the key, if there is no entry yet. Returns the number of the entry: a
    /// letter for its kind, and the count of this kind in the order.
    pub(crate) fn enter(
        &self,
        order: &str,
        command: u64,
        kind: char,
        text: &str,
    ) -> io::Result<String> {
        let entries = self.0.join(order);
        fs::create_dir_all(&entries)?;
        let requests = OpenOptions::new().create(true).append(true).open(self.0.join("requests"));
        requests?.write_all(format!("{order} {command} {kind} {text}\n").as_bytes())?;

        let entry = entries.join(command.to_string());
        if !entry.exists() {
            // Written to another file and linked, so that an entry is never incomplete.
            let mut fresh = NamedTempFile::new_in(&self.0)?;
            writeln!(fresh, "{kind}-{} {text}", 1 + self.count(order, kind)?)?;
            match fresh.persist_noclobber(&entry) {
                Ok(File { .. }) => {}
                // The same request on another process was faster.
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.error),
            }
        }
        let line = fs::read_to_string(&entry)?;
        let number = line.split(' ').next().expect("`split` yields at least once");
        Ok(number.to_owned())
    }

    /// Returns the number of entries of this kind in the order.
    fn count(&self, order: &str, kind: char) -> io::Result<usize> {
        let mut count = 0;
        for entry in fs::read_dir(self.0.join(order))? {
            count += usize::from(fs::read_to_string(entry?.path())?.starts_with(kind));
        }
        Ok(count)
    }
}

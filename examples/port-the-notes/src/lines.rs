//! Which line of a file a CSV record begins in.
//!
//! The reader's own count is off after blank lines, which it skips, and in files with `\r\n`, whose `\n` it takes with the next record.

use std::io::{self, Read};

use csv::{ByteRecord, Reader};

/// An input that remembers what was read from it last, to count the lines there when somebody asks.
pub(crate) struct Lines<R> {
    input: R,
    /// What was read last: the reader takes it all before it reads on.
    chunk: Vec<u8>,
    /// Where that begins in the input, and how many lines end before.
    start: u64,
    ended: u64,
}

impl<R> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, chunk: Vec::new(), start: 0, ended: 0 }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        self.ended += line_ends(&self.chunk);
        self.start += self.chunk.len() as u64;
        self.chunk.clear();
        self.chunk.extend_from_slice(&buffer[..length]);
        Ok(length)
    }
}

/// The line, counted from 1, that the record begins in which was read last.
pub(crate) fn line_of(record: &ByteRecord, reader: &Reader<Lines<impl Read>>) -> u64 {
    let Lines { chunk, start, ended, .. } = reader.get_ref();
    // The last byte that was taken is the record's own end.
    let taken = usize::try_from(reader.position().byte().saturating_sub(start + 1)).unwrap_or(usize::MAX);
    ended + line_ends(&chunk[..taken.min(chunk.len())]) + 1 - line_ends(record.as_slice())
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

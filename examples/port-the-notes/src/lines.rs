//! The line of a file in which a CSV record begins.
//!
//! The reader's own count is wrong after blank lines, which it skips, and in files with `\r\n`,
//! because it reads the `\n` with the next record.

use std::io::{self, Read};
use std::mem;

use csv::{ByteRecord, Reader};

/// An input that stores the bytes of the last read, so that their lines can be counted on demand.
pub(crate) struct Lines<R> {
    input: R,
    /// The bytes of the last read. The reader consumes them all before the next read.
    chunk: Vec<u8>,
    /// The position of the chunk in the input.
    start: u64,
    /// The counted part of the chunk, and the number of lines that end before its end.
    counted: usize,
    ended: u64,
}

impl<R> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, chunk: Vec::new(), start: 0, counted: 0, ended: 0 }
    }

    /// Returns how many lines end before this byte of the chunk. The position never decreases, so
    /// each byte is counted once.
    fn ended_before(&mut self, at: usize) -> u64 {
        let at = at.clamp(self.counted, self.chunk.len());
        self.ended += line_ends(&self.chunk[mem::replace(&mut self.counted, at)..at]);
        self.ended
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        self.ended_before(self.chunk.len());
        self.start += self.chunk.len() as u64;
        self.chunk.clear();
        self.chunk.extend_from_slice(&buffer[..length]);
        self.counted = 0;
        Ok(length)
    }
}

/// Returns the line, counted from 1, in which the last record begins.
pub(crate) fn line_of(record: &ByteRecord, reader: &mut Reader<Lines<impl Read>>) -> u64 {
    let position = reader.position().byte();
    let lines = reader.get_mut();
    // The last consumed byte is the end of the record.
    let taken = usize::try_from(position.saturating_sub(lines.start + 1)).unwrap_or(usize::MAX);
    lines.ended_before(taken) + 1 - line_ends(record.as_slice())
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

//! Which line of a file a CSV record begins in.
//!
//! The reader's own count is off after blank lines, which it skips, and in files with `\r\n`, whose
//! `\n` it takes with the next record.

use std::io::{self, Read};
use std::mem;

use csv::{ByteRecord, Reader};

/// An input that remembers what was read from it last, to count the lines there when somebody asks.
pub(crate) struct Lines<R> {
    input: R,
    /// What was read last: the reader takes it all before it reads on.
    chunk: Vec<u8>,
    /// Where that begins in the input.
    start: u64,
    /// How much of the chunk was counted, and how many lines end before there.
    counted: usize,
    ended: u64,
}

impl<R> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, chunk: Vec::new(), start: 0, counted: 0, ended: 0 }
    }

    /// How many lines end before this byte of the chunk. It never goes back, so that each byte is
    /// counted once.
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

/// The line, counted from 1, that the record begins in which was read last.
pub(crate) fn line_of(record: &ByteRecord, reader: &mut Reader<Lines<impl Read>>) -> u64 {
    let position = reader.position().byte();
    let lines = reader.get_mut();
    // The last byte that was taken is the record's own end.
    let taken = usize::try_from(position.saturating_sub(lines.start + 1)).unwrap_or(usize::MAX);
    lines.ended_before(taken) + 1 - line_ends(record.as_slice())
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

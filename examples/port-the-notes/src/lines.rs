//! Which line of a file a CSV record begins in.
//!
//! The reader's own count is off after blank lines, which it skips, and in files with `\r\n`, whose `\n` it takes with the next record.

use std::collections::VecDeque;
use std::io::{self, Read};

use csv::{ByteRecord, Reader};

/// An input that remembers where the lines end that have been read from it and not been passed yet: one buffer's at most.
pub(crate) struct Lines<R> {
    input: R,
    read: u64,
    /// The offsets of the line ends ahead.
    ahead: VecDeque<u64>,
    /// How many line ends have been passed.
    passed: u64,
}

impl<R> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, read: 0, ahead: VecDeque::new(), passed: 0 }
    }

    /// How many lines end before the byte at `offset`, which may only grow from call to call.
    fn before(&mut self, offset: u64) -> u64 {
        while self.ahead.front().is_some_and(|end| *end < offset) {
            self.ahead.pop_front();
            self.passed += 1;
        }
        self.passed
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        let ends = buffer[..length].iter().zip(self.read..).filter(|(byte, _)| **byte == b'\n');
        self.ahead.extend(ends.map(|(_, offset)| offset));
        self.read += length as u64;
        Ok(length)
    }
}

/// The line, counted from 1, that the record begins in which was read last.
pub(crate) fn line_of(record: &ByteRecord, reader: &mut Reader<Lines<impl Read>>) -> u64 {
    // The last byte that was taken is the record's own end.
    let end = reader.position().byte().saturating_sub(1);
    let inside = record.as_slice().iter().filter(|byte| **byte == b'\n').count();
    reader.get_mut().before(end) + 1 - inside as u64
}

//! The buffers of one client.

use std::mem;

use crate::reply::Reply;
use crate::store::Store;
use crate::store::memory::{Claim, OutOfMemory};

/// The number of bytes that are read at once, or written at once if there are many replies.
pub(crate) const CHUNK: usize = 16 * 1024;

/// The bytes that every client has without a claim, in each direction.
const FREE: usize = 4 * CHUNK;

/// The memory of a string besides its bytes.
const STRING: usize = 64;

/// The input that is still to be parsed, and the replies that are still to be written.
///
/// ```text
/// input: │ consumed │ start … unread │ capacity │
/// ```
pub(crate) struct Wire {
    input: Vec<u8>,
    start: usize,
    /// For the strings of the request that is being read.
    request: Claim,
    output: Vec<u8>,
    /// For the output.
    replies: Claim,
}

impl Wire {
    pub(crate) fn new(store: &Store) -> Self {
        Self {
            input: Vec::new(),
            start: 0,
            request: store.memory().claim(FREE),
            output: Vec::new(),
            replies: store.memory().claim(FREE),
        }
    }

    pub(crate) fn unread(&self) -> &[u8] {
        &self.input[self.start..]
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.start += count;
    }

    /// Takes up to `count` bytes of the input as the beginning of a string.
    pub(crate) fn take(&mut self, count: usize) -> Result<Vec<u8>, OutOfMemory> {
        let count = count.min(self.unread().len());
        self.request.grow(count + STRING)?;
        let string = self.unread()[..count].to_vec();
        self.consume(count);
        Ok(string)
    }

    /// Claims the memory for `more` bytes of a string.
    pub(crate) fn claim(&mut self, more: usize) -> Result<(), OutOfMemory> {
        self.request.grow(more)
    }

    /// Releases the memory of the request. The store claims the memory of the strings that it
    /// keeps.
    pub(crate) fn release(&mut self) {
        self.request.clear();
    }

    /// Lends out the buffer of the input, with room for a chunk.
    pub(crate) fn lend_input(&mut self) -> Vec<u8> {
        let mut input = mem::take(&mut self.input);
        input.drain(..mem::take(&mut self.start));
        input.reserve(CHUNK);
        input
    }

    pub(crate) fn return_input(&mut self, input: Vec<u8>) {
        self.input = input;
    }

    /// Adds a reply to the output, or an error if there is no memory for the reply.
    pub(crate) fn reply(&mut self, reply: &Reply) {
        let size = reply.size();
        match self.replies.grow(size) {
            Ok(()) => {
                if size > CHUNK {
                    self.output.reserve_exact(size);
                }
                reply.write(&mut self.output);
            }
            Err(error) => Reply::from(error).write(&mut self.output),
        }
    }

    pub(crate) fn has_something_to_write(&self) -> bool {
        !self.output.is_empty()
    }

    pub(crate) fn has_much_to_write(&self) -> bool {
        self.output.len() >= CHUNK
    }

    /// Lends out the output, to be written.
    pub(crate) fn lend_output(&mut self) -> Vec<u8> {
        mem::take(&mut self.output)
    }

    pub(crate) fn return_output(&mut self, mut output: Vec<u8>) {
        output.clear();
        output.shrink_to(2 * CHUNK);
        self.output = output;
        self.replies.clear();
    }
}

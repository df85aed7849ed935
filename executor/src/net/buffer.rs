//! The buffer of a reader.

/// The size of the first read. It grows up to [`MAX_CHUNK`] if the peer sends more.
pub(super) const MIN_CHUNK: usize = 4 * 1024;

/// The largest size of a read.
const MAX_CHUNK: usize = 64 * 1024;

/// Bytes that were read and not consumed.
///
/// ```text
/// memory: │ consumed │ start … bytes … end │ room │
/// ```
pub(super) struct Buffer {
    memory: Vec<u8>,
    start: usize,
    end: usize,
    /// The largest size of the next read.
    chunk: usize,
}

impl Default for Buffer {
    fn default() -> Self {
        Self { memory: Vec::new(), start: 0, end: 0, chunk: MIN_CHUNK }
    }
}

impl Buffer {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.memory[self.start..self.end]
    }

    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Returns the space for the next read.
    #[inline]
    pub(super) fn room(&mut self) -> &mut [u8] {
        if self.memory.len() - self.end < self.chunk / 2 {
            self.make_room();
        }
        let room = &mut self.memory[self.end..];
        let chunk = self.chunk.min(room.len());
        &mut room[..chunk]
    }

    /// Makes room for at least half a chunk.
    #[cold]
    fn make_room(&mut self) {
        // Moving the bytes is cheap if it frees more than it moves. Otherwise the memory is
        // enlarged so that many reads fit before the next move.
        let (gain, len) = (self.start, self.len());
        self.memory.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, len);
        let needed = if gain < len { 2 * len } else { 0 }.max(len + self.chunk / 2);
        if self.memory.len() < needed {
            self.memory.resize(needed.max(len + self.chunk), 0);
        }
    }

    /// Records that `count` bytes were read into the room.
    #[inline]
    pub(super) fn add(&mut self, count: usize) {
        self.end += count;
        if count == self.chunk || self.end == self.memory.len() {
            self.chunk = MAX_CHUNK.min(2 * self.chunk);
        }
    }

    #[inline]
    pub(super) fn consume(&mut self, count: usize) {
        assert!(
            count <= self.len(),
            "the buffer has {} bytes, so {count} can't be consumed",
            self.len()
        );
        self.start += count;
        if self.is_empty() {
            (self.start, self.end) = (0, 0);
            if self.memory.len() > MAX_CHUNK {
                self.memory = Vec::new();
            }
        }
    }

    /// Takes `count` bytes, or as many as there are.
    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        let count = count.min(self.len());
        let taken = self.bytes()[..count].to_vec();
        self.consume(count);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffer, MAX_CHUNK};

    #[test]
    fn a_buffer_keeps_its_bytes_in_order_and_its_memory_in_bounds() {
        let (mut buffer, mut written, mut read, mut most) = (Buffer::default(), 0u64, 0u64, 0);
        for round in 1..5_000usize {
            let room = buffer.room();
            let count = room.len().min(round * 7919 % 100_000);
            room[..count].fill_with(|| {
                written += 1;
                written as u8
            });
            buffer.add(count);
            most = most.max(buffer.len());
            let count = buffer.len().min(round * 104_729 % 99_000);
            for byte in buffer.take(count) {
                read += 1;
                assert_eq!(byte, read as u8);
            }
            assert_eq!(buffer.len() as u64, written - read);
            assert!(buffer.memory.len() <= 2 * (most + MAX_CHUNK));
        }
    }
}

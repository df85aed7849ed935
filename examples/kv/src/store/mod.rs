//! The keys and values that all clients share.

mod commands;
mod keys;
pub(crate) mod memory;

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::keys::Keys;
use self::memory::Memory;
use crate::reply::Reply;

/// The bounds of a server.
pub(crate) struct Limits {
    /// The bytes of a value, and of any other string in a request.
    pub(crate) max_value: usize,
    /// The bytes of all keys, values, requests and replies.
    pub(crate) max_memory: usize,
    pub(crate) max_clients: usize,
}

pub(crate) struct Store {
    limits: Limits,
    memory: Arc<Memory>,
    keys: Mutex<Keys>,
    clients: AtomicUsize,
}

impl Store {
    pub(crate) fn new(limits: Limits) -> Self {
        let memory = Memory::new(limits.max_memory);
        let keys = Mutex::new(Keys::new(&memory));
        Self { limits, memory, keys, clients: AtomicUsize::new(0) }
    }

    /// Runs a request: the name of a command, and its arguments.
    pub(crate) fn run(&self, request: Vec<Vec<u8>>) -> Reply {
        commands::run(self, request)
    }

    /// Returns the seat of a client, unless all seats are taken.
    pub(crate) fn admit(&self) -> Option<Seat<'_>> {
        let add = |clients| (clients < self.limits.max_clients).then_some(clients + 1);
        self.clients.fetch_update(Relaxed, Relaxed, add).ok().map(|_| Seat(&self.clients))
    }

    pub(crate) fn memory(&self) -> &Arc<Memory> {
        &self.memory
    }

    pub(crate) fn max_value(&self) -> usize {
        self.limits.max_value
    }

    /// Locks the keys. A command that panics leaves them usable for the other clients.
    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a client, which is free again when the seat is dropped.
pub(crate) struct Seat<'a>(&'a AtomicUsize);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// Reads an integer, which must have its shortest form.
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if !digits.first()?.is_ascii_digit() || (digits[0] == b'0' && text.len() > 1) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn integers_have_one_form() {
        for number in [0, 1, -1, 10, i64::MAX, i64::MIN] {
            assert_eq!(integer(number.to_string().as_bytes()), Some(number));
        }
        for text in ["", "-", "+1", "-0", "00", "01", "1 ", " 1", "1a", "9223372036854775808"] {
            assert_eq!(integer(text.as_bytes()), None, "{text}");
        }
    }
}

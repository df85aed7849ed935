//! Replies, and their format on the wire.

use std::sync::Arc;

use crate::store::memory::OutOfMemory;

/// A string that the store and replies share.
pub(crate) type Bytes = Arc<Vec<u8>>;

pub(crate) enum Reply {
    /// A short text without a line's end.
    Status(&'static str),
    /// The kind of error in capital letters, and a message.
    Error(Vec<u8>),
    Integer(i64),
    String(Bytes),
    /// No string.
    Nil,
    Array(Vec<Reply>),
    /// No array.
    NilArray,
}

/// More bytes than any number has, with its sign and the end of its line.
const NUMBER: usize = 32;

impl Reply {
    pub(crate) fn error(text: impl Into<Vec<u8>>) -> Self {
        Self::Error(text.into())
    }

    pub(crate) fn string(text: impl Into<Vec<u8>>) -> Self {
        Self::String(Arc::new(text.into()))
    }

    /// Returns the reply for a string, or for none.
    pub(crate) fn optional(string: Option<Bytes>) -> Self {
        string.map_or(Self::Nil, Self::String)
    }

    /// Returns at least the number of bytes that [`write`](Self::write) appends.
    pub(crate) fn size(&self) -> usize {
        NUMBER
            + match self {
                Self::Status(text) => text.len(),
                Self::Error(text) => text.len(),
                Self::String(string) => string.len(),
                Self::Array(items) => items.iter().map(Self::size).sum(),
                Self::Integer(_) | Self::Nil | Self::NilArray => 0,
            }
    }

    /// Appends the reply to `output`.
    pub(crate) fn write(&self, output: &mut Vec<u8>) {
        match self {
            Self::Status(text) => line(output, b'+', text.as_bytes()),
            Self::Error(text) => {
                let text = text.iter().map(|byte| match byte {
                    b'\r' | b'\n' => b' ',
                    other => *other,
                });
                line(output, b'-', &text.collect::<Vec<_>>());
            }
            Self::Integer(number) => line(output, b':', number.to_string().as_bytes()),
            Self::String(string) => {
                line(output, b'$', string.len().to_string().as_bytes());
                output.extend_from_slice(string);
                output.extend_from_slice(b"\r\n");
            }
            Self::Nil => output.extend_from_slice(b"$-1\r\n"),
            Self::Array(items) => {
                line(output, b'*', items.len().to_string().as_bytes());
                items.iter().for_each(|item| item.write(output));
            }
            Self::NilArray => output.extend_from_slice(b"*-1\r\n"),
        }
    }
}

impl From<OutOfMemory> for Reply {
    fn from(_: OutOfMemory) -> Self {
        Self::error("OOM command not allowed when used memory > 'maxmemory'.")
    }
}

fn line(output: &mut Vec<u8>, kind: u8, text: &[u8]) {
    output.push(kind);
    output.extend_from_slice(text);
    output.extend_from_slice(b"\r\n");
}

//! The errors of a reader, and errors that are returned more than once.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};

use crate::runtime::event_loop::RunError;

/// The error of a read from a [`StreamReader`](super::StreamReader).
///
/// It converts into an [`io::Error`], from which [`io::Error::downcast`] returns the
/// [`IncompleteReadError`] or [`LimitOverrunError`]. The kinds are
/// [`UnexpectedEof`](ErrorKind::UnexpectedEof) and [`InvalidData`](ErrorKind::InvalidData).
///
/// # Examples
///
/// ```
/// use cogen_executor::block_on;
/// use cogen_executor::net::{IncompleteReadError, ReadError, open_connection, start_server};
/// use std::io;
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |_, mut writer| writer.write(b"half a li"))?;
///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
///     let error: ReadError = reader.read_until(b"\n").await.unwrap_err();
///     assert_eq!(error.to_string(), "the stream ended after 9 bytes, before the separator");
///
///     let error: io::Error = error.into(); // as `?` does
///     assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
///     assert_eq!(error.downcast::<IncompleteReadError>().unwrap().partial, b"half a li");
///     Ok::<(), io::Error>(())
/// }).unwrap();
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The peer ended the stream too early. The error holds the bytes that were received.
    Incomplete(IncompleteReadError),
    /// There are more bytes before the separator, or before the end, than the limit allows. They
    /// stay in the reader, except that [`read_line`](super::StreamReader::read_line) drops them.
    LimitOverrun(LimitOverrunError),
    /// The connection has failed. The received bytes stay in the reader. After they are read, the
    /// error is returned again.
    Io(io::Error),
}

/// The peer ended the stream too early. Python: `asyncio.IncompleteReadError`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{ReadError, open_connection, start_server}};
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |_, mut writer| writer.write(b"abc"))?;
///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
///     let Err(ReadError::Incomplete(error)) = reader.read_exact(5).await else { panic!() };
///     assert_eq!((error.partial.as_slice(), error.expected), (b"abc".as_slice(), Some(5)));
///     assert_eq!(error.to_string(), "the stream ended after 3 of 5 bytes");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IncompleteReadError {
    /// The bytes before the end. They are no longer in the reader.
    pub partial: Vec<u8>,
    /// The expected number of bytes, or `None` if a separator was expected.
    pub expected: Option<usize>,
}

/// There are more bytes than the limit before a separator, or before the end of the stream. Python:
/// `asyncio.LimitOverrunError`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{ReadError, open_connection, start_server}};
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |_, mut writer| writer.write(b"seven__\n"))?;
///     let (reader, _writer) = open_connection(server.local_addr()?).await?;
///     let mut reader = reader.with_limit(5);
///     let Err(ReadError::LimitOverrun(error)) = reader.read_until(b"\n").await else { panic!() };
///     assert_eq!((error.limit, error.consumed), (5, 7));
///     let skipped = reader.read_exact(error.consumed).await?; // nothing is lost
///     assert_eq!(skipped, b"seven__");
///     assert_eq!(reader.read_line().await?, b"\n");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LimitOverrunError {
    /// The limit, in bytes.
    pub limit: usize,
    /// The number of bytes before the separator, which is more than the limit. They are at the
    /// front of the reader's buffer, unless [`read_line`](super::StreamReader::read_line) dropped
    /// them.
    pub consumed: usize,
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Incomplete(error) => Self::new(ErrorKind::UnexpectedEof, error),
            ReadError::LimitOverrun(error) => Self::new(ErrorKind::InvalidData, error),
            ReadError::Io(error) => error,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incomplete(error) => error.fmt(f),
            Self::LimitOverrun(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => error.source(),
            Self::Incomplete(_) | Self::LimitOverrun(_) => None,
        }
    }
}

impl fmt::Display for IncompleteReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let came = self.partial.len();
        match self.expected {
            Some(expected) => write!(f, "the stream ended after {came} of {expected} bytes"),
            None => write!(f, "the stream ended after {came} bytes, before the separator"),
        }
    }
}

impl fmt::Debug for IncompleteReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let partial = self.partial.escape_ascii().to_string();
        f.debug_struct("IncompleteReadError")
            .field("partial", &partial)
            .field("expected", &self.expected)
            .finish()
    }
}

impl Error for IncompleteReadError {}

impl fmt::Display for LimitOverrunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "received {} bytes before the separator or the end, where the limit is {}",
            self.consumed, self.limit
        )
    }
}

impl Error for LimitOverrunError {}

/// An error of a connection, stored so that it can be returned more than once.
#[derive(Clone, Debug)]
pub(super) enum KeptError {
    System(i32),
    Other(ErrorKind, String),
    LoopClosed,
}

impl KeptError {
    /// Stores a copy of `error`.
    pub(super) fn of(error: &io::Error) -> Self {
        match error.raw_os_error() {
            Some(code) => Self::System(code),
            None if error.get_ref().is_some_and(|inner| inner.is::<RunError>()) => Self::LoopClosed,
            None => Self::Other(error.kind(), error.to_string()),
        }
    }

    pub(super) fn to_error(&self) -> io::Error {
        match self {
            Self::System(code) => io::Error::from_raw_os_error(*code),
            Self::Other(kind, message) => io::Error::new(*kind, message.clone()),
            Self::LoopClosed => io::Error::other(RunError::Closed),
        }
    }
}

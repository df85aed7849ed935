//! What can go wrong with a reader, and errors that are told more than once.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};

use crate::runtime::event_loop::RunError;

/// Why a [`StreamReader`](super::StreamReader) doesn't give what it was asked for.
///
/// It turns into an [`io::Error`], from which [`io::Error::downcast`] gets the
/// [`IncompleteReadError`] or [`LimitOverrunError`] back. The kinds are
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
    /// The peer has ended the stream before. What came until then is in the error.
    Incomplete(IncompleteReadError),
    /// There is more before the separator, or before the end, than the limit allows. The bytes stay
    /// in the reader, except those of a line: [`read_line`](super::StreamReader::read_line) drops
    /// it.
    LimitOverrun(LimitOverrunError),
    /// The connection has failed. What has come stays in the reader; when it has been read, the
    /// error is given again.
    Io(io::Error),
}

/// The peer has ended the stream too early. Python: `asyncio.IncompleteReadError`.
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
    /// What came before the end, which the reader no longer has.
    pub partial: Vec<u8>,
    /// How many bytes there should have been: `None` where a separator was looked for, which can
    /// be anywhere.
    pub expected: Option<usize>,
}

/// More came than the limit allows: before a separator, or before the end of the stream. Python:
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
    /// The most that there may be, in bytes.
    pub limit: usize,
    /// How many bytes have come before the separator: more than the limit. They are at the front of
    /// the reader's buffer, unless [`read_line`](super::StreamReader::read_line) has dropped them.
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
            "{} bytes have come without a separator, where {} are the limit",
            self.consumed, self.limit
        )
    }
}

impl Error for LimitOverrunError {}

/// An error of a connection, to be told to everybody who asks.
#[derive(Clone, Debug)]
pub(super) enum KeptError {
    System(i32),
    Other(ErrorKind, String),
    LoopClosed,
}

impl KeptError {
    /// Keeps a copy of `error`.
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

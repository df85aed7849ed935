//! The buffered reader.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, BufRead};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncBufRead, AsyncRead};

use super::buffer::{Buffer, MIN_CHUNK};
use super::error::{IncompleteReadError, KeptError, LimitOverrunError, ReadError};
use super::foreign::{Foreign, downcast, no_socket};
use super::socket::{ReadHalf, debug_connection};
use crate::runtime::reactor::Direction;

/// The default limit of a line, in bytes: 64 KiB, as in asyncio. [`StreamReader::with_limit`] sets
/// another one.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{DEFAULT_LIMIT, open_connection, start_server}};
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |_, _| ())?;
///     let (reader, _writer) = open_connection(server.local_addr()?).await?;
///     assert_eq!(reader.limit(), DEFAULT_LIMIT);
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
pub const DEFAULT_LIMIT: usize = 64 * 1024;

/// The buffered reader of a connection. It reads lines, numbers of bytes, or to the end.
///
/// [`open_connection`](super::open_connection) and [`start_server`](super::start_server) create it.
/// It mirrors `asyncio.StreamReader`.
///
/// **Cancel-safe:** dropping the future of any of its methods before it is ready loses nothing. The
/// bytes that were received stay in the reader.
///
/// **Errors:** the bytes that came before the connection failed can be read. A read that needs more
/// returns the error, and so does each one after it. So a broken stream can't be mistaken for one
/// that the peer ended. Both halves return the error, whichever met it first: the
/// [`StreamWriter`](super::StreamWriter) returns it, too.
///
/// Methods that return without reading still suspend the task from time to time. So a loop that
/// gets the same error or end again and again doesn't block other tasks.
///
/// **Memory:** the reader reads only in its methods, at most 64 KiB ahead. The buffer holds at most
/// the limit and these 64 KiB. The limit doesn't apply to [`read_exact`](Self::read_exact) and
/// [`read_to_end`](Self::read_to_end).
///
/// It is an [`AsyncRead`] and an [`AsyncBufRead`], too. [`half`](Self::half) returns the socket,
/// for its options.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{ReadError, open_connection, start_server}};
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
///         writer.write(b"one\ntwo\n\0\x03abc; the rest");
///         let _ = writer.wait_closed().await;
///     })?;
///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
///     assert_eq!(reader.read_line().await?, b"one\n");
///     assert_eq!(reader.read_until(b"\n").await?, b"two\n");
///     let length = reader.read_exact(2).await?;
///     assert_eq!(reader.read_exact(length[1].into()).await?, b"abc");
///     match reader.read_exact(100).await {
///         Err(ReadError::Incomplete(error)) => assert_eq!(error.partial, b"; the rest"),
///         result => panic!("{result:?}"),
///     }
///     assert!(reader.at_eof());
///     assert_eq!(reader.read_line().await?, b"");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
#[doc(alias = "asyncio.StreamReader")]
pub struct StreamReader {
    input: Input,
    buffer: Buffer,
    limit: usize,
    /// Whether the peer has ended the stream.
    has_ended: bool,
    /// Whether the next bytes are the rest of a line that was too long.
    is_in_long_line: bool,
}

/// The source of the bytes.
enum Input {
    Half(ReadHalf),
    /// A stream of another crate, and its error once it has failed.
    Other(Foreign<dyn AsyncRead>, Option<KeptError>),
}

impl Input {
    /// Waits until a read may succeed and the budget allows it.
    #[inline]
    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Half(half) => half.0.poll_ready(Direction::Read, cx),
            Self::Other(other, _) => other.poll_turn(cx).map(Ok),
        }
    }

    /// Counts a result that took no read as a read.
    fn poll_kept(&self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Half(half) => half.0.poll_kept(Direction::Read, cx),
            Self::Other(other, _) => other.poll_kept(cx),
        }
    }

    #[inline]
    fn poll_read(&mut self, cx: &mut Context<'_>, target: &mut [u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Half(half) => half.0.poll_read(cx, target),
            Self::Other(other, error) => poll_read_other(other, error, cx, target),
        }
    }
}

fn poll_read_other(
    other: &mut Foreign<dyn AsyncRead>,
    error: &mut Option<KeptError>,
    cx: &mut Context<'_>,
    target: &mut [u8],
) -> Poll<io::Result<usize>> {
    ready!(other.poll_turn(cx));
    if let Some(error) = error {
        other.count(0);
        return Poll::Ready(Err(error.to_error()));
    }
    let Some(stream) = other.stream.get_mut() else {
        return Poll::Ready(Ok(0));
    };
    let read = ready!(stream.as_mut().poll_read(cx, target));
    if let Err(new) = &read {
        *error = Some(KeptError::of(new));
    }
    other.count(*read.as_ref().unwrap_or(&0));
    Poll::Ready(read)
}

impl StreamReader {
    /// Creates a reader for one half of a connection, or for a stream of another crate, such as
    /// TLS. Its limit is [`DEFAULT_LIMIT`].
    ///
    /// `futures::io::AsyncReadExt::split` splits a stream that is read and written.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{StreamReader, TcpStream, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"hello\n")
    ///     })?;
    ///     let stream = TcpStream::connect(server.local_addr()?).await?;
    ///     let (read_half, _write_half) = stream.into_split();
    ///     let mut reader = StreamReader::new(read_half); // without a buffer for writing
    ///     assert_eq!(reader.read_line().await?, b"hello\n");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[must_use]
    pub fn new(source: impl AsyncRead + 'static) -> Self {
        Self {
            input: match downcast(source) {
                Ok(half) => Input::Half(half),
                Err(other) => Input::Other(Foreign::new(Box::pin(other)), None),
            },
            buffer: Buffer::default(),
            limit: DEFAULT_LIMIT,
            has_ended: false,
            is_in_long_line: false,
        }
    }

    /// Returns the reader with another limit for the bytes before a separator. Python: `limit=…` of
    /// `open_connection` and `start_server`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{ReadError, open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"four\nfives\nsix\n")
    ///     })?;
    ///     let (reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     let mut reader = reader.with_limit(4);
    ///     assert_eq!(reader.read_line().await?, b"four\n");
    ///     assert!(matches!(reader.read_line().await, Err(ReadError::LimitOverrun(_))));
    ///     assert_eq!(reader.read_line().await?, b"six\n");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Returns the limit for the bytes before a separator.
    ///
    /// # Examples
    ///
    /// See [`DEFAULT_LIMIT`].
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Reads a line, with its `\n`. Python: `readline`.
    ///
    /// At the end of the stream it returns the bytes that are left without a `\n`, and then an
    /// empty vector.
    ///
    /// # Errors
    ///
    /// [`ReadError::LimitOverrun`] if the line without its `\n` is longer than the limit. The line
    /// is dropped: the next call skips the rest of it, and reads the next line. Python returns the
    /// rest as a line of its own. To keep a long line, use [`read_until`](Self::read_until).
    /// [`ReadError::Io`] if the connection fails before the line's end.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"one\n\nthree")
    ///     })?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     assert_eq!(reader.read_line().await?, b"one\n");
    ///     assert_eq!(reader.read_line().await?, b"\n"); // an empty line
    ///     assert_eq!(reader.read_line().await?, b"three");
    ///     assert_eq!(reader.read_line().await?, b""); // the end
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "readline")]
    pub async fn read_line(&mut self) -> Result<Vec<u8>, ReadError> {
        self.skip_long_line().await?;
        match self.find(b"\n").await {
            Ok(end) => Ok(self.take(end.unwrap_or(usize::MAX))),
            Err(error) => {
                if let ReadError::LimitOverrun(error) = &error {
                    self.consume(error.consumed);
                    self.is_in_long_line = true;
                }
                Err(error)
            }
        }
    }

    /// Drops the rest of a line that was too long, up to its end.
    async fn skip_long_line(&mut self) -> Result<(), ReadError> {
        while self.is_in_long_line {
            match find(self.buffer.bytes(), b"\n", 0) {
                Some(end) => self.consume(end + 1),
                None => {
                    self.buffer.consume(self.buffer.len());
                    self.is_in_long_line = self.fill().await? > 0;
                }
            }
        }
        Ok(())
    }

    /// Reads up to `separator`, and includes it. Python: `readuntil`.
    ///
    /// # Errors
    ///
    /// [`ReadError::Incomplete`] with the bytes that are left, if the stream ends before the
    /// separator. [`ReadError::LimitOverrun`] if there are more bytes than the limit before the
    /// separator. The bytes stay in the reader, so the next call fails as well, until another
    /// method reads them. [`ReadError::Io`] if the connection fails before the separator.
    ///
    /// # Panics
    ///
    /// Panics if the separator is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"Host: localhost\r\n\r\nthe body")
    ///     })?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     assert_eq!(reader.read_until(b"\r\n\r\n").await?, b"Host: localhost\r\n\r\n");
    ///     assert!(reader.read_until(b"\r\n\r\n").await.is_err());
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "readuntil")]
    pub async fn read_until(&mut self, separator: &[u8]) -> Result<Vec<u8>, ReadError> {
        assert!(!separator.is_empty(), "a separator needs at least one byte");
        match self.find(separator).await? {
            Some(end) => Ok(self.take(end)),
            None => Err(self.incomplete(None)),
        }
    }

    /// Reads exactly `count` bytes. Python: `readexactly`.
    ///
    /// Memory is allocated as the bytes arrive, so a huge number from an untrusted peer does no
    /// harm by itself. The reader's limit doesn't apply.
    ///
    /// # Errors
    ///
    /// [`ReadError::Incomplete`] with the bytes that are left, if the stream ends earlier.
    /// [`ReadError::Io`] if the connection fails earlier.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"\x05hello")
    ///     })?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     let length = reader.read_exact(1).await?[0];
    ///     assert_eq!(reader.read_exact(length.into()).await?, b"hello");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "readexactly")]
    pub async fn read_exact(&mut self, count: usize) -> Result<Vec<u8>, ReadError> {
        while self.buffer.len() < count {
            if self.fill().await? == 0 {
                return Err(self.incomplete(Some(count)));
            }
        }
        Ok(self.take(count))
    }

    /// Reads the available bytes, at most `max`. Waits if there are none. Python: `read(n)`.
    ///
    /// Returns an empty vector at the end of the stream, or if `max` is 0.
    ///
    /// # Errors
    ///
    /// Returns the error of the connection, if it has failed and all bytes before the failure were
    /// read.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| writer.write(b"hello"))?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     let mut text = Vec::new();
    ///     loop {
    ///         let piece = reader.read(2).await?; // may be shorter at any time
    ///         if piece.is_empty() {
    ///             break;
    ///         }
    ///         text.extend(piece);
    ///     }
    ///     assert_eq!(text, b"hello");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub async fn read(&mut self, max: usize) -> io::Result<Vec<u8>> {
        if max > 0 {
            self.fill_buf().await?;
        }
        Ok(self.take(max))
    }

    /// Reads the available bytes into `target`, and returns their number. Like
    /// [`read`](Self::read), without allocating.
    ///
    /// # Errors
    ///
    /// Returns the error of the connection, if it has failed and all bytes before the failure were
    /// read.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| writer.write(b"hello"))?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     let (mut sum, mut chunk) = (0, [0; 1024]);
    ///     loop {
    ///         let count = reader.read_into(&mut chunk).await?;
    ///         if count == 0 {
    ///             break;
    ///         }
    ///         sum += chunk[..count].iter().map(|&byte| u32::from(byte)).sum::<u32>();
    ///     }
    ///     assert_eq!(sum, 532);
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "readinto")]
    pub async fn read_into(&mut self, target: &mut [u8]) -> io::Result<usize> {
        poll_fn(|cx| self.poll_read_into(cx, target)).await
    }

    /// Reads to the end of the stream, at most `limit` bytes. Python: `read(-1)`, without a limit.
    ///
    /// The reader's own limit doesn't apply.
    ///
    /// # Errors
    ///
    /// [`ReadError::LimitOverrun`] if there are more than `limit` bytes. Other methods can still
    /// read them. [`ReadError::Io`] if the connection fails before the end.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"all\nof\nit")
    ///     })?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     assert_eq!(reader.read_to_end(1 << 20).await?, b"all\nof\nit");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub async fn read_to_end(&mut self, limit: usize) -> Result<Vec<u8>, ReadError> {
        loop {
            if self.buffer.len() > limit {
                poll_fn(|cx| self.input.poll_kept(cx)).await;
                return Err(ReadError::LimitOverrun(LimitOverrunError {
                    limit,
                    consumed: self.buffer.len(),
                }));
            }
            if self.fill().await? == 0 {
                return Ok(self.take(usize::MAX));
            }
        }
    }

    /// Returns the available bytes without consuming them: see [`consume`](Self::consume).
    ///
    /// Waits if there are none. Returns an empty slice at the end of the stream. Like
    /// [`BufRead::fill_buf`].
    ///
    /// # Errors
    ///
    /// Returns the error of the connection, if it has failed and all bytes before the failure were
    /// read.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"    indented")
    ///     })?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     loop {
    ///         let bytes = reader.fill_buf().await?;
    ///         let spaces = bytes.iter().take_while(|&&byte| byte == b' ').count();
    ///         if spaces == 0 {
    ///             break; // another character, or the end
    ///         }
    ///         reader.consume(spaces);
    ///     }
    ///     assert_eq!(reader.read_line().await?, b"indented");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub async fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.buffer.is_empty() {
            self.fill().await?;
        }
        Ok(self.buffer.bytes())
    }

    /// Removes `count` bytes of those that [`fill_buf`](Self::fill_buf) or [`buffer`](Self::buffer)
    /// returned. Like [`BufRead::consume`].
    ///
    /// # Panics
    ///
    /// Panics if there are fewer bytes.
    ///
    /// # Examples
    ///
    /// See [`fill_buf`](Self::fill_buf).
    pub fn consume(&mut self, count: usize) {
        self.is_in_long_line = false;
        self.buffer.consume(count);
    }

    /// Takes `count` bytes, or as many as there are.
    fn take(&mut self, count: usize) -> Vec<u8> {
        self.is_in_long_line = false;
        self.buffer.take(count)
    }

    /// Returns the bytes in the buffer, without waiting for more.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"one\ntwo\n")
    ///     })?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     assert_eq!(reader.buffer(), b""); // nothing was read yet
    ///     reader.fill_buf().await?;
    ///     assert!(reader.buffer().starts_with(b"o"));
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[must_use]
    pub fn buffer(&self) -> &[u8] {
        self.buffer.bytes()
    }

    /// Returns whether all bytes were read and a read has met the end of the stream. Python:
    /// `at_eof`.
    ///
    /// It doesn't read itself, so it returns `false` until a read has met the end.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"hello\n")
    ///     })?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     let mut lines = 0;
    ///     while !reader.at_eof() {
    ///         lines += usize::from(!reader.read_line().await?.is_empty()); // the last is empty
    ///     }
    ///     assert_eq!(lines, 1);
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[must_use]
    pub fn at_eof(&self) -> bool {
        self.buffer.is_empty() && self.has_ended
    }

    /// Returns the address of this end: see
    /// [`StreamWriter::local_addr`](super::StreamWriter::local_addr).
    ///
    /// # Errors
    ///
    /// Returns an error for a Unix socket or a stream of another crate, or the system's error.
    ///
    /// # Examples
    ///
    /// See [`StreamWriter::peer_addr`](super::StreamWriter::peer_addr).
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.half().ok_or_else(no_socket)?.0.source().local_addr()
    }

    /// Returns the address of the other end: see
    /// [`StreamWriter::peer_addr`](super::StreamWriter::peer_addr).
    ///
    /// # Errors
    ///
    /// Returns an error for a Unix socket or a stream of another crate, or if the connection is
    /// gone.
    ///
    /// # Examples
    ///
    /// See [`StreamWriter::peer_addr`](super::StreamWriter::peer_addr).
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.half().ok_or_else(no_socket)?.0.source().peer_addr()
    }

    /// Returns the half of the connection that is read, with its socket (`AsFd`, on Windows
    /// `AsSocket`). `None` for a stream of another crate. Python: `get_extra_info("socket")`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::net::StreamReader;
    ///
    /// assert!(StreamReader::new(&b"in memory"[..]).half().is_none());
    /// ```
    #[doc(alias = "get_extra_info")]
    #[must_use]
    pub fn half(&self) -> Option<&ReadHalf> {
        match &self.input {
            Input::Half(half) => Some(half),
            Input::Other(..) => None,
        }
    }

    /// Returns the end of the first `separator` in the stream, or `None` if the stream ends before
    /// it.
    async fn find(&mut self, separator: &[u8]) -> Result<Option<usize>, ReadError> {
        let mut searched = 0;
        loop {
            let bytes = self.buffer.bytes();
            let found = find(bytes, separator, searched);
            // No separator begins before this.
            searched = found.unwrap_or((bytes.len() + 1).saturating_sub(separator.len()));
            if searched > self.limit {
                poll_fn(|cx| self.input.poll_kept(cx)).await;
                return Err(ReadError::LimitOverrun(LimitOverrunError {
                    limit: self.limit,
                    consumed: searched,
                }));
            }
            if found.is_some() {
                return Ok(Some(searched + separator.len()));
            }
            if self.fill().await? == 0 {
                return Ok(None);
            }
        }
    }

    fn incomplete(&mut self, expected: Option<usize>) -> ReadError {
        ReadError::Incomplete(IncompleteReadError { partial: self.take(usize::MAX), expected })
    }

    /// Reads more bytes into the buffer, and returns their number: 0 at the end of the stream.
    async fn fill(&mut self) -> io::Result<usize> {
        poll_fn(|cx| self.poll_fill(cx)).await
    }

    #[inline]
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.has_ended {
            return self.input.poll_kept(cx).map(|()| Ok(0));
        }
        ready!(self.input.poll_ready(cx))?; // first, so that no room is made for nothing
        let count = ready!(self.input.poll_read(cx, self.buffer.room()))?;
        self.has_ended = count == 0;
        self.buffer.add(count);
        Poll::Ready(Ok(count))
    }

    fn poll_read_into(
        &mut self,
        cx: &mut Context<'_>,
        target: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if target.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if self.buffer.is_empty() {
            // A large target needs no buffer. A small one would be filled, and a full read doesn't
            // show whether there is more.
            if target.len() >= MIN_CHUNK && !self.has_ended {
                self.is_in_long_line = false;
                let count = ready!(self.input.poll_read(cx, target))?;
                self.has_ended = count == 0;
                return Poll::Ready(Ok(count));
            }
            ready!(self.poll_fill(cx))?;
        }
        let bytes = self.buffer.bytes();
        let count = bytes.len().min(target.len());
        target[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Poll::Ready(Ok(count))
    }
}

/// Returns the start of the first `separator` in `bytes`. The caller knows that none starts before
/// `searched`.
fn find(bytes: &[u8], separator: &[u8], searched: usize) -> Option<usize> {
    let (&last, before) = separator.split_last()?;
    let mut end = searched + before.len();
    loop {
        let mut rest = bytes.get(end..)?;
        // The standard library's fast search.
        let skipped = rest.skip_until(last).ok()?;
        end += skipped;
        if skipped == 0 || bytes[end - 1] != last {
            return None;
        }
        if bytes[..end].ends_with(separator) {
            return Some(end - separator.len());
        }
    }
}

impl AsyncRead for StreamReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        target: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_read_into(cx, target)
    }
}

impl AsyncBufRead for StreamReader {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.buffer.is_empty() {
            ready!(this.poll_fill(cx))?;
        }
        Poll::Ready(Ok(this.buffer.bytes()))
    }

    fn consume(self: Pin<&mut Self>, count: usize) {
        Self::consume(self.get_mut(), count);
    }
}

impl fmt::Debug for StreamReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_connection("StreamReader", self.half().map(|half| half.0.source()), f)
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn separators_are_found_where_a_plain_search_finds_them() {
        let alphabet = [b'a', b'b'];
        let words = |length: u32| {
            (0..2usize.pow(length))
                .map(move |n| (0..length).map(|i| alphabet[n >> i & 1]).collect::<Vec<_>>())
        };
        for separator in (1..=3).flat_map(words) {
            for bytes in (0..=8).flat_map(words) {
                let plain = bytes.windows(separator.len()).position(|window| window == separator);
                for searched in 0..=plain.unwrap_or(bytes.len()) {
                    assert_eq!(
                        find(&bytes, &separator, searched),
                        plain,
                        "{separator:?} in {bytes:?} from {searched}"
                    );
                }
            }
        }
    }
}

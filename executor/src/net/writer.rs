//! The buffered writer, and who writes what is in its buffer.

use std::cell::{RefCell, RefMut};
use std::fmt;
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker, ready};

use futures_io::AsyncWrite;

use super::error::KeptError;
use super::socket::{Connection, Socket, WriteHalf, debug_connection};
use crate::runtime::event_loop::RunError;
use crate::runtime::handle::LoopHandle;
use crate::runtime::reactor::Direction;

/// Above so many bytes in the buffer, [`StreamWriter::drain`] waits.
const HIGH_WATER: usize = 64 * 1024;

/// It waits until there are so many, or less.
const LOW_WATER: usize = 16 * 1024;

/// What goes to the other end of a connection.
///
/// [`open_connection`](super::open_connection) and [`start_server`](super::start_server) give one.
/// Mirrors `asyncio.StreamWriter`.
///
/// [`write`](Self::write) never waits: it hands the bytes to the system, and keeps those that the
/// system has no room for. A task of the writer's own brings them out as soon as there is room,
/// whether anybody waits for that or not. [`drain`](Self::drain), after each write or few, keeps
/// a slow peer from filling the memory.
///
/// **Errors** of the connection are kept: `drain`, [`flush`](Self::flush) and
/// [`wait_closed`](Self::wait_closed) return them, every time. So does the
/// [`StreamReader`](super::StreamReader), and the writer returns the errors that the reader has
/// met. After an error, the buffer is empty, and bytes that are written go nowhere.
///
/// **The end:** [`close`](Self::close) closes the connection when everything is written. Dropping
/// the writer closes nothing by itself: what is in the buffer is still written, and the connection
/// is closed when its [`StreamReader`](super::StreamReader) is dropped, too. Both need the loop to
/// go on until then: before a `block_on` ends, await [`wait_closed`](Self::wait_closed). A TCP peer
/// may miss the last of what was sent if the connection is closed while there is something from it
/// to be read: that is how TCP resets.
///
/// **Cancel-safe:** dropping the future of any method loses nothing.
///
/// It is an [`AsyncWrite`], too, whose `poll_write` waits as `drain` does, and whose `poll_close`
/// is `wait_closed`. `AsFd` (on Windows: `AsSocket`) gives access to the socket and its options.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{open_connection, start_server}};
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
///         while let Ok(line) = reader.read_line().await {
///             if line.is_empty() {
///                 break; // the peer has closed
///             }
///             writer.write(&line);
///             if writer.drain().await.is_err() {
///                 break; // the peer is gone
///             }
///         }
///     })?;
///     let (mut reader, mut writer) = open_connection(server.local_addr()?).await?;
///     writer.write(b"hello\n");
///     writer.drain().await?;
///     assert_eq!(reader.read_line().await?, b"hello\n");
///     writer.write_eof();
///     assert_eq!(reader.read_line().await?, b"");
///     writer.wait_closed().await
/// }).unwrap();
/// ```
#[doc(alias = "asyncio.StreamWriter")]
pub struct StreamWriter(Rc<Shared>);

/// What the writer and its flushing task have.
struct Shared {
    half: WriteHalf,
    state: RefCell<State>,
}

/// How far a writer is.
///
/// ```text
///         write: no room              all written
/// idle ──────────────────► flushing ──────────────► idle, or ended if an end was asked for
///   │                          │
///   └─────── an error ─────────┴──► failed: the buffer is empty, and nothing gets into it
/// ```
#[derive(Default)]
struct State {
    /// What is to be written. If there is something, a task is there that does it.
    buffer: Vec<u8>,
    /// How much of it is written.
    written: usize,
    /// Between the high-water mark, on the way up, and the low-water mark, on the way down.
    is_paused: bool,
    /// What is to end when everything is written: writing, or both directions.
    end: Option<Shutdown>,
    has_ended: bool,
    error: Option<KeptError>,
    /// Whoever waits for any of this.
    waiter: Option<Waker>,
}

impl StreamWriter {
    /// A writer for one half of a connection.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{StreamWriter, TcpStream, start_server}};
    /// use futures::io::AsyncReadExt;
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
    ///         writer.write(reader.read_line().await.unwrap())
    ///     })?;
    ///     let stream = TcpStream::connect(server.local_addr()?).await?;
    ///     let (mut read_half, write_half) = stream.into_split();
    ///     let mut writer = StreamWriter::new(write_half); // what is read needs no buffer here
    ///     writer.write(b"hello\n");
    ///     let mut answer = [0; 6];
    ///     read_half.read_exact(&mut answer).await?;
    ///     assert_eq!(answer, *b"hello\n");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[must_use]
    pub fn new(half: WriteHalf) -> Self {
        Self(Rc::new(Shared { half, state: RefCell::default() }))
    }

    /// Writes all of `bytes`, without waiting: see [the type](Self). Errors are told by
    /// [`drain`](Self::drain) and the others.
    ///
    /// After [`write_eof`](Self::write_eof) or [`close`](Self::close), that is an error, too.
    /// Python: `write`; for `writelines`, call it for each.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "writelines")]
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.write_bytes(bytes.as_ref());
    }

    fn write_bytes(&mut self, bytes: &[u8]) {
        let mut state = self.0.state.borrow_mut();
        if self.0.error(&state).is_some() || bytes.is_empty() {
            return;
        }
        if state.end.is_some() {
            state.error = Some(KeptError::Other(
                ErrorKind::BrokenPipe,
                "something was written after the end".to_owned(),
            ));
            return;
        }
        if !state.is_flushed() {
            return state.add(bytes);
        }
        match self.0.half.0.try_write(bytes) {
            Ok(written) => state.add(&bytes[written.unwrap_or(0)..]),
            Err(error) => state.fail(&error),
        }
        if !state.is_flushed() {
            drop(state);
            LoopHandle(self.0.half.0.scheduler().clone()).spawn(Flush(self.0.clone()));
        }
    }

    /// Waits, if more than 64 KiB are in the buffer, until 16 KiB or less are. Python: `drain`.
    ///
    /// # Errors
    ///
    /// If the connection has failed.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         for _ in 0..1000 {
    ///             writer.write([0; 1024]);
    ///             if writer.drain().await.is_err() {
    ///                 break; // the peer is gone
    ///             }
    ///             assert!(writer.buffered() <= 64 * 1024);
    ///         }
    ///     })?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     assert_eq!(reader.read_to_end(usize::MAX).await?.len(), 1000 * 1024);
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub async fn drain(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.0.poll_until(cx, |state| !state.is_paused)).await
    }

    /// Waits until everything was handed to the system, which may still be sending it. asyncio has
    /// no such thing.
    ///
    /// # Errors
    ///
    /// If the connection has failed.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |mut reader, _| {
    ///         let _ = reader.read_to_end(usize::MAX).await;
    ///     })?;
    ///     let (_reader, mut writer) = open_connection(server.local_addr()?).await?;
    ///     writer.write(vec![0; 10_000_000]);
    ///     writer.flush().await?;
    ///     assert_eq!(writer.buffered(), 0);
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.0.poll_until(cx, State::is_flushed)).await
    }

    /// How many bytes the system had no room for so far. Python:
    /// `transport.get_write_buffer_size()`.
    ///
    /// # Examples
    ///
    /// See [`flush`](Self::flush).
    #[doc(alias = "get_write_buffer_size")]
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.0.state.borrow().buffered()
    }

    /// Whether [`write_eof`](Self::write_eof) still makes sense: not after it, and not after
    /// [`close`](Self::close). All kinds of connections know half an end. Python:
    /// `can_write_eof`.
    ///
    /// # Examples
    ///
    /// See [`write_eof`](Self::write_eof).
    #[must_use]
    pub fn can_write_eof(&self) -> bool {
        self.0.state.borrow().end.is_none()
    }

    /// Ends this direction when everything is written: the peer reads to the end, and may go on
    /// writing. Doing it twice is fine. Python: `write_eof`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
    ///         let sent = reader.read_to_end(1024).await.unwrap();
    ///         writer.write(format!("{} bytes", sent.len()));
    ///     })?;
    ///     let (mut reader, mut writer) = open_connection(server.local_addr()?).await?;
    ///     writer.write(b"hello");
    ///     assert!(writer.can_write_eof());
    ///     writer.write_eof(); // or else the server would wait for more
    ///     assert!(!writer.can_write_eof());
    ///     assert_eq!(reader.read_to_end(1024).await?, b"5 bytes");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub fn write_eof(&mut self) {
        self.0.end(Shutdown::Write);
    }

    /// Closes the connection, both directions, when everything is written. The reader reads what
    /// has come until then, and the end.
    ///
    /// Nobody needs to [wait](Self::wait_closed) for that, as long as the loop runs. Doing it twice
    /// is fine. Python: `close`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |mut reader, _writer| {
    ///         let _ = reader.read_to_end(1024).await;
    ///     })?;
    ///     let (mut reader, mut writer) = open_connection(server.local_addr()?).await?;
    ///     writer.close();
    ///     assert!(writer.is_closing());
    ///     assert_eq!(reader.read(1).await?, b"");
    ///
    ///     writer.write(b"too late");
    ///     assert!(writer.drain().await.is_err());
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub fn close(&mut self) {
        self.0.end(Shutdown::Both);
    }

    /// Whether [`close`](Self::close) was called, also by [`wait_closed`](Self::wait_closed) or
    /// [`abort`](Self::abort). Python: `is_closing`.
    ///
    /// # Examples
    ///
    /// See [`close`](Self::close).
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.0.state.borrow().end == Some(Shutdown::Both)
    }

    /// [Closes](Self::close) the connection, and waits until everything is written and the
    /// connection is closed. Python: `wait_closed`, which comes after a `close`.
    ///
    /// # Errors
    ///
    /// If the connection has failed before everything was written.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub async fn wait_closed(&mut self) -> io::Result<()> {
        self.close();
        poll_fn(|cx| self.poll_ended(cx)).await
    }

    /// Closes the connection at once, without what is in the buffer. Python:
    /// `writer.transport.abort()`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    /// use std::future::pending;
    ///
    /// block_on(async {
    ///     // It reads nothing.
    ///     let server = start_server("127.0.0.1:0", async |_reader, _writer| {
    ///         pending::<()>().await
    ///     })?;
    ///     let (_reader, mut writer) = open_connection(server.local_addr()?).await?;
    ///     while writer.buffered() == 0 {
    ///         writer.write([0; 64 * 1024]);
    ///     }
    ///     writer.abort(); // `close` would take for ever
    ///     assert_eq!(writer.buffered(), 0);
    ///     writer.wait_closed().await
    /// }).unwrap();
    /// ```
    #[doc(alias = "transport")]
    pub fn abort(&mut self) {
        self.0.state.borrow_mut().discard();
        self.close();
    }

    /// The address of this end. Python: `get_extra_info("sockname")`.
    ///
    /// # Errors
    ///
    /// If it is a Unix socket, or the system doesn't know it any more.
    ///
    /// # Examples
    ///
    /// See [`peer_addr`](Self::peer_addr).
    #[doc(alias = "get_extra_info")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.half.0.source().local_addr()
    }

    /// The address of the other end. Python: `get_extra_info("peername")`.
    ///
    /// # Errors
    ///
    /// If it is a Unix socket, or the connection is gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         let peer = writer.peer_addr().unwrap();
    ///         writer.write(format!("you are {peer}\n"));
    ///     })?;
    ///     let (mut reader, writer) = open_connection(server.local_addr()?).await?;
    ///     assert_eq!(writer.peer_addr()?, server.local_addr()?);
    ///     assert_eq!(
    ///         reader.read_line().await?,
    ///         format!("you are {}\n", writer.local_addr()?).as_bytes()
    ///     );
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "get_extra_info")]
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.half.0.source().peer_addr()
    }
}

impl StreamWriter {
    /// Waits until the end that was asked for has come.
    pub(super) fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_until(cx, |state| state.has_ended)
    }

    pub(super) fn half(&self) -> &WriteHalf {
        &self.0.half
    }

    /// A handle that closes the connection, as long as there is one.
    pub(super) fn closer(&self) -> Closer {
        Closer { writer: Rc::downgrade(&self.0), connection: Rc::downgrade(&self.0.half.0) }
    }
}

/// See [`StreamWriter::closer`].
pub(super) struct Closer {
    writer: Weak<Shared>,
    /// It may be held by the reader alone.
    connection: Weak<Connection<dyn Socket>>,
}

impl Closer {
    /// Closes the connection when everything is written.
    pub(super) fn close(&self) {
        match (self.writer.upgrade(), self.connection.upgrade()) {
            (Some(writer), _) => {
                writer.end(Shutdown::Both);
                writer.wake(writer.state.borrow_mut());
            }
            // An error is the reader's to see.
            (None, Some(connection)) => drop(connection.shut_down(Shutdown::Both)),
            (None, None) => {}
        }
    }

    /// Closes the connection at once.
    pub(super) fn abort(&self) {
        if let Some(writer) = self.writer.upgrade() {
            writer.state.borrow_mut().discard();
        }
        self.close();
    }
}

impl State {
    fn unwritten(&self) -> &[u8] {
        &self.buffer[self.written..]
    }

    fn buffered(&self) -> usize {
        self.buffer.len() - self.written
    }

    fn is_flushed(&self) -> bool {
        self.buffer.is_empty()
    }

    fn add(&mut self, bytes: &[u8]) {
        // Moving what is left is cheap if it gains more than it moves.
        if self.written > self.buffered() {
            self.buffer.drain(..self.written);
            self.written = 0;
        }
        self.buffer.extend_from_slice(bytes);
        self.is_paused |= self.buffered() > HIGH_WATER;
    }

    /// Notes that `count` more bytes are written.
    fn advance(&mut self, count: usize) {
        self.written += count;
        if self.written == self.buffer.len() {
            self.discard();
        }
        self.is_paused &= self.buffered() > LOW_WATER;
    }

    fn discard(&mut self) {
        self.written = 0;
        self.is_paused = false;
        // A connection that had no room once may never be so again.
        self.buffer = Vec::new();
    }

    fn fail(&mut self, error: &io::Error) {
        self.error.get_or_insert_with(|| KeptError::of(error));
        self.discard();
    }
}

impl Shared {
    fn end(&self, how: Shutdown) {
        let mut state = self.state.borrow_mut();
        if state.end != Some(Shutdown::Both) && state.end != Some(how) {
            state.end = Some(how);
            state.has_ended = false;
        }
        self.end_if_flushed(&mut state);
    }

    fn end_if_flushed(&self, state: &mut State) {
        let Some(how) = state.end else {
            return;
        };
        if state.is_flushed() && !state.has_ended {
            state.has_ended = true;
            if let Err(error) = self.half.0.shut_down(how) {
                state.fail(&error);
            }
        }
    }

    /// Returns the error of the writer, or else the one that the connection has failed with.
    fn error(&self, state: &State) -> Option<io::Error> {
        state.error.as_ref().map(KeptError::to_error).or_else(|| self.half.0.error())
    }

    fn poll_until(
        &self,
        cx: &mut Context<'_>,
        is_so: impl FnOnce(&State) -> bool,
    ) -> Poll<io::Result<()>> {
        ready!(self.half.0.poll_turn(Direction::Write, cx));
        let mut state = self.state.borrow_mut();
        if let Some(error) = self.error(&state) {
            return self.half.0.poll_kept(Direction::Write, cx).map(|()| Err(error));
        }
        if is_so(&state) {
            return Poll::Ready(Ok(()));
        }
        self.half.0.scheduler().check_no_other_runs().map_err(io::Error::other)?;
        let old = state.waiter.replace(cx.waker().clone());
        drop(state);
        drop(old); // which may come back here
        Poll::Pending
    }

    /// Wakes whoever waits.
    fn wake(&self, mut state: RefMut<'_, State>) {
        let waiter = state.waiter.take();
        drop(state);
        if let Some(waiter) = waiter {
            self.half.0.scheduler().guarded("a waker panicked", || waiter.wake());
        }
    }

    /// Writes what is in the buffer. Ready when that is empty.
    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.borrow_mut();
        while !state.is_flushed() {
            match self.half.0.poll_write(cx, state.unwritten()) {
                Poll::Ready(Ok(0)) => state.fail(&ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(written)) => state.advance(written),
                Poll::Ready(Err(error)) => state.fail(&error),
                Poll::Pending => break,
            }
        }
        self.end_if_flushed(&mut state);
        let is_flushed = state.is_flushed();
        if !state.is_paused {
            self.wake(state);
        }
        if is_flushed { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// The task that writes what is in the buffer of a writer.
struct Flush(Rc<Shared>);

impl Future for Flush {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.poll_flush(cx)
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        let mut state = self.0.state.borrow_mut();
        if !state.is_flushed() {
            // The loop is being closed.
            state.fail(&io::Error::other(RunError::Closed));
            self.0.wake(state);
        }
    }
}

impl AsyncWrite for StreamWriter {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.0.poll_until(cx, |state| !state.is_paused))?;
        self.write_bytes(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_until(cx, State::is_flushed)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.close();
        self.poll_ended(cx)
    }
}

impl fmt::Debug for StreamWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_connection("StreamWriter", self.0.half.0.source(), f)
    }
}

//! The buffered writer, and the task that writes its buffer.

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
use super::foreign::{Foreign, downcast, no_socket};
use super::socket::{Connection, Socket, WriteHalf, debug_connection};
use crate::runtime::event_loop::RunError;
use crate::runtime::handle::LoopHandle;
use crate::runtime::reactor::Direction;
use crate::runtime::scheduler::Scheduler;
use crate::task::cancel::AbortHandle;

/// The number of buffered bytes above which [`StreamWriter::drain`] waits.
const HIGH_WATER: usize = 64 * 1024;

/// The number of buffered bytes at which the wait ends.
const LOW_WATER: usize = 16 * 1024;

/// The buffered writer of a connection.
///
/// [`open_connection`](super::open_connection) and [`start_server`](super::start_server) create it.
/// It mirrors `asyncio.StreamWriter`.
///
/// [`write`](Self::write) never waits: it passes the bytes to the system, and buffers those for
/// which the system has no room. The writer's own task writes the buffer as soon as there is room,
/// whether or not any task waits for that. Await [`drain`](Self::drain) after every few writes, so
/// that the buffer doesn't grow without limit if the peer is slow.
///
/// **Errors** of the connection are stored: `drain`, [`flush`](Self::flush) and
/// [`wait_closed`](Self::wait_closed) return them, every time. So does the
/// [`StreamReader`](super::StreamReader), and the writer returns the reader's errors. After an
/// error the buffer is empty, and bytes that are written are dropped.
///
/// **The end:** [`close`](Self::close) closes the connection when everything is written. Dropping
/// the writer closes nothing by itself: the buffer is still written, and the connection is closed
/// when its [`StreamReader`](super::StreamReader) is dropped, too. In both cases the loop must run
/// until then: await [`wait_closed`](Self::wait_closed) before a `block_on` ends. If the connection
/// is closed while bytes from a TCP peer are unread, the system resets it, and the peer may miss
/// the last bytes that were sent.
///
/// **Cancel-safe:** dropping the future of any method loses nothing.
///
/// It is an [`AsyncWrite`], too. Its `poll_write` waits like `drain`, and its `poll_close` does the
/// same as `wait_closed`. [`half`](Self::half) returns the socket, for its options.
///
/// **Streams of other crates**, such as TLS: the writer's task does all the writing, so the writes
/// of one turn of the loop are sent together. Both `close` and `write_eof` call the stream's
/// `poll_close`. The rest of the connection is closed when the reader is dropped.
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

/// The state that the writer and its flushing task share.
struct Shared {
    output: Output,
    state: RefCell<State>,
}

/// The target of the bytes.
enum Output {
    Half(WriteHalf),
    /// A stream of another crate.
    Other(Foreign<dyn AsyncWrite>),
}

impl Output {
    fn poll_turn(&self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Half(half) => half.0.poll_turn(Direction::Write, cx),
            Self::Other(other) => other.poll_turn(cx),
        }
    }

    /// Counts a result that took no write as a write.
    fn poll_kept(&self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Half(half) => half.0.poll_kept(Direction::Write, cx),
            Self::Other(other) => other.poll_kept(cx),
        }
    }

    /// Returns the loop of the flushing task.
    fn scheduler(&self) -> Option<&Rc<Scheduler>> {
        match self {
            Self::Half(half) => Some(half.0.scheduler()),
            Self::Other(other) => other.scheduler(),
        }
    }

    /// Returns the error with which the connection has failed, in either direction.
    fn error(&self) -> Option<io::Error> {
        match self {
            Self::Half(half) => half.0.error(),
            Self::Other(_) => None,
        }
    }
}

/// The state of a writer.
///
/// ```text
///         write: no room              all written
/// idle ──────────────────► flushing ──────────────► idle, or ended if an end is requested
///   │                          │
///   └─────── an error ─────────┴──► failed: the buffer is empty, and writes are dropped
/// ```
#[derive(Default)]
struct State {
    /// The bytes to write. If it is not empty, a task exists that writes it.
    buffer: Vec<u8>,
    /// The number of its bytes that are written.
    written: usize,
    /// Whether a stream of another crate may hold back bytes until it is flushed.
    is_held_back: bool,
    /// The task that writes to a stream of another crate, while there is one.
    task: Option<AbortHandle>,
    /// Set when the buffer exceeds the high-water mark, reset when it falls to the low-water mark.
    is_paused: bool,
    /// The directions to end when everything is written: writing, or both.
    end: Option<Shutdown>,
    has_ended: bool,
    error: Option<KeptError>,
    /// The waker of the task that waits for this state.
    waiter: Option<Waker>,
}

impl StreamWriter {
    /// Creates a writer for one half of a connection, or for a stream of another crate, such as
    /// TLS.
    ///
    /// `futures::io::AsyncReadExt::split` splits a stream that is read and written.
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
    ///     let mut writer = StreamWriter::new(write_half); // without a buffer for reading
    ///     writer.write(b"hello\n");
    ///     let mut answer = [0; 6];
    ///     read_half.read_exact(&mut answer).await?;
    ///     assert_eq!(answer, *b"hello\n");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[must_use]
    pub fn new(target: impl AsyncWrite + 'static) -> Self {
        let output = match downcast(target) {
            Ok(half) => Output::Half(half),
            Err(other) => Output::Other(Foreign::new(Box::pin(other))),
        };
        Self(Rc::new(Shared { output, state: RefCell::default() }))
    }

    /// Writes all of `bytes`, without waiting: see [the type](Self). Python: `write`. For
    /// `writelines`, call it for each.
    ///
    /// [`drain`](Self::drain), [`flush`](Self::flush) and [`wait_closed`](Self::wait_closed) return
    /// errors.
    ///
    /// A write after [`write_eof`](Self::write_eof) or [`close`](Self::close) is an error, too.
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
                "`write` was called after `write_eof` or `close`".to_owned(),
            ));
            return;
        }
        if !state.is_flushed() {
            return state.add(bytes);
        }
        let half = match &self.0.output {
            Output::Half(half) => half,
            Output::Other(other) => {
                state.add(bytes);
                state.is_held_back = true;
                drop(state);
                return self.0.write_later(other);
            }
        };
        match half.0.try_write(bytes) {
            Ok(written) => state.add(&bytes[written.unwrap_or(0)..]),
            Err(error) => state.fail(&error),
        }
        if !state.is_flushed() {
            drop(state);
            LoopHandle(half.0.scheduler().clone()).spawn(Flush(self.0.clone()));
        }
    }

    /// Waits until the buffer holds at most 16 KiB, if it has exceeded 64 KiB. Python: `drain`.
    ///
    /// # Errors
    ///
    /// Returns the error of the connection, if it has failed.
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

    /// Waits until all bytes were passed to the system, which may still be sending them. asyncio
    /// has no counterpart.
    ///
    /// # Errors
    ///
    /// Returns the error of the connection, if it has failed.
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

    /// Returns the number of bytes in the buffer. Python: `transport.get_write_buffer_size()`.
    ///
    /// # Examples
    ///
    /// See [`flush`](Self::flush).
    #[doc(alias = "get_write_buffer_size")]
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.0.state.borrow().buffered()
    }

    /// Returns `true` until [`write_eof`](Self::write_eof) or [`close`](Self::close) is called.
    /// Python: `can_write_eof`.
    ///
    /// All kinds of connections can end one direction.
    ///
    /// # Examples
    ///
    /// See [`write_eof`](Self::write_eof).
    #[must_use]
    pub fn can_write_eof(&self) -> bool {
        self.0.state.borrow().end.is_none()
    }

    /// Ends this direction when everything is written. Python: `write_eof`.
    ///
    /// The peer reads to the end, and may continue to write. A second call does nothing.
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
    ///     writer.write_eof(); // without it, the server would wait for more
    ///     assert!(!writer.can_write_eof());
    ///     assert_eq!(reader.read_to_end(1024).await?, b"5 bytes");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub fn write_eof(&mut self) {
        self.0.end(Shutdown::Write);
    }

    /// Closes both directions of the connection when everything is written. Python: `close`.
    ///
    /// The reader reads the bytes that came before, and then the end.
    ///
    /// As long as the loop runs, no task needs to [wait](Self::wait_closed) for that. A second call
    /// does nothing.
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

    /// Returns whether [`close`](Self::close) was called, also by
    /// [`wait_closed`](Self::wait_closed) or [`abort`](Self::abort). Python: `is_closing`.
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
    /// Returns the error of the connection, if it failed before everything was written.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub async fn wait_closed(&mut self) -> io::Result<()> {
        self.close();
        poll_fn(|cx| self.poll_ended(cx)).await
    }

    /// Closes the connection immediately, and drops the buffer. Python: `writer.transport.abort()`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    /// use std::future::pending;
    ///
    /// block_on(async {
    ///     // The handler reads nothing.
    ///     let server = start_server("127.0.0.1:0", async |_reader, _writer| {
    ///         pending::<()>().await
    ///     })?;
    ///     let (_reader, mut writer) = open_connection(server.local_addr()?).await?;
    ///     while writer.buffered() == 0 {
    ///         writer.write([0; 64 * 1024]);
    ///     }
    ///     writer.abort(); // `close` would never end
    ///     assert_eq!(writer.buffered(), 0);
    ///     writer.wait_closed().await
    /// }).unwrap();
    /// ```
    #[doc(alias = "transport")]
    pub fn abort(&mut self) {
        self.0.discard();
        self.close();
    }

    /// Returns the address of this end. Python: `get_extra_info("sockname")`.
    ///
    /// # Errors
    ///
    /// Returns an error for a Unix socket or a stream of another crate, or the system's error.
    ///
    /// # Examples
    ///
    /// See [`peer_addr`](Self::peer_addr).
    #[doc(alias = "get_extra_info")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.half().ok_or_else(no_socket)?.0.source().local_addr()
    }

    /// Returns the address of the other end. Python: `get_extra_info("peername")`.
    ///
    /// # Errors
    ///
    /// Returns an error for a Unix socket or a stream of another crate, or if the connection is
    /// gone.
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
        self.half().ok_or_else(no_socket)?.0.source().peer_addr()
    }

    /// Returns the half of the connection that is written, with its socket (`AsFd`, on Windows
    /// `AsSocket`). `None` for a stream of another crate. Python: `get_extra_info("socket")`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::net::StreamWriter;
    ///
    /// assert!(StreamWriter::new(Vec::new()).half().is_none());
    /// ```
    #[doc(alias = "get_extra_info")]
    #[must_use]
    pub fn half(&self) -> Option<&WriteHalf> {
        match &self.0.output {
            Output::Half(half) => Some(half),
            Output::Other(_) => None,
        }
    }
}

impl StreamWriter {
    /// Polls until the requested end is done.
    pub(super) fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_until(cx, |state| state.has_ended)
    }

    /// Returns a handle that closes the connection and doesn't keep it alive.
    pub(super) fn closer(&self) -> Closer {
        Closer {
            writer: Rc::downgrade(&self.0),
            connection: self.half().map(|half| Rc::downgrade(&half.0)),
        }
    }
}

/// See [`StreamWriter::closer`].
pub(super) struct Closer {
    writer: Weak<Shared>,
    /// The connection, which the reader may keep alive after the writer is dropped.
    connection: Option<Weak<Connection<dyn Socket>>>,
}

impl Closer {
    /// Closes the connection when everything is written.
    pub(super) fn close(&self) {
        let connection = self.connection.as_ref().and_then(Weak::upgrade);
        match (self.writer.upgrade(), connection) {
            (Some(writer), _) => {
                writer.end(Shutdown::Both);
                writer.wake(writer.state.borrow_mut());
            }
            // The error is ignored: a read reports a failure of the connection.
            (None, Some(connection)) => drop(connection.shut_down(Shutdown::Both)),
            (None, None) => {}
        }
    }

    /// Closes the connection immediately.
    pub(super) fn abort(&self) {
        if let Some(writer) = self.writer.upgrade() {
            writer.discard();
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
        self.buffer.is_empty() && !self.is_held_back
    }

    /// Returns whether the task has nothing to do.
    fn is_done(&self) -> bool {
        self.is_flushed() && (self.end.is_none() || self.has_ended)
    }

    fn add(&mut self, bytes: &[u8]) {
        // Moving the unwritten bytes is cheap if it frees more than it moves.
        if self.written > self.buffered() {
            self.buffer.drain(..self.written);
            self.written = 0;
        }
        self.buffer.extend_from_slice(bytes);
        self.is_paused |= self.buffered() > HIGH_WATER;
    }

    /// Records that `count` more bytes are written.
    fn advance(&mut self, count: usize) {
        self.written += count;
        if self.written == self.buffer.len() {
            self.empty();
        }
        self.is_paused &= self.buffered() > LOW_WATER;
    }

    fn discard(&mut self) {
        self.is_held_back = false;
        self.empty();
    }

    fn empty(&mut self) {
        self.written = 0;
        self.is_paused = false;
        // The memory is freed, as this connection may never need a buffer again.
        self.buffer = Vec::new();
    }

    fn note_written(&mut self, written: io::Result<usize>) {
        match written {
            Ok(0) => self.fail(&ErrorKind::WriteZero.into()),
            Ok(written) => self.advance(written),
            Err(error) => self.fail(&error),
        }
    }

    fn note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.fail(&error);
        }
    }

    fn fail(&mut self, error: &io::Error) {
        self.error.get_or_insert_with(|| KeptError::of(error));
        self.discard();
    }
}

impl Shared {
    fn end(self: &Rc<Self>, how: Shutdown) {
        let mut state = self.state.borrow_mut();
        let is_new = state.end != Some(Shutdown::Both) && state.end != Some(how);
        if is_new {
            state.end = Some(how);
        }
        match &self.output {
            Output::Half(half) => {
                state.has_ended &= !is_new;
                end_if_flushed(half, &mut state);
            }
            // A stream of another crate has one kind of end for both requests.
            Output::Other(other) => {
                drop(state);
                self.write_later(other);
            }
        }
    }

    /// Drops the unwritten bytes, and a stream of another crate with them.
    fn discard(&self) {
        let mut state = self.state.borrow_mut();
        state.discard();
        if let Output::Other(other) = &self.output {
            (state.end, state.has_ended) = (Some(Shutdown::Both), true);
            let task = state.task.take();
            drop(state);
            if let Some(task) = task {
                task.abort();
            }
            let stream = other.stream.take();
            drop(stream); // its destructor may call this writer
        }
    }

    /// Spawns the task that writes to a stream of another crate, unless it exists or has nothing to
    /// do.
    fn write_later(self: &Rc<Self>, other: &Foreign<dyn AsyncWrite>) {
        let mut state = self.state.borrow_mut();
        if state.is_done() || state.task.is_some() {
            return;
        }
        match other.scheduler_or_current() {
            Ok(scheduler) => {
                drop(state);
                let task = LoopHandle(scheduler.clone()).spawn(Flush(self.clone()));
                // On a closed loop the task is done already.
                if !task.is_done() {
                    self.state.borrow_mut().task = Some(task.abort_handle());
                }
            }
            Err(error) => state.fail(&error),
        }
    }

    /// Returns the error of the writer, or else that of the connection.
    fn error(&self, state: &State) -> Option<io::Error> {
        state.error.as_ref().map(KeptError::to_error).or_else(|| self.output.error())
    }

    fn poll_until(
        &self,
        cx: &mut Context<'_>,
        is_so: impl FnOnce(&State) -> bool,
    ) -> Poll<io::Result<()>> {
        ready!(self.output.poll_turn(cx));
        let mut state = self.state.borrow_mut();
        if let Some(error) = self.error(&state) {
            return self.output.poll_kept(cx).map(|()| Err(error));
        }
        if is_so(&state) {
            return Poll::Ready(Ok(()));
        }
        if let Some(scheduler) = self.output.scheduler() {
            scheduler.check_no_other_runs().map_err(io::Error::other)?;
        }
        let old = state.waiter.replace(cx.waker().clone());
        drop(state);
        drop(old); // its destructor may call this writer
        Poll::Pending
    }

    /// Wakes the waiting task.
    fn wake(&self, mut state: RefMut<'_, State>) {
        let waiter = state.waiter.take();
        drop(state);
        if let (Some(waiter), Some(scheduler)) = (waiter, self.output.scheduler()) {
            scheduler.guarded("a waker panicked", || waiter.wake());
        }
    }

    /// Writes the buffer and ends the stream as requested. Ready when nothing is left to do.
    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.borrow_mut();
        let polled = match &self.output {
            Output::Half(half) => poll_half(half, &mut state, cx),
            Output::Other(other) => poll_other(other, &mut state, cx),
        };
        if polled.is_ready() {
            state.task = None;
        }
        if !state.is_paused {
            self.wake(state);
        }
        polled
    }
}

fn end_if_flushed(half: &WriteHalf, state: &mut State) {
    let Some(how) = state.end else {
        return;
    };
    if state.is_flushed() && !state.has_ended {
        state.has_ended = true;
        if let Err(error) = half.0.shut_down(how) {
            state.fail(&error);
        }
    }
}

/// Writes the buffer. Ready when it is empty.
fn poll_half(half: &WriteHalf, state: &mut State, cx: &mut Context<'_>) -> Poll<()> {
    while !state.is_flushed() {
        match half.0.poll_write(cx, state.unwritten()) {
            Poll::Ready(written) => state.note_written(written),
            Poll::Pending => break,
        }
    }
    end_if_flushed(half, state);
    if state.is_flushed() { Poll::Ready(()) } else { Poll::Pending }
}

/// Writes the buffer, flushes the stream, and closes it if that is requested. Ready when all this
/// is done.
fn poll_other(
    other: &Foreign<dyn AsyncWrite>,
    state: &mut State,
    cx: &mut Context<'_>,
) -> Poll<()> {
    let mut stream = other.stream.borrow_mut();
    let Some(stream) = &mut *stream else {
        return Poll::Ready(());
    };
    let mut stream = stream.as_mut();
    while !state.is_done() {
        ready!(other.poll_turn(cx));
        if !state.buffer.is_empty() {
            let written = ready!(stream.as_mut().poll_write(cx, state.unwritten()));
            other.count(*written.as_ref().unwrap_or(&0));
            state.note_written(written);
        } else if state.is_held_back {
            let flushed = ready!(stream.as_mut().poll_flush(cx));
            state.is_held_back = false;
            state.note(flushed);
        } else {
            let closed = ready!(stream.as_mut().poll_close(cx));
            state.has_ended = true;
            state.note(closed);
        }
    }
    Poll::Ready(())
}

/// The task that writes the buffer of a writer.
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
        state.task = None;
        if !state.is_done() {
            state.fail(&match self.0.output.scheduler() {
                Some(scheduler) if !scheduler.is_closed() => {
                    io::Error::other("the stream has panicked")
                }
                _ => io::Error::other(RunError::Closed),
            });
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
        debug_connection("StreamWriter", self.half().map(|half| half.0.source()), f)
    }
}

//! Unix sockets.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_io::{AsyncRead, AsyncWrite};
use mio::Interest;

use super::super::reactor::{Direction, Registration};
use super::super::sleep::sleep;
use super::socket::{ReadHalf, WriteHalf, impl_async_write, register, register_stream, would_block_until_connected};
use super::{StreamReader, StreamWriter};

/// How long a connection waits first if too many others wait to be accepted; then twice as long, up to the second number.
const RETRY: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(64)];

/// A connection by a Unix socket, without a buffer. As [`TcpStream`](super::TcpStream).
///
/// # Examples
///
/// ```
/// use cogen::executor::{block_on, net::UnixStream};
///
/// block_on(async {
///     let (ours, theirs) = UnixStream::pair()?;
///     let (_, mut writer) = ours.into_streams();
///     let (mut reader, _) = theirs.into_streams();
///     writer.write(b"hello\n");
///     assert_eq!(reader.read_line().await?, b"hello\n");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
pub struct UnixStream(Rc<Registration<mio::net::UnixStream>>);

impl UnixStream {
    /// Connects to the socket at `path`.
    ///
    /// If too many connections wait there to be accepted, the system neither queues this one nor tells when there is room: it is tried again after a while.
    ///
    /// # Errors
    ///
    /// If nobody listens there, and if no loop runs on this thread.
    pub async fn connect(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let [mut delay, longest] = RETRY;
        let stream = loop {
            match mio::net::UnixStream::connect(path) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => sleep(delay).await,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                result => break result?,
            }
            delay = longest.min(delay * 2);
        };
        let connection = register_stream(stream)?;
        connection.wait_for_event(Direction::Write); // which also gives whoever accepts a turn
        poll_fn(|cx| connection.poll_io(Direction::Write, cx, connected)).await?;
        Ok(Self(connection))
    }

    /// Two ends of a connection.
    ///
    /// # Errors
    ///
    /// If the system refuses, and if no loop runs on this thread.
    #[doc(alias = "socketpair")]
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = mio::net::UnixStream::pair()?;
        Ok((Self::from_mio(one)?, Self::from_mio(other)?))
    }

    /// Takes a connection of the standard library.
    ///
    /// # Errors
    ///
    /// If the system refuses, and if no loop runs on this thread.
    pub fn from_std(stream: net::UnixStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Self::from_mio(mio::net::UnixStream::from_std(stream))
    }

    fn from_mio(stream: mio::net::UnixStream) -> io::Result<Self> {
        register_stream(stream).map(Self)
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// If the connection is gone.
    #[doc(alias = "getpeername")]
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().peer_addr()
    }

    /// Ends one direction or both.
    ///
    /// # Errors
    ///
    /// If the system refuses. Not if the connection is gone.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.shut_down(how)
    }

    /// The two directions, for two tasks.
    #[must_use]
    pub fn into_split(self) -> (ReadHalf, WriteHalf) {
        (ReadHalf(self.0.clone()), WriteHalf(self.0))
    }

    /// The two directions, with buffers.
    #[must_use]
    pub fn into_streams(self) -> (StreamReader, StreamWriter) {
        let (read_half, write_half) = self.into_split();
        (StreamReader::new(read_half), StreamWriter::new(write_half))
    }
}

/// Whether a connection has come about.
fn connected(stream: &mio::net::UnixStream) -> io::Result<()> {
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    stream.peer_addr().map(drop).map_err(would_block_until_connected)
}

impl AsyncRead for UnixStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        self.0.poll_read(cx, buffer)
    }
}

impl_async_write!(UnixStream);

impl AsFd for UnixStream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.source().as_fd()
    }
}

impl fmt::Debug for UnixStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixStream").field("local", &self.local_addr().ok()).field("peer", &self.peer_addr().ok()).finish_non_exhaustive()
    }
}

/// Where connections by a Unix socket arrive. As [`TcpListener`](super::TcpListener).
///
/// The socket's file stays when the listener is dropped, and keeps the path taken until it is removed.
///
/// # Examples
///
/// See [`open_unix_connection`](super::open_unix_connection).
pub struct UnixListener(Registration<mio::net::UnixListener>);

impl UnixListener {
    /// Listens at `path`, where there must be nothing yet.
    ///
    /// # Errors
    ///
    /// If the path is taken, and if no loop runs on this thread.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        register(mio::net::UnixListener::bind(path)?, Interest::READABLE).map(Self)
    }

    /// Takes a listener of the standard library.
    ///
    /// # Errors
    ///
    /// If the system refuses, and if no loop runs on this thread.
    pub fn from_std(listener: net::UnixListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        register(mio::net::UnixListener::from_std(listener), Interest::READABLE).map(Self)
    }

    /// Waits for the next connection. Cancel-safe: if the future is dropped, no connection is lost.
    ///
    /// # Errors
    ///
    /// If a connection failed before it was accepted, or if there are no descriptors left. The listener goes on.
    pub async fn accept(&mut self) -> io::Result<(UnixStream, SocketAddr)> {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    pub(super) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let accepted = self.0.poll_io(Direction::Read, cx, |listener| listener.accept());
        accepted.map(|accepted| accepted.and_then(|(stream, address)| Ok((UnixStream::from_mio(stream)?, address))))
    }

    /// The address.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }
}

impl AsFd for UnixListener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.source().as_fd()
    }
}

impl fmt::Debug for UnixListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixListener").field("local", &self.local_addr().ok()).finish_non_exhaustive()
    }
}

//! The common part of the streams of all families, and their halves.

use std::cell::OnceCell;
use std::fmt;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

#[cfg(unix)]
use std::os::fd::{AsFd as AsHandle, AsFd, BorrowedFd};
#[cfg(windows)]
use std::os::windows::io::{AsSocket as AsHandle, AsSocket, BorrowedSocket};

use futures_io::{AsyncRead, AsyncWrite};
use mio::event::Source;

use super::error::KeptError;
use crate::runtime::handle::LoopHandle;
use crate::runtime::reactor::{Direction, Registration};

/// A non-blocking stream of any family.
pub(crate) trait Socket: Source + AsHandle {
    fn read(&self, buffer: &mut [u8]) -> io::Result<usize>;
    fn write(&self, bytes: &[u8]) -> io::Result<usize>;
    fn write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize>;
    fn shutdown(&self, how: Shutdown) -> io::Result<()>;
    fn local_addr(&self) -> io::Result<SocketAddr>;
    fn peer_addr(&self) -> io::Result<SocketAddr>;

    /// Returns whether a read that doesn't fill its buffer has taken all bytes, unless the end, an
    /// error or urgent data stopped it, which are events of their own.
    fn short_read_takes_everything(&self) -> bool;
}

impl Socket for mio::net::TcpStream {
    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(&mut &*self, buffer)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut &*self, bytes)
    }

    fn write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        Write::write_vectored(&mut &*self, slices)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.shutdown(how)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.local_addr()
    }

    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.peer_addr()
    }

    fn short_read_takes_everything(&self) -> bool {
        // Reads stop at urgent data, which is an event of its own on these systems.
        cfg!(any(target_os = "linux", target_os = "android"))
    }
}

#[cfg(unix)]
impl Socket for mio::net::UnixStream {
    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(&mut &*self, buffer)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut &*self, bytes)
    }

    fn write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        Write::write_vectored(&mut &*self, slices)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.shutdown(how)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Err(no_address())
    }

    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Err(no_address())
    }

    fn short_read_takes_everything(&self) -> bool {
        false // reads stop at passed descriptors, which are no event
    }
}

pub(super) fn no_address() -> io::Error {
    io::Error::new(ErrorKind::Unsupported, "a Unix socket has no IP address")
}

/// Registers `source` with the loop that runs on this thread.
pub(super) fn register<S: Source>(
    source: S,
    interest: mio::Interest,
) -> io::Result<Registration<S>> {
    let LoopHandle(scheduler) = LoopHandle::current().map_err(io::Error::other)?;
    Registration::new(scheduler, source, interest)
}

/// Registers a stream with the loop that runs on this thread.
pub(super) fn register_stream<S: Socket>(socket: S) -> io::Result<Rc<Connection<S>>> {
    let interest = mio::Interest::READABLE | mio::Interest::WRITABLE;
    #[cfg(all(any(target_os = "linux", target_os = "android"), not(miri)))]
    // Miri doesn't support it
    let interest = interest | mio::Interest::PRIORITY;
    let registration = register(socket, interest)?;
    Ok(Rc::new(Connection { error: OnceCell::new(), registration }))
}

/// Converts the error `NotConnected` of a stream that is still connecting.
pub(super) fn would_block_until_connected(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::NotConnected => ErrorKind::WouldBlock.into(),
        _ => error,
    }
}

/// A stream that is registered with its loop, and its error once it has failed.
///
/// The system reports a lost connection once: to the first read or write after the loss. Later
/// reads return the end, and later writes a `BrokenPipe`, as if the peer had ended the stream. So
/// the error is stored here, for both directions.
pub(super) struct Connection<S: Socket + ?Sized> {
    error: OnceCell<KeptError>,
    registration: Registration<S>,
}

impl<S: Socket + ?Sized> Deref for Connection<S> {
    type Target = Registration<S>;

    fn deref(&self) -> &Registration<S> {
        &self.registration
    }
}

impl<S: Socket + ?Sized> Connection<S> {
    /// Returns the error with which the connection has failed, in either direction.
    pub(super) fn error(&self) -> Option<io::Error> {
        self.error.get().map(KeptError::to_error)
    }

    pub(super) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        match ready!(self.poll_io(Direction::Read, cx, |socket| socket.read(buffer))) {
            // The end, unless the connection has failed.
            Ok(0) if !buffer.is_empty() => Poll::Ready(self.error().map_or(Ok(0), Err)),
            Ok(n) => {
                self.count_bytes(n);
                if n < buffer.len() && self.source().short_read_takes_everything() {
                    self.read_everything();
                }
                Poll::Ready(Ok(n))
            }
            Err(error) => Poll::Ready(Err(self.fail(error))),
        }
    }

    pub(super) fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = self.poll_io(Direction::Write, cx, |socket| socket.write(bytes));
        written.map(|result| self.note_written(result))
    }

    pub(super) fn poll_write_vectored(
        &self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.poll_io(Direction::Write, cx, |socket| socket.write_vectored(slices));
        written.map(|result| self.note_written(result))
    }

    /// Writes without waiting. Returns `None` if the system has no room.
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<Option<usize>> {
        match self.try_io(Direction::Write, |socket| socket.write(bytes)).transpose() {
            Some(result) => self.note_written(result).map(Some),
            None => Ok(None),
        }
    }

    fn note_written(&self, result: io::Result<usize>) -> io::Result<usize> {
        match result {
            Ok(count) => {
                self.count_bytes(count);
                Ok(count)
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    /// Stores an error for the other direction. Returns the stored error in place of a
    /// `BrokenPipe`.
    #[cold]
    fn fail(&self, error: io::Error) -> io::Error {
        // A `BrokenPipe` is no failure of the connection. Either an end closed it on purpose, or an
        // error came before.
        if error.kind() == ErrorKind::BrokenPipe {
            return self.error().unwrap_or(error);
        }
        // Errors without a system code come from the loop.
        if error.raw_os_error().is_some() {
            self.error.get_or_init(|| KeptError::of(&error));
        }
        error
    }

    /// Ends one direction or both. A connection that is already gone is no error.
    pub(super) fn shut_down(&self, how: Shutdown) -> io::Result<()> {
        match self.source().shutdown(how) {
            Err(error) if error.kind() == ErrorKind::NotConnected => Ok(()),
            result => result,
        }
    }
}

/// The reading half of a [`TcpStream`](super::TcpStream) or a `UnixStream`, without a buffer.
///
/// Their `into_split` returns it. It implements [`AsyncRead`]. A
/// [`StreamReader`](super::StreamReader) adds a buffer.
///
/// The connection is closed when both halves are dropped.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{TcpStream, start_server}};
/// use futures::io::AsyncReadExt;
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |_, mut writer| writer.write(b"hello"))?;
///     let (mut reader, _writer) = TcpStream::connect(server.local_addr()?).await?.into_split();
///     let mut text = String::new();
///     reader.read_to_string(&mut text).await?;
///     assert_eq!(text, "hello");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
pub struct ReadHalf(pub(super) Rc<Connection<dyn Socket>>);

/// The writing half of a [`TcpStream`](super::TcpStream) or a `UnixStream`, without a buffer.
///
/// Their `into_split` returns it. It implements [`AsyncWrite`]. A
/// [`StreamWriter`](super::StreamWriter) adds a buffer.
///
/// `poll_close` ends this direction: the peer reads the bytes that were written, and then the end.
/// The connection is closed when both halves are dropped.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{TcpStream, start_server}};
/// use futures::io::{AsyncReadExt, AsyncWriteExt};
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
///         let request = reader.read_to_end(1024).await.unwrap();
///         writer.write(request.to_ascii_uppercase());
///     })?;
///     let (mut reader, mut writer) = TcpStream::connect(server.local_addr()?).await?.into_split();
///     writer.write_all(b"hello").await?;
///     writer.close().await?; // the server reads until then
///     let mut answer = Vec::new();
///     reader.read_to_end(&mut answer).await?;
///     assert_eq!(answer, b"HELLO");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
pub struct WriteHalf(pub(super) Rc<Connection<dyn Socket>>);

impl AsyncRead for ReadHalf {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_read(cx, buffer)
    }
}

/// Implements [`AsyncWrite`] with writes that go directly to the system, so that a flush does
/// nothing.
macro_rules! impl_async_write {
    ($name:ident) => {
        impl AsyncWrite for $name {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                self.0.poll_write(cx, bytes)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                slices: &[std::io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                self.0.poll_write_vectored(cx, slices)
            }

            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(self.0.shut_down(Shutdown::Write))
            }
        }
    };
}

/// Implements `AsFd` or `AsSocket`, for access to the socket's options.
macro_rules! impl_as_handle {
    ($name:ident, $($path:tt)+) => {
        #[cfg(unix)]
        impl AsFd for $name {
            fn as_fd(&self) -> BorrowedFd<'_> {
                self.$($path)+.source().as_fd()
            }
        }

        #[cfg(windows)]
        impl AsSocket for $name {
            fn as_socket(&self) -> BorrowedSocket<'_> {
                self.$($path)+.source().as_socket()
            }
        }
    };
}

impl_as_handle!(ReadHalf, 0);
impl_as_handle!(WriteHalf, 0);

impl_async_write!(WriteHalf);
pub(super) use impl_async_write;

/// Writes the `Debug` form of a connection.
pub(super) fn debug_connection(
    name: &str,
    socket: Option<&dyn Socket>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut debug = f.debug_struct(name);
    if let Some(Ok(local)) = socket.map(Socket::local_addr) {
        debug.field("local", &local);
    }
    if let Some(Ok(peer)) = socket.map(Socket::peer_addr) {
        debug.field("peer", &peer);
    }
    debug.finish_non_exhaustive()
}

impl fmt::Debug for ReadHalf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_connection("ReadHalf", Some(self.0.source()), f)
    }
}

impl fmt::Debug for WriteHalf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_connection("WriteHalf", Some(self.0.source()), f)
    }
}

//! Unix sockets.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::Shutdown;
#[cfg(target_os = "android")]
use std::os::android::net::SocketAddrExt;
use std::os::fd::{AsFd, BorrowedFd};
#[cfg(target_os = "linux")]
use std::os::linux::net::SocketAddrExt;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{self, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_io::{AsyncRead, AsyncWrite};
use mio::Interest;

use super::reader::StreamReader;
use super::socket::{
    Connection, ReadHalf, WriteHalf, impl_async_write, register, register_stream,
    would_block_until_connected,
};
use super::writer::StreamWriter;
use crate::combinators::sleep::sleep;
use crate::runtime::handle::LoopHandle;
use crate::runtime::reactor::{Direction, Registration};

/// How long a connection waits first if too many others wait to be accepted; then twice as long, up
/// to the second number.
const RETRY: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(64)];

/// A connection by a Unix socket, without a buffer. As [`TcpStream`](super::TcpStream).
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::UnixStream};
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
pub struct UnixStream(Rc<Connection<mio::net::UnixStream>>);

impl UnixStream {
    /// Connects to the socket at `path`. On Linux, `"\0name"` is an abstract socket, which has no
    /// file.
    ///
    /// If too many connections wait there to be accepted, the system neither queues this one nor
    /// tells when there is room: it is tried again after a while.
    ///
    /// # Errors
    ///
    /// If nobody listens there, and if no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::UnixStream};
    ///
    /// let path = std::env::temp_dir().join(format!("cogen-nobody-{}.socket", std::process::id()));
    /// assert!(block_on(UnixStream::connect(path)).is_err()); // nobody listens
    /// ```
    pub async fn connect(path: impl AsRef<Path>) -> io::Result<Self> {
        let address = address(path.as_ref())?;
        LoopHandle::current().map_err(io::Error::other)?;
        let [mut delay, longest] = RETRY;
        let stream = loop {
            match mio::net::UnixStream::connect_addr(&address) {
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

    /// Two ends of a connection, which has no path. Python: `socket.socketpair`.
    ///
    /// # Errors
    ///
    /// If the system refuses, and if no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "socketpair")]
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = mio::net::UnixStream::pair()?;
        Ok((Self::from_mio(one)?, Self::from_mio(other)?))
    }

    /// Takes a connection of the standard library, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// If the system refuses, and if no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::UnixStream};
    /// use futures::io::AsyncReadExt;
    /// use std::io::Write;
    ///
    /// let (ours, mut theirs) = std::os::unix::net::UnixStream::pair()?;
    /// let thread = std::thread::spawn(move || theirs.write_all(b"hello"));
    /// let mut text = String::new();
    /// block_on(async { UnixStream::from_std(ours)?.read_to_string(&mut text).await })?;
    /// assert_eq!(text, "hello");
    /// thread.join().unwrap()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn from_std(stream: net::UnixStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Self::from_mio(mio::net::UnixStream::from_std(stream))
    }

    fn from_mio(stream: mio::net::UnixStream) -> io::Result<Self> {
        register_stream(stream).map(Self)
    }

    /// The address of this end, which has a path if this is the end that was
    /// [accepted](UnixListener::accept). Python: `getsockname`.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    ///
    /// # Examples
    ///
    /// See [`UnixListener::accept`].
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }

    /// The address of the other end, which has a path if this is the end that has connected.
    /// Python: `getpeername`.
    ///
    /// # Errors
    ///
    /// If the connection is gone.
    ///
    /// # Examples
    ///
    /// See [`UnixListener::accept`].
    #[doc(alias = "getpeername")]
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().peer_addr()
    }

    /// Ends one direction or both. After the end of [`Write`](Shutdown::Write), the peer reads to
    /// the end of what was written.
    ///
    /// # Errors
    ///
    /// If the system refuses. Not if the connection is gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::UnixStream};
    /// use futures::io::AsyncReadExt;
    /// use std::net::Shutdown;
    ///
    /// block_on(async {
    ///     let (ours, mut theirs) = UnixStream::pair()?;
    ///     ours.shutdown(Shutdown::Write)?; // the other direction stays
    ///     assert_eq!(theirs.read(&mut [0; 10]).await?, 0);
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.shut_down(how)
    }

    /// The two directions, for two tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::UnixStream};
    /// use futures::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// block_on(async {
    ///     let (ours, mut theirs) = UnixStream::pair()?;
    ///     let (mut reader, mut writer) = ours.into_split();
    ///     theirs.write_all(b"hello").await?;
    ///     theirs.close().await?;
    ///     futures::io::copy(&mut reader, &mut writer).await?; // an echo
    ///     drop((reader, writer));
    ///     let mut text = String::new();
    ///     theirs.read_to_string(&mut text).await?;
    ///     assert_eq!(text, "hello");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[must_use]
    pub fn into_split(self) -> (ReadHalf, WriteHalf) {
        (ReadHalf(self.0.clone()), WriteHalf(self.0))
    }

    /// The two directions, with buffers: what [`open_unix_connection`](super::open_unix_connection)
    /// gives.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
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
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
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
        f.debug_struct("UnixStream")
            .field("local", &self.local_addr().ok())
            .field("peer", &self.peer_addr().ok())
            .finish_non_exhaustive()
    }
}

/// Where connections by a Unix socket arrive. As [`TcpListener`](super::TcpListener).
///
/// The socket's file stays when the listener is dropped, and keeps the path taken until it is
/// removed.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{UnixListener, UnixStream}};
///
/// let path = std::env::temp_dir().join(format!("cogen-listener-{}.socket", std::process::id()));
/// block_on(async {
///     let mut listener = UnixListener::bind(&path)?;
///     let (_reader, mut writer) = UnixStream::connect(&path).await?.into_streams();
///     writer.write(b"hello\n");
///     let (mut reader, _writer) = listener.accept().await?.0.into_streams();
///     assert_eq!(reader.read_line().await?, b"hello\n");
///     std::fs::remove_file(&path)
/// }).unwrap();
/// ```
pub struct UnixListener {
    registration: Registration<mio::net::UnixListener>,
    /// To be removed with the listener.
    _file: Option<SocketFile>,
}

/// The file of a socket, which is removed when this is dropped, if it is still the same.
struct SocketFile {
    path: PathBuf,
    id: (u64, u64),
}

impl SocketFile {
    fn of(path: &Path) -> Option<Self> {
        // An abstract socket has none.
        let id = id(path)?;
        Some(Self { path: path.to_owned(), id })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if id(&self.path) == Some(self.id) {
            // Nobody is there to be told, and asyncio only logs it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// What a file is known by, if it is a socket.
fn id(path: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    metadata.file_type().is_socket().then(|| (metadata.dev(), metadata.ino()))
}

/// The address that a path means.
fn address(path: &Path) -> io::Result<SocketAddr> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let [0, name @ ..] = path.as_os_str().as_bytes() {
        return SocketAddr::from_abstract_name(name);
    }
    SocketAddr::from_pathname(path)
}

impl UnixListener {
    /// Listens at `path`, where there must be nothing yet. On Linux, `"\0name"` is an abstract
    /// socket, which has no file, and is free again when the listener is gone.
    ///
    /// # Errors
    ///
    /// If the path is taken, and if no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::UnixListener};
    /// use std::io::ErrorKind;
    ///
    /// let path = std::env::temp_dir().join(format!("cogen-bind-{}.socket", std::process::id()));
    /// block_on(async {
    ///     drop(UnixListener::bind(&path)?);
    ///     // The file is still there.
    ///     assert_eq!(UnixListener::bind(&path).unwrap_err().kind(), ErrorKind::AddrInUse);
    ///     std::fs::remove_file(&path)?;
    ///     UnixListener::bind(&path)?;
    ///     std::fs::remove_file(&path)
    /// }).unwrap();
    /// ```
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        let listener = mio::net::UnixListener::bind_addr(&address(path.as_ref())?)?;
        Ok(Self { registration: register(listener, Interest::READABLE)?, _file: None })
    }

    /// Listens at `path`, also if another socket has left its file there. The own file is removed
    /// in the end.
    pub(super) fn bind_anew(path: &Path) -> io::Result<Self> {
        if id(path).is_some() {
            std::fs::remove_file(path)?;
        }
        let listener = Self::bind(path)?;
        Ok(Self { _file: SocketFile::of(path), ..listener })
    }

    /// Takes a listener of the standard library, and makes it non-blocking: one with other options,
    /// or one that was inherited.
    ///
    /// # Errors
    ///
    /// If the system refuses, and if no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::UnixListener};
    ///
    /// let path =
    ///     std::env::temp_dir().join(format!("cogen-from-std-{}.socket", std::process::id()));
    /// let listener = std::os::unix::net::UnixListener::bind(&path)?;
    /// block_on(async {
    ///     let listener = UnixListener::from_std(listener)?;
    ///     assert_eq!(listener.local_addr()?.as_pathname(), Some(path.as_path()));
    ///     std::fs::remove_file(&path)
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn from_std(listener: net::UnixListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let listener = mio::net::UnixListener::from_std(listener);
        Ok(Self { registration: register(listener, Interest::READABLE)?, _file: None })
    }

    /// Waits for the next connection, and gives it with the peer's address, which mostly is
    /// unnamed. Cancel-safe: if the future is dropped, no connection is lost. Python:
    /// `loop.sock_accept`.
    ///
    /// # Errors
    ///
    /// If a connection failed before it was accepted, or if there are no descriptors left. The
    /// listener goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{UnixListener, UnixStream}};
    ///
    /// let path = std::env::temp_dir().join(format!("cogen-accept-{}.socket", std::process::id()));
    /// block_on(async {
    ///     let mut listener = UnixListener::bind(&path)?;
    ///     let client = UnixStream::connect(&path).await?;
    ///     let (server, address) = listener.accept().await?;
    ///     assert!(address.is_unnamed() && client.local_addr()?.is_unnamed());
    ///     assert_eq!(client.peer_addr()?.as_pathname(), Some(path.as_path()));
    ///     assert_eq!(server.local_addr()?.as_pathname(), Some(path.as_path()));
    ///     std::fs::remove_file(&path)
    /// }).unwrap();
    /// ```
    #[doc(alias = "sock_accept")]
    pub async fn accept(&mut self) -> io::Result<(UnixStream, SocketAddr)> {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    pub(super) fn poll_accept(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let accepted = self.registration.poll_io(Direction::Read, cx, |listener| listener.accept());
        accepted.map(|accepted| {
            accepted.and_then(|(stream, address)| Ok((UnixStream::from_mio(stream)?, address)))
        })
    }

    /// The address: the path that was given. Python: `getsockname`.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    ///
    /// # Examples
    ///
    /// See [`from_std`](Self::from_std).
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.registration.source().local_addr()
    }
}

impl AsFd for UnixListener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.registration.source().as_fd()
    }
}

impl fmt::Debug for UnixListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixListener")
            .field("local", &self.local_addr().ok())
            .finish_non_exhaustive()
    }
}

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

/// The first and the longest delay before the next attempt to connect, if too many connections wait
/// to be accepted. The delay doubles each time.
const RETRY: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(64)];

/// A connection by a Unix socket, without buffers. Otherwise like [`TcpStream`](super::TcpStream).
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
    /// Connects to the socket at `path`.
    ///
    /// On Linux, `"\0name"` is an abstract socket, which has no file.
    ///
    /// If too many connections wait to be accepted, the system doesn't queue another one, and
    /// doesn't report when there is room. Then this method tries again after a delay.
    ///
    /// # Errors
    ///
    /// Returns an error if no process listens at the path, and if no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::UnixStream};
    ///
    /// let path = std::env::temp_dir().join(format!("cogen-nobody-{}.socket", std::process::id()));
    /// assert!(block_on(UnixStream::connect(path)).is_err()); // no listener
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
        connection.wait_for_event(Direction::Write); // the wait also lets the accepting task run
        poll_fn(|cx| connection.poll_io(Direction::Write, cx, connected)).await?;
        Ok(Self(connection))
    }

    /// Creates both ends of a connection without a path. Python: `socket.socketpair`.
    ///
    /// # Errors
    ///
    /// Returns the system's error, or an error if no loop runs on this thread.
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
    /// Returns the system's error, or an error if no loop runs on this thread.
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

    /// Returns the address of this end. Python: `getsockname`.
    ///
    /// The address has a path if this end was [accepted](UnixListener::accept).
    ///
    /// # Errors
    ///
    /// Returns the system's error.
    ///
    /// # Examples
    ///
    /// See [`UnixListener::accept`].
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }

    /// Returns the address of the other end. Python: `getpeername`.
    ///
    /// The address has a path if this end has connected.
    ///
    /// # Errors
    ///
    /// Returns the system's error, for instance if the connection is gone.
    ///
    /// # Examples
    ///
    /// See [`UnixListener::accept`].
    #[doc(alias = "getpeername")]
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().peer_addr()
    }

    /// Ends one direction or both.
    ///
    /// After [`Write`](Shutdown::Write), the peer reads the bytes that were written, and then the
    /// end.
    ///
    /// # Errors
    ///
    /// Returns the system's error. A connection that is gone is no error.
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

    /// Splits the connection into its two directions, for two tasks.
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

    /// Splits the connection into a buffered reader and writer.
    ///
    /// [`open_unix_connection`](super::open_unix_connection) returns the same pair.
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

/// Checks whether a connection is established.
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

/// A listener at a Unix socket. Otherwise like [`TcpListener`](super::TcpListener).
///
/// The socket's file is not removed when the listener is dropped. The path is taken until you
/// remove the file.
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
    /// The file that is removed when the listener is dropped.
    _file: Option<SocketFile>,
}

/// The file of a socket. Dropping this removes the file, unless another file has replaced it.
struct SocketFile {
    path: PathBuf,
    id: (u64, u64),
}

impl SocketFile {
    fn of(path: &Path) -> Option<Self> {
        // `None` for an abstract socket.
        let id = id(path)?;
        Some(Self { path: path.to_owned(), id })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if id(&self.path) == Some(self.id) {
            // A destructor can't return the error. asyncio only logs it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Returns the device and inode of a file, if it is a socket.
fn id(path: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    metadata.file_type().is_socket().then(|| (metadata.dev(), metadata.ino()))
}

/// Returns the socket address of a path.
fn address(path: &Path) -> io::Result<SocketAddr> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let [0, name @ ..] = path.as_os_str().as_bytes() {
        return SocketAddr::from_abstract_name(name);
    }
    SocketAddr::from_pathname(path)
}

impl UnixListener {
    /// Listens at `path`, which must not exist yet.
    ///
    /// On Linux, `"\0name"` is an abstract socket, which has no file. Its name is free again when
    /// the listener is dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if the path is taken, and if no loop runs on this thread.
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

    /// Listens at `path`, after removing the file of an earlier socket. The new file is removed
    /// when the listener is dropped.
    pub(super) fn bind_anew(path: &Path) -> io::Result<Self> {
        if id(path).is_some() {
            std::fs::remove_file(path)?;
        }
        let listener = Self::bind(path)?;
        Ok(Self { _file: SocketFile::of(path), ..listener })
    }

    /// Takes a listener of the standard library, and makes it non-blocking.
    ///
    /// The listener can have other options, or be inherited.
    ///
    /// # Errors
    ///
    /// Returns the system's error, or an error if no loop runs on this thread.
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

    /// Waits for the next connection, and returns it with the peer's address, which is usually
    /// unnamed. Cancel-safe: if the future is dropped, no connection is lost. Python:
    /// `loop.sock_accept`.
    ///
    /// # Errors
    ///
    /// Returns an error if a connection failed before it was accepted, or if there are no
    /// descriptors left. The listener can still be used.
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

    /// Returns the address, which has the listener's path. Python: `getsockname`.
    ///
    /// # Errors
    ///
    /// Returns the system's error.
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

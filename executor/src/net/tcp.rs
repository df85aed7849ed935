//! TCP.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{Shutdown, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{future::poll_fn, net};

use futures_io::{AsyncRead, AsyncWrite};
use futures_util::stream::{FuturesUnordered, StreamExt};
use mio::Interest;

use super::address::{ToAddresses, lookup};
use super::reader::StreamReader;
use super::socket::{
    Connection, ReadHalf, WriteHalf, debug_connection, impl_async_write, register, register_stream,
    would_block_until_connected,
};
use super::writer::StreamWriter;
use crate::combinators::timeout::{TimeoutError, timeout};
use crate::runtime::handle::LoopHandle;
use crate::runtime::reactor::{Direction, Registration};

/// The time after which the next address is tried as well.
const PATIENCE: Duration = Duration::from_millis(250);

/// A TCP connection without buffers. It implements [`AsyncRead`] and [`AsyncWrite`].
///
/// It belongs to the loop that was running when it was created. Dropping it closes it.
/// [`open_connection`](super::open_connection) returns the buffered pair directly.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{TcpListener, TcpStream}};
///
/// block_on(async {
///     let mut listener = TcpListener::bind("127.0.0.1:0")?;
///     let client = TcpStream::connect(listener.local_addr()?).await?;
///     let (server, address) = listener.accept().await?;
///     assert_eq!(address, client.local_addr()?);
///
///     let (_, mut writer) = client.into_streams();
///     let (mut reader, _) = server.into_streams();
///     writer.write(b"hello\n");
///     assert_eq!(reader.read_line().await?, b"hello\n");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
pub struct TcpStream(Rc<Connection<mio::net::TcpStream>>);

impl TcpStream {
    /// Connects to `address`, or to the first of several addresses that answers.
    ///
    /// The addresses are tried in their order, with IPv4 and IPv6 alternating. The next address is
    /// tried when one has failed, or has not answered within 250 ms. This is RFC 8305, asyncio's
    /// `happy_eyeballs_delay`.
    ///
    /// Names are looked up with [`lookup`](super::lookup), and the loop continues meanwhile. If the
    /// host doesn't answer, the system's own timeout is minutes: use [`timeout`](crate::timeout()).
    ///
    /// # Errors
    ///
    /// If no address answers, returns the error of the last one to fail. Also returns an error if
    /// the name can't be looked up, and if no loop runs on this thread: then a
    /// [`NoRunningLoopError`](crate::NoRunningLoopError) is inside.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::TcpStream};
    /// use std::io::ErrorKind;
    /// use std::net::{Ipv4Addr, TcpListener};
    ///
    /// // The port is free again after this line.
    /// let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    /// let error = block_on(TcpStream::connect((Ipv4Addr::LOCALHOST, port))).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[doc(alias = "sock_connect")]
    pub async fn connect(address: impl ToAddresses) -> io::Result<Self> {
        LoopHandle::current().map_err(io::Error::other)?;
        let addresses = lookup(address).await?;
        if let [address] = addresses[..] {
            return Self::connect_to(address).await;
        }
        let mut untried = by_turns(addresses).into_iter();
        let mut attempts = FuturesUnordered::new();
        let mut last_error = no_addresses();
        loop {
            attempts.extend(untried.next().map(Self::connect_to));
            let patience = if untried.len() > 0 { PATIENCE } else { Duration::MAX };
            match timeout(patience, attempts.next()).await {
                Ok(Some(Ok(stream))) => return Ok(stream),
                Ok(Some(Err(error))) => last_error = error,
                Ok(None) => return Err(last_error),
                Err(TimeoutError) => {}
            }
        }
    }

    async fn connect_to(address: SocketAddr) -> io::Result<Self> {
        let connection = register_stream(mio::net::TcpStream::connect(address)?)?;
        connection.wait_for_event(Direction::Write); // the wait also lets the accepting task run
        poll_fn(|cx| connection.poll_io(Direction::Write, cx, connected)).await?;
        Ok(Self(connection))
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
    /// use cogen_executor::{block_on, net::TcpStream};
    /// use futures::io::AsyncReadExt;
    /// use std::io::Write;
    ///
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let connected = std::net::TcpStream::connect(listener.local_addr()?)?;
    /// listener.accept()?.0.write_all(b"hello")?;
    ///
    /// let mut text = String::new();
    /// block_on(async { TcpStream::from_std(connected)?.read_to_string(&mut text).await })?;
    /// assert_eq!(text, "hello");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn from_std(stream: net::TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Self::from_mio(mio::net::TcpStream::from_std(stream))
    }

    fn from_mio(stream: mio::net::TcpStream) -> io::Result<Self> {
        register_stream(stream).map(Self)
    }

    /// Returns the address of this end, with its port. Python: `getsockname`.
    ///
    /// # Errors
    ///
    /// Returns the system's error.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }

    /// Returns the address of the other end, with its port. Python: `getpeername`.
    ///
    /// # Errors
    ///
    /// Returns the system's error, for instance if the connection is gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{TcpListener, TcpStream}};
    ///
    /// block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0")?;
    ///     let client = TcpStream::connect(listener.local_addr()?).await?;
    ///     assert_eq!(client.peer_addr()?, listener.local_addr()?);
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "getpeername")]
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().peer_addr()
    }

    /// Sets whether small writes are sent immediately (`TCP_NODELAY`), or collected while earlier
    /// ones are in transit.
    ///
    /// It is off for a new `TcpStream`. As in asyncio, it is on for the connections of
    /// [`open_connection`](super::open_connection) and [`start_server`](super::start_server).
    ///
    /// # Errors
    ///
    /// Returns the system's error.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{TcpListener, TcpStream}};
    ///
    /// block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0")?;
    ///     let client = TcpStream::connect(listener.local_addr()?).await?;
    ///     client.set_nodelay(true)?;
    ///     let (_reader, _writer) = client.into_streams(); // for a dialogue of short lines
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "TCP_NODELAY")]
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.0.source().set_nodelay(nodelay)
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
    /// use cogen_executor::{block_on, net::{TcpListener, TcpStream}};
    /// use futures::io::AsyncReadExt;
    /// use std::net::Shutdown;
    ///
    /// block_on(async {
    ///     let mut listener = TcpListener::bind("127.0.0.1:0")?;
    ///     let client = TcpStream::connect(listener.local_addr()?).await?;
    ///     let (mut server, _) = listener.accept().await?;
    ///     client.shutdown(Shutdown::Write)?; // the other direction stays
    ///     assert_eq!(server.read(&mut [0; 10]).await?, 0);
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
    /// See [`ReadHalf`] and [`WriteHalf`].
    #[must_use]
    pub fn into_split(self) -> (ReadHalf, WriteHalf) {
        (ReadHalf(self.0.clone()), WriteHalf(self.0))
    }

    /// Splits the connection into a buffered reader and writer.
    ///
    /// [`open_connection`](super::open_connection) returns the same pair, but with
    /// [`set_nodelay`](Self::set_nodelay).
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

impl TcpStream {
    /// Like [`into_streams`](Self::into_streams), with small writes sent immediately.
    pub(super) fn into_prompt_streams(self) -> (StreamReader, StreamWriter) {
        // Some systems fail here if the peer is gone already. Reads return that error.
        let _ = self.set_nodelay(true);
        self.into_streams()
    }
}

/// Orders addresses so that the families alternate, starting with the family of the first one.
fn by_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first().copied() else {
        return addresses;
    };
    let (same, other): (Vec<_>, Vec<_>) =
        addresses.iter().partition(|address| address.is_ipv6() == first.is_ipv6());
    let (mut same, mut other) = (same.into_iter(), other.into_iter());
    std::iter::from_fn(|| match (same.next(), other.next()) {
        (None, None) => None,
        pair => Some([pair.0, pair.1]),
    })
    .flatten()
    .flatten()
    .collect()
}

/// Checks whether a connection is established.
fn connected(stream: &mio::net::TcpStream) -> io::Result<()> {
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    stream.peer_addr().map(drop).map_err(would_block_until_connected)
}

pub(super) fn no_addresses() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "the name has no address")
}

impl AsyncRead for TcpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_read(cx, buffer)
    }
}

impl_async_write!(TcpStream);

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_connection("TcpStream", Some(self.0.source()), f)
    }
}

/// A TCP listener.
///
/// It belongs to the loop that was running when it was created. Dropping it closes it.
/// [`start_server`](super::start_server) runs a task for each connection instead.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{TcpListener, open_connection}, spawn};
///
/// block_on(async {
///     let mut listener = TcpListener::bind("127.0.0.1:0")?;
///     let address = listener.local_addr()?;
///     let client = spawn(async move { open_connection(address).await?.0.read_line().await });
///
///     let (stream, _) = listener.accept().await?; // one is enough
///     drop(listener);
///     let (_reader, mut writer) = stream.into_streams();
///     writer.write(b"you are my only guest\n");
///     assert_eq!(client.await.unwrap().unwrap(), b"you are my only guest\n");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
pub struct TcpListener(Registration<mio::net::TcpListener>);

impl TcpListener {
    /// Listens at `address`, or at the first of several addresses that is free.
    ///
    /// With port 0 the system chooses a port. Up to 128 connections wait to be accepted.
    ///
    /// The standard library looks names up, which **blocks the thread** meanwhile. If the loop is
    /// already serving, await [`lookup`](super::lookup) first. On Unix, the address is free as soon
    /// as the listener is dropped (`SO_REUSEADDR`), as in asyncio.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is taken, and if no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::TcpListener};
    /// use std::io::ErrorKind;
    ///
    /// block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0")?;
    ///     let address = listener.local_addr()?;
    ///     assert_ne!(address.port(), 0); // the system has chosen
    ///     assert_eq!(TcpListener::bind(address).unwrap_err().kind(), ErrorKind::AddrInUse);
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        let mut result = Err(no_addresses());
        for address in address.to_socket_addrs()? {
            result = mio::net::TcpListener::bind(address);
            if result.is_ok() {
                break;
            }
        }
        register(result?, Interest::READABLE).map(Self)
    }

    /// Listens at every address of `address`.
    pub(super) fn bind_all(address: impl ToSocketAddrs) -> io::Result<Vec<Self>> {
        let mut addresses: Vec<_> = Vec::new();
        for address in address.to_socket_addrs()? {
            if !addresses.contains(&address) {
                addresses.push(address); // some systems return an address twice
            }
        }
        if addresses.is_empty() {
            return Err(no_addresses());
        }
        addresses.into_iter().map(Self::bind).collect()
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
    /// use cogen_executor::{block_on, net::TcpListener};
    ///
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let address = listener.local_addr()?;
    /// block_on(async {
    ///     let listener = TcpListener::from_std(listener)?;
    ///     assert_eq!(listener.local_addr()?, address);
    ///     Ok::<(), std::io::Error>(())
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn from_std(listener: net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        register(mio::net::TcpListener::from_std(listener), Interest::READABLE).map(Self)
    }

    /// Waits for the next connection, and returns it with the peer's address. Cancel-safe: if the
    /// future is dropped, no connection is lost. Python: `loop.sock_accept`.
    ///
    /// # Errors
    ///
    /// Returns an error if a connection failed before it was accepted, or if there are no
    /// descriptors left. The listener can still be used.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "sock_accept")]
    pub async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    pub(super) fn poll_accept(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let accepted = self.0.poll_io(Direction::Read, cx, |listener| listener.accept());
        accepted.map(|accepted| {
            accepted.and_then(|(stream, address)| Ok((TcpStream::from_mio(stream)?, address)))
        })
    }

    /// Returns the address, with the port that the system chose. Python: `getsockname`.
    ///
    /// # Errors
    ///
    /// Returns the system's error.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }
}

impl fmt::Debug for TcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TcpListener")
            .field("local", &self.local_addr().ok())
            .finish_non_exhaustive()
    }
}

#[cfg(windows)]
mod sockets {
    use std::os::windows::io::{AsSocket, BorrowedSocket};

    use super::{TcpListener, TcpStream};

    impl AsSocket for TcpStream {
        fn as_socket(&self) -> BorrowedSocket<'_> {
            self.0.source().as_socket()
        }
    }

    impl AsSocket for TcpListener {
        fn as_socket(&self) -> BorrowedSocket<'_> {
            self.0.source().as_socket()
        }
    }
}

#[cfg(unix)]
mod descriptors {
    use std::os::fd::{AsFd, BorrowedFd};

    use super::{TcpListener, TcpStream};

    impl AsFd for TcpStream {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.0.source().as_fd()
        }
    }

    impl AsFd for TcpListener {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.0.source().as_fd()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::by_turns;

    #[test]
    fn families_of_addresses_alternate() {
        let addresses = |text: &str| -> Vec<SocketAddr> {
            text.split_whitespace().map(|address| address.parse().unwrap()).collect()
        };
        for (given, expected) in [
            ("", ""),
            ("1.1.1.1:1 2.2.2.2:2", "1.1.1.1:1 2.2.2.2:2"),
            (
                "[::1]:1 [::2]:2 [::3]:3 1.1.1.1:4 2.2.2.2:5",
                "[::1]:1 1.1.1.1:4 [::2]:2 2.2.2.2:5 [::3]:3",
            ),
            ("1.1.1.1:1 [::1]:2 [::2]:3 [::3]:4", "1.1.1.1:1 [::1]:2 [::2]:3 [::3]:4"),
        ] {
            assert_eq!(by_turns(addresses(given)), addresses(expected));
        }
    }
}

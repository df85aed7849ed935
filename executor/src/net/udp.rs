//! UDP.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{self, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
#[cfg(unix)]
use std::os::fd::{AsFd, BorrowedFd};
#[cfg(windows)]
use std::os::windows::io::{AsSocket, BorrowedSocket};
use std::task::{Context, Poll, ready};

use mio::Interest;

use super::address::{ToAddresses, lookup};
use super::socket::register;
use super::tcp::no_addresses;
use crate::runtime::handle::LoopHandle;
use crate::runtime::reactor::{Direction, Registration};

/// No datagram is longer.
const LONGEST: usize = 64 * 1024;

/// A UDP socket: datagrams, which may get lost or arrive in another order.
///
/// It belongs to the loop that ran when it was made. Dropping it closes it. A datagram is received
/// whole, however long it is. All methods are cancel-safe: dropping a future loses no datagram.
/// Python: `loop.create_datagram_endpoint`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::UdpSocket, spawn};
///
/// block_on(async {
///     let mut server = UdpSocket::bind("127.0.0.1:0")?;
///     let address = server.local_addr()?;
///     spawn(async move {
///         while let Ok((datagram, sender)) = server.recv_from().await {
///             server.send_to(&datagram.to_ascii_uppercase(), sender).await?;
///         }
///         Ok::<(), std::io::Error>(())
///     });
///     let mut client = UdpSocket::connect(address).await?;
///     client.send(b"hello").await?;
///     assert_eq!(client.recv().await?, b"HELLO");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
#[doc(alias = "create_datagram_endpoint")]
#[doc(alias = "DatagramTransport")]
pub struct UdpSocket {
    registration: Registration<mio::net::UdpSocket>,
    /// Where a datagram arrives, once one was asked for.
    room: Vec<u8>,
}

impl UdpSocket {
    /// A socket at `address`; if that has several, at the first that is free. Port 0 lets the
    /// system choose one. Names are looked up as by
    /// [`TcpListener::bind`](super::TcpListener::bind).
    ///
    /// # Errors
    ///
    /// If the address is taken, and if no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        let mut result = Err(no_addresses());
        for address in address.to_socket_addrs()? {
            result = mio::net::UdpSocket::bind(address);
            if result.is_ok() {
                break;
            }
        }
        Self::from_mio(result?)
    }

    /// A socket that sends to `address` and receives from there only; if that has several, the
    /// first that the system takes. Nothing is sent, so nobody needs to listen there. Names are
    /// looked up by [`lookup`]. Python: `create_datagram_endpoint(remote_addr=…)`.
    ///
    /// # Errors
    ///
    /// If the system takes no address, a name can't be looked up, or no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub async fn connect(address: impl ToAddresses) -> io::Result<Self> {
        LoopHandle::current().map_err(io::Error::other)?;
        let mut result = Err(no_addresses());
        for address in lookup(address).await? {
            let own = match address {
                SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
                SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
            };
            result = mio::net::UdpSocket::bind(own)
                .and_then(|socket| socket.connect(address).map(|()| socket));
            if result.is_ok() {
                break;
            }
        }
        Self::from_mio(result?)
    }

    /// Takes a socket of the standard library, and makes it non-blocking: one with other options,
    /// say.
    ///
    /// # Errors
    ///
    /// If the system refuses, and if no loop runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::UdpSocket};
    ///
    /// let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// socket.set_broadcast(true)?;
    /// block_on(async {
    ///     let mut socket = UdpSocket::from_std(socket)?;
    ///     let own = socket.local_addr()?;
    ///     socket.send_to(b"hello", own).await?;
    ///     assert_eq!(socket.recv_from().await?, (b"hello".to_vec(), own));
    ///     Ok::<(), std::io::Error>(())
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn from_std(socket: net::UdpSocket) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Self::from_mio(mio::net::UdpSocket::from_std(socket))
    }

    fn from_mio(socket: mio::net::UdpSocket) -> io::Result<Self> {
        let interest = Interest::READABLE | Interest::WRITABLE;
        Ok(Self { registration: register(socket, interest)?, room: Vec::new() })
    }

    /// Waits for the next datagram, and returns it with the address of its sender. Python:
    /// `datagram_received`.
    ///
    /// # Errors
    ///
    /// If the system tells of one, such as `ConnectionRefused` for a datagram that was sent before.
    /// The socket goes on.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "datagram_received")]
    pub async fn recv_from(&mut self) -> io::Result<(Vec<u8>, SocketAddr)> {
        poll_fn(|cx| self.poll_recv(cx, |socket, room| socket.recv_from(room))).await
    }

    /// Waits for the next datagram, and returns it.
    ///
    /// # Errors
    ///
    /// As [`recv_from`](Self::recv_from).
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub async fn recv(&mut self) -> io::Result<Vec<u8>> {
        let receive = |socket: &mio::net::UdpSocket, room: &mut [u8]| Ok((socket.recv(room)?, ()));
        Ok(poll_fn(|cx| self.poll_recv(cx, receive)).await?.0)
    }

    fn poll_recv<T>(
        &mut self,
        cx: &mut Context<'_>,
        receive: impl Fn(&mio::net::UdpSocket, &mut [u8]) -> io::Result<(usize, T)>,
    ) -> Poll<io::Result<(Vec<u8>, T)>> {
        let Self { registration, room } = self;
        room.resize(LONGEST, 0);
        let received = registration.poll_io(Direction::Read, cx, |socket| receive(socket, room));
        let (count, sender) = ready!(received)?;
        registration.count_bytes(count);
        Poll::Ready(Ok((room[..count].to_vec(), sender)))
    }

    /// Sends a datagram to `address`, which is in numbers: see [`lookup`]. Python: `sendto`.
    ///
    /// # Errors
    ///
    /// If the datagram is too long for the system, or the system refuses. Nothing is sent then.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "sendto")]
    pub async fn send_to(&mut self, datagram: &[u8], address: SocketAddr) -> io::Result<()> {
        poll_fn(|cx| self.poll_send(cx, |socket| socket.send_to(datagram, address))).await
    }

    /// Sends a datagram to the address that the socket is [connected](Self::connect) to.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to), if the socket is not connected, and `ConnectionRefused` if
    /// nobody has got an earlier one.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub async fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        poll_fn(|cx| self.poll_send(cx, |socket| socket.send(datagram))).await
    }

    fn poll_send(
        &self,
        cx: &mut Context<'_>,
        send: impl Fn(&mio::net::UdpSocket) -> io::Result<usize>,
    ) -> Poll<io::Result<()>> {
        let count = ready!(self.registration.poll_io(Direction::Write, cx, send))?;
        self.registration.count_bytes(count);
        Poll::Ready(Ok(()))
    }

    /// The address of this end, with its port. Python: `getsockname`.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.registration.source().local_addr()
    }

    /// The address that the socket is connected to. Python: `getpeername`.
    ///
    /// # Errors
    ///
    /// If it is not connected.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::UdpSocket};
    ///
    /// block_on(async {
    ///     let server = UdpSocket::bind("127.0.0.1:0")?;
    ///     let client = UdpSocket::connect(server.local_addr()?).await?;
    ///     assert_eq!(client.peer_addr()?, server.local_addr()?);
    ///     assert!(server.peer_addr().is_err());
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "getpeername")]
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.registration.source().peer_addr()
    }
}

#[cfg(unix)]
impl AsFd for UdpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.registration.source().as_fd()
    }
}

#[cfg(windows)]
impl AsSocket for UdpSocket {
    fn as_socket(&self) -> BorrowedSocket<'_> {
        self.registration.source().as_socket()
    }
}

impl fmt::Debug for UdpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UdpSocket")
            .field("local", &self.local_addr().ok())
            .field("peer", &self.peer_addr().ok())
            .finish_non_exhaustive()
    }
}

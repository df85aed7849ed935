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

/// The size of the receive buffer. No datagram is longer.
const LONGEST: usize = 64 * 1024;

/// A UDP socket. Datagrams may get lost, or arrive in another order.
///
/// It belongs to the loop that was running when it was created. Dropping it closes it. Datagrams
/// are never truncated. All methods are cancel-safe: dropping a future loses no datagram. Python:
/// `loop.create_datagram_endpoint`.
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
    /// The receive buffer. Empty before the first receive.
    room: Vec<u8>,
}

impl UdpSocket {
    /// Creates a socket at `address`, or at the first of several addresses that is free.
    ///
    /// With port 0 the system chooses a port. Names are looked up as by
    /// [`TcpListener::bind`](super::TcpListener::bind), which blocks the thread.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is taken, and if no loop runs on this thread.
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

    /// Creates a socket that sends to `address`, and receives only from `address`. Python:
    /// `create_datagram_endpoint(remote_addr=…)`.
    ///
    /// If there are several addresses, the first that the system accepts is used. Nothing is sent,
    /// so the address needs no listener. Names are looked up with [`lookup`].
    ///
    /// # Errors
    ///
    /// Returns an error if the system accepts no address, if a name can't be looked up, or if no
    /// loop runs on this thread.
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

    /// Takes a socket of the standard library, and makes it non-blocking. The socket can have other
    /// options.
    ///
    /// # Errors
    ///
    /// Returns the system's error, or an error if no loop runs on this thread.
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
    /// Returns the system's error, such as `ConnectionRefused` for a datagram that was sent before.
    /// The socket can still be used.
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
    /// The same as for [`recv_from`](Self::recv_from).
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

    /// Sends a datagram to a numeric `address`: for a name, see [`lookup`]. Python: `sendto`.
    ///
    /// # Errors
    ///
    /// Returns the system's error, for instance if the datagram is too long. Then nothing is sent.
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
    /// The same as for [`send_to`](Self::send_to). Also returns an error if the socket is not
    /// connected, and `ConnectionRefused` if an earlier datagram found no receiver.
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
        self.registration.source().local_addr()
    }

    /// Returns the address to which the socket is connected. Python: `getpeername`.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket is not connected.
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

//! Addresses to connect to, and the look-up of names.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, ToSocketAddrs};

use crate::task::to_thread::to_thread;

/// An address to connect to: one numeric address, several of them, or a name with a port.
///
/// It is implemented for the types for which the standard library implements [`ToSocketAddrs`].
/// That trait looks names up immediately, and blocks the thread. Other crates can't implement
/// `ToAddresses`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{ToAddresses, lookup}};
/// use std::net::{Ipv4Addr, SocketAddr};
///
/// async fn first(address: impl ToAddresses) -> std::io::Result<SocketAddr> {
///     Ok(lookup(address).await?[0])
/// }
///
/// block_on(async {
///     let address = first("127.0.0.1:80").await?;
///     assert_eq!(first((Ipv4Addr::LOCALHOST, 80)).await?, address);
///     assert_eq!(first(("127.0.0.1", 80)).await?, address);
///     assert_eq!(first(&[address][..]).await?, address);
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
pub trait ToAddresses {
    #[doc(hidden)]
    fn __addresses(&self) -> Addresses;
}

/// The forms of an address.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Addresses {
    /// Numeric addresses.
    Known(Vec<SocketAddr>),
    /// A name, a colon and a port.
    Text(String),
    /// A name and a port.
    Name(String, u16),
}

impl<T: ToAddresses + ?Sized> ToAddresses for &T {
    fn __addresses(&self) -> Addresses {
        (**self).__addresses()
    }
}

impl ToAddresses for [SocketAddr] {
    fn __addresses(&self) -> Addresses {
        Addresses::Known(self.to_vec())
    }
}

/// Implements [`ToAddresses`] for types of numeric addresses.
macro_rules! impl_known {
    ($($type:ty),*) => {
        $(impl ToAddresses for $type {
            fn __addresses(&self) -> Addresses {
                Addresses::Known(vec![SocketAddr::from(*self)])
            }
        })*
    };
}

impl_known!(
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6,
    (IpAddr, u16),
    (Ipv4Addr, u16),
    (Ipv6Addr, u16)
);

impl ToAddresses for str {
    fn __addresses(&self) -> Addresses {
        match self.parse() {
            Ok(address) => Addresses::Known(vec![address]),
            Err(_) => Addresses::Text(self.to_owned()),
        }
    }
}

impl ToAddresses for String {
    fn __addresses(&self) -> Addresses {
        self.as_str().__addresses()
    }
}

impl ToAddresses for (&str, u16) {
    fn __addresses(&self) -> Addresses {
        match self.0.parse::<IpAddr>() {
            Ok(ip) => (ip, self.1).__addresses(),
            Err(_) => Addresses::Name(self.0.to_owned(), self.1),
        }
    }
}

impl ToAddresses for (String, u16) {
    fn __addresses(&self) -> Addresses {
        (self.0.as_str(), self.1).__addresses()
    }
}

/// Looks up the addresses of a name, and returns them in the system's order. Numeric addresses are
/// returned as they are.
///
/// The standard library looks the name up [on another thread](crate::to_thread()), and the loop
/// continues meanwhile. Cancel-safe, so it can be combined with a [`timeout`](crate::timeout()).
/// Python: `loop.getaddrinfo`.
///
/// # Errors
///
/// Returns an error if the name has no address, or if the look-up fails.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{lookup, start_server}};
///
/// block_on(async {
///     let addresses = lookup("localhost:0").await?;
///     assert!(addresses.iter().all(|address| address.ip().is_loopback()));
///     let _server = start_server(&*addresses, async |_, _| ())?; // no look-up
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
#[doc(alias = "getaddrinfo")]
pub async fn lookup(name: impl ToAddresses) -> io::Result<Vec<SocketAddr>> {
    let found = match name.__addresses() {
        Addresses::Known(addresses) => return Ok(addresses),
        Addresses::Text(text) => to_thread(move || collect(text)).await,
        Addresses::Name(name, port) => to_thread(move || collect((name, port))).await,
    };
    found.map_err(io::Error::other)?
}

fn collect(name: impl ToSocketAddrs) -> io::Result<Vec<SocketAddr>> {
    Ok(name.to_socket_addrs()?.collect())
}

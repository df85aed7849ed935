//! Connections of all families, for tests that apply to each family.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
#[cfg(unix)]
use std::os::fd::AsFd as AsSocket;
#[cfg(windows)]
use std::os::windows::io::AsSocket;
#[cfg(unix)]
use std::path::PathBuf;
#[cfg(unix)]
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use cogen::executor::net::{
    Server, StreamReader, StreamWriter, TcpListener, TcpStream, open_connection, start_server,
};
#[cfg(unix)]
use cogen::executor::net::{UnixStream, open_unix_connection, start_unix_server};
use socket2::SockRef;

/// The two ends of a buffered connection.
pub type Streams = (StreamReader, StreamWriter);

/// A kind of connection.
#[derive(Clone, Copy, Debug)]
pub enum Family {
    /// TCP, over loopback.
    Tcp,
    /// Unix sockets.
    #[cfg(unix)]
    Unix,
}

impl Family {
    /// All available families. Miri has no Unix sockets.
    pub const ALL: &[Self] = &[
        Self::Tcp,
        #[cfg(all(unix, not(miri)))]
        Self::Unix,
    ];

    /// Returns both ends of a connection, on which the system buffers few bytes.
    ///
    /// # Panics
    ///
    /// If the system refuses a connection.
    pub async fn streams(self) -> (Streams, Streams) {
        match self {
            Self::Tcp => {
                let (one, other) = tcp_pair().await;
                keep_few_bytes(&one);
                keep_few_bytes(&other);
                (one.into_streams(), other.into_streams())
            }
            #[cfg(unix)]
            Self::Unix => {
                let (one, other) = UnixStream::pair().expect("there are descriptors");
                keep_few_bytes(&one);
                keep_few_bytes(&other);
                (one.into_streams(), other.into_streams())
            }
        }
    }

    /// Starts a server at a new address.
    ///
    /// # Panics
    ///
    /// If the system refuses the address.
    pub fn start_server(
        self,
        handler: impl AsyncFn(StreamReader, StreamWriter) + 'static,
    ) -> TestServer {
        let (server, address) = match self {
            Self::Tcp => {
                let server =
                    start_server((Ipv4Addr::LOCALHOST, 0), handler).expect("there are ports");
                let address = Address::Tcp(server.local_addr().expect("it is TCP"));
                (server, address)
            }
            #[cfg(unix)]
            Self::Unix => {
                static SERVERS: AtomicUsize = AtomicUsize::new(0);
                let number = SERVERS.fetch_add(1, Relaxed);
                let path = std::env::temp_dir()
                    .join(format!("cogen-test-{}-{number}.socket", std::process::id()));
                let server = start_unix_server(&path, handler).expect("the path is free");
                (server, Address::Unix(path))
            }
        };
        TestServer { server: Some(server), address }
    }
}

/// Makes the buffers of a socket small. They then hold far fewer bytes than the limit that tests
/// wait for.
///
/// # Panics
///
/// If the system refuses.
pub fn keep_few_bytes(socket: &impl AsSocket) {
    if cfg!(miri) {
        return; // Miri can't set the sizes
    }
    let socket = SockRef::from(socket);
    socket.set_send_buffer_size(20_000).expect("a size");
    socket.set_recv_buffer_size(20_000).expect("a size");
}

/// Returns both ends of a TCP connection.
///
/// # Panics
///
/// If the system refuses the connection.
pub async fn tcp_pair() -> (TcpStream, TcpStream) {
    let mut listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there are ports");
    let address = listener.local_addr().expect("it is bound");
    let one = TcpStream::connect(address).await.expect("it listens");
    let (other, _) = listener.accept().await.expect("it was connected to");
    (one, other)
}

/// A server, and its address.
#[derive(Debug)]
pub struct TestServer {
    /// The server. A test can close or drop it.
    pub server: Option<Server>,
    address: Address,
}

/// The address of a server.
#[derive(Clone, Debug)]
pub enum Address {
    /// An address of TCP.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    #[cfg(unix)]
    Unix(PathBuf),
}

impl TestServer {
    /// Returns the address.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Connects to the server.
    ///
    /// # Panics
    ///
    /// If the connection is refused.
    pub async fn connect(&self) -> Streams {
        self.address.connect().await.expect("the server listens")
    }
}

impl Address {
    /// Connects to the address.
    ///
    /// # Errors
    ///
    /// If the connection is refused.
    pub async fn connect(&self) -> io::Result<Streams> {
        match self {
            Self::Tcp(address) => open_connection(address).await,
            #[cfg(unix)]
            Self::Unix(path) => open_unix_connection(path).await,
        }
    }
}

#[cfg(unix)]
impl Drop for TestServer {
    fn drop(&mut self) {
        if let Address::Unix(path) = &self.address {
            // The file may have been removed already.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Returns the given number of bytes. No byte is a `\n`, and the sequence has a long period.
#[must_use]
pub fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 31 + n / 251 + n / 65_521) as u8 | 0x80).collect()
}

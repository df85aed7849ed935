//! Connections of all families, for tests that hold for each.

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
    /// By TCP, over loopback.
    Tcp,
    /// By Unix sockets.
    #[cfg(unix)]
    Unix,
}

impl Family {
    /// All of them that there are: Miri has no Unix sockets.
    pub const ALL: &[Self] = &[
        Self::Tcp,
        #[cfg(all(unix, not(miri)))]
        Self::Unix,
    ];

    /// Both ends of a connection, on which the system keeps few bytes.
    ///
    /// # Panics
    ///
    /// If the system has none.
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

    /// A server at an address of its own.
    ///
    /// # Panics
    ///
    /// If the system has none.
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

/// Makes the buffers of a socket small: what they hold then is far below a mark that tests wait
/// for.
///
/// # Panics
///
/// If the system refuses.
pub fn keep_few_bytes(socket: &impl AsSocket) {
    if cfg!(miri) {
        return; // it can't
    }
    let socket = SockRef::from(socket);
    socket.set_send_buffer_size(20_000).expect("a size");
    socket.set_recv_buffer_size(20_000).expect("a size");
}

/// The ends of a TCP connection.
///
/// # Panics
///
/// If the system has none.
pub async fn tcp_pair() -> (TcpStream, TcpStream) {
    let mut listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there are ports");
    let address = listener.local_addr().expect("it is bound");
    let one = TcpStream::connect(address).await.expect("it listens");
    let (other, _) = listener.accept().await.expect("it was connected to");
    (one, other)
}

/// A server, and where it is.
#[derive(Debug)]
pub struct TestServer {
    /// The server, to be closed or dropped.
    pub server: Option<Server>,
    address: Address,
}

/// Where a server is.
#[derive(Clone, Debug)]
pub enum Address {
    /// By TCP.
    Tcp(SocketAddr),
    /// By Unix sockets.
    #[cfg(unix)]
    Unix(PathBuf),
}

impl TestServer {
    /// Where it is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// A connection to it.
    ///
    /// # Panics
    ///
    /// If it is refused.
    pub async fn connect(&self) -> Streams {
        self.address.connect().await.expect("the server listens")
    }
}

impl Address {
    /// A connection.
    ///
    /// # Errors
    ///
    /// If it is refused.
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
            // If it is gone, it is gone.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// So many bytes, of which none is a `\n`, and which don't repeat soon.
#[must_use]
pub fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 31 + n / 251 + n / 65_521) as u8 | 0x80).collect()
}

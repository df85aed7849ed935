//! Sockets for tasks of this loop: TCP, UDP, and Unix sockets where they exist.
//!
//! ```
//! use cogen_executor::{block_on, net::{open_connection, start_server}};
//!
//! block_on(async {
//!     // Each connection is a task.
//!     let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
//!         while let Ok(line) = reader.read_line().await {
//!             if line.is_empty() {
//!                 break; // the peer has closed
//!             }
//!             writer.write(&line.to_ascii_uppercase());
//!         }
//!     })?;
//!
//!     let (mut reader, mut writer) = open_connection(server.local_addr()?).await?;
//!     writer.write(b"hello\n");
//!     assert_eq!(reader.read_line().await?, b"HELLO\n");
//!     Ok::<(), std::io::Error>(())
//! }).unwrap();
//! ```
//!
//! | | asyncio-shaped, with buffers | without |
//! |---|---|---|
//! | connect | [`open_connection`], [`open_unix_connection`] | [`TcpStream::connect`], [`UnixStream::connect`] |
//! | accept | [`start_server`], [`start_unix_server`], [`serve`] | [`TcpListener`], [`UnixListener`] |
//! | look a name up | [`lookup`] | |
//! | read | [`StreamReader`] | [`ReadHalf`], [`TcpStream`], [`UnixStream`], with `AsyncRead` |
//! | write | [`StreamWriter`] | [`WriteHalf`], [`TcpStream`], [`UnixStream`], with `AsyncWrite` |
//! | both in one | [`BufStream`] | [`TcpStream`], [`UnixStream`] |
//! | datagrams | | [`UdpSocket`] |
//!
//! [`StreamReader`] and [`StreamWriter`] also wrap streams of other crates, such as TLS.
//!
//! A socket belongs to the loop that runs on the thread when the socket is created. After that loop
//! is closed, a method that would have to wait returns an error. One task can wait in each
//! direction of a connection. The methods borrow mutably to ensure this.
//!
//! Peers that are always ready don't block the loop. After 64 KiB, or 128 reads and writes, the
//! tasks that read and write are suspended, so that other tasks run and the loop checks its timers.

mod address;
mod buf_stream;
mod buffer;
mod connect;
mod error;
mod foreign;
mod reader;
mod server;
mod socket;
mod tcp;
mod udp;
#[cfg(unix)]
mod unix;
mod writer;

#[doc(hidden)]
pub use address::Addresses;
pub use address::{ToAddresses, lookup};
pub use buf_stream::BufStream;
pub use connect::open_connection;
#[cfg(unix)]
pub use connect::open_unix_connection;
pub use error::{IncompleteReadError, LimitOverrunError, ReadError};
pub use reader::{DEFAULT_LIMIT, StreamReader};
#[doc(hidden)]
pub use server::Returns;
#[cfg(unix)]
pub use server::start_unix_server;
pub use server::{HandlerOutput, Listener, Server, serve, start_server};
pub use socket::{ReadHalf, WriteHalf};
pub use tcp::{TcpListener, TcpStream};
pub use udp::UdpSocket;
#[cfg(unix)]
pub use unix::{UnixListener, UnixStream};
pub use writer::StreamWriter;

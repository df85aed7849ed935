//! Connections, for tasks of the bundled loop: TCP, UDP, and Unix sockets where they exist.
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
//! | read | [`StreamReader`] | [`ReadHalf`], [`TcpStream`], [`UnixStream`], by `AsyncRead` |
//! | write | [`StreamWriter`] | [`WriteHalf`], [`TcpStream`], [`UnixStream`], by `AsyncWrite` |
//! | both in one | [`BufStream`] | [`TcpStream`], [`UnixStream`] |
//! | datagrams | | [`UdpSocket`] |
//!
//! [`StreamReader`] and [`StreamWriter`] also sit on streams of other crates, such as TLS.
//!
//! What is made here belongs to the loop that runs on this thread at that time, and fails with an
//! error when that is closed. In each direction of a connection, one task can wait, which the
//! methods see to by borrowing mutably.
//!
//! Peers that are always ready don't keep the loop from others: after 64 KiB, or 128 reads
//! and writes, tasks that read or write let them run, and the loop looks at its timers.

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

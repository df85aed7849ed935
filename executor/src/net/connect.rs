//! Buffered connections to a listening peer.

use std::io;

use super::address::ToAddresses;
use super::reader::StreamReader;
use super::tcp::TcpStream;
use super::writer::StreamWriter;

/// Connects to `address` by TCP, and returns the reader and the writer. Python:
/// `asyncio.open_connection`.
///
/// Small writes are sent immediately (`TCP_NODELAY`). Addresses are looked up and tried as by
/// [`TcpStream::connect`].
///
/// Cancel-safe: dropping the future drops the connection.
///
/// # Errors
///
/// If no address answers, returns the error of the last one to fail. Also returns an error if the
/// name can't be looked up, and if no loop runs on this thread: then a
/// [`NoRunningLoopError`](crate::NoRunningLoopError) is inside.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{open_connection, start_server}};
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
///         if let Ok(request) = reader.read_until(b"\r\n\r\n").await {
///             assert!(request.starts_with(b"GET / HTTP/1.0\r\n"));
///             writer.write(b"HTTP/1.0 200 OK\r\nServer: cogen\r\n\r\n");
///         }
///     })?;
///     let (mut reader, mut writer) = open_connection(server.local_addr()?).await?;
///     writer.write(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
///     writer.drain().await?;
///     let mut headers = Vec::new();
///     loop {
///         let line = reader.read_line().await?;
///         if line == b"\r\n" || line.is_empty() {
///             break;
///         }
///         headers.push(String::from_utf8_lossy(&line).trim_end().to_owned());
///     }
///     assert_eq!(headers, ["HTTP/1.0 200 OK", "Server: cogen"]);
///     writer.wait_closed().await
/// }).unwrap();
/// ```
#[doc(alias = "create_connection")]
pub async fn open_connection(
    address: impl ToAddresses,
) -> io::Result<(StreamReader, StreamWriter)> {
    Ok(TcpStream::connect(address).await?.into_prompt_streams())
}

/// Connects to the Unix socket at `path`, and returns the reader and the writer. Python:
/// `asyncio.open_unix_connection`.
///
/// Cancel-safe: dropping the future drops the connection.
///
/// # Errors
///
/// Returns an error if no process listens at the path, and if no loop runs on this thread.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{UnixListener, open_unix_connection}};
///
/// let path = std::env::temp_dir().join(format!("cogen-{}.socket", std::process::id()));
/// block_on(async {
///     let mut listener = UnixListener::bind(&path)?;
///     let (mut reader, _writer) = open_unix_connection(&path).await?;
///     let (stream, _) = listener.accept().await?;
///     let (_, mut writer) = stream.into_streams();
///     writer.write(b"hello\n");
///     assert_eq!(reader.read_line().await?, b"hello\n");
///     std::fs::remove_file(&path)
/// }).unwrap();
/// ```
#[cfg(unix)]
#[cfg_attr(docsrs, doc(cfg(unix)))]
#[doc(alias = "create_unix_connection")]
pub async fn open_unix_connection(
    path: impl AsRef<std::path::Path>,
) -> io::Result<(StreamReader, StreamWriter)> {
    Ok(super::unix::UnixStream::connect(path).await?.into_streams())
}

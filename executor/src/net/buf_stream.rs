//! Both directions of a buffered connection in one stream.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncBufRead, AsyncRead, AsyncWrite};

use super::reader::StreamReader;
use super::writer::StreamWriter;

/// The reader and the writer of a connection in one stream, for code that takes a single stream:
/// TLS, HTTP, websockets.
///
/// Create it from the pair that [`open_connection`](super::open_connection) returns, or that a
/// handler of [`start_server`](super::start_server) gets. It is an [`AsyncRead`], an
/// [`AsyncBufRead`] and an [`AsyncWrite`]. The bytes in the reader's buffer are read first, so a
/// connection can switch to another protocol. [`TcpStream`](super::TcpStream) is such a stream
/// without buffers.
///
/// `poll_close` writes everything, and then ends the direction of writing. The peer reads to the
/// end, and can still answer. The connection is closed when the stream is dropped. asyncio has only
/// the pair.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{BufStream, open_connection, start_server}};
/// use futures::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |reader, writer| {
///         let mut stream = BufStream { reader, writer };
///         let mut line = String::new();
///         AsyncBufReadExt::read_line(&mut stream, &mut line).await?;
///         stream.write_all(line.to_uppercase().as_bytes()).await?;
///         Ok(())
///     })?;
///     let mut stream = BufStream::from(open_connection(server.local_addr()?).await?);
///     stream.write_all(b"hello\n").await?;
///     stream.close().await?;
///     let mut answer = String::new();
///     stream.read_to_string(&mut answer).await?;
///     assert_eq!(answer, "HELLO\n");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
pub struct BufStream {
    /// The direction of reading.
    pub reader: StreamReader,
    /// The direction of writing.
    pub writer: StreamWriter,
}

impl From<(StreamReader, StreamWriter)> for BufStream {
    fn from((reader, writer): (StreamReader, StreamWriter)) -> Self {
        Self { reader, writer }
    }
}

impl AsyncRead for BufStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        target: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.reader).poll_read(cx, target)
    }
}

impl AsyncBufRead for BufStream {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        Pin::new(&mut self.get_mut().reader).poll_fill_buf(cx)
    }

    fn consume(mut self: Pin<&mut Self>, count: usize) {
        self.reader.consume(count);
    }
}

impl AsyncWrite for BufStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.writer).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.writer).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer.write_eof();
        self.writer.poll_ended(cx)
    }
}

impl fmt::Debug for BufStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufStream")
            .field("reader", &self.reader)
            .field("writer", &self.writer)
            .finish()
    }
}

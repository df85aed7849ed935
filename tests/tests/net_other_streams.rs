//! Readers and writers on streams that are not sockets of the loop: the same behaviour as on
//! sockets. TLS is in `examples/tls`.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use cogen::executor::net::{
    BufStream, ReadError, StreamReader, StreamWriter, TcpStream, start_server,
};
use cogen::executor::{EventLoop, block_on, sleep, spawn, yield_now};
use cogen_tests::observe::in_time;
use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite, BufWriter, Cursor, repeat};

/// Returns a connection through a foreign stream that holds bytes back.
fn over(stream: impl AsyncRead + AsyncWrite + 'static) -> (StreamReader, StreamWriter) {
    let (reader, writer) = BufWriter::with_capacity(100, stream).split();
    (StreamReader::new(reader), StreamWriter::new(writer))
}

/// The bytes written to a stream, the number of calls, and the answers to give.
#[derive(Clone, Default)]
struct Sink {
    written: Rc<RefCell<Vec<u8>>>,
    writes: Rc<Cell<usize>>,
    closes: Rc<Cell<usize>>,
    error: Option<ErrorKind>,
    is_full: bool,
    panics: bool,
}

impl AsyncWrite for Sink {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        assert!(!self.panics, "out of paper");
        if self.is_full {
            return Poll::Pending;
        }
        self.writes.set(self.writes.get() + 1);
        self.written.borrow_mut().extend_from_slice(bytes);
        Poll::Ready(self.error.map_or(Ok(bytes.len()), |kind| Err(kind.into())))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.closes.set(self.closes.get() + 1);
        Poll::Ready(Ok(()))
    }
}

/// A stream that fails once, and then ends.
struct FailsOnce(bool);

impl AsyncRead for FailsOnce {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let fails = !std::mem::replace(&mut self.0, true);
        Poll::Ready(if fails { Err(ErrorKind::InvalidData.into()) } else { Ok(0) })
    }
}

#[test]
fn requests_and_answers_go_through_streams_of_others_on_both_ends() {
    in_time(|| {
        block_on(async {
            let server = start_server("127.0.0.1:0", async |reader, writer| {
                let (mut reader, mut writer) = over(BufStream { reader, writer });
                loop {
                    let line = reader.read_line().await?;
                    if line.is_empty() {
                        break;
                    }
                    writer.write(line.to_ascii_uppercase());
                    writer.drain().await?;
                }
                writer.write("bye");
                Ok(writer.wait_closed().await?)
            })
            .unwrap();
            let stream = TcpStream::connect(server.local_addr().unwrap()).await.unwrap();
            let (reader, mut writer) = over(stream);
            let mut reader = reader.with_limit(10);
            assert_eq!(reader.limit(), 10);
            writer.write("one\n");
            // The writer's task flushes the `BufWriter` by itself.
            assert_eq!(reader.read_line().await.unwrap(), b"ONE\n");
            writer.write("two;three\n");
            assert_eq!(reader.read_until(b";").await.unwrap(), b"TWO;");
            assert_eq!(reader.read_exact(3).await.unwrap(), b"THR");
            assert_eq!(reader.read(100).await.unwrap(), b"EE\n");
            writer.write("much longer than ten\nfour\n");
            assert!(matches!(reader.read_line().await, Err(ReadError::LimitOverrun(_))));
            assert_eq!(reader.read_line().await.unwrap(), b"FOUR\n");
            writer.write_eof();
            writer.flush().await.unwrap();
            assert_eq!(reader.read_to_end(10).await.unwrap(), b"bye");
            assert!(reader.at_eof());
            assert!(reader.half().is_none() && writer.half().is_none());
            assert_eq!(reader.peer_addr().unwrap_err().kind(), ErrorKind::Unsupported);
            assert_eq!(writer.local_addr().unwrap_err().kind(), ErrorKind::Unsupported);
            assert_eq!(format!("{reader:?} {writer:?}"), "StreamReader { .. } StreamWriter { .. }");
            writer.wait_closed().await.unwrap();
        });
    });
}

#[test]
fn drain_waits_for_a_slow_peer_and_megabytes_arrive() {
    in_time(|| {
        block_on(async {
            const COUNT: usize = 5_000_000;
            let server = start_server("127.0.0.1:0", async |reader, writer| {
                let (_reader, mut writer) = over(BufStream { reader, writer });
                for _ in 0..COUNT / 1000 {
                    writer.write([7; 1000]);
                    writer.drain().await?;
                    assert!(writer.buffered() <= 64 * 1024);
                }
                Ok(writer.wait_closed().await?)
            })
            .unwrap();
            let stream = TcpStream::connect(server.local_addr().unwrap()).await.unwrap();
            let (mut reader, _writer) = over(stream);
            yield_now().await;
            let mut count = 0;
            let mut buffer = vec![0; 100_000];
            loop {
                match reader.read_into(&mut buffer).await.unwrap() {
                    0 => break,
                    n => count += n,
                }
            }
            assert_eq!(count, COUNT);
        });
    });
}

#[test]
fn what_is_written_in_one_turn_goes_out_together_and_the_end_comes_once() {
    block_on(async {
        let sink = Sink::default();
        let mut writer = StreamWriter::new(sink.clone());
        writer.write("one ");
        writer.write("two");
        assert_eq!((sink.writes.get(), writer.buffered()), (0, 7));
        writer.flush().await.unwrap();
        assert_eq!((sink.writes.get(), writer.buffered()), (1, 0));
        writer.write_eof();
        writer.write_eof();
        writer.wait_closed().await.unwrap();
        assert_eq!(sink.closes.get(), 1);
        writer.write("too late");
        assert_eq!(writer.drain().await.unwrap_err().kind(), ErrorKind::BrokenPipe);
        assert_eq!(*sink.written.borrow(), b"one two");
    });
}

#[test]
fn a_writer_that_is_dropped_still_writes() {
    block_on(async {
        let sink = Sink::default();
        StreamWriter::new(sink.clone()).write("late");
        yield_now().await;
        yield_now().await;
        assert_eq!((&**sink.written.borrow(), sink.closes.get()), (&b"late"[..], 0));
    });
}

#[test]
fn abort_waits_for_nothing_and_drops_the_stream() {
    in_time(|| {
        block_on(async {
            let sink = Sink { is_full: true, ..Sink::default() };
            let mut writer = StreamWriter::new(sink.clone());
            writer.write([0; 100_000]);
            yield_now().await;
            assert_eq!(Rc::strong_count(&sink.written), 2);
            writer.abort();
            assert_eq!((writer.buffered(), Rc::strong_count(&sink.written)), (0, 1));
            writer.wait_closed().await.unwrap();
            assert_eq!(sink.closes.get(), 0);
        });
    });
}

#[test]
fn errors_are_told_every_time() {
    block_on(async {
        let mut writer =
            StreamWriter::new(Sink { error: Some(ErrorKind::StorageFull), ..Sink::default() });
        writer.write("lost");
        for _ in 0..3 {
            assert_eq!(writer.flush().await.unwrap_err().kind(), ErrorKind::StorageFull);
        }
        assert_eq!(writer.wait_closed().await.unwrap_err().kind(), ErrorKind::StorageFull);
        let mut reader = StreamReader::new(FailsOnce(false));
        for _ in 0..3 {
            assert_eq!(reader.fill_buf().await.unwrap_err().kind(), ErrorKind::InvalidData);
        }
    });
}

#[test]
fn a_stream_that_panics_is_an_error_of_the_writer() {
    in_time(|| {
        let event_loop = EventLoop::new().unwrap();
        let log = cogen_tests::observe::reports(event_loop.handle());
        event_loop
            .run_until_complete(async {
                let mut writer = StreamWriter::new(Sink { panics: true, ..Sink::default() });
                writer.write("lost");
                let error = writer.flush().await.unwrap_err();
                assert_eq!(error.to_string(), "the stream has panicked");
            })
            .unwrap();
        let log = log.take();
        assert!(log.len() == 1 && log[0].contains("out of paper"), "{log:?}");
    });
}

/// Each of these would block the loop if its results didn't count.
#[test]
fn streams_that_are_always_ready_let_others_run() {
    async fn beside_a_timer(mut step: impl AsyncFnMut() + 'static) {
        let endless = spawn(async move {
            loop {
                step().await;
            }
        });
        sleep(Duration::from_millis(1)).await;
        endless.cancel();
        let _ = endless.await;
    }

    in_time(|| {
        block_on(async {
            let mut reader = StreamReader::new(repeat(7));
            beside_a_timer(async move || drop(reader.read_exact(1000).await.unwrap())).await;
            let mut reader = StreamReader::new(repeat(7));
            beside_a_timer(async move || drop(reader.read_line().await)).await;
            let mut reader = StreamReader::new(repeat(7));
            let mut buffer = vec![0; 100_000];
            beside_a_timer(async move || drop(reader.read_into(&mut buffer).await)).await;
            let mut reader = StreamReader::new(Cursor::new("end"));
            beside_a_timer(async move || drop(reader.read_line().await.unwrap())).await;
            let mut reader = StreamReader::new(FailsOnce(false));
            beside_a_timer(async move || drop(reader.read_line().await.unwrap_err())).await;
            let mut writer = StreamWriter::new(futures::io::sink());
            beside_a_timer(async move || {
                writer.write([0; 100_000]);
                writer.drain().await.unwrap();
            })
            .await;
            let error = Some(ErrorKind::StorageFull);
            let mut writer = StreamWriter::new(Sink { error, ..Sink::default() });
            writer.write("lost");
            let _ = writer.flush().await;
            beside_a_timer(async move || drop(writer.drain().await.unwrap_err())).await;
        });
    });
}

#[test]
fn a_writer_needs_a_loop_that_is_open_and_the_one_that_runs() {
    in_time(|| {
        let mut writer = StreamWriter::new(Sink::default());
        writer.write("nowhere");
        let error = futures::executor::block_on(writer.flush()).unwrap_err();
        assert!(error.to_string().contains("no event loop"), "{error}");

        let event_loop = EventLoop::new().unwrap();
        let full = Sink { is_full: true, ..Sink::default() };
        let mut writer = StreamWriter::new(full);
        event_loop.run_until_complete(async { writer.write([0; 100_000]) }).unwrap();
        let error = block_on(writer.drain()).unwrap_err();
        assert!(error.to_string().contains("another event loop"), "{error}");
        drop(event_loop);
        let error = block_on(writer.drain()).unwrap_err();
        assert!(error.to_string().contains("closed"), "{error}");
    });
}

#[test]
fn a_reader_needs_no_loop() {
    let mut reader = StreamReader::new(&b"one\ntwo"[..]);
    futures::executor::block_on(async {
        assert_eq!(reader.read_line().await.unwrap(), b"one\n");
        assert_eq!(reader.read_to_end(10).await.unwrap(), b"two");
    });
}

/// Its future is dropped while it waits.
#[test]
fn nothing_is_lost_when_a_read_is_cancelled() {
    in_time(|| {
        block_on(async {
            let server = start_server("127.0.0.1:0", async |reader, writer| {
                let (_reader, mut writer) = over(BufStream { reader, writer });
                for part in ["on", "e\nt", "wo\n"] {
                    writer.write(part);
                    writer.flush().await?;
                    sleep(Duration::from_millis(1)).await;
                }
                pending::<()>().await;
                Ok(())
            })
            .unwrap();
            let stream = TcpStream::connect(server.local_addr().unwrap()).await.unwrap();
            let (mut reader, _writer) = over(stream);
            for expected in [b"one\n", b"two\n"] {
                let line = loop {
                    let read = cogen::executor::timeout(Duration::ZERO, reader.read_line());
                    match read.await {
                        Ok(line) => break line.unwrap(),
                        Err(_) => yield_now().await,
                    }
                };
                assert_eq!(line, expected);
            }
        });
    });
}

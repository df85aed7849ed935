//! Connections survive peers that reset, half-close, send in small pieces, flood or vanish, reused
//! descriptors, signals, and a system without free descriptors.

#[cfg(unix)]
use std::cell::Cell;
use std::future::Future;
use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, TcpListener as StdListener, TcpStream as StdStream};
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::pin::{Pin, pin};
#[cfg(unix)]
use std::process::Command;
#[cfg(unix)]
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use cogen::AsyncCoroutine;
use cogen::executor::net::{
    ReadError, Server, StreamReader, TcpStream, open_connection, start_server,
};
#[cfg(unix)]
use cogen::executor::net::{UnixListener, UnixStream, open_unix_connection};
use cogen::executor::{LoopHandle, block_on, sleep, spawn, yield_now};
use cogen_tests::connections::{Family, keep_few_bytes, pattern, tcp_pair};
#[cfg(unix)]
use cogen_tests::observe::Gate;
use cogen_tests::observe::{in_time, reports};
use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use socket2::SockRef;
#[cfg(unix)]
use socket2::{Domain, SockAddr, Socket, Type};

const LOCAL: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// Runs a test for connections of all families, and fails if it hangs.
fn on_all(test: impl AsyncFn(Family) + Send + Copy + 'static) {
    for &family in Family::ALL {
        in_time(move || block_on(test(family)));
    }
}

/// Makes the loop poll the outside.
async fn look() {
    for _ in 0..200 {
        yield_now().await;
    }
}

/// Returns a connection whose other end is a blocking socket of std.
async fn with_blocking_peer() -> (TcpStream, StdStream) {
    let listener = StdListener::bind(LOCAL).unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (stream, listener.accept().unwrap().0)
}

fn reset(stream: StdStream) {
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
}

/// Returns whether a write to a connection that the peer has reset may fail with this error.
fn is_lost(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset)
        || cfg!(windows) && kind == ErrorKind::ConnectionAborted
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_reset_in_the_middle_of_a_line() {
    in_time(|| {
        block_on(async {
            let (stream, mut peer) = with_blocking_peer().await;
            let (mut reader, mut writer) = stream.into_streams();
            let reads = spawn(async move {
                assert_eq!(reader.read_line().await.unwrap(), b"a line\n");
                for _ in 0..2 {
                    match reader.read_line().await {
                        Err(ReadError::Io(error)) => {
                            assert_eq!(error.kind(), ErrorKind::ConnectionReset)
                        }
                        other => panic!("{other:?}"),
                    }
                }
                assert_eq!(reader.buffer(), b"half a li");
                assert!(!reader.at_eof());
                // The received bytes are still there, and then the error, not an end.
                assert_eq!(reader.read_exact(4).await.unwrap(), b"half");
                assert_eq!(reader.read(100).await.unwrap(), b" a li");
                assert_eq!(reader.read(100).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
                assert!(matches!(reader.read_to_end(100).await, Err(ReadError::Io(_))));
            });
            peer.write_all(b"a line\nhalf a li").unwrap();
            look().await;
            reset(peer);
            reads.await.unwrap();
            writer.write(b"to nobody");
            let kind = writer.drain().await.unwrap_err().kind();
            assert!(is_lost(kind), "{kind:?}");
            assert_eq!(writer.wait_closed().await.unwrap_err().kind(), kind);
        });
    });
}

#[test]
fn a_reset_while_a_writer_waits() {
    in_time(|| {
        block_on(async {
            let (stream, peer) = with_blocking_peer().await;
            let (_reader, mut writer) = stream.into_streams();
            writer.write(pattern(20_000_000));
            assert!(poll_once(pin!(writer.drain())).is_pending());
            let drains = async { writer.drain().await.unwrap_err().kind() };
            reset(peer);
            let kind = drains.await;
            assert!(is_lost(kind), "{kind:?}");
            assert_eq!(writer.buffered(), 0);
        });
    });
}

/// Returns a connection that the peer has reset after it sent these bytes.
async fn reset_after(bytes: &[u8]) -> TcpStream {
    let (stream, mut peer) = with_blocking_peer().await;
    peer.write_all(bytes).unwrap();
    reset(peer);
    look().await;
    stream
}

#[test]
fn a_reset_that_the_writer_meets_first_is_no_end_for_the_reader() {
    in_time(|| {
        block_on(async {
            let (mut reader, mut writer) = reset_after(b"half an answer").await.into_streams();
            writer.write(b"a request");
            let kind = writer.drain().await.unwrap_err().kind();
            assert_eq!(kind, ErrorKind::ConnectionReset);
            for _ in 0..2 {
                match reader.read_to_end(100).await {
                    Err(ReadError::Io(error)) => assert_eq!(error.kind(), kind),
                    other => panic!("{other:?}"),
                }
            }
            assert!(!reader.at_eof());
            if cfg!(target_os = "linux") {
                // Elsewhere, the system may drop the received bytes.
                assert_eq!(reader.buffer(), b"half an answer");
            }
            reader.consume(reader.buffer().len());
            assert_eq!(reader.read_into(&mut [0; 10_000]).await.unwrap_err().kind(), kind);
        });
    });
}

#[test]
fn a_reset_that_one_direction_meets_first_is_no_end_for_the_other_without_buffers_either() {
    async fn read_to_the_error(mut reader: impl AsyncRead + Unpin) -> ErrorKind {
        for _ in 0..2 {
            let error = reader.read_to_end(&mut Vec::new()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        }
        reader.read(&mut [0]).await.unwrap_err().kind()
    }
    in_time(|| {
        block_on(async {
            let mut stream = reset_after(b"half an answer").await;
            let kind = stream.write_all(b"a request").await.unwrap_err().kind();
            assert_eq!(read_to_the_error(&mut stream).await, kind);
            assert_eq!(stream.write_all(b"another").await.unwrap_err().kind(), kind);

            let (reader, mut writer) = reset_after(b"half an answer").await.into_split();
            let slices = [std::io::IoSlice::new(b"a request")];
            let kind = writer.write_vectored(&slices).await.unwrap_err().kind();
            assert_eq!(read_to_the_error(reader).await, kind);
            assert_eq!(writer.write_vectored(&slices).await.unwrap_err().kind(), kind);

            let (reader, mut writer) = reset_after(b"half an answer").await.into_split();
            let kind = read_to_the_error(reader).await;
            assert_eq!(writer.write_all(b"a request").await.unwrap_err().kind(), kind);
        });
    });
}

#[test]
fn a_reset_that_the_reader_meets_first_is_an_error_of_the_writer() {
    in_time(|| {
        block_on(async {
            let (mut reader, mut writer) = reset_after(b"half an answer").await.into_streams();
            assert!(matches!(reader.read_to_end(100).await, Err(ReadError::Io(_))));
            // Nothing was written, so the writer has seen no error itself.
            assert_eq!(writer.drain().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
            writer.write(b"a request");
            assert_eq!(writer.buffered(), 0);
            assert_eq!(writer.flush().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
            assert_eq!(writer.wait_closed().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
        });
    });
}

#[test]
fn a_peer_that_has_ended_its_stream_is_read_to_the_end_though_writes_fail() {
    on_all(async |family| {
        let ((mut reader, mut writer), (from_peer, mut to_peer)) = family.streams().await;
        to_peer.write(b"a whole answer");
        to_peer.wait_closed().await.unwrap();
        drop((from_peer, to_peer));
        // Sooner or later the system says so.
        while writer.flush().await.is_ok() {
            writer.write([0; 1000]);
            yield_now().await;
        }
        if cfg!(target_os = "linux") {
            // Elsewhere, the system may have dropped the received bytes.
            assert_eq!(reader.read_to_end(100).await.unwrap(), b"a whole answer");
            assert!(reader.at_eof());
        }
    });
}

#[test]
fn a_write_after_the_own_end_is_no_error_of_the_reader() {
    in_time(|| {
        block_on(async {
            let (mut stream, mut peer) = with_blocking_peer().await;
            stream.close().await.unwrap();
            assert_eq!(stream.write_all(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
            peer.write_all(b"a whole answer").unwrap();
            drop(peer);
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            assert_eq!(answer, b"a whole answer");
        });
    });
}

#[test]
fn a_peer_that_closes_early() {
    on_all(async |family| {
        let ((mut reader, mut writer), peer) = family.streams().await;
        let reads = spawn(async move { reader.read_exact(10).await });
        look().await;
        drop(peer);
        match reads.await.unwrap() {
            Err(ReadError::Incomplete(error)) => assert_eq!(error.partial, b""),
            other => panic!("{other:?}"),
        }
        // At some point the system reports it. A signal would have ended the process.
        let error = loop {
            writer.write([0; 1000]);
            if let Err(error) = writer.flush().await {
                break error;
            }
            yield_now().await;
        };
        assert!(is_lost(error.kind()), "{error}");
    });
}

#[test]
fn a_half_closed_peer_is_read_to_the_end_and_answered() {
    on_all(async |family| {
        let ((mut reader, mut writer), (mut from_peer, mut to_peer)) = family.streams().await;
        let sent = pattern(400_000);
        let peer = spawn(async move {
            let all = from_peer.read_to_end(usize::MAX).await.unwrap();
            look().await;
            to_peer.write(&all);
            to_peer.wait_closed().await.unwrap();
        });
        writer.write(&sent);
        writer.write_eof();
        assert!(reader.read_to_end(usize::MAX).await.unwrap() == sent);
        peer.await.unwrap();
    });
}

#[test]
fn an_end_that_comes_with_the_last_bytes_is_seen() {
    on_all(async |family| {
        for waits in [false, true] {
            let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
            let reads = spawn(async move {
                if waits {
                    assert_eq!(reader.read(100).await.unwrap(), b"first");
                }
                // Both have arrived by the time of the event, and the read is short.
                assert_eq!(reader.read(100).await.unwrap(), b"last");
                assert_eq!(reader.read(100).await.unwrap(), b"");
            });
            look().await;
            if waits {
                writer.write(b"first");
                look().await;
            }
            writer.write(b"last");
            writer.close();
            drop(writer);
            reads.await.unwrap();
        }
    });
}

#[test]
fn short_reads_and_writes() {
    in_time(|| {
        block_on(async {
            let (mut one, mut other) = tcp_pair().await;
            for stream in [&one, &other] {
                stream.set_nodelay(true).unwrap();
                keep_few_bytes(stream);
            }
            let sent = pattern(500_000);
            let writes = spawn({
                let sent = sent.clone();
                async move {
                    one.write_all(&sent).await.unwrap();
                    AsyncWriteExt::close(&mut one).await.unwrap();
                    let mut back = Vec::new();
                    one.read_to_end(&mut back).await.unwrap();
                    back
                }
            });
            // In pieces of all sizes.
            let mut received: Vec<u8> = Vec::new();
            for size in (1usize..).map(|n| n % 1500 + 1) {
                let mut crumb = vec![0; size];
                let count = other.read(&mut crumb).await.unwrap();
                received.extend(&crumb[..count]);
                if count == 0 {
                    break;
                }
            }
            assert!(received == sent);
            let (_, mut writer) = other.into_streams();
            for crumb in sent.chunks(777) {
                writer.write(crumb);
            }
            writer.wait_closed().await.unwrap();
            assert!(writes.await.unwrap() == sent);
        });
    });
}

#[cfg(target_os = "linux")]
#[test]
fn reads_go_on_behind_urgent_data() {
    in_time(|| {
        block_on(async {
            for waits in [false, true] {
                let (stream, mut peer) = with_blocking_peer().await;
                let (mut reader, _writer) = stream.into_streams();
                let reads = spawn(async move { reader.read_exact(8).await.unwrap() });
                if waits {
                    look().await;
                }
                peer.write_all(b"be").unwrap();
                SockRef::from(&peer).send_out_of_band(b"!").unwrap();
                peer.write_all(b"hind").unwrap();
                look().await;
                peer.write_all(b"it").unwrap();
                assert_eq!(reads.await.unwrap(), b"behindit");
            }
            // Everything has arrived before the first event, so there is no further event.
            let (stream, mut peer) = with_blocking_peer().await;
            let (mut reader, _writer) = stream.into_streams();
            assert!(poll_once(pin!(reader.read(1))).is_pending());
            peer.write_all(b"be").unwrap();
            SockRef::from(&peer).send_out_of_band(b"!").unwrap();
            peer.write_all(b"hind").unwrap();
            assert_eq!(reader.read_exact(6).await.unwrap(), b"behind");
        });
    });
}

/// The system ends a read of a Unix socket after a passed descriptor, without an event for the
/// bytes after it.
#[cfg(target_os = "linux")]
#[test]
fn reads_go_on_behind_passed_descriptors() {
    use std::io::IoSlice;

    use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

    in_time(|| {
        block_on(async {
            let (ours, mut peer) = std::os::unix::net::UnixStream::pair().unwrap();
            let (mut reader, _writer) = UnixStream::from_std(ours).unwrap().into_streams();
            assert!(poll_once(pin!(reader.read(1))).is_pending());
            let descriptors = [peer.as_fd()];
            let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut ancillary = SendAncillaryBuffer::new(&mut space);
            assert!(ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)));
            sendmsg(&peer, &[IoSlice::new(b"be")], &mut ancillary, SendFlags::empty()).unwrap();
            peer.write_all(b"hind").unwrap();
            assert_eq!(reader.read_exact(6).await.unwrap(), b"behind");
        });
    });
}

#[cfg(unix)]
#[test]
fn a_descriptor_that_is_dropped_while_somebody_waits_and_its_number_reused() {
    in_time(|| {
        block_on(async {
            let listener = StdListener::bind(LOCAL).unwrap();
            // If another test opens a descriptor meanwhile, the number differs, and this is tried
            // again.
            let mut reused = 0;
            while reused < 10 {
                let (old, mut old_peer) = with_blocking_peer().await;
                let number = old.as_fd().as_raw_fd();
                // A copy keeps the system from removing the old registration by itself.
                let copy = old.as_fd().try_clone_to_owned().unwrap();
                let (mut reader, writer) = old.into_streams();
                let waits = spawn(async move { reader.read_line().await.map(drop) });
                look().await;
                old_peer.write_all(b"for the old one").unwrap();
                waits.cancel();
                drop(writer);
                assert!(waits.await.is_err());
                let new = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
                let (mut new_peer, _) = listener.accept().unwrap();
                reused += usize::from(new.as_fd().as_raw_fd() == number);
                let (mut reader, _writer) = new.into_streams();
                old_peer.write_all(b"again").unwrap();
                let reads = spawn(async move { reader.read_line().await.unwrap() });
                look().await;
                reset(old_peer);
                look().await;
                assert!(!reads.is_done());
                new_peer.write_all(b"for the new one\n").unwrap();
                assert_eq!(reads.await.unwrap(), b"for the new one\n");
                drop(copy);
            }
        });
    });
}

#[test]
fn a_read_that_is_given_up_for_another_wakes_the_other() {
    on_all(async |family| {
        let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
        // The first waiter is dropped, and another task waits instead.
        let first = spawn(async move {
            let _ = poll_once(pin!(reader.read(1)));
            reader
        });
        let mut reader = first.await.unwrap();
        let second = spawn(async move { reader.read(10).await.unwrap() });
        look().await;
        writer.write(b"woken");
        assert_eq!(second.await.unwrap(), b"woken");
    });
}

#[test]
fn a_peer_that_floods_keeps_nobody_else_from_running() {
    on_all(async |family| {
        const BYTES: usize = 10_000;
        let (one, mut other): (
            Box<dyn AsyncRead + Unpin>,
            Box<dyn futures::io::AsyncWrite + Unpin>,
        ) = match family {
            Family::Tcp => {
                let (one, other) = tcp_pair().await;
                (Box::new(one), Box::new(other))
            }
            #[cfg(unix)]
            Family::Unix => {
                let (one, other) = UnixStream::pair().unwrap();
                (Box::new(one), Box::new(other))
            }
        };
        other.write_all(&[0; BYTES]).await.unwrap();
        look().await;
        let mut one = one;
        let floods = spawn(async move {
            let mut byte = [0];
            for _ in 0..BYTES {
                one.read_exact(&mut byte).await.unwrap();
            }
        });
        let mut turns = 0;
        while !floods.is_done() {
            turns += 1;
            yield_now().await;
        }
        assert!(turns >= BYTES / 200, "{turns}");
    });
}

#[test]
fn a_writer_that_never_has_to_wait_lets_others_run() {
    in_time(|| {
        block_on(async {
            let (stream, mut peer) = with_blocking_peer().await;
            let thread =
                std::thread::spawn(move || std::io::copy(&mut peer, &mut std::io::sink()).unwrap());
            let (_reader, mut writer) = stream.into_streams();
            let writes = spawn(async move {
                for _ in 0..10_000 {
                    writer.write(b"x");
                    writer.drain().await.unwrap();
                }
            });
            let mut turns = 0;
            while !writes.is_done() {
                turns += 1;
                yield_now().await;
            }
            assert!(turns >= 50, "{turns}");
            drop(_reader);
            assert_eq!(thread.join().unwrap(), 10_000);
        });
    });
}

/// The number of bytes that tasks have read or written, in total and when a timer fired.
#[derive(Default)]
struct Bytes {
    done: AtomicUsize,
    at_timer: AtomicUsize,
}

impl Wake for Bytes {
    fn wake(self: Arc<Self>) {
        self.at_timer.store(self.done.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// The ends of a connection without buffers.
async fn pair(family: Family) -> [Pin<Box<dyn Duplex>>; 2] {
    match family {
        Family::Tcp => {
            let (one, other) = tcp_pair().await;
            [Box::pin(one), Box::pin(other)]
        }
        #[cfg(unix)]
        Family::Unix => {
            let (one, other) = UnixStream::pair().unwrap();
            [Box::pin(one), Box::pin(other)]
        }
    }
}

trait Duplex: AsyncRead + AsyncWrite {}
impl<T: AsyncRead + AsyncWrite> Duplex for T {}

/// Writes until the buffer is full.
fn fill(stream: &mut Pin<Box<dyn Duplex>>) {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut refusals = 0;
    while refusals < 2 {
        match stream.as_mut().poll_write(cx, &[0; 20_000]) {
            Poll::Ready(count) => assert!(count.unwrap() > 0),
            Poll::Pending => refusals += 1, // the first one may be others' turn
        }
    }
}

#[test]
fn a_timer_fires_before_many_connections_have_moved_megabytes() {
    for writes in [false, true] {
        on_all(async move |family| {
            let bytes = Arc::new(Bytes::default());
            let (mut ends, mut tasks) = (Vec::new(), Vec::new());
            for _ in 0..20 {
                let [mut one, mut other] = pair(family).await;
                if !writes {
                    fill(&mut other);
                }
                ends.push(other);
                let bytes = bytes.clone();
                let mut chunk = vec![0; 64 * 1024];
                tasks.push(async move {
                    loop {
                        let moved = if writes {
                            one.write(&chunk).await
                        } else {
                            one.read(&mut chunk).await
                        };
                        let Ok(count) = moved else {
                            return; // the test is over
                        };
                        bytes.done.fetch_add(count, Ordering::Relaxed);
                    }
                });
            }
            look().await;
            let waker = Waker::from(bytes.clone());
            let mut timer = pin!(sleep(Duration::ZERO));
            assert!(timer.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            // They transfer as much as they can, and then they wait for ever.
            let tasks: Vec<_> = tasks.into_iter().map(spawn).collect();
            for _ in 0..1000 {
                yield_now().await;
            }
            drop(tasks);
            let all = bytes.done.load(Ordering::Relaxed);
            let at_timer = bytes.at_timer.load(Ordering::Relaxed);
            assert!(at_timer > 0);
            assert!(at_timer < 300_000, "{at_timer} of {all} bytes came before the timer");
            assert!(all > 600_000, "{all} bytes are too few to see this");
        });
    }
}

#[test]
fn of_two_connections_that_one_task_reads_a_flood_leaves_the_other_its_share() {
    on_all(async |family| {
        const BYTES: usize = 10_000;
        let [mut flooded, mut flood] = pair(family).await;
        let [mut other, mut to_other] = pair(family).await;
        to_other.write_all(&[0; BYTES]).await.unwrap();
        let flooding = spawn(async move { while flood.write(&[0; 65_536]).await.is_ok() {} });
        let mut chunk = vec![0; 65_536];
        let floods = pin!(async { while flooded.read(&mut chunk).await.unwrap() > 0 {} });
        let reads = pin!(async {
            for _ in 0..BYTES {
                other.read_exact(&mut [0]).await.unwrap();
            }
        });
        // The flood is polled first, each time.
        futures::future::select(floods, reads).await;
        flooding.cancel();
    });
}

/// Repeats an operation that is ready at once, until another task has had its turns.
async fn asks_again_and_again(mut ask: impl AsyncFnMut()) {
    let others = spawn(look());
    while !others.is_done() {
        ask().await;
    }
}

#[test]
fn errors_and_ends_that_come_at_once_keep_nobody_else_from_running() {
    on_all(async |family| {
        let ((mut reader, mut writer), peer) = family.streams().await;
        drop(peer);
        asks_again_and_again(async || assert_eq!(reader.read_line().await.unwrap(), b"")).await;
        asks_again_and_again(async || drop(reader.read_until(b"x").await.unwrap_err())).await;
        asks_again_and_again(async || drop(reader.read_exact(1).await.unwrap_err())).await;
        asks_again_and_again(async || assert_eq!(reader.read_to_end(1).await.unwrap(), b"")).await;
        asks_again_and_again(async || assert_eq!(reader.read(1).await.unwrap(), b"")).await;
        asks_again_and_again(async || assert_eq!(reader.fill_buf().await.unwrap(), b"")).await;
        asks_again_and_again(async || {
            assert_eq!(AsyncReadExt::read(&mut reader, &mut [0; 8000]).await.unwrap(), 0);
        })
        .await;
        while writer.flush().await.is_ok() {
            writer.write(b"x");
            yield_now().await;
        }
        asks_again_and_again(async || {
            writer.write(b"x");
            writer.drain().await.unwrap_err();
        })
        .await;
        asks_again_and_again(async || drop(writer.write_all(b"x").await.unwrap_err())).await;
        asks_again_and_again(async || drop(writer.wait_closed().await.unwrap_err())).await;

        let ((reader, _writer), (_reader, mut to_it)) = family.streams().await;
        let mut reader = reader.with_limit(1);
        to_it.write(b"too long");
        asks_again_and_again(async || drop(reader.read_until(b"x").await.unwrap_err())).await;
        asks_again_and_again(async || drop(reader.read_to_end(1).await.unwrap_err())).await;
    });
    in_time(|| {
        block_on(async {
            let (mut reader, _writer) = reset_after(b"half a line").await.into_streams();
            asks_again_and_again(async || drop(reader.read_line().await.unwrap_err())).await;
            assert_eq!(reader.read(100).await.unwrap(), b"half a line");
            asks_again_and_again(async || drop(reader.read(1).await.unwrap_err())).await;
        });
    });
}

#[test]
fn a_cancelled_connect_and_a_cancelled_accept_lose_no_connection() {
    in_time(|| {
        block_on(async {
            let mut listener = cogen::executor::net::TcpListener::bind(LOCAL).unwrap();
            let address = listener.local_addr().unwrap();
            assert!(poll_once(pin!(listener.accept())).is_pending());
            drop(open_connection(address)); // never begun
            let clients =
                [open_connection(address).await.unwrap(), open_connection(address).await.unwrap()];
            for (_, writer) in &clients {
                let (_, peer) = listener.accept().await.unwrap();
                assert_eq!(peer, writer.local_addr().unwrap());
            }
            assert!(poll_once(pin!(listener.accept())).is_pending());
        });
    });
}

#[cfg(unix)]
#[test]
fn a_unix_socket_with_a_full_queue_is_tried_again() {
    in_time(|| {
        let path = std::env::temp_dir().join(format!("cogen-full-{}.socket", std::process::id()));
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
        socket.bind(&SockAddr::unix(&path).unwrap()).unwrap();
        socket.listen(1).unwrap();
        block_on(async {
            let mut listener = UnixListener::from_std(OwnedFd::from(socket).into()).unwrap();
            let mut connected = Vec::new();
            let waits = loop {
                let mut connects = spawn(open_unix_connection(path.clone()));
                look().await;
                if !connects.is_done() {
                    break connects;
                }
                connected.push((&mut connects).await.unwrap().unwrap());
            };
            assert!(!connected.is_empty());
            let accepts = spawn(async move {
                for _ in 0..=connected.len() {
                    let (stream, _) = listener.accept().await.unwrap();
                    stream.into_streams().1.write(b"welcome");
                }
                drop(connected);
            });
            let (mut reader, _writer) = waits.await.unwrap().unwrap();
            assert_eq!(reader.read_to_end(100).await.unwrap(), b"welcome");
            accepts.await.unwrap();
        });
        std::fs::remove_file(path).unwrap();
    });
}

/// The system interrupts a wait when the process is stopped and continued, with or without a
/// handler.
#[cfg(target_os = "linux")]
#[test]
fn signals_end_no_wait() {
    in_time(|| {
        block_on(async {
            let (stream, mut peer) = with_blocking_peer().await;
            let (mut reader, _writer) = stream.into_streams();
            let thread = std::thread::spawn(move || {
                let process = std::process::id();
                for _ in 0..20 {
                    let script = format!("kill -STOP {process} && kill -CONT {process}");
                    assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
                }
                peer.write_all(b"after all of them\n").unwrap();
            });
            assert_eq!(reader.read_line().await.unwrap(), b"after all of them\n");
            thread.join().unwrap();
        });
    });
}

#[test]
fn connections_that_are_reset_before_they_are_accepted() {
    in_time(|| {
        block_on(async {
            let reports = reports(&LoopHandle::current().unwrap());
            let server = start_server(LOCAL, async |mut reader, mut writer| {
                if let Ok(line) = reader.read_line().await {
                    writer.write(&line);
                    let _ = writer.wait_closed().await;
                }
            })
            .unwrap();
            for _ in 0..50 {
                reset(StdStream::connect(server.local_addr().unwrap()).unwrap());
            }
            let (mut reader, mut writer) =
                open_connection(server.local_addr().unwrap()).await.unwrap();
            writer.write(b"served\n");
            assert_eq!(reader.read_line().await.unwrap(), b"served\n");
            server.close();
            server.wait_closed().await;
            assert_eq!(reports.take(), [""; 0]);
        });
    });
}

/// Set in the process of the next test, which may have only a few descriptors.
#[cfg(unix)]
const STARVED: &str = "COGEN_TEST_WITH_FEW_DESCRIPTORS";

#[cfg(unix)]
#[test]
fn a_server_without_descriptors_waits_until_there_are_some() {
    if std::env::var_os(STARVED).is_none() {
        let program = std::env::current_exe().unwrap();
        let this = "a_server_without_descriptors_waits_until_there_are_some";
        let script = format!("ulimit -n 40 && exec \"$0\" --exact {this}");
        let status = Command::new("sh")
            .arg("-c")
            .arg(script)
            .arg(program)
            .env(STARVED, "1")
            .status()
            .unwrap();
        assert!(status.success(), "{status}");
        return;
    }
    in_time(|| {
        block_on(async {
            let told = Gate::default();
            let count = Rc::new(Cell::new(0));
            LoopHandle::current().unwrap().set_exception_handler(Some(Rc::new({
                let (told, count) = (told.clone(), count.clone());
                move |context| {
                    assert!(
                        context.message().starts_with("a server can't accept connections for now"),
                        "{context}"
                    );
                    count.set(count.get() + 1);
                    told.open();
                }
            })));
            let server = start_server(LOCAL, async |mut reader, mut writer| {
                let line = reader.read_line().await.unwrap();
                writer.write(&line);
                writer.wait_closed().await.unwrap();
            })
            .unwrap();
            // The last connection gets the last descriptor, so its other end gets none.
            let mut spare: Vec<_> =
                std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect();
            drop(spare.pop());
            let (mut reader, mut writer) =
                open_connection(server.local_addr().unwrap()).await.unwrap();
            writer.write(b"patience\n");
            told.await;
            let mut reads = pin!(reader.read_line());
            assert!(poll_once(reads.as_mut()).is_pending());
            drop(spare);
            assert_eq!(reads.await.unwrap(), b"patience\n");
            assert_eq!(count.get(), 1);
            // One more, to check that the server listens.
            let (mut reader, mut writer) =
                open_connection(server.local_addr().unwrap()).await.unwrap();
            writer.write(b"again\n");
            assert_eq!(reader.read_line().await.unwrap(), b"again\n");
        });
    });
}

#[test]
fn everything_at_once_in_crumbs_and_floods() {
    on_all(async |family| {
        const PAIRS: usize = 20;
        let mut tasks = Vec::new();
        for n in 0..PAIRS {
            let ((mut reader, mut writer), (from_peer, mut to_peer)) = family.streams().await;
            let sent = pattern(30_000 + 7001 * n);
            tasks.push(spawn({
                let sent = sent.clone();
                async move {
                    for crumb in sent.chunks(1 + n * 531 % 3000) {
                        writer.write(crumb);
                        writer.drain().await.unwrap();
                    }
                    writer.write_eof();
                }
            }));
            // In a task of its own, because the peer need not read while its answers are not read.
            tasks.push(spawn(async move {
                assert!(reader.read_to_end(usize::MAX).await.unwrap() == sent)
            }));
            tasks.push(spawn(async move {
                let mut from_peer: StreamReader = from_peer.with_limit(100);
                loop {
                    let bytes = from_peer.read(1 + n * 97 % 500).await.unwrap();
                    if bytes.is_empty() {
                        break;
                    }
                    to_peer.write(&bytes);
                    if n % 2 == 0 {
                        to_peer.drain().await.unwrap();
                    }
                    // Sometimes, nobody reads for a while.
                    if bytes[0] % 16 == 0 {
                        yield_now().await;
                    }
                }
                to_peer.close();
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
}

/// A waker whose clones can be counted, and which may panic.
struct Foreign {
    panics: bool,
    woken: AtomicBool,
}

impl Foreign {
    fn new(panics: bool) -> Arc<Self> {
        Arc::new(Self { panics, woken: AtomicBool::new(false) })
    }
}

impl Wake for Foreign {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Relaxed);
        assert!(!self.panics, "a foreign waker");
    }
}

#[test]
fn a_server_keeps_one_waker_of_each_who_waits_for_its_end_and_wakes_them_all() {
    #[allow(deprecated)]
    #[cogen::coroutine]
    fn waits(server: &Server) -> impl AsyncCoroutine<(), Yield = ()> {
        server.wait_closed().await;
    }

    block_on(async {
        let reports = reports(&LoopHandle::current().unwrap());
        let server = start_server(LOCAL, async |_, _| {}).unwrap();
        let foreign = [true, false].map(Foreign::new);
        let mut waiting = [pin!(waits(&server)), pin!(waits(&server))];
        for _ in 0..100 {
            for (foreign, waiting) in foreign.iter().zip(&mut waiting) {
                let waker = Waker::from(foreign.clone());
                assert!(
                    waiting
                        .as_mut()
                        .poll_resume(&mut Context::from_waker(&waker), &mut None)
                        .is_pending()
                );
            }
        }
        assert_eq!(foreign.each_ref().map(Arc::strong_count), [2, 2]);
        server.close();
        assert!(foreign.iter().all(|foreign| foreign.woken.load(Ordering::Relaxed)));
        assert_eq!(foreign.each_ref().map(Arc::strong_count), [1, 1]);
        let reports = reports.take();
        assert!(reports.len() == 1 && reports[0].contains("a foreign waker"), "{reports:?}");
    });
}

/// Returns a listener whose queue is full, so that it never answers, and the sockets that fill the
/// queue.
#[cfg(target_os = "linux")]
fn full_listener() -> (Socket, Vec<Socket>) {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.bind(&std::net::SocketAddr::from(LOCAL).into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let waiting = (0..4)
        .map(|_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            socket.set_nonblocking(true).unwrap();
            let _ = socket.connect(&address); // in progress
            socket
        })
        .collect();
    (listener, waiting)
}

#[cfg(target_os = "linux")]
#[test]
#[cfg_attr(miri, ignore = "Miri's sockets know no full queues")]
fn an_address_that_does_not_answer_keeps_nobody_from_the_next_one() {
    in_time(|| {
        block_on(async {
            let full = [full_listener(), full_listener()];
            let silent =
                full.each_ref().map(|(listener, _)| listener.local_addr().unwrap().as_socket());
            let silent = silent.map(Option::unwrap);
            let refused = StdListener::bind(LOCAL).unwrap().local_addr().unwrap();
            let listener = StdListener::bind(LOCAL).unwrap();
            let answers = listener.local_addr().unwrap();
            for addresses in [
                vec![silent[0], answers],
                vec![silent[0], silent[1], answers],
                vec![silent[0], refused, answers, silent[1]],
                vec![refused, silent[0], refused, answers],
            ] {
                // Without the next one, it would take minutes.
                let (_reader, writer) = open_connection(&addresses[..]).await.unwrap();
                assert_eq!(writer.peer_addr().unwrap(), answers);
            }
            let all_fail = [refused, refused, refused];
            let error = open_connection(&all_fail[..]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        });
    });
}

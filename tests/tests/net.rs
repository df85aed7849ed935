//! Connections of the bundled loop: streams, servers, readers and writers. Attacks on them are in
//! `net_survival.rs`.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Waker};

use cogen::executor::net::{
    BufStream, DEFAULT_LIMIT, IncompleteReadError, LimitOverrunError, ReadError, StreamReader,
    StreamWriter, TcpListener, TcpStream, open_connection, serve, start_server,
};
use cogen::executor::{
    EventLoop, LoopHandle, NoRunningLoopError, OtherLoopError, RunError, block_on, spawn, yield_now,
};
use cogen_tests::connections::{Family, pattern};
use cogen_tests::observe::{Gate, Log, in_time, reports};
use futures::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use socket2::{Domain, SockRef, Socket, Type};

const LOCAL: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// Runs a test for connections of all families, and fails if it hangs.
fn on_all(test: impl AsyncFn(Family) + Send + Copy + 'static) {
    for &family in Family::ALL {
        in_time(move || block_on(test(family)));
    }
}

/// Returns whether the future is pending now. Afterwards it is dropped.
fn is_pending(future: Pin<&mut impl Future>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

fn overrun(result: Result<Vec<u8>, ReadError>) -> LimitOverrunError {
    match result {
        Err(ReadError::LimitOverrun(error)) => error,
        other => panic!("not too long: {other:?}"),
    }
}

fn incomplete(result: Result<Vec<u8>, ReadError>) -> IncompleteReadError {
    match result {
        Err(ReadError::Incomplete(error)) => error,
        other => panic!("not incomplete: {other:?}"),
    }
}

#[test]
fn lines_come_as_they_were_written() {
    on_all(async |family| {
        let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
        writer.write(b"one\ntw");
        assert_eq!(reader.read_line().await.unwrap(), b"one\n");
        writer.write(b"o\r\n\n\nlast");
        writer.write_eof();
        for line in [&b"two\r\n"[..], b"\n", b"\n"] {
            assert_eq!(reader.read_line().await.unwrap(), line);
        }
        assert!(!reader.at_eof());
        for line in [&b"last"[..], b"", b""] {
            assert_eq!(reader.read_line().await.unwrap(), line);
        }
        assert!(reader.at_eof());
    });
}

#[test]
fn a_separator_may_come_in_pieces() {
    on_all(async |family| {
        let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
        for piece in [&b"a\r\n\r"[..], b"b\r", b"\n", b"\r", b"\nrest"] {
            assert!(is_pending(pin!(reader.read_until(b"\r\n\r\n"))));
            writer.write(piece);
            yield_now().await;
        }
        assert_eq!(reader.read_until(b"\r\n\r\n").await.unwrap(), b"a\r\n\rb\r\n\r\n");
        writer.close();
        let error = incomplete(reader.read_until(b"\r\n\r\n").await);
        assert_eq!((&error.partial[..], error.expected), (&b"rest"[..], None));
        assert_eq!(incomplete(reader.read_until(b"\r\n\r\n").await).partial, b"");
    });
}

#[test]
#[should_panic(expected = "at least one byte")]
fn an_empty_separator_is_a_mistake() {
    block_on(async {
        let ((mut reader, _out), _peer) = Family::Tcp.streams().await;
        let _ = reader.read_until(b"").await;
    });
}

#[test]
fn numbers_of_bytes() {
    on_all(async |family| {
        let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
        assert_eq!(reader.read_exact(0).await.unwrap(), b"");
        assert_eq!(reader.read(0).await.unwrap(), b"");
        writer.write(b"0123456789");
        assert_eq!(reader.read_exact(3).await.unwrap(), b"012");
        assert_eq!(reader.read(2).await.unwrap(), b"34");
        assert_eq!(reader.read(1000).await.unwrap(), b"56789");
        writer.write(b"abc");
        writer.write_eof();
        let mut target = [0; 2];
        assert_eq!((reader.read_into(&mut target).await.unwrap(), &target), (2, b"ab"));
        let error = incomplete(reader.read_exact(usize::MAX).await);
        assert_eq!((&error.partial[..], error.expected), (&b"c"[..], Some(usize::MAX)));
        assert_eq!(reader.read_into(&mut target).await.unwrap(), 0);
        assert_eq!(reader.read(10).await.unwrap(), b"");
    });
}

#[test]
fn what_is_there_can_be_looked_at_first() {
    block_on(async {
        let ((mut reader, _out), (_in, mut writer)) = Family::Tcp.streams().await;
        writer.write(b"look");
        assert_eq!(reader.buffer(), b"");
        assert_eq!(reader.fill_buf().await.unwrap(), b"look");
        reader.consume(2);
        assert_eq!(reader.buffer(), b"ok");
        assert_eq!(reader.fill_buf().await.unwrap(), b"ok");
        reader.consume(2);
        writer.close();
        assert_eq!(reader.fill_buf().await.unwrap(), b"");
    });
}

#[test]
#[cfg_attr(miri, ignore = "doesn't end under Miri, whose sockets are young")]
fn to_the_end_within_a_limit() {
    on_all(async |family| {
        let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
        let sent = pattern(300_000);
        writer.write(&sent);
        writer.close();
        assert_eq!(overrun(reader.read_to_end(299_999).await).limit, 299_999);
        assert!(reader.read_to_end(300_000).await.unwrap() == sent);
        assert_eq!(reader.read_to_end(0).await.unwrap(), b"");
    });
}

#[test]
fn a_line_below_at_and_above_the_limit() {
    for limit in [1, 10, 5000, DEFAULT_LIMIT] {
        on_all(async move |family| {
            for ends in [true, false] {
                let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
                if limit != DEFAULT_LIMIT {
                    reader = reader.with_limit(limit);
                }
                assert_eq!(reader.limit(), limit);
                for length in [limit - 1, limit] {
                    let mut line = pattern(length);
                    line.push(b'\n');
                    writer.write(&line);
                    assert!(reader.read_line().await.unwrap() == line);
                }
                let line = pattern(limit + 1);
                writer.write(&line);
                if ends {
                    writer.write(b"\n");
                }
                for _ in 0..2 {
                    let error = overrun(reader.read_until(b"\n").await);
                    assert_eq!((error.limit, error.consumed), (limit, limit + 1));
                }
                // Nothing is lost, and the reader continues.
                assert!(reader.read_exact(limit + 1).await.unwrap() == line);
                if !ends {
                    writer.write(b"\n");
                }
                assert_eq!(reader.read_line().await.unwrap(), b"\n");
            }
        });
    }
}

#[test]
fn a_line_that_is_too_long_is_skipped_to_its_end() {
    for beyond in [1, 100, 1_000_000] {
        on_all(async move |family| {
            for ends_at_once in [true, false] {
                let ((reader, _out), (_in, mut writer)) = family.streams().await;
                let mut reader = reader.with_limit(10);
                writer.write(pattern(10 + beyond));
                if ends_at_once {
                    writer.write(b"\n");
                }
                let error = overrun(reader.read_line().await);
                assert!(error.consumed > 10, "{error:?}");
                if !ends_at_once {
                    writer.write(b"the rest\n");
                }
                writer.write(b"next\n");
                assert_eq!(reader.read_line().await.unwrap(), b"next\n");
            }
        });
    }
}

#[test]
fn a_line_that_is_too_long_may_be_the_last() {
    on_all(async |family| {
        let ((reader, _out), (_in, mut writer)) = family.streams().await;
        let mut reader = reader.with_limit(10);
        writer.write([b'x'; 20]);
        overrun(reader.read_line().await);
        writer.write(b"more of it");
        writer.write_eof();
        assert_eq!(reader.read_line().await.unwrap(), b"");
        assert!(reader.at_eof());
    });
}

#[test]
fn the_rest_of_a_line_that_is_too_long_can_be_read_by_other_means() {
    on_all(async |family| {
        let ((reader, _out), (_in, mut writer)) = family.streams().await;
        let mut reader = reader.with_limit(10);
        writer.write([b'x'; 20]);
        overrun(reader.read_line().await);
        writer.write(b"rest\nnext\n");
        assert!(reader.read_until(b"\n").await.unwrap().ends_with(b"rest\n"));
        assert_eq!(reader.read_line().await.unwrap(), b"next\n"); // it is not skipped
    });
}

#[test]
fn a_line_without_an_end_is_an_error_and_not_memory() {
    on_all(async |family| {
        let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
        let peer = spawn(async move {
            loop {
                writer.write([b'x'; 10_000]);
                if writer.drain().await.is_err() {
                    return;
                }
            }
        });
        overrun(reader.read_until(b"\n").await);
        assert!(reader.buffer().len() <= 2 * DEFAULT_LIMIT, "{}", reader.buffer().len());
        overrun(reader.read_line().await);
        assert_eq!(reader.buffer().len(), 0);
        drop((reader, _out));
        peer.await.unwrap();
    });
}

#[test]
fn a_read_that_is_dropped_loses_nothing() {
    on_all(async |family| {
        let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
        let text = b"line one\nline two\nexactly this\nand into";
        let reads = spawn(async move {
            let mut seen = Vec::new();
            // Each read is polled once and dropped, until one is ready.
            macro_rules! now_or_later {
                ($read:expr) => {
                    loop {
                        let polled = { futures::poll!(pin!($read)) };
                        match polled {
                            std::task::Poll::Ready(value) => break value.unwrap(),
                            std::task::Poll::Pending => yield_now().await,
                        }
                    }
                };
            }
            seen.extend(now_or_later!(reader.read_line()));
            seen.extend(now_or_later!(reader.read_until(b"two\n")));
            seen.extend(now_or_later!(reader.read_exact(13)));
            let mut target = [0; 4];
            let count = now_or_later!(reader.read_into(&mut target));
            seen.extend(&target[..count]);
            seen.extend(now_or_later!(reader.read_to_end(100)));
            seen
        });
        for byte in text {
            writer.write([*byte]);
            yield_now().await;
        }
        writer.close();
        assert_eq!(reads.await.unwrap(), text);
    });
}

#[test]
#[cfg_attr(miri, ignore = "doesn't end under Miri, whose sockets are young")]
fn errors_turn_into_those_of_io_and_back() {
    block_on(async {
        let ((reader, _out), (_in, mut writer)) = Family::Tcp.streams().await;
        let mut reader = reader.with_limit(3);
        writer.write(b"four");
        writer.close();
        let error = io::Error::from(reader.read_until(b"\n").await.unwrap_err());
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert_eq!(
            error.to_string(),
            "received 4 bytes before the separator or the end, where the limit is 3"
        );
        assert_eq!(error.downcast::<LimitOverrunError>().unwrap().consumed, 4);
        let error = io::Error::from(reader.read_exact(5).await.unwrap_err());
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(error.to_string(), "the stream ended after 4 of 5 bytes");
        let error = error.downcast::<IncompleteReadError>().unwrap();
        assert_eq!(
            format!("{error:?}"),
            r#"IncompleteReadError { partial: "four", expected: Some(5) }"#
        );
    });
}

#[test]
#[cfg_attr(miri, ignore = "doesn't end under Miri, whose sockets are young")]
fn the_traits_of_futures_io() {
    on_all(async |family| {
        let ((mut reader, mut out), (mut from_peer, mut writer)) = family.streams().await;
        let sent = pattern(500_000);
        let echo = spawn(async move {
            futures::io::copy(&mut from_peer, &mut writer).await.unwrap();
            AsyncWriteExt::close(&mut writer).await.unwrap();
        });
        let writes = spawn({
            let sent = sent.clone();
            async move {
                out.write_all(&sent).await.unwrap();
                AsyncWriteExt::flush(&mut out).await.unwrap();
                out.write_eof();
                out
            }
        });
        let mut line = Vec::new();
        AsyncBufReadExt::read_until(&mut reader, 0x87, &mut line).await.unwrap();
        let mut rest = vec![0; 70_000];
        AsyncReadExt::read_exact(&mut reader, &mut rest).await.unwrap();
        line.append(&mut rest);
        AsyncReadExt::read_to_end(&mut reader, &mut line).await.unwrap();
        assert!(line == sent);
        echo.await.unwrap();
        writes.await.unwrap();
    });
}

#[test]
#[cfg_attr(miri, ignore = "Miri knows no vectored writes")]
fn streams_and_halves_without_buffers() {
    block_on(async {
        let mut listener = TcpListener::bind(LOCAL).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, address) = listener.accept().await.unwrap();
        assert_eq!(address, client.local_addr().unwrap());
        assert_eq!(client.peer_addr().unwrap(), server.local_addr().unwrap());
        assert!(format!("{client:?}").contains(&address.port().to_string()));
        client.set_nodelay(true).unwrap();
        let (mut read_half, mut write_half) = server.into_split();
        let slices = [io::IoSlice::new(b"both "), io::IoSlice::new(b"slices")];
        assert_eq!(client.write_vectored(&slices).await.unwrap(), 11);
        AsyncWriteExt::close(&mut client).await.unwrap();
        let mut text = String::new();
        read_half.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "both slices");
        write_half.write_all(b"answer").await.unwrap();
        drop((read_half, write_half));
        text.clear();
        client.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "answer");
    });
}

#[test]
#[cfg_attr(miri, ignore = "Miri knows no address before a socket listens")]
fn the_next_address_is_tried() {
    block_on(async {
        // Bound, so that no other socket gets it, and not listening.
        let refuses = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        refuses.bind(&SocketAddr::from(LOCAL).into()).unwrap();
        let refusing = refuses.local_addr().unwrap().as_socket().unwrap();
        let listener = StdListener::bind(LOCAL).unwrap();
        let address = listener.local_addr().unwrap();
        let (_reader, writer) = open_connection(&[refusing, address][..]).await.unwrap();
        assert_eq!(writer.peer_addr().unwrap(), address);
        let error = open_connection(&[refusing, refusing][..]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        let error = open_connection(&[] as &[SocketAddr]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(open_connection("no port").await.is_err());
        let (_reader, writer) = open_connection(("localhost", address.port())).await.unwrap();
        assert_eq!(writer.peer_addr().unwrap(), address);
    });
}

#[test]
fn without_a_loop_there_is_a_typed_error() {
    let address = StdListener::bind(LOCAL).unwrap().local_addr().unwrap();
    let mut connects = pin!(open_connection(address));
    let std::task::Poll::Ready(Err(error)) =
        connects.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    else {
        panic!()
    };
    assert_eq!(error.downcast::<NoRunningLoopError>().unwrap(), NoRunningLoopError);
    let error = TcpListener::bind(LOCAL).unwrap_err();
    assert_eq!(error.downcast::<NoRunningLoopError>().unwrap(), NoRunningLoopError);
    let error = start_server(LOCAL, async |_, _| {}).unwrap_err();
    assert_eq!(error.downcast::<NoRunningLoopError>().unwrap(), NoRunningLoopError);
}

#[test]
#[cfg_attr(miri, ignore = "doesn't end under Miri, whose sockets are young")]
fn after_the_loop_is_closed_there_is_a_typed_error() {
    in_time(|| Family::ALL.iter().copied().for_each(after_the_loop_is_closed));
}

fn after_the_loop_is_closed(family: Family) {
    let event_loop = EventLoop::new().unwrap();
    let ((mut reader, mut writer), peer) = event_loop.run_until_complete(family.streams()).unwrap();
    writer.write(pattern(10_000_000));
    assert!(writer.buffered() > 0);
    event_loop.close();
    block_on(async {
        let error = reader.read(1).await.unwrap_err();
        assert_eq!(error.downcast::<RunError>().unwrap(), RunError::Closed);
        // The loop's task would have written it.
        let error = writer.wait_closed().await.unwrap_err();
        assert_eq!(error.downcast::<RunError>().unwrap(), RunError::Closed);
    });
    let (_, mut writer) = peer;
    writer.write(pattern(10_000_000));
    assert!(block_on(writer.drain()).is_err());
}

#[test]
#[cfg_attr(miri, ignore = "Miri can't make the system keep few bytes")]
fn writes_wait_for_a_slow_peer_only_where_they_are_drained() {
    on_all(async |family| {
        let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
        let mut sent = 0;
        let mut next = |writer: &mut StreamWriter, count| {
            let bytes = pattern(sent + count).split_off(sent);
            writer.write(&bytes);
            sent += count;
        };
        writer.drain().await.unwrap();
        while writer.buffered() == 0 {
            next(&mut writer, 100_000);
            yield_now().await;
        }
        while writer.buffered() <= 64 * 1024 {
            assert!(!is_pending(pin!(writer.drain())));
            next(&mut writer, 1000);
        }
        for _ in 0..100 {
            assert!(is_pending(pin!(writer.drain())));
            yield_now().await;
        }
        let drained = Rc::new(Gate::default());
        let drains = spawn({
            let drained = drained.clone();
            async move {
                writer.drain().await.unwrap();
                drained.open();
                assert!(writer.buffered() <= 16 * 1024, "{}", writer.buffered());
                writer
            }
        });
        let mut received = Vec::new();
        while !drains.is_done() {
            received.extend(reader.read(10_000).await.unwrap());
            yield_now().await;
        }
        let mut writer = drains.await.unwrap();
        writer.close();
        received.extend(reader.read_to_end(usize::MAX).await.unwrap());
        assert!(received == pattern(sent));
    });
}

#[test]
#[cfg_attr(miri, ignore = "takes too long under Miri")]
fn closing_writes_megabytes_first() {
    on_all(async |family| {
        let sent = pattern(8_000_000);
        let ways: [fn(StreamReader, StreamWriter); 3] = [
            |_reader, mut writer| writer.close(),
            |_reader, _writer| {}, // just dropped
            |_reader, mut writer| {
                writer.write_eof();
                assert!(!writer.can_write_eof());
                writer.close();
                assert!(writer.is_closing());
            },
        ];
        for way in ways {
            let ((mut reader, _out), (from_peer, mut writer)) = family.streams().await;
            writer.write(&sent);
            assert!(writer.buffered() > 1_000_000);
            way(from_peer, writer);
            assert!(reader.read_to_end(usize::MAX).await.unwrap() == sent);
        }
    });
}

#[test]
#[cfg_attr(miri, ignore = "doesn't end under Miri, whose sockets are young")]
fn waiting_for_the_end_waits_for_everything() {
    on_all(async |family| {
        let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
        let sent = pattern(3_000_000);
        writer.write(&sent[..2_000_000]);
        writer.write(&sent[2_000_000..]);
        let mut closes = spawn(async move {
            assert!(is_pending(pin!(writer.flush())));
            writer.wait_closed().await.unwrap();
            assert_eq!(writer.buffered(), 0);
            writer.wait_closed().await.unwrap(); // any number of times
            writer.flush().await.unwrap();
        });
        yield_now().await;
        assert!(!closes.is_done());
        assert!(reader.read_exact(3_000_000).await.unwrap() == sent);
        (&mut closes).await.unwrap();
        assert_eq!(reader.read(1).await.unwrap(), b"");
    });
}

#[test]
#[cfg_attr(miri, ignore = "doesn't end under Miri, whose sockets are young")]
fn nothing_is_written_after_the_end() {
    on_all(async |family| {
        for close in [false, true] {
            let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
            assert!(writer.can_write_eof());
            writer.write(b"before");
            if close {
                writer.close()
            } else {
                writer.write_eof()
            }
            writer.drain().await.unwrap();
            writer.write(b"after");
            assert_eq!(writer.drain().await.unwrap_err().kind(), ErrorKind::BrokenPipe);
            assert_eq!(writer.flush().await.unwrap_err().kind(), ErrorKind::BrokenPipe);
            assert_eq!(reader.read_to_end(100).await.unwrap(), b"before");
        }
    });
}

#[test]
#[cfg_attr(miri, ignore = "doesn't end under Miri, whose sockets are young")]
fn aborting_drops_what_is_not_written() {
    on_all(async |family| {
        for closes in [false, true] {
            let ((mut reader, _out), (_in, mut writer)) = family.streams().await;
            writer.write(pattern(8_000_000));
            if closes {
                writer.close();
            }
            let unwritten = writer.buffered();
            writer.abort();
            assert_eq!(writer.buffered(), 0);
            writer.wait_closed().await.unwrap();
            assert_eq!(reader.read_to_end(usize::MAX).await.unwrap().len(), 8_000_000 - unwritten);
        }
    });
}

#[test]
fn closing_ends_the_own_reader_too() {
    on_all(async |family| {
        let ((mut reader, mut writer), _peer) = family.streams().await;
        let reads = spawn(async move { reader.read_line().await.unwrap() });
        yield_now().await;
        writer.close();
        assert_eq!(reads.await.unwrap(), b"");
    });
}

#[test]
fn a_server_makes_a_task_of_each_connection() {
    on_all(async |family| {
        let log = Log::default();
        let server = family.start_server({
            let log = log.clone();
            async move |mut reader: StreamReader, mut writer: StreamWriter| {
                while let Ok(line) = reader.read_line().await {
                    if line.is_empty() {
                        break;
                    }
                    log.add(String::from_utf8_lossy(&line).trim());
                    writer.write(line.to_ascii_uppercase());
                }
            }
        });
        let mut clients = Vec::new();
        for _ in 0..10 {
            clients.push(server.connect().await);
        }
        for round in 0..3 {
            for (n, (reader, writer)) in clients.iter_mut().enumerate().rev() {
                writer.write(format!("round {round} of {n}\n").as_bytes());
                assert_eq!(
                    reader.read_line().await.unwrap(),
                    format!("ROUND {round} OF {n}\n").as_bytes()
                );
            }
        }
        let lines = log.take();
        assert_eq!((lines.len(), &*lines[0], &*lines[29]), (30, "round 0 of 9", "round 2 of 0"));
    });
}

#[test]
fn a_closed_server_refuses_and_its_handlers_go_on() {
    on_all(async |family| {
        for drops in [false, true] {
            let mut server = family.start_server(async |mut reader, mut writer| {
                let line = reader.read_line().await.unwrap();
                writer.write(&line);
                writer.wait_closed().await.unwrap();
            });
            let (mut reader, mut writer) = server.connect().await;
            writer.write(b"he");
            yield_now().await;
            yield_now().await;
            let address = server.address().clone();
            let waits = if drops {
                server.server = None;
                None
            } else {
                let server = server.server.take().unwrap();
                assert!(server.is_serving());
                assert!(is_pending(pin!(server.wait_closed())));
                server.close();
                assert!(!server.is_serving());
                Some(spawn(async move { server.wait_closed().await }))
            };
            assert!(address.connect().await.is_err());
            yield_now().await;
            assert!(waits.as_ref().is_none_or(|waits| !waits.is_done()));
            writer.write(b"llo\n");
            assert_eq!(reader.read_to_end(100).await.unwrap(), b"hello\n");
            if let Some(waits) = waits {
                waits.await.unwrap();
            }
        }
    });
}

#[test]
fn the_address_of_a_closed_server_is_free() {
    block_on(async {
        // On an address of this test only, so that no other test takes it meanwhile.
        let local = if cfg!(target_os = "linux") {
            Ipv4Addr::new(127, 0, 0, 2)
        } else {
            Ipv4Addr::LOCALHOST
        };
        let server = start_server((local, 0), async |_, _| {}).unwrap();
        let address = server.local_addr().unwrap();
        assert_eq!(
            start_server(address, async |_, _| {}).unwrap_err().kind(),
            ErrorKind::AddrInUse
        );
        server.close();
        let server = start_server(address, async |_, mut writer| writer.write(b"second")).unwrap();
        let (mut reader, _writer) = open_connection(address).await.unwrap();
        assert_eq!(reader.read_to_end(100).await.unwrap(), b"second");
        assert!(format!("{server:?}").contains("serving: true"));
    });
}

#[test]
fn a_handler_that_panics_harms_nobody_else() {
    on_all(async |family| {
        let reports = reports(&LoopHandle::current().unwrap());
        let calls = Rc::new(Cell::new(0));
        let server = family.start_server({
            let calls = calls.clone();
            async move |_: StreamReader, mut writer: StreamWriter| {
                calls.set(calls.get() + 1);
                assert_ne!(calls.get(), 2, "the second one");
                writer.write(b"fine");
            }
        });
        for n in 1..=3 {
            let (mut reader, _writer) = server.connect().await;
            let expected = if n == 2 { &b""[..] } else { b"fine" };
            assert_eq!(reader.read_to_end(100).await.unwrap(), expected);
        }
        let reports = reports.take();
        assert!(reports.len() == 1 && reports[0].contains("the second one"), "{reports:?}");
        let server = server.server.as_ref().unwrap();
        server.close();
        server.wait_closed().await;
    });
}

#[test]
fn a_server_is_closed_with_its_loop() {
    for &family in Family::ALL {
        let event_loop = EventLoop::new().unwrap();
        let server =
            event_loop.run_until_complete(async { family.start_server(async |_, _| {}) }).unwrap();
        event_loop.close();
        let address = server.address().clone();
        drop(server);
        assert!(block_on(address.connect()).is_err());
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes too long under Miri")]
fn servers_and_clients_on_loops_of_many_threads() {
    in_time(|| {
        for &family in Family::ALL {
            block_on(async {
                let server = family.start_server(async |mut reader, mut writer| {
                    while let Ok(bytes) = reader.read(1000).await {
                        if bytes.is_empty() {
                            break;
                        }
                        writer.write(&bytes);
                        if writer.drain().await.is_err() {
                            return;
                        }
                    }
                    writer.close();
                });
                let ended = Gate::default();
                let threads: Vec<_> = (0..4)
                    .map(|_| {
                        let (address, ended) = (server.address().clone(), ended.clone());
                        std::thread::spawn(move || {
                            block_on(async {
                                let (mut reader, mut writer) = address.connect().await.unwrap();
                                let sent = pattern(1_000_000);
                                writer.write(&sent);
                                writer.write_eof();
                                assert!(reader.read_to_end(usize::MAX).await.unwrap() == sent);
                            });
                            drop(ended);
                        })
                    })
                    .collect();
                while threads.iter().any(|thread| !thread.is_finished()) {
                    yield_now().await;
                }
                threads.into_iter().for_each(|thread| thread.join().unwrap());
            });
        }
    });
}

#[test]
fn lines_of_several_hosts_interleave_as_they_arrive() {
    on_all(async |family| {
        let log = Rc::new(RefCell::new(Vec::new()));
        let ((first, _o1), (_i1, mut to_first)) = family.streams().await;
        let ((second, _o2), (_i2, mut to_second)) = family.streams().await;
        let heads = |name: &'static str, mut reader: StreamReader| {
            let log = log.clone();
            spawn(async move {
                loop {
                    let line = reader.read_line().await.unwrap();
                    if line == b"\r\n" || line.is_empty() {
                        return;
                    }
                    log.borrow_mut()
                        .push(format!("{name}: {}", String::from_utf8_lossy(&line).trim_end()));
                }
            })
        };
        let tasks = [heads("a", first), heads("b", second)];
        for (count, (is_first, line)) in
            [(true, "1"), (false, "1"), (true, "2"), (true, "3"), (false, "2")]
                .into_iter()
                .enumerate()
        {
            let writer = if is_first { &mut to_first } else { &mut to_second };
            writer.write(format!("{line}\r\n").as_bytes());
            while log.borrow().len() <= count {
                yield_now().await;
            }
        }
        to_first.write(b"\r\n");
        to_second.close();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*log.borrow(), ["a: 1", "b: 1", "a: 2", "a: 3", "b: 2"]);
    });
}

#[test]
fn what_belongs_to_another_loop_is_an_error_and_no_hang() {
    on_all_other_loops(async |other, family| {
        let ((mut reader, mut writer), (_from, mut to)) = family.streams().await;
        writer.write(pattern(5_000_000)); // more than there is room for
        to.write(b"half a line");
        assert_eq!(reader.read_exact(4).await.unwrap(), b"half");
        let (mut reader, mut writer) = other
            .run(async move {
                assert_eq!(reader.read_exact(7).await.unwrap(), b" a line"); // it has arrived
                is_other_loop(reader.read_line().await.unwrap_err().into());
                is_other_loop(reader.fill_buf().await.unwrap_err());
                is_other_loop(writer.drain().await.unwrap_err());
                is_other_loop(writer.flush().await.unwrap_err());
                (reader, writer)
            })
            .await;
        // In their own loop they continue.
        to.write(b"the rest\n");
        assert_eq!(reader.read_line().await.unwrap(), b"the rest\n");
        writer.abort();
        writer.wait_closed().await.unwrap();
    });
    on_all_other_loops(async |other, _| {
        let mut listener = TcpListener::bind(LOCAL).unwrap();
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        other
            .run(async move {
                is_other_loop(listener.accept().await.unwrap_err());
                is_other_loop(AsyncReadExt::read(&mut stream, &mut [0]).await.unwrap_err());
                drop(accepted);
            })
            .await;
    });
}

fn is_other_loop(error: io::Error) {
    assert_eq!(error.downcast::<OtherLoopError>().unwrap(), OtherLoopError);
}

/// A loop that runs a future while another one, on the same thread, waits.
struct Other {
    turns: RefCell<Vec<Box<dyn FnOnce(&EventLoop)>>>,
}

impl Other {
    /// Runs `future` on the other loop, between two runs of this one.
    async fn run<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> T {
        let output = Rc::new(RefCell::new(None));
        let turn = {
            let output = output.clone();
            move |other: &EventLoop| {
                *output.borrow_mut() = Some(other.run_until_complete(future).unwrap());
            }
        };
        self.turns.borrow_mut().push(Box::new(turn));
        LoopHandle::current().unwrap().stop();
        while output.borrow().is_none() {
            yield_now().await;
        }
        output.take().unwrap()
    }
}

/// Runs a test beside another loop, for connections of all families.
fn on_all_other_loops(test: impl AsyncFn(&Other, Family) + Send + Copy + 'static) {
    for &family in Family::ALL {
        in_time(move || {
            let (own, other) = (EventLoop::new().unwrap(), EventLoop::new().unwrap());
            let turns = Other { turns: RefCell::default() };
            let mut future = pin!(test(&turns, family));
            while own.run_until_complete(future.as_mut()).is_err() {
                for turn in turns.turns.take() {
                    turn(&other);
                }
            }
        });
    }
}

#[test]
#[should_panic = "the end of a server was awaited: it belongs to another event loop"]
fn the_end_of_a_server_of_another_loop_is_not_waited_for() {
    let (one, other) = (EventLoop::new().unwrap(), EventLoop::new().unwrap());
    let server = one.run_until_complete(async { start_server(LOCAL, async |_, _| ()) });
    let _ = other.run_until_complete(server.unwrap().unwrap().wait_closed());
}

#[test]
fn handlers_may_return_nothing_a_result_or_never() {
    in_time(|| {
        block_on(async {
            let reported = reports(&LoopHandle::current().unwrap());
            async fn fails() -> Result<(), ReadError> {
                Err(io::Error::other("out of paper").into())
            }
            // The type of the error at `?` is inferred.
            let inferred = start_server(LOCAL, async |mut reader, mut writer| {
                let line = reader.read_line().await?;
                writer.write(&line);
                let number: i32 = String::from_utf8(line)?.trim().parse()?;
                writer.write(format!("{}\n", number + 1));
                writer.drain().await?;
                Ok(())
            })
            .unwrap();
            let other_error = start_server(LOCAL, async |_, _| Ok(fails().await?)).unwrap();
            let nothing = start_server(LOCAL, async |_, _| {}).unwrap();
            let never = start_server(LOCAL, async |mut reader, _| {
                loop {
                    reader.read_line().await.unwrap();
                    yield_now().await;
                }
            })
            .unwrap();
            for (server, sent, answer) in [
                (&inferred, "41\n", "41\n42\n"),
                (&inferred, "x\n", "x\n"),
                (&other_error, "", ""),
                (&nothing, "", ""),
            ] {
                let (mut reader, mut writer) =
                    open_connection(server.local_addr().unwrap()).await.unwrap();
                writer.write(sent);
                let answered = reader.read_to_end(100).await.unwrap();
                assert_eq!(String::from_utf8(answered).unwrap(), answer);
            }
            drop(never);
            assert_eq!(
                reported.take(),
                [
                    "a handler of a server failed: invalid digit found in string",
                    "a handler of a server failed: out of paper"
                ]
            );
        });
    });
}

#[test]
fn a_server_closes_the_connections_of_clients_that_idle() {
    on_all(async |family| {
        for keeps_writer in [true, false] {
            let mut server = family.start_server(async move |mut reader, mut writer| {
                writer.write(pattern(1_000_000));
                if !keeps_writer {
                    drop(writer);
                }
                assert_eq!(reader.read_line().await.unwrap(), b"");
            });
            let (mut reader, _writer) = server.connect().await;
            let (mut other, _other_writer) = server.connect().await;
            reader.read_exact(1).await.unwrap();
            other.read_exact(1).await.unwrap();
            let server = server.server.take().unwrap();
            server.close();
            server.close_clients();
            let clients = spawn(async move {
                for reader in [&mut reader, &mut other] {
                    // All written bytes arrive first.
                    assert_eq!(reader.read_to_end(1_000_000).await.unwrap().len(), 999_999);
                }
            });
            server.wait_closed().await;
            clients.await.unwrap();
        }
    });
}

#[test]
fn a_server_aborts_clients_that_read_nothing() {
    on_all(async |family| {
        let mut server = family.start_server(async |_reader, mut writer| {
            writer.write(pattern(20_000_000));
            writer.flush().await.unwrap();
        });
        let (mut reader, _writer) = server.connect().await;
        reader.read_exact(1).await.unwrap();
        let server = server.server.take().unwrap();
        server.close();
        server.close_clients(); // it waits for the client
        let ends = spawn({
            let server = Rc::new(server);
            let waits = server.clone();
            server.abort_clients();
            async move { waits.wait_closed().await }
        });
        ends.await.unwrap();
        assert!(reader.read_to_end(usize::MAX).await.unwrap().len() < 20_000_000);
    });
}

#[test]
fn a_server_listens_at_all_of_its_addresses_or_fails() {
    block_on(async {
        let free = || StdListener::bind(LOCAL).unwrap().local_addr().unwrap();
        let addresses = [free(), free()];
        let greets = async |_, mut writer: StreamWriter| writer.write(b"hello\n");
        let server = start_server(&addresses[..], greets).unwrap();
        assert_eq!(server.local_addrs(), addresses);
        assert_eq!(server.local_addr().unwrap(), addresses[0]);
        for address in addresses {
            let (mut reader, _writer) = open_connection(address).await.unwrap();
            assert_eq!(reader.read_line().await.unwrap(), b"hello\n");
        }
        server.close();
        for address in addresses {
            assert!(open_connection(address).await.is_err());
        }

        let taken = StdListener::bind(LOCAL).unwrap();
        let (before, after) = (free(), free());
        let addresses = [before, taken.local_addr().unwrap(), after];
        let error = start_server(&addresses[..], greets).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        for address in [before, after] {
            assert!(open_connection(address).await.is_err());
        }

        let twice = [free(); 2]; // as from some systems' name resolution
        assert_eq!(start_server(&twice[..], greets).unwrap().local_addrs(), &twice[..1]);
        assert!(start_server(&[] as &[SocketAddr], greets).is_err());
    });
}

#[test]
#[cfg_attr(miri, ignore = "Miri knows no sizes of buffers")]
fn a_ready_made_listener_keeps_its_options() {
    block_on(async {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(20_000).unwrap();
        let size = socket.recv_buffer_size().unwrap();
        socket.bind(&SocketAddr::from(LOCAL).into()).unwrap();
        socket.listen(1).unwrap();
        let listener = TcpListener::from_std(socket.into()).unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(SockRef::from(&listener).recv_buffer_size().unwrap(), size);
        let server = serve(listener, async |_, mut writer| writer.write(b"hello\n")).unwrap();
        assert_eq!(server.local_addr().unwrap(), address);
        let (mut reader, _writer) = open_connection(address).await.unwrap();
        assert_eq!(reader.read_line().await.unwrap(), b"hello\n");
    });
}

#[cfg(unix)]
#[test]
#[cfg_attr(miri, ignore = "Miri has no Unix sockets")]
fn the_file_of_a_unix_socket_is_replaced_and_removed() {
    use cogen::executor::net::{UnixListener, open_unix_connection, start_unix_server};

    block_on(async {
        let path = std::env::temp_dir().join(format!("cogen-stale-{}.socket", std::process::id()));
        let greets = async |_, mut writer: StreamWriter| writer.write(b"hello\n");
        drop(UnixListener::bind(&path).unwrap()); // leaves its file
        assert!(path.exists());
        let first = start_unix_server(&path, greets).unwrap();
        let (mut reader, _writer) = open_unix_connection(&path).await.unwrap();
        assert_eq!(reader.read_line().await.unwrap(), b"hello\n");

        // Another server takes over the path. The first server keeps the other's file.
        let second = start_unix_server(&path, greets).unwrap();
        first.close();
        let (mut reader, _writer) = open_unix_connection(&path).await.unwrap();
        assert_eq!(reader.read_line().await.unwrap(), b"hello\n");
        second.close();
        assert!(!path.exists());

        std::fs::write(&path, "no socket").unwrap();
        let error = start_unix_server(&path, greets).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        assert_eq!(std::fs::read(&path).unwrap(), b"no socket");
        std::fs::remove_file(&path).unwrap();
    });
}

#[cfg(target_os = "linux")]
#[test]
#[cfg_attr(miri, ignore = "Miri has no Unix sockets")]
fn abstract_sockets_have_names_and_no_files() {
    use cogen::executor::net::{UnixStream, open_unix_connection, start_unix_server};
    use std::os::linux::net::SocketAddrExt;

    block_on(async {
        let name = format!("\0cogen-abstract-{}", std::process::id());
        let greets = async |_, mut writer: StreamWriter| writer.write(b"hello\n");
        let server = start_unix_server(&name, greets).unwrap();
        assert!(start_unix_server(&name, greets).is_err()); // it is taken
        let (mut reader, _writer) = open_unix_connection(&name).await.unwrap();
        assert_eq!(reader.read_line().await.unwrap(), b"hello\n");
        let stream = UnixStream::connect(&name).await.unwrap();
        let address = stream.peer_addr().unwrap();
        assert_eq!(address.as_abstract_name(), Some(&name.as_bytes()[1..]));
        server.close();
        assert!(open_unix_connection(&name).await.is_err());
        start_unix_server(&name, greets).unwrap().close();
    });
}

#[test]
fn readers_and_writers_give_access_to_their_socket() {
    block_on(async {
        let listener = StdListener::bind(LOCAL).unwrap();
        let address = listener.local_addr().unwrap();
        let (reader, writer) = open_connection(address).await.unwrap();
        assert!(SockRef::from(writer.half().unwrap()).tcp_nodelay().unwrap());
        SockRef::from(reader.half().unwrap()).set_tcp_nodelay(false).unwrap();
        assert!(!SockRef::from(writer.half().unwrap()).tcp_nodelay().unwrap());
        assert_eq!(reader.peer_addr().unwrap(), address);
        assert_eq!(reader.local_addr().unwrap(), writer.local_addr().unwrap());
        let (read_half, write_half) = TcpStream::connect(address).await.unwrap().into_split();
        assert!(!SockRef::from(&read_half).tcp_nodelay().unwrap());
        assert!(!SockRef::from(&write_half).tcp_nodelay().unwrap());
    });
}

#[test]
fn a_stream_is_both_directions_and_begins_with_what_was_read_ahead() {
    on_all(async |family| {
        let ((mut reader, writer), peer) = family.streams().await;
        let sent = pattern(500_000);
        let echo = spawn(async move {
            let mut peer = BufStream::from(peer);
            peer.writer.write(b"a line\n");
            let mut all = Vec::new();
            peer.read_to_end(&mut all).await.unwrap();
            peer.write_all(&all).await.unwrap(); // after the other's end
            peer.close().await.unwrap();
        });
        assert_eq!(reader.read_exact(2).await.unwrap(), b"a "); // reads ahead
        let mut stream = BufStream { reader, writer };
        let mut line = String::new();
        AsyncBufReadExt::read_line(&mut stream, &mut line).await.unwrap();
        assert_eq!(line, "line\n");
        stream.write_all(&sent).await.unwrap();
        stream.close().await.unwrap();
        let error = stream.write_all(b"x").await.and(stream.flush().await).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer == sent);
        echo.await.unwrap();
    });
}

/// A write to a Unix socket is complete when it returns, unlike one to the network.
#[cfg(unix)]
mod bytes_that_come_before_a_wake_up_by_another_thread {
    use std::io::Write;
    use std::os::unix::net::UnixStream as StdStream;
    use std::thread;

    use cogen::executor::net::UnixStream;
    use cogen::executor::{Promise, PromiseFuture, promise};
    use futures::future::{Either, select};

    use super::*;

    fn socket() -> (StdStream, StreamReader) {
        let (peer, socket) = StdStream::pair().unwrap();
        socket.set_nonblocking(true).unwrap();
        (peer, UnixStream::from_std(socket).unwrap().into_streams().0)
    }

    async fn bytes_are_first(reader: &mut StreamReader, event: PromiseFuture<(), ()>) -> bool {
        matches!(select(pin!(reader.fill_buf()), event).await, Either::Left(_))
    }

    /// Another thread sends a byte, and then makes the event happen, while the loop is busy.
    fn send_and_wake(mut peer: &StdStream, event: Promise<(), ()>) {
        thread::scope(|scope| {
            scope.spawn(move || {
                peer.write_all(b"1").unwrap();
                event.set_result(()).unwrap();
            });
        });
    }

    #[test]
    fn are_there_when_the_task_runs() {
        block_on(async {
            for round in 0..100 {
                let (peer, mut reader) = socket();
                let (happens, event) = promise();
                let reads = spawn(async move { bytes_are_first(&mut reader, event).await });
                yield_now().await;
                // At every place between two polls of the outside.
                for _ in 0..round {
                    yield_now().await;
                }
                send_and_wake(&peer, happens);
                assert!(reads.await.unwrap());
            }
        });
    }

    #[test]
    fn are_there_when_an_earlier_task_runs_too() {
        block_on(async {
            let (peer, mut reader) = socket();
            let (happens, event) = promise();
            let log = Log::default();
            let woken = spawn({
                let log = log.clone();
                async move {
                    event.await.unwrap();
                    log.add("woken");
                }
            });
            let reads = spawn({
                let log = log.clone();
                async move {
                    reader.fill_buf().await.unwrap();
                    log.add("bytes");
                }
            });
            yield_now().await;
            send_and_wake(&peer, happens);
            woken.await.unwrap();
            reads.await.unwrap();
            assert_eq!(log.take(), ["bytes", "woken"]);
        });
    }

    #[test]
    fn are_there_when_they_came_between_two_runs() {
        let event_loop = EventLoop::new().unwrap();
        let (happens, event) = promise();
        let (peer, reads) = event_loop
            .run_until_complete(async {
                let (peer, mut reader) = socket();
                let reads = spawn(async move { bytes_are_first(&mut reader, event).await });
                yield_now().await;
                (peer, reads)
            })
            .unwrap();
        send_and_wake(&peer, happens);
        assert!(event_loop.run_until_complete(reads).unwrap().unwrap());
    }
}

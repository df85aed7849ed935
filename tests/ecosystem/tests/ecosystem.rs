//! Published crates on cogen's event loop. Each crate that `asyncio.md` names has a test with its
//! name.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::error::Error;
use std::net::Ipv4Addr;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use cogen::executor::net::{BufStream, open_connection, start_server};
use cogen::executor::{block_on, gather, spawn, task_group, timeout, yield_now};

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// Runs a test on a separate loop, and fails if it hangs.
fn run(test: impl AsyncFnOnce() -> Result) -> Result {
    block_on(timeout(Duration::from_secs(60), test()))?
}

#[test]
fn async_channel() -> Result {
    run(async || {
        // The producer waits while the channel is full.
        let (sender, receiver) = async_channel::bounded(2);
        let most = Rc::new(Cell::new(0));
        let producer = spawn({
            let (most, sender) = (most.clone(), sender.clone());
            async move {
                for n in 0..100 {
                    sender.send(n).await.unwrap();
                    most.set(most.get().max(sender.len()));
                }
            }
        });
        drop(sender);
        let mut received = Vec::new();
        while let Ok(n) = receiver.recv().await {
            received.push(n);
            yield_now().await;
        }
        producer.await?;
        assert_eq!((received, most.get()), ((0..100).collect(), 2));
        Ok(())
    })
}

#[test]
fn async_lock() -> Result {
    run(async || {
        let mutex = async_lock::Mutex::new(0);
        let semaphore = async_lock::Semaphore::new(3);
        let (inside, most) = (Cell::new(0), Cell::new(0));
        let barrier = async_lock::Barrier::new(10);
        let leaders = gather((0..10).map(async |_| {
            let is_leader = barrier.wait().await.is_leader();
            let permit = semaphore.acquire().await;
            inside.set(inside.get() + 1);
            most.set(most.get().max(inside.get()));
            let mut count = mutex.lock().await;
            let old = *count;
            yield_now().await;
            *count = old + 1; // nobody else has changed it meanwhile
            inside.set(inside.get() - 1);
            drop(permit);
            is_leader
        }))
        .await;
        assert_eq!(leaders.iter().filter(|&&is_leader| is_leader).count(), 1);
        assert_eq!((most.get(), mutex.into_inner()), (3, 10));
        Ok(())
    })
}

#[test]
fn event_listener() -> Result {
    run(async || {
        let event = Rc::new(event_listener::Event::new());
        let is_set = Rc::new(Cell::new(false));
        let log = Rc::new(RefCell::new(Vec::new()));
        let tasks: Vec<_> = (0..3)
            .map(|n| {
                let (event, is_set, log) = (event.clone(), is_set.clone(), log.clone());
                spawn(async move {
                    while !is_set.get() {
                        event.listen().await;
                    }
                    log.borrow_mut().push(n);
                })
            })
            .collect();
        yield_now().await;
        assert!(log.borrow().is_empty());
        is_set.set(true);
        event.notify(usize::MAX);
        for task in tasks {
            task.await?;
        }
        assert_eq!(*log.borrow(), [0, 1, 2]);
        Ok(())
    })
}

#[test]
fn async_process() -> Result {
    run(async || {
        let cargo = env!("CARGO");
        let outputs =
            gather((0..3).map(|_| async_process::Command::new(cargo).arg("--version").output()))
                .await;
        for output in outputs {
            assert!(output?.stdout.starts_with(b"cargo "));
        }
        let status = async_process::Command::new(cargo)
            .arg("no-such-command")
            .stderr(async_process::Stdio::null())
            .status()
            .await?;
        assert!(!status.success());
        Ok(())
    })
}

#[cfg(unix)]
#[test]
fn async_signal() -> Result {
    use async_signal::{Signal, Signals};
    use futures::TryStreamExt;
    use rustix::process::{getpid, kill_process};

    run(async || {
        let mut signals = Signals::new([Signal::Usr1, Signal::Usr2])?;
        let sends = spawn(async {
            kill_process(getpid(), rustix::process::Signal::USR2)?;
            Ok::<(), rustix::io::Errno>(())
        });
        assert_eq!(signals.try_next().await?, Some(Signal::Usr2));
        Ok(sends.await??)
    })
}

#[test]
fn async_fs() -> Result {
    run(async || {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("async-fs.txt");
        let text = "hello\n".repeat(100_000);
        async_fs::write(&path, &text).await?;
        assert_eq!(async_fs::read_to_string(&path).await?, text);
        async_fs::remove_file(&path).await?;
        assert!(async_fs::metadata(&path).await.is_err());
        Ok(())
    })
}

#[test]
fn async_io() -> Result {
    run(async || {
        let bind = || async_io::Async::<std::net::UdpSocket>::bind((Ipv4Addr::LOCALHOST, 0));
        let (one, other) = (bind()?, bind()?);
        let address = other.get_ref().local_addr()?;
        let receives = spawn(async move {
            let mut buffer = [0; 10];
            let (count, _) = other.recv_from(&mut buffer).await?;
            Ok::<_, std::io::Error>(buffer[..count].to_vec())
        });
        yield_now().await; // now it waits
        one.send_to(b"hello", address).await?;
        assert_eq!(receives.await??, b"hello");
        Ok(())
    })
}

#[test]
fn futures_timer() -> Result {
    run(async || {
        let delays = [30, 10, 20].map(async |milliseconds| {
            futures_timer::Delay::new(Duration::from_millis(milliseconds)).await;
            milliseconds
        });
        assert_eq!(gather(delays).await, [30, 10, 20]);
        Ok(())
    })
}

#[test]
fn async_compat() -> Result {
    use async_compat::Compat;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    run(async || {
        let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
            let line = reader.read_line().await?;
            writer.write(line.to_ascii_uppercase());
            Ok(())
        })?;
        let address = server.local_addr()?;
        let text = Compat::new(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let mut stream = tokio::net::TcpStream::connect(address).await?;
            stream.write_all(b"hello\n").await?;
            let mut text = String::new();
            stream.read_to_string(&mut text).await?;
            Ok::<_, std::io::Error>(text)
        });
        assert_eq!(text.await?, "HELLO\n");
        // A stream of cogen, for code that takes tokio's traits.
        let mut stream = Compat::new(BufStream::from(open_connection(address).await?));
        stream.write_all(b"again\n").await?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await?;
        assert_eq!(text, "AGAIN\n");
        Ok(())
    })
}

#[test]
fn smol_hyper() -> Result {
    use http_body_util::{BodyExt, Full};
    use hyper::body::{Bytes, Incoming};
    use hyper::service::service_fn;
    use hyper::{Request, Response, client, server};
    use smol_hyper::rt::FuturesIo;

    async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        Ok(Response::new(Full::from(format!("this is {}", request.uri().path()))))
    }

    run(async || {
        let server = start_server("127.0.0.1:0", async |reader, writer| {
            let stream = FuturesIo::new(BufStream { reader, writer });
            let connection = server::conn::http1::Builder::new();
            Ok(connection.serve_connection(stream, service_fn(answer)).await?)
        })?;
        let stream = BufStream::from(open_connection(server.local_addr()?).await?);
        let (mut sender, connection) =
            client::conn::http1::handshake(FuturesIo::new(stream)).await?;
        let connection = spawn(connection);
        for path in ["/one", "/two"] {
            let request = Request::get(path).header("Host", "localhost").body(String::new())?;
            let response = sender.send_request(request).await?;
            let body = response.into_body().collect().await?.to_bytes();
            assert_eq!(body, format!("this is {path}"));
        }
        drop(sender);
        connection.await??;
        server.close();
        server.wait_closed().await;
        Ok(())
    })
}

#[test]
fn async_tungstenite() -> Result {
    use async_tungstenite::tungstenite::Message;
    use async_tungstenite::{accept_async, client_async};
    use futures::StreamExt;

    run(async || {
        let server = start_server("127.0.0.1:0", async |reader, writer| {
            let mut socket = accept_async(BufStream { reader, writer }).await?;
            while let Some(message) = socket.next().await {
                if let Message::Text(text) = message? {
                    socket.send(Message::text(text.to_uppercase())).await?;
                }
            }
            Ok(())
        })?;
        let stream = BufStream::from(open_connection(server.local_addr()?).await?);
        let (mut socket, _) = client_async("ws://localhost/", stream).await?;
        for text in ["one".to_owned(), "long ".repeat(100_000)] {
            socket.send(Message::text(text.clone())).await?;
            let answer = socket.next().await.ok_or("it has ended")??;
            assert_eq!(answer.to_text()?, text.to_uppercase());
        }
        socket.close(None).await?;
        while socket.next().await.is_some() {}
        server.close();
        server.wait_closed().await;
        Ok(())
    })
}

/// The replacement for `Queue.join` that the page describes.
#[test]
fn workers_end_when_their_channel_is_closed() -> Result {
    run(async || {
        let (sender, receiver) = async_channel::unbounded();
        let done = Rc::new(Cell::new(0));
        let result = task_group(async |group| {
            for _ in 0..3 {
                let (receiver, done) = (receiver.clone(), done.clone());
                group.spawn(async move {
                    while let Ok(n) = receiver.recv().await {
                        done.set(done.get() + n);
                        yield_now().await;
                    }
                    Ok::<(), Infallible>(())
                });
            }
            for n in 1..=100 {
                sender.send(n).await.unwrap();
            }
            sender.close();
            Ok(())
        });
        result.await.map_err(|error| format!("{error:?}"))?;
        assert_eq!(done.get(), 5050);
        Ok(())
    })
}

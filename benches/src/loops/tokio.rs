//! tokio's current-thread runtime.

use std::future::Future;
use std::hint::black_box;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::spawn;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::floods::{CHUNK, Client, DELAY, Flood, Flooded, Peers};
use super::{CONNECTIONS, Contestant, MESSAGE, delay, once, self_wake};

pub(super) const CONTESTANT: Contestant = Contestant {
    name: "tokio",
    spawn: |tasks| {
        block_on(async move {
            let tasks: Vec<_> = (0..tasks).map(|number| spawn(async move { number })).collect();
            for task in tasks {
                black_box(task.await.unwrap());
            }
        });
    },
    yield_now: |switches| two_tasks(switches, yield_now),
    self_wake: |switches| two_tasks(switches, self_wake),
    timers: |timers| {
        block_on(async move {
            let tasks: Vec<_> =
                (0..timers).map(|timer| spawn(async move { sleep(delay(timer)).await })).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    },
    cancel: |timers| {
        block_on(async move {
            for timer in 0..timers {
                once(sleep(Duration::from_secs(1) + delay(timer))).await;
            }
        });
    },
    echo,
};

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn two_tasks<F: Future<Output = ()> + Send + 'static>(switches: usize, switch: fn() -> F) {
    block_on(async {
        let tasks = [(); 2].map(|()| {
            spawn(async move {
                for _ in 0..switches / 2 {
                    switch().await;
                }
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
    });
}

fn echo(round_trips: usize) {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = spawn(async move {
            for _ in 0..CONNECTIONS {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                spawn(async move {
                    let mut message = [0; MESSAGE];
                    while stream.read_exact(&mut message).await.is_ok() {
                        stream.write_all(&message).await.unwrap();
                    }
                });
            }
        });
        let clients = [(); CONNECTIONS].map(|()| {
            spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let mut message = [1; MESSAGE];
                for _ in 0..round_trips {
                    stream.write_all(&message).await.unwrap();
                    stream.read_exact(&mut message).await.unwrap();
                }
            })
        });
        for client in clients {
            client.await.unwrap();
        }
        server.await.unwrap();
    });
}

pub(super) const FLOODED: Flooded = Flooded { name: "tokio", timers, echo: echo_beside_floods };

fn timers(samples: usize, flood: Flood, peers: usize) -> Vec<Duration> {
    beside_floods(flood, peers, async move || {
        let mut late = Vec::with_capacity(samples);
        for _ in 0..samples {
            let start = Instant::now();
            sleep(DELAY).await;
            late.push(start.elapsed() - DELAY);
        }
        late
    })
}

fn echo_beside_floods(samples: usize, flood: Flood, peers: usize) -> Vec<Duration> {
    beside_floods(flood, peers, async move || {
        let address = serve(echo_one).await;
        let client = Client::start(address, samples);
        while !client.is_done() {
            sleep(DELAY).await;
        }
        client.join()
    })
}

/// Runs `measure` while each of the given number of peers floods a connection.
fn beside_floods(
    flood: Flood,
    peers: usize,
    measure: impl AsyncFnOnce() -> Vec<Duration>,
) -> Vec<Duration> {
    let (threads, measured) = block_on(async {
        let address = serve(move |stream| flooded(stream, flood)).await;
        let threads = Peers::start(address, flood, peers);
        sleep(10 * DELAY).await; // for the connections
        (threads, measure().await)
    });
    threads.join();
    measured
}

/// Spawns a task for each accepted connection.
async fn serve<F: Future<Output = ()> + Send + 'static>(
    handler: impl Fn(TcpStream) -> F + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            spawn(handler(stream));
        }
    });
    address
}

async fn echo_one(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut message = [0; MESSAGE];
    while stream.read_exact(&mut message).await.is_ok() {
        stream.write_all(&message).await.unwrap();
    }
}

async fn flooded(mut stream: TcpStream, flood: Flood) {
    let mut chunk = vec![0; CHUNK];
    match flood {
        Flood::Read => while stream.read(&mut chunk).await.is_ok_and(|n| n > 0) {},
        Flood::Copy => {
            let mut reader = BufReader::with_capacity(CHUNK, stream);
            // An error ends the connection, too.
            let _ = tokio::io::copy_buf(&mut reader, &mut tokio::io::sink()).await;
        }
        Flood::Write => while stream.write_all(&chunk).await.is_ok() {},
    }
}

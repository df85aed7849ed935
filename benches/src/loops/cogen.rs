//! The bundled event loop.

use std::future::Future;
use std::hint::black_box;
use std::time::{Duration, Instant};

use cogen::executor::net::{
    Server, StreamReader, StreamWriter, TcpListener, TcpStream, open_connection, start_server,
};
use cogen::executor::{block_on, sleep, spawn, yield_now};
use futures_util::{AsyncReadExt, AsyncWriteExt};

use super::floods::{CHUNK, Client, DELAY, Flood, Flooded, Peers};
use super::{CONNECTIONS, Contestant, MESSAGE, delay, once, self_wake};

pub(super) const CONTESTANT: Contestant = Contestant {
    name: "cogen",
    spawn: |tasks| {
        block_on(async {
            let tasks: Vec<_> = (0..tasks).map(|number| spawn(async move { number })).collect();
            for task in tasks {
                black_box(task.await.unwrap());
            }
        });
    },
    yield_now: |switches| two_tasks(switches, yield_now),
    self_wake: |switches| two_tasks(switches, self_wake),
    timers: |timers| {
        block_on(async {
            let tasks: Vec<_> = (0..timers).map(|timer| spawn(sleep(delay(timer)))).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    },
    cancel: |timers| {
        block_on(async {
            for timer in 0..timers {
                once(sleep(Duration::from_secs(1) + delay(timer))).await;
            }
        });
    },
    echo,
};

fn two_tasks<F: Future<Output = ()> + 'static>(switches: usize, switch: fn() -> F) {
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
        let mut listener = TcpListener::bind("127.0.0.1:0").unwrap();
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

/// The same, with the buffered readers and writers.
pub(super) fn echo_through_streams(round_trips: usize) {
    block_on(async {
        let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
            while let Ok(message) = reader.read_exact(MESSAGE).await {
                writer.write(message);
                writer.drain().await.unwrap();
            }
        })
        .unwrap();
        let address = server.local_addr().unwrap();
        let clients = [(); CONNECTIONS].map(|()| {
            spawn(async move {
                let (mut reader, mut writer) = open_connection(address).await.unwrap();
                for _ in 0..round_trips {
                    writer.write([1; MESSAGE]);
                    writer.drain().await.unwrap();
                    reader.read_exact(MESSAGE).await.unwrap();
                }
            })
        });
        for client in clients {
            client.await.unwrap();
        }
    });
}

pub(super) const FLOODED: Flooded = Flooded { name: "cogen", timers, echo: echo_beside_floods };

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
        let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
            while let Ok(message) = reader.read_exact(MESSAGE).await {
                writer.write(message);
                writer.drain().await.unwrap();
            }
        })
        .unwrap();
        let client = Client::start(server.local_addr().unwrap(), samples);
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
        let server = flooded_server(flood);
        let threads = Peers::start(server.local_addr().unwrap(), flood, peers);
        sleep(10 * DELAY).await; // for the connections
        (threads, measure().await)
    });
    threads.join();
    measured
}

fn flooded_server(flood: Flood) -> Server {
    let handler = async move |mut reader: StreamReader, mut writer: StreamWriter| {
        let mut chunk = vec![0; CHUNK];
        match flood {
            Flood::Read => while reader.read_into(&mut chunk).await.is_ok_and(|n| n > 0) {},
            Flood::Copy => {
                // An error ends the connection, too.
                let _ = futures_util::io::copy_buf(reader, &mut futures_util::io::sink()).await;
            }
            Flood::Write => {
                while writer.drain().await.is_ok() {
                    writer.write(&chunk);
                }
            }
        }
    };
    start_server("127.0.0.1:0", handler).unwrap()
}

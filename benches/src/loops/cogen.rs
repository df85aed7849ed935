//! The bundled event loop.

use std::future::Future;
use std::hint::black_box;
use std::time::Duration;

use cogen::executor::net::{TcpListener, TcpStream, open_connection, start_server};
use cogen::executor::{block_on, sleep, spawn, yield_now};
use futures_util::{AsyncReadExt, AsyncWriteExt};

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

/// The same through the buffered readers and writers.
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

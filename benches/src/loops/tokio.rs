//! tokio's current-thread runtime.

use std::future::Future;
use std::hint::black_box;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::spawn;
use tokio::task::yield_now;
use tokio::time::sleep;

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

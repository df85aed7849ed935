//! smol's `LocalExecutor`, with its reactor in a separate thread.

use std::future::Future;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

use smol::future::yield_now;
use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::{TcpListener, TcpStream};
use smol::{LocalExecutor, Timer};

use super::{CONNECTIONS, Contestant, MESSAGE, delay, once, self_wake};

pub(super) const CONTESTANT: Contestant = Contestant {
    name: "smol",
    spawn: |tasks| {
        run(async move |executor| {
            let tasks: Vec<_> =
                (0..tasks).map(|number| executor.spawn(async move { number })).collect();
            for task in tasks {
                black_box(task.await);
            }
        });
    },
    yield_now: |switches| two_tasks(switches, yield_now),
    self_wake: |switches| two_tasks(switches, self_wake),
    timers: |timers| {
        run(async move |executor| {
            let tasks: Vec<_> = (0..timers)
                .map(|timer| executor.spawn(async move { Timer::after(delay(timer)).await }))
                .collect();
            for task in tasks {
                task.await;
            }
        });
    },
    cancel: |timers| {
        run(async move |_| {
            for timer in 0..timers {
                once(async {
                    Timer::after(Duration::from_secs(1) + delay(timer)).await;
                })
                .await;
            }
        });
    },
    echo,
};

fn run(main: impl AsyncFnOnce(Rc<LocalExecutor<'static>>)) {
    let executor = Rc::new(LocalExecutor::new());
    smol::block_on(executor.run(main(executor.clone())));
}

fn two_tasks<F: Future<Output = ()> + 'static>(switches: usize, switch: fn() -> F) {
    run(async move |executor| {
        let tasks = [(); 2].map(|()| {
            executor.spawn(async move {
                for _ in 0..switches / 2 {
                    switch().await;
                }
            })
        });
        for task in tasks {
            task.await;
        }
    });
}

fn echo(round_trips: usize) {
    run(async move |executor| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = executor.spawn({
            let executor = executor.clone();
            async move {
                for _ in 0..CONNECTIONS {
                    let (mut stream, _) = listener.accept().await.unwrap();
                    stream.set_nodelay(true).unwrap();
                    let serving = async move {
                        let mut message = [0; MESSAGE];
                        while stream.read_exact(&mut message).await.is_ok() {
                            stream.write_all(&message).await.unwrap();
                        }
                    };
                    executor.spawn(serving).detach();
                }
            }
        });
        let clients = [(); CONNECTIONS].map(|()| {
            executor.spawn(async move {
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
            client.await;
        }
        server.await;
    });
}

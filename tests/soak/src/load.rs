//! One round of random load.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::io;
use std::panic;
use std::pin::Pin;
use std::rc::Rc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use cogen::executor::net::{
    StreamReader, StreamWriter, TcpStream, UdpSocket, open_connection, start_server,
};
use cogen::executor::{
    AbortHandle, EventLoop, LoopHandle, Task, TaskGroup, gather, promise, shield, sleep, spawn,
    task_group, timeout, to_thread, wait, yield_now,
};
use fastrand::Rng;

use crate::tls;

/// The operations of all rounds, counted.
#[derive(Default)]
pub(crate) struct Totals {
    tasks: u64,
    callbacks: u64,
    connections: u64,
    handshakes: u64,
    datagrams: u64,
    functions: u64,
    groups: u64,
    panics: u64,
    loops_dropped: u64,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tasks,
            callbacks,
            connections,
            handshakes,
            datagrams,
            functions,
            groups,
            panics,
            loops_dropped,
        } = self;
        write!(
            f,
            "{tasks} tasks, {callbacks} callbacks, {connections} connections, {handshakes} of \
             them over TLS, {datagrams} datagrams, {functions} functions on other threads, \
             {groups} groups, {panics} panics, {loops_dropped} loops dropped in the middle"
        )
    }
}

const PANIC: &str = "a panic of the load";

/// Hides the panics of the load. Other panics are shown.
pub(crate) fn hide_panics() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if info.payload().downcast_ref::<&str>() != Some(&PANIC) {
            default(info);
        }
    }));
}

/// The state that the tasks of a round share.
struct Shared {
    rng: RefCell<Rng>,
    tasks: Cell<u64>,
    callbacks: Cell<u64>,
    connections: Cell<u64>,
    handshakes: Cell<u64>,
    datagrams: Cell<u64>,
    functions: Cell<u64>,
    groups: Cell<u64>,
    panics: Cell<u64>,
    aborts: RefCell<Vec<AbortHandle>>,
    threads: RefCell<Vec<JoinHandle<()>>>,
}

impl Shared {
    fn below(&self, limit: u64) -> u64 {
        self.rng.borrow_mut().u64(..limit)
    }

    /// Returns a random duration, which is short in most cases.
    fn moment(&self) -> Duration {
        Duration::from_micros(match self.below(10) {
            0 => 0,
            1..9 => self.below(500),
            _ => self.below(3_000),
        })
    }
}

fn add(counter: &Cell<u64>) {
    counter.set(counter.get() + 1);
}

/// Runs a loop with random load and drops it.
///
/// # Panics
///
/// If a task is left over.
pub(crate) fn round(seed: u64, round: u64, totals: &mut Totals) {
    let shared = Rc::new(Shared {
        rng: RefCell::new(Rng::with_seed(
            seed.wrapping_add(round.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        )),
        tasks: Cell::new(0),
        callbacks: Cell::new(0),
        connections: Cell::new(0),
        handshakes: Cell::new(0),
        datagrams: Cell::new(0),
        functions: Cell::new(0),
        groups: Cell::new(0),
        panics: Cell::new(0),
        aborts: RefCell::default(),
        threads: RefCell::default(),
    });
    let event_loop = EventLoop::new().expect("there are descriptors for a loop");
    let handler = shared.clone();
    event_loop.handle().set_exception_handler(Some(Rc::new(move |context| {
        assert_eq!(context.panic_message(), Some(PANIC), "{context}");
        add(&handler.panics);
    })));

    let threadsafe = event_loop.handle().threadsafe();
    let calls = shared.below(50);
    shared.threads.borrow_mut().push(thread::spawn(move || {
        for call in 0..calls {
            let data = vec![call];
            if threadsafe.call_soon_threadsafe(|| drop(data)).is_err() {
                break;
            }
        }
    }));
    let main = main(shared.clone());
    if shared.below(3) == 0 {
        // Stops in the middle of the load.
        let handle = event_loop.handle().clone();
        event_loop.handle().call_later(shared.moment(), move || handle.stop());
        let _ = event_loop.run_until_complete(main);
        totals.loops_dropped += 1;
    } else {
        event_loop.run_until_complete(main).expect("nobody stops the loop");
    }
    let handle = event_loop.handle().clone();
    drop(event_loop);
    assert_eq!(handle.task_count(), 0, "tasks of round {round}, seed {seed}");
    drop(handle);
    for thread in shared.threads.take() {
        thread.join().expect("the threads of a round end");
    }
    shared.aborts.take();
    assert_eq!(
        Rc::strong_count(&shared),
        1,
        "something of round {round}, seed {seed}, is still there"
    );
    totals.tasks += shared.tasks.get();
    totals.callbacks += shared.callbacks.get() + calls;
    totals.connections += shared.connections.get();
    totals.handshakes += shared.handshakes.get();
    totals.datagrams += shared.datagrams.get();
    totals.functions += shared.functions.get();
    totals.groups += shared.groups.get();
    totals.panics += shared.panics.get();
}

/// The ports of the servers.
#[derive(Clone, Copy)]
struct Ports {
    plain: u16,
    tls: u16,
}

async fn main(shared: Rc<Shared>) {
    let plain = {
        let shared = shared.clone();
        start_server("127.0.0.1:0", async move |reader, writer| {
            add(&shared.connections);
            echo(&shared, reader, writer).await;
        })
        .expect("loopback has a port")
    };
    let over_tls = {
        let shared = shared.clone();
        start_server("127.0.0.1:0", async move |reader, writer| {
            add(&shared.connections);
            // The client may have closed the connection.
            if let Ok((reader, writer)) = tls::accept(reader, writer).await {
                add(&shared.handshakes);
                echo(&shared, reader, writer).await;
            }
        })
        .expect("loopback has a port")
    };
    let servers = [plain, over_tls];
    let [plain, tls] =
        servers.each_ref().map(|server| server.local_addr().expect("it has an address").port());
    let ports = Ports { plain, tls };
    let tasks: Vec<_> =
        (0..20 + shared.below(60)).map(|_| spawn(life(shared.clone(), ports, 3))).collect();
    for task in tasks {
        if shared.below(8) > 0 {
            let _ = task.await; // it may have panicked, or been cancelled
        }
    }
    for server in servers {
        server.close();
        if shared.below(2) == 0 {
            let _ = timeout(Duration::from_millis(20), server.wait_closed()).await;
        }
    }
}

/// Sends lines back, and closes the connection in one way or another.
async fn echo(shared: &Shared, mut reader: StreamReader, mut writer: StreamWriter) {
    while let Ok(line) = reader.read_line().await {
        if line.is_empty() || shared.below(40) == 0 {
            break;
        }
        writer.write(&line);
        if writer.drain().await.is_err() {
            break;
        }
    }
    if shared.below(4) == 0 {
        writer.abort();
    }
}

/// The body of a task, which may spawn other tasks.
fn life(shared: Rc<Shared>, ports: Ports, generations: u32) -> Pin<Box<dyn Future<Output = u64>>> {
    Box::pin(async move {
        add(&shared.tasks);
        for _ in 0..1 + shared.below(4) {
            act(&shared, ports, generations).await;
        }
        shared.below(1_000)
    })
}

async fn act(shared: &Rc<Shared>, ports: Ports, generations: u32) {
    let child = || spawn(life(shared.clone(), ports, generations - 1));
    match shared.below(if generations > 0 { 20 } else { 12 }) {
        0 => sleep(shared.moment()).await,
        1 => {
            for _ in 0..shared.below(20) {
                yield_now().await;
            }
        }
        2 => {
            let handle = LoopHandle::current().expect("a loop runs");
            let counts = shared.clone();
            let panics = shared.below(10) == 0;
            let soon = handle.call_soon(move || {
                add(&counts.callbacks);
                if panics {
                    panic::panic_any(PANIC);
                }
            });
            let later = handle.call_later(shared.moment(), || ());
            if shared.below(2) == 0 {
                later.cancel();
            }
            if shared.below(4) == 0 {
                soon.cancel();
            }
        }
        3 => {
            let (promise, future) = promise::<Box<u64>, ()>();
            if shared.below(5) == 0 {
                drop(promise);
                assert!(future.await.is_err());
            } else {
                // If this task is cancelled meanwhile, the result is dropped.
                let thread = thread::spawn(move || {
                    let _ = promise.set_result(Box::new(1));
                });
                shared.threads.borrow_mut().push(thread);
                assert_eq!(future.await, Ok(Box::new(1)));
            }
        }
        4 => {
            let aborts = std::mem::take(&mut *shared.aborts.borrow_mut());
            aborts.iter().filter(|_| shared.below(2) == 0).for_each(AbortHandle::abort);
        }
        5 | 6 => talk(shared, ports).await,
        7 if shared.below(4) == 0 => panic::panic_any(PANIC),
        7 | 8 => drop(timeout(shared.moment(), sleep(shared.moment())).await),
        9 => write_only(shared, ports.plain).await,
        10 => datagrams(shared).await,
        11 => call(shared).await,
        12 => drop(child()),
        13 => {
            let task = child();
            shared.aborts.borrow_mut().push(task.abort_handle());
            let _ = task.await;
        }
        14 => {
            let task = child().cancel_on_drop();
            drop(timeout(shared.moment(), task).await);
        }
        15 => {
            let task = child();
            task.add_done_callback(|task| drop(format!("{task:?}")));
            task.cancel();
            let _ = task.await;
        }
        16 => drop(gather((0..3).map(|_| child()).collect::<Vec<_>>()).await),
        17 => {
            let tasks: Vec<Task<u64>> = (0..3).map(|_| child()).collect();
            drop(wait(tasks).timeout(shared.moment()).await);
        }
        18 => drop(timeout(shared.moment(), shield(child())).await),
        _ => group(shared, child).await,
    }
}

/// Writes to the server through a stream that the writer handles like a stream of another crate.
async fn write_only(shared: &Rc<Shared>, port: u16) {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else {
        return; // the server is closed
    };
    let mut writer = StreamWriter::new(stream);
    for _ in 0..shared.below(4) {
        let length = usize::try_from(shared.below(2_000)).expect("it is small");
        writer.write([&*vec![b'x'; length], b"\n"].concat());
        if shared.below(2) == 0 && writer.flush().await.is_err() {
            break;
        }
    }
    match shared.below(3) {
        0 => writer.abort(),
        1 => drop(timeout(shared.moment(), writer.wait_closed()).await),
        _ => {}
    }
}

/// Sends datagrams from a socket to another one.
async fn datagrams(shared: &Rc<Shared>) {
    let bind = || UdpSocket::bind("127.0.0.1:0").expect("loopback has a port");
    let (mut sender, mut receiver) = (bind(), bind());
    let address = receiver.local_addr().expect("it has an address");
    for _ in 0..shared.below(5) {
        let length = usize::try_from(shared.below(2_000)).expect("it is small");
        if sender.send_to(&vec![b'x'; length], address).await.is_err() {
            break;
        }
        // The system may lose them.
        if let Ok(received) = timeout(shared.moment(), receiver.recv_from()).await {
            let (datagram, from) = received.expect("nobody disturbs it");
            assert!(datagram.iter().all(|&byte| byte == b'x'));
            assert_eq!(from.port(), sender.local_addr().expect("it has an address").port());
            add(&shared.datagrams);
        }
    }
}

/// Calls a function on another thread, and doesn't wait for it in every case.
async fn call(shared: &Rc<Shared>) {
    add(&shared.functions);
    let (moment, panics) = (shared.moment() / 4, shared.below(8) == 0);
    let function = to_thread(move || {
        thread::sleep(moment);
        if panics {
            panic::panic_any(PANIC);
        }
        Box::new(moment)
    });
    match shared.below(3) {
        0 => drop(function),
        1 => drop(timeout(shared.moment(), function).await),
        _ => match function.await {
            Ok(value) => assert_eq!(*value, moment),
            Err(error) => assert!(panics && error.is_panic()),
        },
    }
}

/// Runs a group of tasks. Some of the tasks fail, and some groups are dropped early.
async fn group(shared: &Rc<Shared>, child: impl Fn() -> Task<u64>) {
    add(&shared.groups);
    let group = task_group(async |group: TaskGroup<u64>| {
        for _ in 0..shared.below(4) {
            let (task, fails) = (child(), shared.below(4) == 0);
            group.spawn(async move {
                let number = task.await.unwrap_or_default();
                if fails { Err(number) } else { Ok(number) }
            });
            yield_now().await;
        }
        if shared.below(8) == 0 { Err(0) } else { Ok(()) }
    });
    match shared.below(2) {
        0 => drop(group.await),
        _ => drop(timeout(shared.moment(), group).await),
    }
    let handle = LoopHandle::current().expect("a loop runs");
    assert!(!handle.all_tasks().is_empty());
}

/// Connects to one of the servers.
async fn connect(shared: &Shared, ports: Ports) -> io::Result<(StreamReader, StreamWriter)> {
    if shared.below(8) > 0 {
        return open_connection(("127.0.0.1", ports.plain)).await;
    }
    let (reader, writer) = open_connection(("127.0.0.1", ports.tls)).await?;
    tls::connect(reader, writer).await
}

/// Exchanges lines with the server for a while, and closes the connection in one way or another.
async fn talk(shared: &Rc<Shared>, ports: Ports) {
    let Ok((mut reader, mut writer)) = connect(shared, ports).await else {
        return; // the server is closed
    };
    for _ in 0..shared.below(6) {
        let length = usize::try_from(shared.below(2_000)).expect("it is small");
        writer.write([&*vec![b'x'; length], b"\n"].concat());
        if writer.drain().await.is_err() || shared.below(20) == 0 {
            break;
        }
        match reader.read_line().await {
            Ok(line) if line.len() == length + 1 => {}
            _ => break,
        }
    }
    match shared.below(4) {
        0 => writer.abort(),
        1 => drop(writer.wait_closed().await),
        2 => writer.write_eof(),
        _ => {}
    }
}

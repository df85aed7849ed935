//! Threads of std: one for each client, which blocks.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use cogen::CoroutineExt;
use cogen::executor::block_on;
use slab::Slab;

use super::ending::Ending;
use super::{Outcome, RETRY, announce};
use crate::protocol::{self, Answer, Want};
use crate::store::Store;
use crate::wire::CHUNK;

/// Serves until `ending`, and then for at most `grace`.
pub(crate) fn run(
    address: &str,
    store: Arc<Store>,
    ending: Ending,
    grace: Duration,
) -> io::Result<Outcome> {
    let listener = TcpListener::bind(address)?;
    let address = listener.local_addr()?;
    let clients = Arc::new(Clients::default());
    let accepting = clients.clone();
    thread::spawn(move || accept(&listener, &store, &accepting));
    announce(address);
    block_on(ending);
    clients.end();
    // `accept` can't be interrupted, so this connects a client, after which the listener is closed.
    let _ = TcpStream::connect(address);
    Ok(clients.wait(grace))
}

fn accept(listener: &TcpListener, store: &Arc<Store>, clients: &Arc<Clients>) {
    loop {
        let accepted = listener.accept();
        if clients.is_ending.load(SeqCst) {
            return;
        }
        let started = accepted.and_then(|(stream, _)| {
            let (store, client) = (store.clone(), clients.add(stream));
            thread::Builder::new().spawn(move || serve(&client, store))
        });
        if let Err(error) = started {
            eprintln!("kv: can't accept a client for now: {error}");
            thread::sleep(RETRY);
        }
    }
}

/// Serves a client. An error ends only its own connection.
fn serve(client: &Client, store: Arc<Store>) -> io::Result<()> {
    let mut stream = &client.connection.stream;
    // Some systems fail here if the client has left. Reads report that, too.
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::with_capacity(CHUNK, stream);
    protocol::serve(store).drive_blocking(|want| match want {
        Want::Next(buffer) => client.rest(|| read(&mut reader, buffer)),
        Want::More(buffer) => read(&mut reader, buffer),
        Want::Write(buffer) => {
            stream.write_all(&buffer)?;
            Ok(buffer)
        }
    })
}

fn read(reader: &mut BufReader<&TcpStream>, mut buffer: Vec<u8>) -> Answer {
    let bytes = reader.fill_buf()?;
    let count = bytes.len().min(buffer.capacity() - buffer.len());
    buffer.extend_from_slice(&bytes[..count]);
    reader.consume(count);
    Ok(buffer)
}

/// The clients, whose threads are told when the server shuts down.
#[derive(Default)]
struct Clients {
    is_ending: AtomicBool,
    connections: Mutex<Slab<Arc<Connection>>>,
    /// The last client has left.
    empty: Condvar,
}

struct Connection {
    stream: TcpStream,
    /// Whether the thread waits for the next request, and no request has begun.
    is_resting: AtomicBool,
}

impl Clients {
    fn add(self: &Arc<Self>, stream: TcpStream) -> Client {
        let connection = Arc::new(Connection { stream, is_resting: AtomicBool::new(false) });
        let number = self.connections().insert(connection.clone());
        Client { clients: self.clone(), connection, number }
    }

    /// Ends the idle clients. The others end when they become idle.
    fn end(&self) {
        self.is_ending.store(true, SeqCst);
        for (_, connection) in self.connections().iter() {
            if connection.is_resting.load(SeqCst) {
                connection.end();
            }
        }
    }

    /// Waits until all clients have left, at most for `grace`.
    fn wait(&self, grace: Duration) -> Outcome {
        let waited =
            self.empty.wait_timeout_while(self.connections(), grace, |left| !left.is_empty());
        let (left, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if left.is_empty() { Outcome::Finished } else { Outcome::Unfinished }
    }

    fn connections(&self) -> MutexGuard<'_, Slab<Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// Ends the input: bytes that have arrived are still read, and then the end.
    fn end(&self) {
        // Refused if the client has left.
        let _ = self.stream.shutdown(Shutdown::Read);
    }
}

/// A client, in its thread.
struct Client {
    clients: Arc<Clients>,
    connection: Arc<Connection>,
    number: usize,
}

impl Client {
    /// Reads the beginning of a request, or the end if the server shuts down.
    fn rest(&self, read: impl FnOnce() -> Answer) -> Answer {
        // Either this thread sees that the server shuts down, or `Clients::end` sees that this
        // client is idle.
        self.connection.is_resting.store(true, SeqCst);
        if self.clients.is_ending.load(SeqCst) {
            self.connection.end();
        }
        let answer = read();
        self.connection.is_resting.store(false, SeqCst);
        answer
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut connections = self.clients.connections();
        connections.remove(self.number);
        if connections.is_empty() {
            self.clients.empty.notify_all();
        }
    }
}

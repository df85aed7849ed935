//! Servers: each connection is a task.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::reader::StreamReader;
use super::socket;
use super::tcp::TcpListener;
use super::writer::{Closer, StreamWriter};
use slab::Slab;

use crate::combinators::sleep::sleep;
use crate::runtime::exception::{ExceptionContext, guarded};
use crate::runtime::handle::LoopHandle;
use crate::task::task::Task;

/// The time after which a server that can't accept connections tries again.
const RETRY: Duration = Duration::from_millis(100);

/// Listens at `address` for TCP connections, and runs `handler` for each of them in a new task.
/// Python: `asyncio.start_server`.
///
/// If the name has several addresses, the server listens at all of them. With port 0 the system
/// chooses a port for each address. Small writes are sent immediately (`TCP_NODELAY`).
///
/// The standard library looks names up, which **blocks the thread** meanwhile. If the loop is
/// already serving, await [`lookup`](super::lookup) first, and pass the addresses.
///
/// A handler returns `()` or a `Result`: see [`HandlerOutput`]. A handler that fails or panics
/// doesn't affect the others. Its error or panic is reported to the loop's exception handler. The
/// server also reports if it can't accept connections, for example if no descriptors are left. Then
/// the connections wait, and the server tries again every 100 ms.
///
/// # Errors
///
/// Returns an error if one of the addresses is taken. Then the server listens at none. Also returns
/// an error if no loop runs on this thread: then a
/// [`NoRunningLoopError`](crate::NoRunningLoopError) is inside.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{open_connection, start_server}};
///
/// block_on(async {
///     let visitors = std::cell::Cell::new(0);
///     let server = start_server("127.0.0.1:0", async move |_, mut writer| {
///         visitors.set(visitors.get() + 1);
///         writer.write(format!("you are visitor {}\n", visitors.get()).as_bytes());
///         let _ = writer.wait_closed().await;
///     })?;
///     for n in 1..=2 {
///         let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
///         assert_eq!(reader.read_line().await?, format!("you are visitor {n}\n").as_bytes());
///     }
///     server.close();
///     server.wait_closed().await; // for the handlers
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
pub fn start_server<O: HandlerOutput>(
    address: impl ToSocketAddrs,
    handler: impl AsyncFn(StreamReader, StreamWriter) -> O + 'static,
) -> io::Result<Server> {
    let listeners = TcpListener::bind_all(address)?.into_iter();
    Server::start(listeners.map(|listener| Box::new(listener) as _).collect(), handler)
}

/// Runs `handler` for each connection of an existing `listener`. Otherwise like [`start_server`].
/// Python: `asyncio.start_server(…, sock=…)`.
///
/// [`TcpListener::from_std`](super::TcpListener::from_std) takes an inherited socket, or one with
/// its own options, such as the length of its queue or `SO_REUSEPORT`.
///
/// # Errors
///
/// Returns an error if no loop runs on this thread. A
/// [`NoRunningLoopError`](crate::NoRunningLoopError) is inside.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{TcpListener, open_connection, serve}};
///
/// let inherited = std::net::TcpListener::bind("127.0.0.1:0")?;
/// block_on(async {
///     let listener = TcpListener::from_std(inherited)?;
///     let server = serve(listener, async |_, mut writer| writer.write(b"hello\n"))?;
///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
///     assert_eq!(reader.read_line().await?, b"hello\n");
///     Ok::<(), Box<dyn std::error::Error>>(())
/// }).unwrap();
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn serve<O: HandlerOutput>(
    listener: impl Listener,
    handler: impl AsyncFn(StreamReader, StreamWriter) -> O + 'static,
) -> io::Result<Server> {
    Server::start(vec![Box::new(listener)], handler)
}

/// The output of a handler of a [`Server`]: `()`, or a `Result` whose error is reported to the
/// exception handler of the loop.
///
/// The error is a `Box<dyn Error>`, so that `?` accepts any error in a closure without type
/// annotations. To use a function with another error type, call it in such a closure.
///
/// # Examples
///
/// ```
/// use cogen_executor::net::{ReadError, StreamReader, StreamWriter, open_connection, start_server};
/// use cogen_executor::block_on;
///
/// async fn greet(mut reader: StreamReader, mut writer: StreamWriter) -> Result<(), ReadError> {
///     let name = reader.read_line().await?;
///     writer.write(b"hello ");
///     writer.write(name);
///     Ok(())
/// }
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |reader, writer| {
///         greet(reader, writer).await?;
///         Ok(())
///     })?;
///     let (mut reader, mut writer) = open_connection(server.local_addr()?).await?;
///     writer.write(b"Ada\n");
///     assert_eq!(reader.read_line().await?, b"hello Ada\n");
///     Ok::<(), Box<dyn std::error::Error>>(())
/// }).unwrap();
/// ```
pub trait HandlerOutput: 'static {
    #[doc(hidden)]
    fn __into_error(self) -> Option<Box<dyn Error>>;
}

impl HandlerOutput for () {
    fn __into_error(self) -> Option<Box<dyn Error>> {
        None
    }
}

// The only implementation for a `Result`. With a second one, the error type of a closure could not
// be inferred.
impl HandlerOutput for Result<(), Box<dyn Error>> {
    fn __into_error(self) -> Option<Box<dyn Error>> {
        self.err()
    }
}

// For handlers that never return. Stable Rust has no other name for this type.
impl HandlerOutput for <fn() -> ! as Returns>::Output {
    fn __into_error(self) -> Option<Box<dyn Error>> {
        self
    }
}

/// The return type of a function.
#[doc(hidden)]
pub trait Returns {
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}

/// Listens for connections at a Unix socket with this `path`. Otherwise like [`start_server`].
/// Python: `asyncio.start_unix_server`.
///
/// As in asyncio, an existing socket at `path` is removed first, since it is usually left over from
/// a process that has ended. The server's own file is removed when the server is closed. On Linux,
/// `"\0name"` is an abstract socket, which has no file.
///
/// # Errors
///
/// Returns an error if a file other than a socket is at the path, and if no loop runs on this
/// thread.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{open_unix_connection, start_unix_server}};
///
/// let path = std::env::temp_dir().join(format!("cogen-server-{}.socket", std::process::id()));
/// block_on(async {
///     let _server = start_unix_server(&path, async |_, mut writer| writer.write(b"hello\n"))?;
///     let (mut reader, _writer) = open_unix_connection(&path).await?;
///     assert_eq!(reader.read_line().await?, b"hello\n");
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// assert!(!path.exists());
/// ```
#[cfg(unix)]
#[cfg_attr(docsrs, doc(cfg(unix)))]
pub fn start_unix_server<O: HandlerOutput>(
    path: impl AsRef<std::path::Path>,
    handler: impl AsyncFn(StreamReader, StreamWriter) -> O + 'static,
) -> io::Result<Server> {
    serve(super::unix::UnixListener::bind_anew(path.as_ref())?, handler)
}

/// A running server: see [`start_server`].
///
/// **Dropping it closes it**: it stops listening, and its address is free. Running handlers
/// continue to their end.
///
/// The type mirrors `asyncio.Server`.
///
/// # Examples
///
/// ```
/// use cogen_executor::{block_on, net::{open_connection, start_server}};
///
/// block_on(async {
///     let server = start_server("127.0.0.1:0", async |_, mut writer| writer.write(b"hello\n"))?;
///     assert!(server.is_serving());
///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
///     assert_eq!(reader.read_line().await?, b"hello\n");
///
///     server.close();
///     assert!(!server.is_serving());
///     Ok::<(), std::io::Error>(())
/// }).unwrap();
/// ```
#[doc(alias = "asyncio.Server")]
#[must_use = "a server that is dropped is closed"]
pub struct Server {
    shared: Rc<Shared>,
    accepting: Vec<Task<()>>,
    addresses: Vec<SocketAddr>,
}

/// The state that the server, its accepting tasks, and the handlers share.
struct Shared {
    handle: LoopHandle,
    /// Empty when the server is closed.
    listeners: RefCell<Vec<Box<dyn Listener>>>,
    /// The connections of the running handlers.
    clients: RefCell<Slab<Closer>>,
    /// The wakers of the tasks that wait for the end.
    waiters: RefCell<Vec<Waker>>,
}

/// A listener of any family, for [`serve`]: a [`TcpListener`] or a `UnixListener`.
///
/// # Examples
///
/// See [`serve`].
pub trait Listener: 'static {
    #[doc(hidden)]
    fn poll_accept_streams(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<(StreamReader, StreamWriter)>>;
    #[doc(hidden)]
    fn address(&self) -> Option<SocketAddr>;
}

impl Listener for TcpListener {
    fn poll_accept_streams(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<(StreamReader, StreamWriter)>> {
        self.poll_accept(cx).map_ok(|(stream, _)| stream.into_prompt_streams())
    }

    fn address(&self) -> Option<SocketAddr> {
        self.local_addr().ok()
    }
}

#[cfg(unix)]
impl Listener for super::unix::UnixListener {
    fn poll_accept_streams(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<(StreamReader, StreamWriter)>> {
        self.poll_accept(cx).map_ok(|(stream, _)| stream.into_streams())
    }

    fn address(&self) -> Option<SocketAddr> {
        None
    }
}

impl Server {
    fn start<O: HandlerOutput>(
        listeners: Vec<Box<dyn Listener>>,
        handler: impl AsyncFn(StreamReader, StreamWriter) -> O + 'static,
    ) -> io::Result<Self> {
        let handle = LoopHandle::current().map_err(io::Error::other)?;
        let addresses = listeners.iter().filter_map(|listener| listener.address()).collect();
        let count = listeners.len();
        let shared = Rc::new(Shared {
            handle: handle.clone(),
            listeners: RefCell::new(listeners),
            clients: RefCell::default(),
            waiters: RefCell::default(),
        });
        let handler = Rc::new(handler);
        let accepting = (0..count)
            .map(|number| handle.spawn(accept(shared.clone(), number, handler.clone())))
            .collect();
        Ok(Self { shared, accepting, addresses })
    }

    /// Returns the first address, with the port that the system chose. Python:
    /// `sockets[0].getsockname()`.
    ///
    /// # Errors
    ///
    /// Returns an error if the server listens at a Unix socket.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "sockets")]
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.addresses.first().copied().ok_or_else(socket::no_address)
    }

    /// Returns all addresses, with the ports that the system chose. Python: `sockets`.
    ///
    /// The slice is empty for a Unix socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::start_server};
    /// use std::net::{Ipv4Addr, SocketAddr};
    ///
    /// block_on(async {
    ///     let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    ///     let also = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    ///     let server = start_server(&[anywhere, also][..], async |_, _| ())?;
    ///     assert_eq!(server.local_addrs().len(), 2);
    ///     assert_eq!(server.local_addr()?, server.local_addrs()[0]);
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "sockets")]
    #[must_use]
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Closes the connections of all running handlers, each when everything is written: see
    /// [`StreamWriter::close`]. Python: `close_clients`.
    ///
    /// A handler that reads gets the end of the stream.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
    ///         writer.write(b"hello\n");
    ///         reader.read_line().await?; // never ends if the client sends nothing
    ///         Ok(())
    ///     })?;
    ///     let (mut reader, _writer) = open_connection(server.local_addr()?).await?;
    ///     assert_eq!(reader.read_line().await?, b"hello\n");
    ///     server.close();
    ///     server.close_clients();
    ///     server.wait_closed().await;
    ///     assert_eq!(reader.read_line().await?, b"");
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub fn close_clients(&self) {
        self.shared.clients.borrow().iter().for_each(|(_, client)| client.close());
    }

    /// Closes the connections of all running handlers immediately: see [`StreamWriter::abort`].
    /// Python: `abort_clients`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |mut reader, mut writer| {
    ///         reader.read_line().await?;
    ///         writer.write(vec![0; 100_000_000]); // the client reads nothing
    ///         writer.flush().await?;
    ///         Ok(())
    ///     })?;
    ///     let (_reader, mut writer) = open_connection(server.local_addr()?).await?;
    ///     writer.write(b"begin\n");
    ///     server.close();
    ///     server.abort_clients();
    ///     server.wait_closed().await;
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    pub fn abort_clients(&self) {
        self.shared.clients.borrow().iter().for_each(|(_, client)| client.abort());
    }

    /// Stops listening immediately. Python: `close`.
    ///
    /// Connections that were not accepted yet are refused. Running handlers continue to their end:
    /// see [`close_clients`](Self::close_clients). A second call does nothing.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn close(&self) {
        let listeners = self.shared.listeners.take();
        drop(listeners);
        for task in &self.accepting {
            task.cancel();
        }
        self.shared.wake_if_ended();
    }

    /// Returns whether the server listens, which it does until it is closed. Python: `is_serving`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn is_serving(&self) -> bool {
        !self.shared.listeners.borrow().is_empty()
    }

    /// Waits until the server is [closed](Self::close) and all of its handlers have ended.
    /// Cancel-safe, and several tasks can wait. Python: `wait_closed`.
    ///
    /// To serve until a task is cancelled, await this in the task, as in the example. Python:
    /// `serve_forever`.
    ///
    /// # Panics
    ///
    /// The future panics if another loop than the server's runs on the thread: see
    /// [`OtherLoopError`](crate::OtherLoopError).
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen_executor::{block_on, net::{open_connection, start_server}, spawn};
    ///
    /// block_on(async {
    ///     let server = start_server("127.0.0.1:0", async |_, mut writer| {
    ///         writer.write(b"hello\n")
    ///     })?;
    ///     let address = server.local_addr()?;
    ///     let serving = spawn(async move { server.wait_closed().await }); // never ends by itself
    ///
    ///     let (mut reader, _writer) = open_connection(address).await?;
    ///     assert_eq!(reader.read_line().await?, b"hello\n");
    ///     serving.cancel();
    ///     assert!(serving.await.is_err()); // and the server is dropped, which closes it
    ///     Ok::<(), std::io::Error>(())
    /// }).unwrap();
    /// ```
    #[doc(alias = "serve_forever")]
    pub async fn wait_closed(&self) {
        poll_fn(|cx| self.shared.poll_ended(cx)).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("local", &self.addresses)
            .field("serving", &self.is_serving())
            .field("handlers", &self.shared.clients.borrow().len())
            .finish_non_exhaustive()
    }
}

/// Accepts the connections of one listener until the server is closed.
async fn accept<O: HandlerOutput>(
    shared: Rc<Shared>,
    listener: usize,
    handler: Rc<impl AsyncFn(StreamReader, StreamWriter) -> O + 'static>,
) {
    let mut was_told = false;
    while let Some(accepted) = poll_fn(|cx| shared.poll_accept(listener, cx)).await {
        match accepted {
            Ok((reader, writer)) => {
                was_told = false;
                let (handler, running) = (handler.clone(), Running::new(&shared, writer.closer()));
                shared.handle.spawn(async move {
                    if let Some(error) = handler(reader, writer).await.__into_error() {
                        running.shared.handle.call_exception_handler(ExceptionContext::new(
                            format!("a handler of a server failed: {error}"),
                        ));
                    }
                    drop(running);
                });
            }
            // The peer gave the connection up before it was accepted, which is no failure of the
            // server.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                if !was_told {
                    was_told = true;
                    shared.handle.call_exception_handler(ExceptionContext::new(format!(
                        "a server can't accept connections for now: {error}"
                    )));
                }
                sleep(RETRY).await;
            }
        }
    }
}

impl Shared {
    /// Polls for the next connection of a listener. `None` if the server is closed.
    fn poll_accept(
        &self,
        listener: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<(StreamReader, StreamWriter)>>> {
        match self.listeners.borrow().get(listener) {
            Some(listener) => listener.poll_accept_streams(cx).map(Some),
            None => Poll::Ready(None),
        }
    }

    fn has_ended(&self) -> bool {
        self.clients.borrow().is_empty() && self.listeners.borrow().is_empty()
    }

    fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.has_ended() {
            return Poll::Ready(());
        }
        self.handle.0.expect_no_other_runs("the end of a server");
        // In the body of a coroutine, only a clone of the waker compares equal to the outer task's
        // waker.
        let waker = cx.waker().clone();
        let mut waiters = self.waiters.borrow_mut();
        if !waiters.iter().any(|waiter| waiter.will_wake(&waker)) {
            waiters.push(waker);
        }
        Poll::Pending
    }

    fn wake_if_ended(&self) {
        if self.has_ended() {
            for waiter in self.waiters.take() {
                guarded("a waker panicked", || waiter.wake());
            }
        }
    }
}

/// The entry of a running handler in `clients`, until its task drops it.
struct Running {
    shared: Rc<Shared>,
    client: usize,
}

impl Running {
    fn new(shared: &Rc<Shared>, client: Closer) -> Self {
        let client = shared.clients.borrow_mut().insert(client);
        Self { shared: shared.clone(), client }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.clients.borrow_mut().remove(self.client);
        self.shared.wake_if_ended();
    }
}

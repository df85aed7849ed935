//! Servers: each connection is a task.

use std::cell::{Cell, RefCell};
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
use super::writer::StreamWriter;
use crate::combinators::sleep::sleep;
use crate::runtime::exception::{ExceptionContext, guarded};
use crate::runtime::handle::LoopHandle;
use crate::task::task::Task;

/// How long a server that can't accept connections waits until it tries again.
const RETRY: Duration = Duration::from_millis(100);

/// Listens at `address` for TCP connections, and runs `handler` for each, as a task of its own.
/// Python: `asyncio.start_server`.
///
/// If the address has several, the first that is free is taken; port 0 lets the system choose one.
/// Names are looked up as by [`TcpListener::bind`](super::TcpListener::bind). Small writes are
/// sent at once (`TCP_NODELAY`).
///
/// A handler that panics harms nobody else; the loop's exception handler is told. It is also told
/// if connections can't be accepted, for want of descriptors say: then they wait, and the server
/// tries again every 100 ms.
///
/// # Errors
///
/// If the address is taken. Also if no loop runs on this thread:
/// [`NoRunningLoop`](crate::NoRunningLoop) is inside then.
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
pub fn start_server(
    address: impl ToSocketAddrs,
    handler: impl AsyncFn(StreamReader, StreamWriter) + 'static,
) -> io::Result<Server> {
    Server::start(TcpListener::bind(address)?, handler)
}

/// Listens at `path` for connections by a Unix socket. As [`start_server`]. Python:
/// `asyncio.start_unix_server`.
///
/// The socket's file stays when the server is closed, and keeps the path taken until it is removed.
///
/// # Errors
///
/// If the path is taken, and if no loop runs on this thread.
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
///     std::fs::remove_file(&path)
/// }).unwrap();
/// ```
#[cfg(unix)]
#[cfg_attr(docsrs, doc(cfg(unix)))]
pub fn start_unix_server(
    path: impl AsRef<std::path::Path>,
    handler: impl AsyncFn(StreamReader, StreamWriter) + 'static,
) -> io::Result<Server> {
    Server::start(super::unix::UnixListener::bind(path)?, handler)
}

/// A running server: see [`start_server`].
///
/// **Dropping it closes it**: it listens no more, and its address is free. Handlers that run go on
/// to their end.
///
/// Mirrors `asyncio.Server`.
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
    accepting: Task<()>,
    address: Option<SocketAddr>,
}

/// What the server, the task that accepts, and the handlers have.
struct Shared {
    handle: LoopHandle,
    /// Gone when the server is closed.
    listener: RefCell<Option<Box<dyn Listener>>>,
    /// How many handlers run.
    handlers: Cell<usize>,
    /// Who waits for the end.
    waiters: RefCell<Vec<Waker>>,
}

/// A listener of any family.
trait Listener {
    fn poll_accept_streams(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<(StreamReader, StreamWriter)>>;
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
    fn start(
        listener: impl Listener + 'static,
        handler: impl AsyncFn(StreamReader, StreamWriter) + 'static,
    ) -> io::Result<Self> {
        let handle = LoopHandle::current().map_err(io::Error::other)?;
        let address = listener.address();
        let listener: Box<dyn Listener> = Box::new(listener);
        let shared = Rc::new(Shared {
            handle: handle.clone(),
            listener: RefCell::new(Some(listener)),
            handlers: Cell::new(0),
            waiters: RefCell::default(),
        });
        let accepting = handle.spawn(accept(shared.clone(), Rc::new(handler)));
        Ok(Self { shared, accepting, address })
    }

    /// The address, with the port that the system chose. Python: `sockets[0].getsockname()`.
    ///
    /// # Errors
    ///
    /// If it is a Unix socket.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[doc(alias = "sockets")]
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.address.ok_or_else(socket::no_address)
    }

    /// Stops listening, at once. Connections that nobody has accepted are refused; handlers that
    /// run go on to their end. Closing twice is fine. Python: `close`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn close(&self) {
        let listener = self.shared.listener.take();
        drop(listener);
        self.accepting.cancel();
        self.shared.wake_if_ended();
    }

    /// Whether the server listens: until it is closed. Python: `is_serving`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[must_use]
    pub fn is_serving(&self) -> bool {
        self.shared.listener.borrow().is_some()
    }

    /// Waits until the server is [closed](Self::close) and all of its handlers have ended.
    /// Cancel-safe, and many tasks can wait. Python: `wait_closed`.
    ///
    /// A task that is to serve until it is cancelled awaits this, too: `serve_forever` in Python.
    ///
    /// # Panics
    ///
    /// The future panics in another loop than the server's: see [`OtherLoop`](crate::OtherLoop).
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
    ///     let serving = spawn(async move { server.wait_closed().await }); // for ever
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
            .field("local", &self.address)
            .field("serving", &self.is_serving())
            .field("handlers", &self.shared.handlers.get())
            .finish_non_exhaustive()
    }
}

/// Accepts connections until the server is closed.
async fn accept(
    shared: Rc<Shared>,
    handler: Rc<impl AsyncFn(StreamReader, StreamWriter) + 'static>,
) {
    let mut was_told = false;
    while let Some(accepted) = poll_fn(|cx| shared.poll_accept(cx)).await {
        match accepted {
            Ok((reader, writer)) => {
                was_told = false;
                let (handler, running) = (handler.clone(), Running::new(shared.clone()));
                shared.handle.spawn(async move {
                    let _running = running;
                    handler(reader, writer).await;
                });
            }
            // A connection that was given up before it was accepted is not the server's trouble.
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
    /// The next connection; `None` if the server is closed.
    fn poll_accept(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<(StreamReader, StreamWriter)>>> {
        match &*self.listener.borrow() {
            Some(listener) => listener.poll_accept_streams(cx).map(Some),
            None => Poll::Ready(None),
        }
    }

    fn has_ended(&self) -> bool {
        self.handlers.get() == 0 && self.listener.borrow().is_none()
    }

    fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.has_ended() {
            return Poll::Ready(());
        }
        self.handle.0.expect_no_other_runs("the end of a server");
        // In the body of a coroutine, only the clone is the waker of whoever waits.
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

/// Counts a handler, until its task has dropped it.
struct Running(Rc<Shared>);

impl Running {
    fn new(shared: Rc<Shared>) -> Self {
        shared.handlers.set(shared.handlers.get() + 1);
        Self(shared)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.handlers.set(self.0.handlers.get() - 1);
        self.0.wake_if_ended();
    }
}

//! A protocol without I/O: an HTTP client that yields its needs, which are to send bytes, or to
//! receive a line or a number of bytes. The driver of the client owns the connection: here a
//! blocking socket, or bytes in memory as in a test. A server would use an event loop.
//!
//! ```console
//! $ cargo run -p cogen --example sans_io
//! in memory: 200 OK: Hello, world!
//! by TCP: 404 Not Found: nothing here
//! ```
//!
//! `cargo run -p cogen --example sans_io -- HOST PATH` requests a page from a server.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::{env, thread};

use cogen::{Coroutine, CoroutineExt};

/// The next need of the client. The answer to `Send` is empty.
enum Need {
    Send(String),
    Line,
    Bytes(usize),
}

struct Response {
    status: String,
    body: Vec<u8>,
}

/// Requests `path` from `host`, and returns the response.
#[cogen::coroutine]
fn get(
    host: &str,
    path: &str,
) -> impl Coroutine<io::Result<Vec<u8>>, Yield = Need, Return = io::Result<Response>> {
    yield_!(Need::Send(format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )))?;
    let status = text(yield_!(Need::Line)?)?;
    let (_version, status) = status.split_once(' ').ok_or(invalid("no status"))?;

    let (mut length, mut chunked) = (0, false);
    loop {
        let header = text(yield_!(Need::Line)?)?;
        let Some((name, value)) = header.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().map_err(invalid)?,
            "transfer-encoding" => chunked = value.trim() == "chunked",
            _ => {}
        }
    }

    let mut body = Vec::new();
    if !chunked {
        body = yield_!(Need::Bytes(length))?;
    } else {
        loop {
            let size = text(yield_!(Need::Line)?)?;
            let size = usize::from_str_radix(&size, 16).map_err(invalid)?;
            body.extend(yield_!(Need::Bytes(size))?);
            yield_!(Need::Line)?;
            if size == 0 {
                break;
            }
        }
    }
    Ok(Response { status: status.to_owned(), body })
}

fn text(line: Vec<u8>) -> io::Result<String> {
    let line = String::from_utf8(line).map_err(invalid)?;
    Ok(line.trim_end().to_owned())
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Answers a need of the client with `input` and `output`.
fn answer(need: Need, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match need {
        Need::Send(text) => output.write_all(text.as_bytes())?,
        Need::Line => _ = input.read_until(b'\n', &mut bytes)?,
        Need::Bytes(count) => {
            bytes.resize(count, 0);
            input.read_exact(&mut bytes)?;
        }
    }
    Ok(bytes)
}

fn get_by_tcp(host: &str, path: &str) -> io::Result<Response> {
    let mut socket = TcpStream::connect(host)?;
    let mut reader = BufReader::new(socket.try_clone()?);
    get(host, path).drive_blocking(|need| answer(need, &mut reader, &mut socket))
}

/// Serves one client, for the demonstration.
fn start_server() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    thread::spawn(move || -> io::Result<()> {
        let (mut socket, _) = listener.accept()?;
        let mut request = BufReader::new(socket.try_clone()?).lines();
        while request.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
        socket.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\nnothing here")
    });
    Ok(address)
}

fn show(how: &str, Response { status, body }: Response) {
    println!("{how}: {status}: {}", String::from_utf8_lossy(&body));
}

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    if let Some(host) = arguments.next() {
        let host = if host.contains(':') { host } else { format!("{host}:80") };
        let path = arguments.next().unwrap_or_else(|| "/".to_owned());
        show(&host, get_by_tcp(&host, &path)?);
        return Ok(());
    }
    let mut recorded = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        7\r\nHello, \r\n6\r\nworld!\r\n0\r\n\r\n"
        .as_slice();
    let client = get("example.org", "/");
    let response = client.drive_blocking(|need| answer(need, &mut recorded, &mut io::sink()))?;
    show("in memory", response);
    show("by TCP", get_by_tcp(&start_server()?, "/missing")?);
    Ok(())
}

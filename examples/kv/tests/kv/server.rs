//! The program as a process, and a client.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;

pub(crate) const DRIVERS: [&str; 3] = ["threads", "loop", "tokio"];

/// A server process, which is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(driver: &str, options: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_kv"))
            .args(["serve", "--on", driver, "--listen", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = process.stdout.take().expect("its output is piped");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("it says where it listens");
        let address = line.trim_end().strip_prefix("listening on ").expect("it is an address");
        Self { address: address.parse().expect("it is an address"), process }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the server accepts");
        stream.set_nodelay(true).expect("each write is sent at once");
        stream
    }

    /// Sends `input` in one write, ends it, and returns the answer.
    pub(crate) fn ask(&self, input: impl AsRef<[u8]>) -> String {
        talk(self.connect(), &[input.as_ref()]).escape_ascii().to_string()
    }

    /// Panics unless the server still replies to a client.
    pub(crate) fn check(&self) {
        assert_eq!(self.ask("PING\r\n"), "+PONG\\r\\n");
    }

    /// Returns a number from the answer to `INFO`.
    pub(crate) fn info(&self, name: &str) -> usize {
        let info = self.ask("INFO\r\n");
        let (_, rest) = info.split_once(&format!("\\n{name}:")).expect("INFO has the number");
        let (number, _) = rest.split_once("\\r").expect("the line has an end");
        number.parse().expect("it is a number")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        self.process.wait().expect("the program has ended");
    }
}

/// A connection that both sides can end.
pub(crate) trait Connection: Read + Write + Send + Sized {
    fn writer(&self) -> Self;
    fn end(&self) -> io::Result<()>;
}

impl Connection for TcpStream {
    fn writer(&self) -> Self {
        self.try_clone().expect("there are descriptors")
    }

    fn end(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

#[cfg(unix)]
impl Connection for std::os::unix::net::UnixStream {
    fn writer(&self) -> Self {
        self.try_clone().expect("there are descriptors")
    }

    fn end(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

/// Sends the pieces, one write each, and ends the input. Returns everything that the server sends
/// until it closes the connection.
pub(crate) fn talk(mut connection: impl Connection, pieces: &[&[u8]]) -> Vec<u8> {
    let mut writer = connection.writer();
    thread::scope(|scope| {
        scope.spawn(move || {
            // A server that has closed the connection accepts no more.
            let _ = pieces.iter().try_for_each(|piece| writer.write_all(piece));
            let _ = writer.end();
        });
        let mut answer = Vec::new();
        match connection.read_to_end(&mut answer) {
            Ok(_) => {}
            // The connection was closed before everything was read.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("{error}"),
        }
        answer
    })
}

/// Reads exactly `expected`.
#[track_caller]
pub(crate) fn expect(stream: &mut impl Read, expected: impl AsRef<[u8]>) {
    let expected = expected.as_ref();
    let mut answer = vec![0; expected.len()];
    stream.read_exact(&mut answer).expect("the server answers");
    if answer != expected {
        assert_eq!(answer.escape_ascii().to_string(), expected.escape_ascii().to_string());
    }
}

/// Returns a request in the format of clients.
pub(crate) fn request(words: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut request = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        let word = word.as_ref();
        request.extend(format!("${}\r\n", word.len()).bytes());
        request.extend(word);
        request.extend(b"\r\n");
    }
    request
}

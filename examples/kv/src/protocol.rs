//! The protocol of Redis (RESP 2) as one coroutine, which does no input or output itself. It yields
//! requests, and a driver carries them out.

use std::io;
use std::sync::Arc;

use cogen::Coroutine;

use crate::reply::Reply;
use crate::store::memory::OutOfMemory;
use crate::store::{Store, integer};
use crate::wire::{CHUNK, Wire};
use crate::words;

/// A request of a client's coroutine to its driver.
pub(crate) enum Want {
    /// Append the first bytes of the next request. A server that is shutting down appends none.
    Next(Vec<u8>),
    /// Append more bytes of a request that has begun.
    More(Vec<u8>),
    /// Write these bytes.
    Write(Vec<u8>),
}

/// The buffer of the [`Want`], or the error of the connection.
///
/// A driver that reads appends at least one byte, and no more than the buffer has capacity for. A
/// buffer without a new byte means the end.
pub(crate) type Answer = io::Result<Vec<u8>>;

/// The reason why the coroutine reads no further request.
enum Stop {
    /// The client has left, or the server is shutting down.
    Ended,
    /// The client broke the rules, or its request is too large. The error is the last reply.
    Refused(Reply),
    /// The connection has failed.
    Failed(io::Error),
}

/// The most strings in one request.
const MAX_COUNT: i64 = i32::MAX as i64;

/// The most bytes of a line.
const MAX_LINE: usize = 64 * 1024;

/// Serves one client, until it leaves or the server shuts down.
#[cogen::coroutine]
pub(crate) fn serve(
    store: Arc<Store>,
) -> impl Coroutine<Answer, Yield = Want, Return = io::Result<()>> + Send {
    let mut wire = Wire::new(&store);
    let seat = store.admit();
    let stop = match &seat {
        Some(_) => yield_from!(answer_requests(&store, &mut wire)),
        None => Err(Stop::Refused(Reply::error("ERR max number of clients reached"))),
    };
    match stop {
        Ok(()) | Err(Stop::Ended) => {}
        Err(Stop::Refused(error)) => wire.reply(&error),
        Err(Stop::Failed(error)) => return Err(error),
    }
    yield_from!(flush(&mut wire))
}

/// Reads requests, runs them and writes the replies, until the request to quit.
#[cogen::coroutine]
fn answer_requests(
    store: &Store,
    wire: &mut Wire,
) -> impl Coroutine<Answer, Yield = Want, Return = Result<(), Stop>> {
    loop {
        let request = yield_from!(request(wire, store.max_value()))?;
        match request.first() {
            None => {} // Redis doesn't reply to an empty request
            Some(name) if name.eq_ignore_ascii_case(b"quit") => {
                wire.reply(&Reply::Status("OK"));
                return Ok(());
            }
            Some(name) if is_http(name) => return Err(Stop::Ended),
            Some(_) => wire.reply(&store.run(request)),
        }
        if wire.has_much_to_write() {
            yield_from!(flush(wire))?;
        }
    }
}

/// Reads one request: an array of strings, or a line of words.
#[cogen::coroutine]
fn request(
    wire: &mut Wire,
    max_value: usize,
) -> impl Coroutine<Answer, Yield = Want, Return = Result<Vec<Vec<u8>>, Stop>> {
    if wire.unread().is_empty() {
        yield_from!(fill(wire, Want::Next))?;
    }
    if wire.unread()[0] != b'*' {
        let end = yield_from!(find(wire, b'\n', 0, "too big inline request"))?;
        let words = words::split(&wire.unread()[..end]);
        wire.consume(end + 1);
        return words.ok_or_else(|| refused("unbalanced quotes in request"));
    }
    let end = yield_from!(find(wire, b'\r', 1, "too big mbulk count string"))?;
    let count = integer(&wire.unread()[1..end]).filter(|&count| count <= MAX_COUNT);
    let count = count.ok_or_else(|| refused("invalid multibulk length"))?;
    wire.consume(end + 2);
    let mut request = Vec::new();
    for _ in 0..count {
        request.push(yield_from!(string(wire, max_value))?);
    }
    wire.release();
    Ok(request)
}

/// Reads one string: a line with its length, the bytes, and the end of a line.
#[cogen::coroutine]
fn string(
    wire: &mut Wire,
    max_value: usize,
) -> impl Coroutine<Answer, Yield = Want, Return = Result<Vec<u8>, Stop>> {
    let end = yield_from!(find(wire, b'\r', 1, "too big bulk count string"))?;
    let length = match &wire.unread()[..end] {
        [b'$', digits @ ..] => integer(digits).and_then(|length| usize::try_from(length).ok()),
        line => {
            let other = *line.first().unwrap_or(&b'\r');
            return Err(refused([b"expected '$', got '".as_slice(), &[other], b"'"].concat()));
        }
    };
    let length = length.filter(|&length| length <= max_value);
    let length = length.ok_or_else(|| refused("invalid bulk length"))?;
    wire.consume(end + 2);

    let mut string = wire.take(length)?;
    while string.len() < length {
        // The memory grows with the received bytes, not with the announced length.
        if string.len() == string.capacity() {
            let more = (length - string.len()).min(string.len().max(CHUNK));
            wire.claim(more)?;
            string.reserve_exact(more);
        }
        string = yield_from!(read(wire, string, Want::More))?;
    }
    yield_from!(skip(wire, 2))?;
    Ok(string)
}

/// Returns where the first `delimiter` of the input is, once `more` bytes are there behind it.
#[cogen::coroutine]
fn find(
    wire: &mut Wire,
    delimiter: u8,
    more: usize,
    too_big: &'static str,
) -> impl Coroutine<Answer, Yield = Want, Return = Result<usize, Stop>> {
    let mut searched = 0;
    loop {
        let found = wire.unread()[searched..].iter().position(|&byte| byte == delimiter);
        searched += found.unwrap_or(wire.unread().len() - searched);
        if searched > MAX_LINE {
            return Err(refused(too_big));
        }
        if found.is_some() && searched + more < wire.unread().len() {
            return Ok(searched);
        }
        yield_from!(fill(wire, Want::More))?;
    }
}

/// Skips `count` bytes of the input.
#[cogen::coroutine]
fn skip(
    wire: &mut Wire,
    count: usize,
) -> impl Coroutine<Answer, Yield = Want, Return = Result<(), Stop>> {
    while wire.unread().len() < count {
        yield_from!(fill(wire, Want::More))?;
    }
    wire.consume(count);
    Ok(())
}

/// Reads more input.
#[cogen::coroutine]
fn fill(
    wire: &mut Wire,
    want: fn(Vec<u8>) -> Want,
) -> impl Coroutine<Answer, Yield = Want, Return = Result<(), Stop>> {
    let input = wire.lend_input();
    let input = yield_from!(read(wire, input, want))?;
    wire.return_input(input);
    Ok(())
}

/// Reads into `buffer`, once the client has all replies that it may wait for.
#[cogen::coroutine]
fn read(
    wire: &mut Wire,
    buffer: Vec<u8>,
    want: fn(Vec<u8>) -> Want,
) -> impl Coroutine<Answer, Yield = Want, Return = Result<Vec<u8>, Stop>> {
    yield_from!(flush(wire))?;
    let before = buffer.len();
    let buffer = yield_!(want(buffer))?;
    if buffer.len() > before { Ok(buffer) } else { Err(Stop::Ended) }
}

/// Writes the replies.
#[cogen::coroutine]
fn flush(wire: &mut Wire) -> impl Coroutine<Answer, Yield = Want, Return = io::Result<()>> {
    if wire.has_something_to_write() {
        let output = yield_!(Want::Write(wire.lend_output()))?;
        wire.return_output(output);
    }
    Ok(())
}

/// Whether this is how a line of HTTP begins: a browser may have been led here, with commands of
/// somebody else in what it sends. Redis hangs up on these, too.
fn is_http(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"post") || name.eq_ignore_ascii_case(b"host:")
}

fn refused(why: impl AsRef<[u8]>) -> Stop {
    Stop::Refused(Reply::Error([b"ERR Protocol error: ", why.as_ref()].concat()))
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<OutOfMemory> for Stop {
    fn from(error: OutOfMemory) -> Self {
        Self::Refused(error.into())
    }
}
